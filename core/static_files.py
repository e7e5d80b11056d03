"""Where stylesheets, scripts and drawings are found."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Looks the address of a file up once: the manifest stays as a process has read it."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.url = lru_cache(maxsize=None)(super().url)
