from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PavilionConfig(AppConfig):
    name = "pavilion"
    verbose_name = _("Pavilion")

    def ready(self):
        from pavilion import receivers  # noqa: F401 - connects them
