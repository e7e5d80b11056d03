from decimal import Decimal

from django.db import migrations

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = [
    "view_plan",
    "view_promotionperiod",
    "view_promotiontransition",
    "view_subsidyfund",
    "view_fundentry",
    "view_membership",
]


def add_plan(apps, schema_editor):
    """The promotional price was US$1,500 a year at half price, so the list fee is 3,000."""
    apps.get_model("memberships", "Plan").objects.get_or_create(
        code="gold-supplier",
        defaults={
            "name": "Gold Supplier",
            "name_es": "Gold Supplier",
            "name_en": "Gold Supplier",
            "name_zh_hans": "金品诚企会员",
            "list_fee": Decimal("3000.00"),
            "is_offered": True,
            "source_url": "https://www.pressreader.com/malaysia/the-borneo-post/20180827/282982515829672",
        },
    )


def grant_roles(apps, schema_editor):
    manage = [
        "add_promotionperiod",
        "change_promotionperiod",
        "decide_promotionperiod",
        "change_plan",
        "add_subsidyfund",
        "change_subsidyfund",
        "allocate_subsidyfund",
    ]
    grant(
        apps,
        "memberships",
        {COORDINATORS: READ, FINANCE: READ, MANAGERS: READ + manage, AUDITORS: READ},
    )


# A second guard behind the locked check in memberships.services, where the database has it.
EXCLUDE = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE memberships_promotionperiod
ADD CONSTRAINT confirmed_promotions_of_a_plan_do_not_overlap
EXCLUDE USING gist (plan_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
WHERE (status = 'confirmed') DEFERRABLE INITIALLY IMMEDIATE;
"""


def exclude_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EXCLUDE)


def allow_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE memberships_promotionperiod "
            "DROP CONSTRAINT confirmed_promotions_of_a_plan_do_not_overlap"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("memberships", "0001_initial"),
        ("exporters", "0002_roles_and_categories"),
    ]
    operations = [
        migrations.RunPython(add_plan, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
        migrations.RunPython(exclude_overlaps, allow_overlaps),
    ]
