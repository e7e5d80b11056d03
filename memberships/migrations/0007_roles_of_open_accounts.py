from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = ["view_programmefact"]


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "memberships",
        {
            COORDINATORS: READ,
            FINANCE: READ,
            MANAGERS: [*READ, "change_programmefact"],
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("memberships", "0006_open_accounts")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
