from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from core import throttle
from exporters.models import Company, ProductCategory
from pavilion import catalogue
from pavilion.access import may_preview, may_see
from pavilion.forms import WaitingBuyerForm
from pavilion.models import WaitingBuyer
from pavilion.services import buyers, launch

TRIES_PER_HOUR = 10
MAILS_PER_HOUR = 3  # to one address
PER_PAGE = 24


class ShowcaseView(View):
    """The pavilion: below its threshold the meter, after the launch every vendor's products."""

    def get(self, request):
        return self.page(request, WaitingBuyerForm())

    def post(self, request):
        """“Tell me when it opens”; the same answer whether the address is known or not."""
        form = WaitingBuyerForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        who = throttle.client_address(request)
        email = form.cleaned_data["email"].lower()
        if not (
            throttle.allow("waiting-buyer", who, limit=TRIES_PER_HOUR, seconds=3600)
            and throttle.allow("waiting-buyer-mail", email, limit=MAILS_PER_HOUR, seconds=3600)
        ):
            form.add_error(None, _("Too many tries from here. Please try again in an hour."))
            return self.page(request, form, status=429)
        buyers.wait_for_opening(
            form.cleaned_data["email"],
            language=get_language(),
            interest=form.cleaned_data["interest"],
        )
        messages.success(
            request, _("Thank you. We sent you an e-mail: follow its link to confirm.")
        )
        return redirect("pavilion:showcase")

    @staticmethod
    def page(request, form, status=200):
        pavilion = launch.get_pavilion()
        context = {"pavilion": pavilion, "meter": catalogue.meter(pavilion), "form": form}
        if may_see(request.user, pavilion) and ("preview" in request.GET or pavilion.is_open):
            context |= {"groups": catalogue.showcase(), "preview": not pavilion.is_open}
            return render(request, "pavilion/showcase.html", context, status=status)
        context |= {
            "categories": catalogue.categories_with_counts(),
            "may_preview": may_preview(request.user),
        }
        template = "pavilion/waiting.html" if not pavilion.launched_at else "pavilion/closed.html"
        return render(request, template, context, status=status)


class OpenPavilionView(View):
    """A page behind the pavilion's door: to the public only while it is open."""

    def dispatch(self, request, *args, **kwargs):
        self.pavilion = launch.get_pavilion()
        if not may_see(request.user, self.pavilion):
            raise Http404
        self.preview = not self.pavilion.is_open
        return super().dispatch(request, *args, **kwargs)


class CategoryView(OpenPavilionView):
    def get(self, request, code):
        category = get_object_or_404(ProductCategory, code=code)
        products = catalogue.public_products().filter(category=category).order_by("pk")
        page = Paginator(products, PER_PAGE).get_page(request.GET.get("page"))
        context = {"category": category, "page": page, "preview": self.preview}
        return render(request, "pavilion/category.html", context)


class CompanyView(OpenPavilionView):
    def get(self, request, slug):
        company = get_object_or_404(Company, slug=slug, applications__status="approved")
        products = catalogue.public_products().filter(company=company).order_by("pk")
        context = {"company": company, "products": products, "preview": self.preview}
        return render(request, "pavilion/company.html", context)


class ProductView(OpenPavilionView):
    def get(self, request, slug):
        product = get_object_or_404(catalogue.public_products(), slug=slug)
        others = catalogue.public_products().filter(company=product.company_id)
        context = {
            "product": product,
            "others": others.exclude(pk=product.pk)[:3],
            "preview": self.preview,
        }
        return render(request, "pavilion/product.html", context)


class BuyerConfirmView(View):
    """The link of the confirmation mail; confirms by POST."""

    def get(self, request, token):
        buyer = get_object_or_404(WaitingBuyer, token=token)
        return render(request, "pavilion/buyer_confirm.html", {"buyer": buyer})

    def post(self, request, token):
        buyers.confirm_buyer(get_object_or_404(WaitingBuyer, token=token))
        messages.success(request, _("Confirmed. You will hear from us when the pavilion opens."))
        return redirect("pavilion:showcase")


class BuyerForgetView(View):
    """Takes an address off the list, at its owner's request."""

    def get(self, request, token):
        buyer = get_object_or_404(WaitingBuyer, token=token)
        return render(request, "pavilion/buyer_forget.html", {"buyer": buyer})

    def post(self, request, token):
        buyers.forget_buyer(get_object_or_404(WaitingBuyer, token=token))
        messages.success(request, _("Your address has been deleted."))
        return redirect("pavilion:showcase")
