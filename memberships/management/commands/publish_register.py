"""Publish the register of beneficiaries of a quarter, by default of the last one that is over."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.workflow import TransitionNotAllowed
from memberships.quarters import Quarter
from memberships.services.register import publish_register


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int)
        parser.add_argument("--quarter", type=int, choices=(1, 2, 3, 4))

    def handle(self, *args, year, quarter, **options):
        if (year is None) != (quarter is None):
            raise CommandError("Give both --year and --quarter, or neither.")
        last = Quarter.of(timezone.localdate()).previous
        try:
            snapshot = publish_register(year or last.year, quarter or last.number)
        except TransitionNotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{snapshot}: {len(snapshot.rows)} rows, {snapshot.total} USD")
        self.stdout.write(snapshot.sha256)
