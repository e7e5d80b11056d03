from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import story
from demo.people import ACCOUNTS, PASSWORD
from demo.volume import fill_up_to
from demo.volume_products import fill_products_up_to


class Command(BaseCommand):
    help = "Load the demonstration's story, told relative to today. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "--approved",
            type=int,
            metavar="N",
            help="bring the approved companies up to N; 99 sets the stage for the hundredth",
        )
        parser.add_argument(
            "--volume",
            type=int,
            metavar="N",
            help="instead of the story: N applications with all that belongs to them, to measure",
        )
        parser.add_argument(
            "--products",
            type=int,
            metavar="N",
            help="instead of the story: N published products of approved companies, ten each, "
            "as buyers see them once --approved 100 has opened the pavilion",
        )
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *, approved, volume, products, accounts, **options):
        if settings.PRODUCTION:
            raise CommandError("The demonstration's story is never loaded in production.")
        if volume is not None:
            added = fill_up_to(volume, self.stdout.write)
            self.stdout.write(f"{added} applications added.")
        if products is not None:
            added = fill_products_up_to(products, self.stdout.write)
            self.stdout.write(f"{added} products added.")
        if volume is None and products is None and not accounts:
            story.tell()
            if approved is not None:
                count = story.approve_up_to(approved)
                self.stdout.write(f"{count} companies are approved.")
        self.stdout.write(f"Demo accounts (password: {PASSWORD}):")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<34} {account.what}")
