"""The public register of beneficiaries: its page, its files, its published quarters."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View
from django.views.generic import TemplateView

from core import throttle
from core.logs import security_event
from core.spreadsheets import FORMATS
from memberships import open_data, register
from memberships.accounts import accounts, sums_of
from memberships.forms.register import RegisterFilterForm
from memberships.models import RegisterSnapshot, SubsidyFund

PER_PAGE = 50
DOWNLOADS, SECONDS = 60, 3600  # from one address
FRESH, UNCHANGING = "public, max-age=300", "public, max-age=86400"
FILES = (*FORMATS, "json")


class RegisterView(View):
    """The accounts of the programme, and who was paid what."""

    def get(self, request):
        funds = list(SubsidyFund.objects.all())
        form = RegisterFilterForm(request.GET, funds=funds)
        whole = accounts(funds)
        context = {
            "accounts": whole,
            "formats": FILES,
            "licence": open_data.LICENCE,
            "today": timezone.localdate(),
        }
        if not form.is_valid():
            context |= {"form": form, "page": None, "found": None, "query": ""}
            return render(request, "memberships/register.html", context, status=422)
        claims = register.chosen_claims(**form.chosen)
        context |= {
            # Shown to be changed, so without the marks of a form that was sent.
            "form": RegisterFilterForm(initial=form.cleaned_data, funds=funds),
            "found": sums_of(claims) if form.given else whole,
            "is_filtered": bool(form.given),
            "query": urlencode(form.given),
            "page": register.page(
                claims,
                PER_PAGE,
                before=_key(request.GET.get("before")),
                after=_key(request.GET.get("after")),
            ),
        }
        return render(request, "memberships/register.html", context)


def _key(text: str | None) -> int | None:
    """The number in an address; None where there is none that a row could have."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_number else None


class DownloadView(View):
    """A file of the register; so many an hour, since each reads every row."""

    def dispatch(self, request, *args, **kwargs):
        who = throttle.client_address(request)
        if not throttle.allow("register", who, limit=DOWNLOADS, seconds=SECONDS):
            response = render(request, "429.html", {"request_id": request.id}, status=429)
            response["Retry-After"] = str(SECONDS)
            return response
        return super().dispatch(request, *args, **kwargs)

    def file(self, content, name: str, format: str, *, cache: str):
        """The answer that sends `content`, whole or in pieces."""
        whole = isinstance(content, bytes)
        response = (HttpResponse if whole else StreamingHttpResponse)(
            content, content_type=open_data.content_type(format)
        )
        response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
        response["Cache-Control"] = cache
        response["Link"] = open_data.link_header()
        return response


class RegisterFileView(DownloadView):
    """The rows that the page shows with the same filter, all of them."""

    def get(self, request, format):
        if format not in FILES:
            raise Http404
        form = RegisterFilterForm(request.GET, funds=list(SubsidyFund.objects.all()))
        if not form.is_valid():  # the page says what is wrong
            address = reverse("memberships:register")
            return redirect(f"{address}?{request.GET.urlencode()}")
        rows = register.rows(register.chosen_claims(**form.chosen))
        content = open_data.register_file(format, rows, form.given)
        security_event("register_download", user=request.user, format=format)
        name = f"register-{timezone.localdate():%Y-%m-%d}"
        return self.file(content, name, format, cache=FRESH)


class RegisterDictionaryView(TemplateView):
    template_name = "memberships/register_dictionary.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(columns=register.COLUMNS, formats=FILES, **kwargs)


class DictionaryFileView(DownloadView):
    def get(self, request, format):
        if format not in FILES:
            raise Http404
        content = open_data.dictionary_file(format)
        return self.file(content, f"dictionary-{get_language()}", format, cache=FRESH)


class PublishedQuartersView(TemplateView):
    """Each published quarter with its fingerprint, and how to check it."""

    template_name = "memberships/register_quarters.html"

    def get_context_data(self, **kwargs):
        snapshots = RegisterSnapshot.objects.defer("rows")
        return super().get_context_data(snapshots=snapshots, formats=FILES, **kwargs)


class QuarterFileView(DownloadView):
    """A published quarter; it never changes, so whoever has it is told so."""

    def get(self, request, year, quarter, format):
        if format not in FILES:
            raise Http404
        quarters = RegisterSnapshot.objects.filter(year=year, quarter=quarter)
        snapshot = get_object_or_404(quarters.defer("rows"))
        tag = f'"{snapshot.sha256[:32]}-{format}"'
        if request.headers.get("If-None-Match") == tag:
            response = HttpResponseNotModified()
        else:
            content = open_data.snapshot_file(format, snapshot)
            name = f"register-{year}-{quarter}"
            response = self.file(content, name, format, cache=UNCHANGING)
            security_event("register_download", user=request.user, format=format, year=year)
        response["ETag"] = tag
        return response
