from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import ManyToManyField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from post_office.models import EmailTemplate

from core.admin_site import MenuItem, MenuSection, desk_section
from core.models import User

# Mail is written in template files; the outbox keeps what was sent.
admin.site.unregister(EmailTemplate)


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = UserCreationForm
    list_display = ("email", "full_name", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ()
    formfield_overrides = {ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name", "language")}),
        (
            gettext_lazy("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups")},
        ),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )


@desk_section(90)
def plumbing(request) -> list[MenuSection]:
    """For superusers: people, roles, the outbox."""
    if not request.user.is_superuser:
        return []
    pages = [
        (_("People"), "core_user"),
        (_("Roles"), "auth_group"),
        (_("Outbox"), "post_office_email"),
        (_("Second factors"), "mfa_authenticator"),
    ]
    items = [MenuItem(label, reverse(f"admin:{name}_changelist")) for label, name in pages]
    return [MenuSection(_("System"), items)]
