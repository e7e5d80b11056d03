"""The review desk: the stock admin with a side menu by task instead of a list of models."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class MenuItem:
    """A task in the side menu; `count` says how much of it waits (one of `counts`)."""

    label: str
    url: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True)
class MenuSection:
    title: str
    items: list[MenuItem]


@dataclass(frozen=True)
class DeskPanel:
    """A card of the first page: its template, and the context that the template adds."""

    template: str
    context: dict


# Each app registers a function request → list[DeskPanel] in its admin module.
_panels: list[tuple[int, Callable]] = []
# Each app registers a function request → list[MenuSection] in its admin module.
_sections: list[tuple[int, Callable]] = []


def desk_section(position: int):
    """Register a function that gives the side menu's sections of an app."""
    return _registrar(_sections, position)


def desk_panel(position: int):
    """Register a function that gives an app's cards of the first page."""
    return _registrar(_panels, position)


def _registrar(registry: list, position: int):
    def register(function):
        registry.append((position, function))
        registry.sort(key=lambda pair: pair[0])
        return function

    return register


class PortalAdminSite(admin.AdminSite):
    site_header = _("Review desk")
    site_title = _("Review desk")
    index_title = _("My desk")
    enable_nav_sidebar = False  # the rail takes its place

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.login = secure_admin_login(self.login)

    def password_change(self, request, extra_context=None):
        """Passwords change on the account pages, with their re-authentication and limits."""
        return redirect("account_change_password")

    def index(self, request, extra_context=None):
        panels = [panel for _, function in _panels for panel in function(request)]
        return super().index(request, {"desk_panels": panels, **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """Looked up by the few pages that list models; the side menu is not one of them."""
        return SimpleLazyObject(
            lambda: super(PortalAdminSite, self).get_app_list(request, app_label)
        )

    def each_context(self, request):
        context = super().each_context(request)
        if context["has_permission"] and not context["is_popup"]:
            context["desk_menu"] = self.desk_menu(request)
        return context

    def desk_menu(self, request) -> list[MenuSection]:
        menu = [section for _, function in _sections for section in function(request)]
        return [section for section in menu if section.items]
