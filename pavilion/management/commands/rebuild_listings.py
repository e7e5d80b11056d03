from django.core.management.base import BaseCommand, CommandError

from exporters.models import ProductCategory
from pavilion.services.listings import rebuild_listings


class Command(BaseCommand):
    help = "Writes the listings of the showcase again, after a change of the card's template."

    def add_arguments(self, parser):
        parser.add_argument("--category", help="only those of this family, by its code")

    def handle(self, *args, category, **options):
        family = ProductCategory.objects.filter(code=category).first()
        if category and family is None:
            raise CommandError(f"There is no family {category}.")
        self.stdout.write(f"{rebuild_listings(family)} listings written.")
