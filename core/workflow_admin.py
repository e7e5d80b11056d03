"""Buttons for the legal moves of a workflow, on the stock admin's change page."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PortalForm
from core.workflow import Transition, TransitionNotAllowed, Workflow


class ReasonSelect(forms.Select):
    """Each option carries the text that it proposes; a script puts it into the text field."""

    def __init__(self, texts: dict[str, str]):
        super().__init__(attrs={"data-reason-select": True})
        self.texts = texts

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if text := self.texts.get(str(value)):
            option["attrs"]["data-text"] = text
        return option


class ReasonForm(PortalForm):
    """The coded reason and the text of a transition that needs them.

    `texts` are proposed texts by code. Without a script, a reason sent without a text comes back
    with the proposed one, to be read and confirmed.
    """

    reason_code = forms.ChoiceField(label=gettext_lazy("Reason"))
    reason_text = forms.CharField(
        label=gettext_lazy("Explanation"),
        help_text=gettext_lazy("The company reads this as you write it."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-reason-text": True}),
    )

    def __init__(self, *args, reasons, texts: dict[str, str] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.texts = texts or {}
        self.fields["reason_code"].widget = ReasonSelect(self.texts)
        self.fields["reason_code"].choices = [("", "—"), *reasons.choices]

    def clean(self):
        data = super().clean()
        if "reason_text" not in self.errors and not data.get("reason_text"):
            propose_text(self, "reason_text", self.texts.get(data.get("reason_code")))
        return data


def propose_text(form: forms.Form, field: str, text: str | None) -> None:
    """Ask for a text that is missing, with `text` already in the field where there is one."""
    if not text:
        form.add_error(field, _("Write an explanation for the company."))
        return
    form.data = form.data.copy()
    form.data[form.add_prefix(field)] = text
    form.add_error(field, _("Read this proposal, make it fit the case, and confirm."))


@dataclass(frozen=True)
class Move:
    """A button: a transition that is legal now, where it posts to, and what it asks."""

    transition: Transition
    url: str
    form: forms.Form | None
    seen: str = ""  # sent back with the step: see WorkflowAdminMixin.seen


class WorkflowAdminMixin:
    """Adds `<pk>/move/<name>/`; the status itself is in no form.

    `workflow` is the table, `moves` the service of each transition that staff may make:
    called as service(obj, actor=user, **form.cleaned_data).
    """

    change_form_template = "admin/workflow_change_form.html"
    workflow: Workflow
    moves: dict[str, Callable]

    def get_urls(self):
        meta = self.opts
        return [
            path(
                "<int:pk>/move/<slug:name>/",
                self.admin_site.admin_view(self.move_view),
                name=f"{meta.app_label}_{meta.model_name}_move",
            ),
            *super().get_urls(),
        ]

    def move_form(self, request, obj, transition, data=None) -> forms.Form | None:
        """The form of a transition; None when it asks nothing."""
        if transition.reasons:
            return ReasonForm(
                data,
                reasons=transition.reasons,
                texts=self.reason_texts(obj, transition),
                prefix=transition.name,
            )
        return None

    def reason_texts(self, obj, transition) -> dict[str, str]:
        """Proposed explanations by the code of the reason."""
        return {}

    def seen(self, obj, transition) -> str:
        """What the page shows of a row that others may change meanwhile.

        Where there is any, the service is told by `seen` what came back with the button.
        """
        return ""

    def legal_moves(self, request, obj) -> list[Move]:
        meta = self.opts
        name = f"admin:{meta.app_label}_{meta.model_name}_move"
        return [
            Move(
                t,
                reverse(name, args=[obj.pk, t.name]),
                self.move_form(request, obj, t),
                self.seen(obj, t),
            )
            for t in self.workflow.available(obj, request.user)
            if t.name in self.moves
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        obj = self.get_object(request, object_id)
        context = {"legal_moves": self.legal_moves(request, obj) if obj else []}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def move_view(self, request, pk, name):
        obj = self.get_object(request, str(pk))
        if obj is None or name not in self.moves:
            raise Http404
        transition = self.workflow[name]
        if not request.user.has_perm(transition.permission):
            raise PermissionDenied
        posted = request.method == "POST"
        form = self.move_form(request, obj, transition, request.POST if posted else None)
        if posted and (form is None or form.is_valid()):
            return self.make_move(request, obj, transition, form)
        return self.move_page(request, obj, transition, form, status=422 if posted else 200)

    def move_page(self, request, obj, transition, form, *, status):
        """The page of one step: what it asks, with what is wrong, or a confirmation."""
        context = {
            **self.admin_site.each_context(request),
            "title": transition.label,
            "original": obj,
            "opts": self.opts,
            "transition": transition,
            "form": form,
            "back_url": self.page_url(obj),
        }
        templates = [
            f"admin/{self.opts.app_label}/{self.opts.model_name}/{transition.name}.html",
            "admin/move_form.html",
        ]
        return TemplateResponse(request, templates, context, status=status)

    def make_move(self, request, obj, transition, form):
        values = dict(form.cleaned_data) if form else {}
        if self.seen(obj, transition):
            values["seen"] = request.POST.get("seen", "")
        try:
            self.moves[transition.name](obj, actor=request.user, **values)
        except TransitionNotAllowed as refusal:
            return self.refused(request, obj, transition, form, str(refusal))
        messages.success(
            request,
            _("Done: %(step)s · %(object)s") % {"step": transition.label, "object": obj},
        )
        return redirect(self.page_url(obj))

    def refused(self, request, obj, transition, form, why: str):
        """What follows when the service says no."""
        messages.error(request, why)
        return redirect(self.page_url(obj))

    def page_url(self, obj) -> str:
        meta = self.opts
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])


class ReadOnlyAdminMixin:
    """Staff see it, nobody writes it here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LogInline(ReadOnlyAdminMixin):
    """Mix into a TabularInline of a transition log."""

    extra = 0
    verbose_name_plural = gettext_lazy("History")
    fields = readonly_fields = ("on", "led_to", "by", "reason")

    @admin.display(description=gettext_lazy("date"))
    def on(self, row):
        return date_format(timezone.localtime(row.created_at), "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("status"))
    def led_to(self, row):
        return dict(self.parent_model._meta.get_field("status").flatchoices)[row.to_status]

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, row):
        return row.reason_text or "—"

    @admin.display(description=gettext_lazy("by"))
    def by(self, row):
        """By name: the page of a user, which the field itself would link to, is for few."""
        return row.actor or "—"
