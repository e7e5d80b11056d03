"""A page about one membership or one claim: what is to be decided on top, then all about it."""

import re

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.templatetags.portal import status_tone
from core.workflow_admin import ReadOnlyAdminMixin, WorkflowAdminMixin
from exporters.admin import page
from exporters.admin.page import QueueChangeList

RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{6}[0-9A-Z]{3}\Z")


class CaseChangeList(QueueChangeList):
    """Counts and pages as the queue does: as quick at a hundred thousand rows."""

    def _page(self, user):
        everything = self.queryset.order_by().values("pk")[: page.CAP + 1]
        return self.queryset.annotate(total=page.CappedCount(everything))


class CaseMixin(WorkflowAdminMixin, ReadOnlyAdminMixin):
    """Mix into the ModelAdmin of a model with a workflow whose page is `page_template`."""

    page_template: str
    page_related: tuple[str, ...]  # read with the row of the page
    looked_up: tuple[tuple[re.Pattern, str], ...]  # what has this shape is searched in one column
    forward = frozenset()  # the moves that lead on: their buttons stand out
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER  # a count beside each choice would be a query each
    preserve_filters = False

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, row):
        return format_html(
            '<span class="badge-status tone-{}">{}</span>',
            status_tone(row.status),
            row.get_status_display(),
        )

    def get_changelist(self, request, **kwargs):
        return CaseChangeList

    def get_search_results(self, request, queryset, search_term):
        exact = search_term.strip().upper()
        for shape, column in self.looked_up:
            if shape.match(exact):
                return queryset.filter(**{column: exact}), False
        return super().get_search_results(request, queryset, search_term)

    # --- The page ----------------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        try:
            return self.model.objects.select_related(*self.page_related).get(pk=object_id)
        except (self.model.DoesNotExist, ValueError):
            return None

    def visible(self, request, object_id):
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        return row

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.visible(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied  # what changes it are its moves
        offered, missing = [], {}
        for move in self.legal_moves(request, row):
            if why := self.why_not(request, row, move.transition.name):
                missing.setdefault(why, []).append(move.transition.label)
            else:
                offered.append(move)
        context = {
            **self.admin_site.each_context(request),
            "title": row.get_status_display(),
            "opts": self.opts,
            "original": row,
            "legal_moves": offered,
            "missing_moves": list(missing.items()),
            "forward": self.forward,
            **self.page_context(request, row),
        }
        return TemplateResponse(request, self.page_template, context)

    def page_context(self, request, row) -> dict:
        raise NotImplementedError

    def why_not(self, request, row, name: str) -> str:
        """Why the services would refuse this move to this person, in words; mostly empty."""
        raise NotImplementedError

    def history_view(self, request, object_id, extra_context=None):
        """The page has it."""
        return redirect(f"{self.page_url(self.visible(request, object_id))}#history")

    # --- The steps ---------------------------------------------------------------------------

    def refused(self, request, obj, transition, form, why):
        """Beside what was typed, while the step is still one that can be taken."""
        now = self.get_object(request, obj.pk)
        if form is None or not form.visible_fields() or now.status not in transition.sources:
            messages.error(request, why)
            return redirect(self.page_url(obj))
        form.add_error(None, why)
        return self.move_page(request, obj, transition, form, status=422)
