"""The certificates of a company, for its team; their files for staff too."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.logs import security_event
from core.uploads import NOT_STORED, PDF, StorageUnavailable, private_response
from core.workflow import TransitionNotAllowed
from exporters.access import can_read_certificate
from exporters.editing import may_edit_products
from exporters.enums import ScanStatus
from exporters.forms.certificate import CertificateForm
from exporters.models import Certificate
from exporters.services import certificates
from exporters.views.scope import CompanyScope


class CertificatesView(CompanyScope, View):
    """Shows them, and takes one more."""

    template_name = "exporters/certificates.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed as refusal:
            messages.error(request, str(refusal))
            return self.back()

    def back(self):
        return redirect("exporters:certificates", self.company.slug)

    def get(self, request, slug):
        return self.page(self.form())

    def post(self, request, slug):
        form = self.form(request.POST, request.FILES)
        return self.store(
            form,
            lambda: certificates.add_certificate(
                self.company,
                form.cleaned_data["file"],
                facts=form.facts,
                products=form.product_keys,
                actor=request.user,
                key=form.cleaned_data["key"],
            ),
            _("Received. Buyers see it once the programme has checked it."),
        )

    def form(self, *data) -> CertificateForm:
        return CertificateForm(*data, instance=Certificate(company=self.company))

    def store(self, form, save, done: str):
        """Save what a form says; with what is wrong it comes back as it was sent."""
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            save()
        except TransitionNotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.page(form, status=422)
        except StorageUnavailable:
            form.add_error("file", NOT_STORED)
            return self.page(form, status=503)
        messages.success(self.request, done)
        return self.back()

    def page(self, form, status=200):
        rows = self.company.certificates.select_related("verified_by").prefetch_related("products")
        context = {
            "company": self.company,
            "certificates": rows,
            "form": form,
            "may_edit": may_edit_products(self.company),
        }
        return render(self.request, self.template_name, context, status=status)


class OneCertificateView(CertificatesView):
    """Finds the certificate that the address names."""

    def find(self, public_id) -> Certificate:
        self.certificate = get_object_or_404(self.company.certificates, public_id=public_id)
        self.certificate.company = self.company
        return self.certificate


class CertificateEditView(OneCertificateView):
    template_name = "exporters/certificate_edit.html"

    def get(self, request, slug, public_id):
        return self.page(CertificateForm(instance=self.find(public_id)))

    def post(self, request, slug, public_id):
        form = CertificateForm(request.POST, request.FILES, instance=self.find(public_id))
        return self.store(
            form,
            lambda: certificates.edit_certificate(
                self.certificate,
                facts=form.facts,
                products=form.product_keys,
                actor=request.user,
                upload=form.cleaned_data["file"],
            ),
            _("Saved."),
        )

    def page(self, form, status=200):
        context = {
            "company": self.company,
            "certificate": self.company.certificates.get(pk=self.certificate.pk),
            "form": form,
            "may_edit": may_edit_products(self.company),
        }
        return render(self.request, self.template_name, context, status=status)


class CertificateRemoveView(OneCertificateView):
    """Asks, then removes."""

    def get(self, request, slug, public_id):
        context = {"company": self.company, "certificate": self.find(public_id)}
        return render(request, "exporters/certificate_remove.html", context)

    def post(self, request, slug, public_id):
        certificates.remove_certificate(self.find(public_id))
        messages.success(request, _("The certificate was removed."))
        return self.back()


class CertificateFileView(LoginRequiredMixin, View):
    """The document itself, to its team and to staff; as a download, never run by the browser."""

    def get(self, request, public_id):
        certificate = self.certificate(request, public_id)
        security_event("certificate_read", user=request.user, certificate=certificate.pk)
        return private_response(
            certificate.file,
            filename=certificate.original_name,
            content_type=certificate.content_type,
        )

    @staticmethod
    def certificate(request, public_id) -> Certificate:
        rows = Certificate.objects.select_related("company")
        certificate = get_object_or_404(rows, public_id=public_id)
        infected = certificate.scan_status == ScanStatus.INFECTED
        if infected or not can_read_certificate(request.user, certificate):
            raise Http404
        return certificate


class CertificatePageView(CertificateFileView):
    """One page as a picture: of a PDF the drawn page, of a picture the picture."""

    def get(self, request, public_id, number):
        certificate = self.certificate(request, public_id)
        if certificate.content_type != PDF:
            if number != 1:
                raise Http404
            file, content_type = certificate.file, certificate.content_type
        else:
            file = get_object_or_404(certificate.pages, number=number).file
            content_type = "image/webp"
        name = file.name.rpartition("/")[2]
        return private_response(file, filename=name, content_type=content_type, inline=True)
