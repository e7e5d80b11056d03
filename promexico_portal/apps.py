from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "core.admin_site.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "promexico_portal"
    verbose_name = "Portal"

    def ready(self):
        from promexico_portal import security_log  # noqa: F401 - connects the receivers
