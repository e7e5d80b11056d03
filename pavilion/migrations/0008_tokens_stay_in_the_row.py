from django.db import migrations


def keep_tokens_in_the_row(apps, schema_editor):
    """Searches read the words of thousands of rows, and the cards, which are longer, of a page.

    So the cards leave the row first. Rows that exist move when they are written again.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE pavilion_listing ALTER COLUMN tokens SET STORAGE MAIN")


class Migration(migrations.Migration):
    dependencies = [("pavilion", "0007_enquiries")]
    operations = [migrations.RunPython(keep_tokens_in_the_row, migrations.RunPython.noop)]
