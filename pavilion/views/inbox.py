"""A company's enquiries: its inbox, and a thread with the box to answer."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from core.templatetags.portal import status_tone
from core.workflow import TransitionNotAllowed
from exporters.views import kept, versions
from exporters.views.scope import CompanyScope
from pavilion.enquiry_forms import AnswerForm
from pavilion.enums import OUTCOMES, EnquiryStatus
from pavilion.inbox import company_reply_times, conversation, status_counts
from pavilion.models import EnquiryThread
from pavilion.services import enquiries

PER_PAGE = 20
ANSWERS_PER_HOUR = 60  # of one person


class EnquiriesView(CompanyScope, View):
    """All enquiries of a company: those that wait first, the one that is due first on top."""

    def get(self, request, slug):
        counts = status_counts(self.company)
        status = request.GET.get("status", "")
        status = status if status in counts else ""
        rows = (
            EnquiryThread.objects.told()
            .filter(company=self.company)
            .select_related("enquiry")
            .prefetch_related("products")
            .with_unread(request.user)
            .waiting_first()
        )
        paginator = Paginator(rows.filter(status=status) if status else rows, PER_PAGE)
        paginator.count = counts[status] if status else sum(counts.values())  # known already
        context = {
            "company": self.company,
            "page": paginator.get_page(request.GET.get("page")),
            "status": status,
            "query": f"status={status}" if status else "",
            "total": sum(counts.values()),
            "choices": [
                {"value": each.value, "label": each.label, "count": counts[each]}
                for each in EnquiryStatus
                if each in counts
            ],
            "reply_times": company_reply_times(self.company),
            "may_answer": enquiries.is_approved(self.company),
        }
        return render(request, "pavilion/inbox.html", context)


class EnquiryThreadView(kept.KeepsText, CompanyScope, View):
    """One enquiry; an answer that cannot be stored is kept."""

    form_class = AnswerForm

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return self.session_ended(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, slug, public_id):
        thread = self._thread(public_id)
        typed = kept.kept_text(request)
        initial = typed.data if typed else _initial(thread)
        form = AnswerForm(initial=initial, is_waited_for=_is_waited_for(thread))
        response = self.page(thread, form, is_kept=typed is not None)
        # The one thing that a visit by GET writes: about the visitor alone.
        enquiries.mark_read(thread, request.user)
        return response

    def post(self, request, slug, public_id):
        if "discard" in request.POST:
            kept.forget(request)
            return redirect(request.path)
        thread = self._thread(public_id)
        form = AnswerForm(request.POST, is_waited_for=_is_waited_for(thread))
        status = self._answer(thread, form)
        if status:
            return self.page(self._thread(public_id), form, status=status)
        kept.forget(request)
        messages.success(
            request,
            _("Your answer is on its way to the buyer.")
            if form.cleaned_data["text"]
            else _("Saved."),
        )
        return redirect(reverse("pavilion:enquiry_thread", args=[slug, public_id]) + "#latest")

    def _answer(self, thread: EnquiryThread, form: AnswerForm) -> int:
        """0 when it is done, else the status of the page that says why not."""
        if not form.is_valid():
            return 422
        person = self.request.user
        if not throttle.allow(
            "enquiry-answer", str(person.pk), limit=ANSWERS_PER_HOUR, seconds=3600
        ):
            form.add_error(None, _("That is enough for now. Write again in an hour."))
            return 429
        try:
            enquiries.answer_enquiry(thread, author=person, **form.cleaned_data)
        except TransitionNotAllowed as refusal:
            form.add_error(None, str(refusal))
            return 422
        return 0

    def _thread(self, public_id) -> EnquiryThread:
        rows = EnquiryThread.objects.told().filter(company=self.company)
        return get_object_or_404(
            rows.select_related("enquiry").with_standing(), public_id=public_id
        )

    def page(self, thread: EnquiryThread, form, *, is_kept=False, status=200):
        thread.company = self.company
        rows = thread.messages.select_related("author")
        context = {
            "company": self.company,
            "thread": thread,
            "enquiry": thread.enquiry,
            "products": thread.products.all(),
            "lines": conversation(thread.enquiry, thread, rows, as_company=True),
            "steps": _steps(thread),
            "form": form if form.is_bound or _takes_answers(thread) else None,
            "is_kept": is_kept,
            "version": versions.opened(self.request.user, {}),
            "language": dict(settings.LANGUAGES).get(thread.enquiry.language, "—"),
        }
        return render(self.request, "pavilion/enquiry_thread.html", context, status=status)


def _is_waited_for(thread: EnquiryThread) -> bool:
    return thread.status == EnquiryStatus.WAITING


def _takes_answers(thread: EnquiryThread) -> bool:
    return thread.may_answer and thread.status != EnquiryStatus.ERASED


def _initial(thread: EnquiryThread) -> dict:
    """What has become of it so far; an answer to begin with."""
    status = thread.status if thread.status in OUTCOMES else EnquiryStatus.ANSWERED
    return {"outcome": str(status)}


def _steps(thread: EnquiryThread) -> list[dict]:
    """What happened, the newest first; a buyer has no name here."""
    labels = dict(EnquiryStatus.choices)
    return [
        {
            "title": labels[step.to_status],
            "when": step.created_at,
            "who": str(step.actor) if step.actor else "",
            "text": "",
            "tone": status_tone(step.to_status),
        }
        for step in thread.transitions.select_related("actor").order_by("-created_at", "-pk")
    ]
