"""What the log of steps says of the reviewers' clock, for what happened before it was kept.

Without it old decisions would count as taken on the day they were asked for.
"""

from itertools import groupby
from operator import itemgetter

from django.db import migrations
from django.utils import timezone

from exporters.clock import from_log


def count_days(apps, schema_editor):
    Application = apps.get_model("exporters", "Application")
    ApplicationTransition = apps.get_model("exporters", "ApplicationTransition")
    log = ApplicationTransition.objects.order_by("application_id", "pk").values_list(
        "application_id", "transition", "created_at"
    )
    for application, steps in groupby(log.iterator(), key=itemgetter(0)):
        clock = from_log((name, timezone.localdate(moment)) for _key, name, moment in steps)
        Application.objects.filter(pk=application).update(**clock)


class Migration(migrations.Migration):
    dependencies = [("exporters", "0005_messages_notified_at")]
    operations = [migrations.RunPython(count_days, migrations.RunPython.noop)]
