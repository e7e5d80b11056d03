"""The import of a list of rates: choose a file, read the preview, confirm."""

import datetime
import uuid
from collections import Counter
from decimal import Decimal

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.workflow import TransitionNotAllowed
from memberships.forms.rates import RateImportConfirmForm, RateImportForm
from memberships.rate_file import RateRow
from memberships.services.rates import import_rates, preview_rates

SALT = "rate-import"
MAX_AGE = 3600  # seconds between the preview and its confirmation


class RateImportMixin:
    """`import/` and its confirmation `process_import/`. Stored days are shown, never changed."""

    def get_urls(self):
        view = self.admin_site.admin_view
        name = "memberships_exchangerate"
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("process_import/", view(self.process_import), name=f"{name}_process_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"may_import": self.has_add_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def import_view(self, request):
        self._require_add_permission(request)
        posted = request.method == "POST"
        form = RateImportForm(request.POST, request.FILES) if posted else RateImportForm()
        if not (posted and form.is_valid()):
            return self._page(request, 422 if posted else 200, form=form)
        rows, source = form.cleaned_data["file"], form.cleaned_data["source_url"]
        signed = _sign(rows, source, request.user)
        return self._preview(request, 200, rows, RateImportConfirmForm(initial={"signed": signed}))

    @method_decorator(require_POST)
    def process_import(self, request):
        """Store the new days of a list whose preview was seen."""
        self._require_add_permission(request)
        form = RateImportConfirmForm(request.POST)
        content = (
            _signed(form.cleaned_data.get("signed"), request.user) if form.is_valid() else None
        )
        if content is None:
            messages.error(request, _("This preview has expired. Choose the file again."))
            return redirect("admin:memberships_exchangerate_import")
        key, source, rows = content
        outcomes = preview_rates(rows)
        if any(row.jump for row in outcomes) and not form.cleaned_data["jump_is_right"]:
            form.add_error("jump_is_right", _("Check the marked rates, and confirm them here."))
            return self._preview(request, 422, rows, form)
        new = [(row.row.day, row.row.mxn) for row in outcomes if row.kind == "new"]
        try:
            count = import_rates(new, source_url=source, actor=request.user, key=key)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:memberships_exchangerate_import")
        if count is None:
            messages.info(request, _("This list was imported already."))
        else:
            said = ngettext("%(count)s rate imported.", "%(count)s rates imported.", count)
            messages.success(request, said % {"count": count})
        return redirect("admin:memberships_exchangerate_changelist")

    def _preview(self, request, status, rows: list[RateRow], confirm):
        outcomes = preview_rates(rows)
        counts = Counter(outcome.kind for outcome in outcomes)
        return self._page(
            request,
            status,
            outcomes=outcomes,
            counts=counts,
            jumping=any(outcome.jump for outcome in outcomes),
            confirm=confirm,
        )

    def _require_add_permission(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _page(self, request, status, **context):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import exchange rates"),
            "opts": self.opts,
            **context,
        }
        template = "admin/memberships/exchangerate/import.html"
        return TemplateResponse(request, template, context, status=status)


def _sign(rows: list[RateRow], source: str, user) -> str:
    content = {
        "by": user.pk,
        "key": str(uuid.uuid4()),
        "source": source,
        "rows": [
            [row.line, row.day.isoformat(), str(row.mxn)] if row.day else [row.line, row.error]
            for row in rows
        ],
    }
    return signing.dumps(content, salt=SALT, compress=True)


def _signed(text: str, user) -> tuple[uuid.UUID, str, list[RateRow]] | None:
    """The key, the source and the rows of this person's list; None when it is not one."""
    try:
        content = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    if content["by"] != user.pk:
        return None
    return uuid.UUID(content["key"]), content["source"], [_row(*row) for row in content["rows"]]


def _row(line: int, first: str, mxn: str | None = None) -> RateRow:
    if mxn is None:
        return RateRow(line, error=first)
    return RateRow(line, datetime.date.fromisoformat(first), Decimal(mxn))
