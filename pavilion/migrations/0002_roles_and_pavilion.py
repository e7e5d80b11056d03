from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = ["view_pavilion", "view_paviliontransition", "view_waitingbuyer"]


def add_pavilion(apps, schema_editor):
    apps.get_model("pavilion", "Pavilion").objects.get_or_create(pk=1)


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "pavilion",
        {
            COORDINATORS: READ,
            FINANCE: READ,
            MANAGERS: [*READ, "steer_pavilion", "preview_pavilion"],
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pavilion", "0001_initial"),
        ("exporters", "0002_roles_and_categories"),
    ]
    operations = [
        migrations.RunPython(add_pavilion, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
    ]
