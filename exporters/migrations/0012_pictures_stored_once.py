import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exporters", "0011_keys_of_pictures")]
    operations = [
        migrations.AlterField(
            model_name="productpicture",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name='productpicture',
            constraint=models.UniqueConstraint(fields=('product', 'idempotency_key'), name='picture_is_stored_once', violation_error_message='This picture has been saved already.'),
        ),
    ]
