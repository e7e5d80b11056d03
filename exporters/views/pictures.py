"""The pictures of a product, for the team of its company."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.logs import security_event
from core.uploads import NOT_STORED, StorageUnavailable, private_response
from core.workflow import TransitionNotAllowed
from exporters.access import can_read_original
from exporters.editing import may_edit_products
from exporters.enums import ProductStatus
from exporters.forms.picture import PictureForm, PlaceForm, TextsForm
from exporters.models import ProductPicture
from exporters.services import pictures
from exporters.views.scope import CompanyScope

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


class PicturesScope(CompanyScope, View):
    """Finds the product, and the picture where the address names one; else the page of all."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.picture = None

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return self.back()

    def find(self, slug, pk, public_id=None):
        self.product = get_object_or_404(
            self.company.products.select_related("category", "company"), pk=pk
        )
        if public_id:
            self.picture = get_object_or_404(self.product.pictures, public_id=public_id)
            self.picture.product = self.product

    def get(self, request, **kwargs):
        self.find(**kwargs)
        return self.back()

    def back(self):
        return redirect("exporters:product_pictures", self.company.slug, self.kwargs["pk"])

    def page(self, *, form=None, texts=None, status=200):
        """All pictures; `form` is of a new one, `texts` of `self.picture`, where they have errors."""
        rows = list(self.product.pictures.all())
        slots = [
            {
                "picture": picture,
                "form": texts if texts and picture == self.picture else _texts_form(picture),
                "earlier": place - 1,
                "later": place + 1,
            }
            for place, picture in enumerate(rows)
        ]
        context = {
            "company": self.company,
            "product": self.product,
            "slots": slots,
            "form": form or PictureForm(),
            "most": pictures.MOST,
            "may_edit": may_edit_products(self.company)
            and self.product.status != ProductStatus.IN_REVIEW,
        }
        template = "exporters/product_pictures.html"
        return render(self.request, template, context, status=status)


def _texts_form(picture: ProductPicture, data=None) -> TextsForm:
    return TextsForm(
        data,
        prefix=f"texts-{picture.pk}",
        initial={name: getattr(picture, name) for name in pictures.TEXTS},
    )


class ProductPicturesView(PicturesScope):
    """Shows them, and takes one more."""

    def get(self, request, **kwargs):
        self.find(**kwargs)
        return self.page()

    def post(self, request, **kwargs):
        self.find(**kwargs)
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form=form, status=422)
        try:
            pictures.add_picture(
                self.product,
                form.cleaned_data["file"],
                texts=form.texts,
                key=form.cleaned_data["key"],
            )
        except TransitionNotAllowed as refusal:
            form.add_error("file", str(refusal))
            return self.page(form=form, status=422)
        except StorageUnavailable:
            form.add_error("file", NOT_STORED)
            return self.page(form=form, status=503)
        messages.success(request, _("Received. It is shown as soon as it is prepared."))
        return self.back()


class PictureFrameView(PicturesScope):
    """What there is to see of one picture now; the page asks for it until it is ready."""

    def get(self, request, **kwargs):
        self.find(**kwargs)
        context = {"company": self.company, "product": self.product, "picture": self.picture}
        return render(request, "exporters/_picture_frame.html", context)


class PictureMoveView(PicturesScope):
    def post(self, request, **kwargs):
        self.find(**kwargs)
        form = PlaceForm(request.POST)
        if form.is_valid():
            pictures.move_picture(self.picture, form.cleaned_data["position"])
        return self.back()


class PictureTextsView(PicturesScope):
    def post(self, request, **kwargs):
        self.find(**kwargs)
        form = _texts_form(self.picture, request.POST)
        if not form.is_valid():
            return self.page(texts=form, status=422)
        pictures.save_alt(self.picture, form.texts)
        messages.success(request, _("Saved."))
        return self.back()


class PictureRemoveView(PicturesScope):
    """Asks with the picture in sight, then removes it."""

    def get(self, request, **kwargs):
        self.find(**kwargs)
        context = {"company": self.company, "product": self.product, "picture": self.picture}
        return render(request, "exporters/picture_remove.html", context)

    def post(self, request, **kwargs):
        self.find(**kwargs)
        pictures.remove_picture(self.picture)
        messages.success(request, _("The picture was removed."))
        return self.back()


class PictureOriginalView(LoginRequiredMixin, View):
    """The upload behind a picture, to its team and to staff, as a download."""

    def get(self, request, public_id):
        rows = ProductPicture.objects.select_related("product__company")
        picture = get_object_or_404(rows, public_id=public_id)
        if not (picture.original and can_read_original(request.user, picture)):
            raise Http404
        security_event("picture_read", user=request.user, picture=picture.pk)
        ending = picture.original.name.rpartition(".")[2]
        return private_response(
            picture.original,
            filename=f"{picture.product.slug}-{picture.position + 1}.{ending}",
            content_type=_TYPES[ending],
        )
