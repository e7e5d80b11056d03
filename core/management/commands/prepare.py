from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring translations, database and static files up to date, in one start of Python."
    requires_system_checks = []

    def handle(self, *args, **options):
        call_command("compile_catalogs", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not get_user_model().objects.exists():
            # A new database: script/server's note that the demo was loaded is about another.
            (settings.DATA_DIR / "stamps" / "demo").unlink(missing_ok=True)
