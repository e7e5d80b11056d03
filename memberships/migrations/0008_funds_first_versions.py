from django.db import migrations
from django.utils import timezone

MODELS = ("Plan", "PlanFee", "PromotionPeriod", "SubsidyFund")


def keep_first_versions(apps, schema_editor):
    """What was stored before there was a history is its first version, or the first change of it
    would show no earlier values."""
    now = timezone.now()
    for name in MODELS:
        Version = apps.get_model("memberships", f"Historical{name}")
        known = Version.objects.values("id")
        names = {field.attname for field in Version._meta.concrete_fields}
        for row in apps.get_model("memberships", name).objects.exclude(pk__in=known):
            values = {
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if field.attname in names
            }
            Version.objects.create(**values, history_date=now, history_type="+")


class Migration(migrations.Migration):
    dependencies = [("memberships", "0007_roles_of_open_accounts")]
    operations = [migrations.RunPython(keep_first_versions, migrations.RunPython.noop)]
