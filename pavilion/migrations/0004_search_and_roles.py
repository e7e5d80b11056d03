from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

# Of enquiries: how they stand, not who asks, nor what was written.
READ = [
    "view_enquirythread",
    "view_enquirytransition",
    "view_handover",
    "view_launchrecord",
]


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "pavilion",
        {
            COORDINATORS: [*READ, "watch_enquiries"],
            FINANCE: READ,
            MANAGERS: [*READ, "watch_enquiries", "make_handover"],
            AUDITORS: READ,
        },
    )


def begin(apps, schema_editor):
    apps.get_model("pavilion", "CatalogueVersion").objects.get_or_create(pk=1)


def index_tokens(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX listings_by_token ON pavilion_listing USING gin (tokens)"
        )


def drop_tokens(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX listings_by_token")


class Migration(migrations.Migration):
    dependencies = [("pavilion", "0003_showcase")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
        migrations.RunPython(index_tokens, drop_tokens),
    ]
