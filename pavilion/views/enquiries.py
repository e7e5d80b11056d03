"""What a buyer does: asks, confirms, reads the answers, writes again, has its data erased.

It needs no account: the address of its pages, which only its mail holds, says who it is.
"""

import re

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import cache_control

from core import throttle
from core.workflow import TransitionNotAllowed
from exporters.models import Product
from pavilion.enquiry_forms import BuyerMessageForm, EnquiryForm
from pavilion.enums import EnquiryStatus
from pavilion.inbox import conversation
from pavilion.models import Enquiry, EnquiryMessage, EnquiryThread
from pavilion.services import enquiries, erasure
from pavilion.services.enquiries import MAX_PRODUCTS, ProductsGone
from pavilion.views.door import OpenPavilionView

TRIES_PER_HOUR = 10
MAILS_PER_HOUR = 5  # to one address
MESSAGES_PER_HOUR = 10  # of one enquiry
_SLUG = re.compile(r"[-\w]{1,140}\Z", re.ASCII)


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class EnquiryNewView(OpenPavilionView):
    """Asks about the products that the address names, of one company or of several."""

    def get(self, request):
        asked = _slugs(request.GET)
        return self.page(EnquiryForm(), asked)

    def post(self, request):
        """Nothing is stored about products that are gone: the page says so, with all else kept."""
        asked = _slugs(request.POST)
        products = _public(asked)
        form = EnquiryForm(request.POST)
        if not form.is_valid():
            return self.page(form, asked, status=422)
        if refusal := self._refusal(products, asked):
            form.add_error(None, refusal)
            return self.page(form, asked, status=422)
        if not _may_send(request, form.cleaned_data["email"]):
            form.add_error(None, _("Too many tries from here. Please try again in an hour."))
            return self.page(form, asked, status=429)
        enquiry = form.save(commit=False)
        enquiry.language = get_language()
        try:
            enquiries.ask(enquiry, products, key=form.cleaned_data["key"])
        except ProductsGone:
            form.add_error(None, _gone())
            return self.page(form, asked, status=422)
        messages.success(
            request,
            _("Thank you. We sent you an e-mail: follow its link, and the companies get it."),
        )
        return redirect("pavilion:showcase")

    def _refusal(self, products: list[Product], asked: list[str]) -> str:
        if self.preview:
            return _("The pavilion is not open yet: nothing can be sent.")
        if not products:
            return _("Choose a product first.")
        return _gone() if len(products) < len(asked) else ""

    def page(self, form, asked, status=200):
        """`asked` are the products that are ticked; those beside them were shown before, too."""
        listed = _slugs(self.request.POST, "listed") or asked
        products = _public(listed)
        context = {
            "form": form,
            "groups": _by_company(products),
            "products": products,
            "asked": asked,
            "is_fixed": len(products) == 1 and products[0].slug in asked,  # nothing to leave out
            "gone": len(listed) - len(products),
            "left_out": max(len(set(self.request.GET.getlist("p"))) - MAX_PRODUCTS, 0),
            "most": MAX_PRODUCTS,
            "preview": self.preview,
        }
        return render(self.request, "pavilion/enquiry_new.html", context, status=status)


def _gone() -> str:
    return _("Some products are no longer offered. Look at the list, and send it again.")


def _slugs(data, name: str = "p") -> list[str]:
    """The products that an address or a form names, each once, at most ten."""
    named = dict.fromkeys(slug for slug in data.getlist(name) if _SLUG.match(slug))
    return list(named)[:MAX_PRODUCTS]


def _public(slugs: list[str]) -> list[Product]:
    """Those that buyers may see, in the order in which they were chosen."""
    if not slugs:
        return []
    rows = Product.objects.public().select_related("company", "category")
    found = {product.slug: product for product in rows.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def _by_company(products: list[Product]) -> list[tuple]:
    groups = {}
    for product in products:
        groups.setdefault(product.company, []).append(product)
    return list(groups.items())


def _may_send(request, email: str) -> bool:
    who = throttle.client_address(request)
    return throttle.allow("enquiry", who, limit=TRIES_PER_HOUR, seconds=3600) and throttle.allow(
        "enquiry-mail", email, limit=MAILS_PER_HOUR, seconds=3600
    )


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class BuyerPage(View):
    """A page that only the buyer's own mail leads to."""

    def dispatch(self, request, token):
        self.enquiry = get_object_or_404(Enquiry, token=token)
        return super().dispatch(request, token)

    def to_enquiry(self, anchor=""):
        return redirect(reverse("pavilion:enquiry", args=[self.enquiry.token]) + anchor)


class EnquiryConfirmView(BuyerPage):
    """The link of the first mail; sends the enquiry by POST."""

    def get(self, request, token):
        if self.enquiry.is_confirmed:
            return self.to_enquiry()
        threads = self.enquiry.threads.select_related("company").prefetch_related("products")
        context = {"enquiry": self.enquiry, "threads": threads.order_by("pk")}
        return render(request, "pavilion/enquiry_confirm.html", context)

    def post(self, request, token):
        if enquiries.confirm_enquiry(self.enquiry):
            messages.success(request, _("Sent. You get an e-mail with each answer."))
        return self.to_enquiry()


class EnquiryView(BuyerPage):
    """The buyer's page: what it asked, what each company answered, and a box to write again."""

    def get(self, request, token):
        if not (self.enquiry.is_confirmed or self.enquiry.is_erased):
            return redirect("pavilion:enquiry_confirm", token)
        return self.page()

    def post(self, request, token):
        thread = self._thread(request.POST.get("thread", ""))
        form = BuyerMessageForm(request.POST, prefix=str(thread.public_id))
        if not form.is_valid():
            return self.page(thread, form, status=422)
        if not throttle.allow(
            "enquiry-message", str(self.enquiry.pk), limit=MESSAGES_PER_HOUR, seconds=3600
        ):
            form.add_error(None, _("That is enough for now. Write again in an hour."))
            return self.page(thread, form, status=429)
        try:
            enquiries.write_as_buyer(
                thread, text=form.cleaned_data["text"], key=form.cleaned_data["key"]
            )
        except TransitionNotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.page(thread, form, status=422)
        messages.success(request, _("Your message has been sent."))
        return self.to_enquiry(f"#{thread.public_id}")

    def _thread(self, public_id: str) -> EnquiryThread:
        for thread in self.enquiry.threads.select_related("company"):
            if str(thread.public_id) == public_id:
                return thread
        raise Http404

    def page(self, refused: EnquiryThread | None = None, bound=None, status=200):
        rows = (
            self.enquiry.threads.select_related("company")
            .with_standing()
            .prefetch_related("products", Prefetch("messages", EnquiryMessage.objects.all()))
        )
        threads = [
            {
                "thread": thread,
                "lines": conversation(
                    self.enquiry, thread, thread.messages.all(), as_company=False
                ),
                "form": _form(thread, bound if thread == refused else None),
            }
            for thread in rows.order_by("pk")
        ]
        context = {"enquiry": self.enquiry, "threads": threads, "form": bound}
        return render(self.request, "pavilion/enquiry.html", context, status=status)


def _form(thread: EnquiryThread, bound) -> BuyerMessageForm | None:
    """What was refused stays where it was typed; nothing new can be written where none reads."""
    if bound:
        return bound
    if thread.status == EnquiryStatus.ERASED or not thread.may_answer:
        return None
    return BuyerMessageForm(prefix=str(thread.public_id))


class EnquiryEraseView(BuyerPage):
    """Erases the buyer's data, at its wish; asks first."""

    def get(self, request, token):
        if self.enquiry.is_erased:
            return self.to_enquiry()
        return render(request, "pavilion/enquiry_erase.html", {"enquiry": self.enquiry})

    def post(self, request, token):
        erasure.erase_enquiry(self.enquiry)
        messages.success(request, _("Your data have been erased."))
        return redirect("pavilion:showcase")
