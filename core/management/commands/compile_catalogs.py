from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


def compile_catalogs() -> list[Path]:
    """Write the .mo file of each .po file that is newer; return those written."""
    written = []
    for root in settings.LOCALE_PATHS:
        for source in sorted(Path(root).rglob("*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            try:
                catalog = polib.pofile(str(source))
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{source}: {error}") from error
            # Replaced in one step: a server may be reading the old one.
            unfinished = target.with_suffix(".mo.new")
            catalog.save_as_mofile(str(unfinished))
            unfinished.replace(target)
            written.append(target)
    return written


class Command(BaseCommand):
    help = "Compile the translations that changed, without gettext installed."
    requires_system_checks = []

    def handle(self, *args, **options):
        for path in compile_catalogs():
            if options["verbosity"]:
                self.stdout.write(str(path))
