from django.core.management.base import BaseCommand, CommandError

from memberships import audit
from memberships.models import SubsidyFund


class Command(BaseCommand):
    help = "Derive every fund's totals from its entries again; fails on any difference."

    def handle(self, *args, **options):
        wrong = 0
        for fund in SubsidyFund.objects.order_by("pk"):
            found = audit.differences(fund)
            for what, stored, derived in found:
                self.stderr.write(f"{fund}: {what} is {stored}, by the entries {derived}")
            wrong += len(found)
        if wrong:
            raise CommandError(f"{wrong} differences between totals and entries.")
        self.stdout.write("Totals and entries agree.")
