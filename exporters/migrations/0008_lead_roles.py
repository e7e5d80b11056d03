from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = ["view_lead", "view_leadinvitation", "view_leadobjection", "view_leadtransition"]
RECRUIT = [
    "add_lead",
    "change_lead",
    "add_leadobjection",
    "change_leadobjection",
    "delete_leadobjection",
]


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "exporters",
        {
            COORDINATORS: [*READ, *RECRUIT],
            MANAGERS: [*READ, *RECRUIT],
            FINANCE: READ,
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("exporters", "0007_leads")]
    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
