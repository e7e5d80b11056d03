from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = ["view_certificate", "view_productpicture"]
CHECK = ["change_certificate"]


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "exporters",
        {
            COORDINATORS: [*READ, *CHECK],
            FINANCE: READ,
            MANAGERS: [*READ, *CHECK],
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("exporters", "0012_pictures_stored_once")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
