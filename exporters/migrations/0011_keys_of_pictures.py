import uuid

from django.db import migrations


def give_keys(apps, schema_editor):
    """One default filled all rows that were there: each gets keys of its own."""
    ProductPicture = apps.get_model("exporters", "ProductPicture")
    rows = []
    for picture in ProductPicture.objects.only("pk").iterator():
        picture.public_id, picture.idempotency_key = uuid.uuid4(), uuid.uuid4()
        rows.append(picture)
        if len(rows) == 1000:
            ProductPicture.objects.bulk_update(rows, ["public_id", "idempotency_key"])
            rows = []
    ProductPicture.objects.bulk_update(rows, ["public_id", "idempotency_key"])


class Migration(migrations.Migration):
    dependencies = [("exporters", "0010_catalogue")]
    operations = [migrations.RunPython(give_keys, migrations.RunPython.noop)]
