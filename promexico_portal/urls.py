from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from pavilion.api.routes import api
from promexico_portal import health, views

handler400 = "promexico_portal.views.bad_request"
handler403 = "promexico_portal.views.permission_denied"
handler404 = "promexico_portal.views.not_found"
handler500 = "promexico_portal.views.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("media/<path:path>", views.media, name="media"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", views.sitemap_section, name="sitemap"),
    path("api/v1/", api.urls),
    *i18n_patterns(
        path("", views.HomeView.as_view(), name="home"),
        path("privacy/", views.PrivacyView.as_view(), name="privacy"),
        path("", include("exporters.urls")),
        path("", include("memberships.urls")),
        path("", include("pavilion.urls")),
        path("accounts/", include("allauth.urls")),
        path("admin/", admin.site.urls),
        *([path("demo/", include("demo.urls"))] if settings.MAILBOX_PAGE else []),
        prefix_default_language=False,
    ),
]
