"""Field changes by staff, each with the reason that its history keeps."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _


class ReasonedForm(forms.ModelForm):
    """Asks why a stored row is changed."""

    change_reason = forms.CharField(
        label=_("Why you change it"),
        max_length=100,  # as django-simple-history stores it
        help_text=_("Stays in the history."),
    )


class ReasonedChangeMixin:
    """For a ModelAdmin of a model with history: a change needs a reason, a new row none."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            kwargs["form"] = type("ReasonedForm", (ReasonedForm, self.form), {})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is not None and self.has_change_permission(request, obj):
            fieldsets.append((None, {"fields": ("change_reason",)}))
        return fieldsets

    def save_model(self, request, obj, form, change):
        if change:
            obj._change_reason = form.cleaned_data["change_reason"]
        super().save_model(request, obj, form, change)


class HistoryPagesMixin:
    """For a SimpleHistoryAdmin: the versions of a row are read by many, restored by few."""

    # The package asks the database for whatever stands in the address.
    def history_view(self, request, object_id, extra_context=None):
        if self.get_object(request, object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        number = version_id.isascii() and version_id.isdecimal()
        if not number or self.get_object(request, object_id) is None:
            raise Http404
        # The package saves an earlier version for whoever may read it.
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)
