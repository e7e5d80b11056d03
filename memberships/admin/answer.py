"""The treasury's answer: a file with its preview, or one payment by hand."""

import datetime
import uuid
from collections import Counter
from decimal import Decimal

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.workflow import TransitionNotAllowed
from memberships.enums import LineResult
from memberships.forms.treasury import AnswerFileForm, LineForm, SignedForm
from memberships.models import PaymentBatch
from memberships.services.answers import Outcome, enter_answer, enter_answers, preview_answers
from memberships.treasury_file import Answer

SALT = "treasury-answer"
MAX_AGE = 3600  # seconds between the preview and its confirmation
ENTERS = ("full", "part", "failed")  # kinds of outcomes that settle a payment


class AnswerMixin:
    """`<pk>/answer/`, its confirmation `<pk>/confirm/`, and `<pk>/lines/<line>/` for one."""

    def get_urls(self):
        view = self.admin_site.admin_view
        name = "memberships_paymentbatch"
        return [
            path("<int:pk>/answer/", view(self.answer_view), name=f"{name}_answer"),
            path("<int:pk>/confirm/", view(self.confirm_view), name=f"{name}_confirm"),
            path("<int:pk>/lines/<int:line_pk>/", view(self.settle_view), name=f"{name}_settle"),
            *super().get_urls(),
        ]

    def answer_view(self, request, pk):
        """Choose the treasury's file, and after that see what each of its rows would do."""
        self.require_payer(request)
        batch = self.batch(pk)
        posted = request.method == "POST"
        form = AnswerFileForm(request.POST, request.FILES) if posted else AnswerFileForm()
        context = {"title": _("Answer of the treasury"), "batch": batch, "original": batch}
        template = "admin/memberships/paymentbatch/answer.html"
        if not (posted and form.is_valid()):
            return self.page(request, template, status=422 if posted else 200, form=form, **context)
        rows = form.cleaned_data["file"]
        outcomes = preview_answers(batch, rows, actor=request.user)
        counts = Counter(outcome.kind for outcome in outcomes)
        entering = [outcome for outcome in outcomes if outcome.kind in ENTERS]
        confirm = None
        if entering and not counts["wrong"]:
            confirm = SignedForm(initial={"signed": _sign(batch, entering, request.user)})
        return self.page(
            request,
            template,
            file_name=request.FILES["file"].name,
            outcomes=outcomes,
            counts=counts,
            paid_usd=sum(outcome.amount or Decimal(0) for outcome in entering),
            paid_mxn=sum(outcome.row.answer.amount_mxn for outcome in entering if outcome.amount),
            confirm=confirm,
            **context,
        )

    @method_decorator(require_POST)
    def confirm_view(self, request, pk):
        """Enter an answer whose preview was seen, all of it or nothing."""
        self.require_payer(request)
        batch = self.batch(pk)
        form = SignedForm(request.POST)
        found = (
            _signed(form.cleaned_data["signed"], batch, request.user) if form.is_valid() else None
        )
        if found is None:
            messages.error(request, _("This preview has expired. Choose the file again."))
            return redirect("admin:memberships_paymentbatch_answer", pk)
        key, answers = found
        try:
            settled = enter_answers(batch, answers, actor=request.user, key=key)
        except TransitionNotAllowed as refusal:
            messages.error(request, _("Nothing was entered. %(reason)s") % {"reason": str(refusal)})
        else:
            _say(request, len(settled))
        return redirect("admin:memberships_paymentbatch_change", pk)

    def settle_view(self, request, pk, line_pk):
        """The answer on one payment."""
        self.require_payer(request)
        batch = self.batch(pk)
        line = batch.lines.select_related("claim__membership__company").filter(pk=line_pk).first()
        if line is None:
            raise Http404
        line.batch = batch
        if line.result != LineResult.SENT:
            messages.info(request, _("%(claim)s has been settled already.") % {"claim": line.claim})
            return redirect("admin:memberships_paymentbatch_change", pk)
        form = LineForm(request.POST if request.method == "POST" else None, line=line)
        if form.is_valid():
            try:
                enter_answer(line, form.answer, actor=request.user)
            except TransitionNotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                _say(request, 1)
                return redirect("admin:memberships_paymentbatch_change", pk)
        return self.page(
            request,
            "admin/memberships/paymentbatch/settle.html",
            status=422 if form.is_bound else 200,
            title=_("Answer of the treasury"),
            batch=batch,
            line=line,
            form=form,
        )


def _say(request, count: int) -> None:
    if not count:
        messages.info(request, _("This answer was entered already."))
        return
    said = ngettext("%(count)s payment settled.", "%(count)s payments settled.", count)
    messages.success(request, said % {"count": count})


def _sign(batch: PaymentBatch, outcomes: list[Outcome], user) -> str:
    """What will be entered, and a key by which it is entered once."""
    rows = [
        [
            answer.claim,
            answer.result,
            answer.paid_on.isoformat() if answer.paid_on else None,
            str(answer.amount_mxn) if answer.amount_mxn is not None else None,
            answer.reference,
        ]
        for answer in (outcome.row.answer for outcome in outcomes)
    ]
    content = {"batch": batch.pk, "by": user.pk, "key": str(uuid.uuid4()), "rows": rows}
    return signing.dumps(content, salt=SALT, compress=True)


def _signed(text: str, batch: PaymentBatch, user) -> tuple[uuid.UUID, list[Answer]] | None:
    """The key and the answers of this person's preview of this batch; None when it is not."""
    try:
        content = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    if (content["batch"], content["by"]) != (batch.pk, user.pk):
        return None
    answers = [
        Answer(
            claim,
            result,
            datetime.date.fromisoformat(day) if day else None,
            Decimal(amount) if amount else None,
            reference,
        )
        for claim, result, day, amount, reference in content["rows"]
    ]
    return uuid.UUID(content["key"]), answers
