"""The products of a company, on pages of their own once its application has been approved."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core.templatetags.portal import status_tone
from core.workflow import TransitionNotAllowed
from exporters.editing import ProductsDoor, products_door
from exporters.enums import PictureStatus, ProductReason, ProductStatus
from exporters.models import Product, ProductPicture, ProductTransition
from exporters.quality import needed
from exporters.services import products
from exporters.services.catalogue import gaps_of, with_quality_facts
from exporters.views.previews import preview_context
from exporters.views.products import ProductFormView
from exporters.views.scope import CompanyScope

GAPS_SHOWN = 3


class ProductsScope(CompanyScope):
    """Finds the company's live application, and where its products are changed now."""

    editing = False  # True: only while they are changed on these pages

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("exporters:products", self.company.slug)

    def enter(self):
        self.application = self.company.applications.live().first()
        self.door = products_door(self.application)
        if self.editing and self.door != ProductsDoor.COMPANY:
            raise TransitionNotAllowed(CLOSED_DOORS[self.door])

    def list_url(self) -> str:
        return reverse("exporters:products", args=[self.company.slug])

    def product_or_404(self) -> Product:
        return get_object_or_404(self.company.products, pk=self.kwargs["pk"])


# Why products are not changed on these pages.
CLOSED_DOORS = {
    ProductsDoor.APPLICATION: gettext_lazy(
        "Your products are part of your application now. Change them there."
    ),
    ProductsDoor.REVIEW: gettext_lazy(
        "Your application is being reviewed with its products, so they stay as you sent them until "
        "there is a decision."
    ),
    ProductsDoor.CLOSED: gettext_lazy(
        "Products are changed while your company has an application. Start one to go on."
    ),
}


class ProductsView(ProductsScope, View):
    """All products with where they stand, how complete they are and what is missing."""

    http_method_names = ("get", "head", "options")

    def get(self, request, slug):
        ready = ProductPicture.objects.filter(status=PictureStatus.READY)
        rows = with_quality_facts(self.company.products.all()).select_related("category")
        rows = rows.prefetch_related(Prefetch("pictures", ready)).order_by("pk")
        context = {
            "company": self.company,
            "application": self.application,
            "door": self.door,
            "why_closed": CLOSED_DOORS.get(self.door, ""),
            "rows": [(product, gaps_of(product)[:GAPS_SHOWN]) for product in rows],
        }
        return render(request, "exporters/products.html", context)


class ProductPage(ProductsScope, View):
    """Shows one product, or a new one, with where it stands and what it lacks."""

    frame = "exporters/company_product_base.html"

    def trail(self) -> list[tuple[str, str]]:
        return [(self.list_url(), _("Products of %(company)s") % {"company": self.company.name})]

    def way_back(self) -> tuple[str, str]:
        return self.list_url(), _("Go to the products")

    def page(self, form=None, status=200, template=None, **context):
        context |= {"frame": self.frame, "company": self.company, "form": form}
        context |= {"trail": self.trail(), "product": None}
        if "pk" in self.kwargs:
            context |= self._standing()
        return render(self.request, template or self.template_name, context, status=status)

    def _standing(self) -> dict:
        """Where the stored product stands, what it lacks and what has happened to it."""
        stored = with_quality_facts(self.company.products.filter(pk=self.kwargs["pk"])).get()
        steps = list(stored.transitions.select_related("actor").order_by("-pk"))
        return {
            "product": stored,
            "gaps": gaps_of(stored),
            "needed": needed(stored, pictures=stored.described_pictures),
            "decision": _decision(steps),
            "events": [_event(step) for step in steps],
        }


class CompanyProductEditView(ProductFormView, ProductPage):
    """Add or change a product; while the programme looks at it, it is only shown."""

    editing = True

    def get(self, request, **kwargs):
        if "pk" not in kwargs:
            return super().get(request, **kwargs)
        rows = self.company.products.select_related("category").prefetch_related("pictures")
        product = get_object_or_404(rows, pk=kwargs["pk"])
        if product.status != ProductStatus.IN_REVIEW:
            return super().get(request, **kwargs)
        product.company = self.company
        context = preview_context(request, product)
        return self.page(template="exporters/company_product.html", **context)

    def address_of(self, stored):
        if "pk" in self.kwargs:
            return ""
        return reverse("exporters:company_product_edit", args=[self.company.slug, stored.pk])


class CompanyProductDeleteView(ProductsScope, View):
    """Asks, then deletes."""

    editing = True

    def get(self, request, **kwargs):
        context = {"back_url": self.list_url(), "product": self.product_or_404()}
        return render(request, "exporters/product_delete.html", context)

    def post(self, request, **kwargs):
        product = self.product_or_404()
        products.delete_product(self.application, product)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": product.name})
        return redirect(self.list_url())


class ProductStepView(ProductsScope, View):
    """A step that the company itself takes with a product; back to where it was asked for."""

    http_method_names = ("post", "options")
    done = ""  # what the person is told

    def post(self, request, **kwargs):
        product = self.product_or_404()
        try:
            self.take(product)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self.done % {"name": product.name})
        if self.door != ProductsDoor.COMPANY:
            return redirect(self.list_url())
        return redirect("exporters:company_product_edit", self.company.slug, product.pk)

    def take(self, product: Product):
        raise NotImplementedError


class ProductSubmitView(ProductStepView):
    editing = True
    done = gettext_lazy("“%(name)s” was sent. We write to you when it has been looked at.")

    def take(self, product):
        products.submit_product(self.application, product, actor=self.request.user)


class ProductTakeBackView(ProductStepView):
    done = gettext_lazy("“%(name)s” is yours again: change it, and send it when it is ready.")

    def take(self, product):
        products.take_back_product(product, actor=self.request.user)


class ProductTakeDownView(ProductStepView):
    done = gettext_lazy("“%(name)s” is off the pavilion.")

    def take(self, product):
        products.take_down_product(product, actor=self.request.user)


def _event(step: ProductTransition) -> dict:
    """A step of the timeline, in the words of the company; staff appear by their role."""
    by_team = step.transition in _BY_TEAM
    reason = dict(ProductReason.choices).get(step.reason_code, "")
    return {
        "title": _STEPS[step.transition],
        "when": step.created_at,
        "who": str(step.actor) if by_team else _("Programme"),
        "text": "\n\n".join(str(words) for words in (reason, step.reason_text) if words),
        "tone": "waiting" if step.transition in _DECIDED else status_tone(step.to_status),
    }


def _decision(steps: list[ProductTransition]) -> dict | None:
    """The reason of the programme for which the product waits for its company; None otherwise."""
    if not steps or steps[0].transition not in _DECIDED:
        return None
    last = steps[0]
    reason = dict(ProductReason.choices)[last.reason_code]
    return {"transition": last.transition, "reason": reason, "text": last.reason_text}


_BY_TEAM = {"submit", "take_back", "take_down"}
_DECIDED = {"return", "hide"}
_STEPS = {
    "submit": gettext_lazy("You sent it to be published"),
    "take_back": gettext_lazy("You took it back"),
    "take_down": gettext_lazy("You took it off the pavilion"),
    "publish": gettext_lazy("Published"),
    "confirm": gettext_lazy("Your changes were looked at"),
    "return": gettext_lazy("Returned for correction"),
    "hide": gettext_lazy("Taken off the pavilion by the programme"),
}
