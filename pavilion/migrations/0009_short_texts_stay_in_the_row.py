from django.db import migrations


def keep_short_texts_in_the_row(apps, schema_editor):
    """The words of a listing are long, so PostgreSQL would move all else out of the row.

    Lists read the facets of a thousand rows: each would be two more looks. Rows that exist move
    when they are written again.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE pavilion_listing"
            " ALTER COLUMN facets SET STORAGE PLAIN, ALTER COLUMN slug SET STORAGE PLAIN"
        )


class Migration(migrations.Migration):
    dependencies = [("pavilion", "0008_tokens_stay_in_the_row")]
    operations = [migrations.RunPython(keep_short_texts_in_the_row, migrations.RunPython.noop)]
