from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from post_office.models import Email, EmailTemplate

from core.admin_site import MenuItem, MenuSection, desk_section
from core.models import User
from core.workflow_admin import ReadOnlyAdminMixin

# Mail is written in template files; the outbox keeps what was sent.
admin.site.unregister(EmailTemplate)
admin.site.unregister(Authenticator)  # its page shows the secret
admin.site.unregister(Email)  # its page sends mail again by a mere GET


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


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    """Who has which second factor; never its secret. Deleting one lets a person start anew."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type",)
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


@admin.register(Email)
class OutboxAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    """What the portal mailed, to whom, and whether it went out."""

    change_form_template = "admin/change_form.html"  # the library's own needs its other pages
    list_display = ("created", "to", "subject", "status", "last_updated")
    list_filter = ("status",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("to", "subject")
    fields = readonly_fields = (
        "to", "from_email", "subject", "status", "created", "last_updated", "message",
    )  # fmt: skip


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    filter_horizontal = ()  # its two lists are not accessible; the plain one is


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
