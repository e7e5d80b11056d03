"""Steps on many chosen applications of the queue at once."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exporters.access import ASSIGN, REVIEW
from exporters.admin.filters import coordinators
from exporters.enums import ApplicationStatus as S
from exporters.forms.desk import AssignForm
from exporters.models import Application
from exporters.services import bulk

AT_ONCE = 200  # each one is a transaction with its mails
_REASONS_SHOWN = 3


class BulkMixin:
    actions = ("claim_selected", "assign_selected")

    def has_review_permission(self, request) -> bool:
        return request.user.has_perm(REVIEW)

    def has_assign_permission(self, request) -> bool:
        return request.user.has_perm(ASSIGN)

    @admin.action(description=gettext_lazy("Claim"), permissions=["review"])
    def claim_selected(self, request, queryset):
        if rows := self._chosen(request, queryset):
            say_outcome(request, bulk.claim_many(rows, actor=request.user))

    @admin.action(description=gettext_lazy("Assign to…"), permissions=["assign"])
    def assign_selected(self, request, queryset):
        rows = self._chosen(request, queryset)
        if not rows:
            return None
        data = request.POST if "to" in request.POST else None
        form = AssignForm(data, people=coordinators(), loads=loads())
        if form.is_valid():
            to = form.cleaned_data["to"]
            say_outcome(request, bulk.assign_many(rows, to=to, actor=request.user))
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Assign applications"),
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
            "back_url": request.get_full_path(),
        }
        return TemplateResponse(
            request,
            "admin/exporters/application/assign.html",
            context,
            status=422 if form.is_bound else 200,
        )

    def _chosen(self, request, queryset) -> list[Application]:
        rows = list(queryset[: AT_ONCE + 1])
        if len(rows) > AT_ONCE:
            text = _("Choose at most %(number)s applications at a time.") % {"number": AT_ONCE}
            messages.error(request, text)
            return []
        return rows


def loads() -> dict[int, int]:
    """How many files each coordinator must act on."""
    held = Application.objects.filter(
        status__in=(S.IN_REVIEW, S.SUBMITTED), assigned_to__isnull=False
    )
    pairs = held.order_by().values_list("assigned_to").annotate(Count("pk"))
    return dict(pairs)


def say_outcome(request, outcome: bulk.Outcome) -> None:
    """How many worked, and why the others did not."""
    done = len(outcome.done)
    if done:
        text = ngettext("%(done)s application: done.", "%(done)s applications: done.", done)
        messages.success(request, text % {"done": done})
    if not outcome.refused:
        return
    number = len(outcome.refused)
    text = ngettext("%(number)s was not possible.", "%(number)s were not possible.", number)
    reasons = [f"{row}: {reason}" for row, reason in outcome.refused[:_REASONS_SHOWN]]
    messages.warning(request, " ".join([text % {"number": number}, *reasons]))
