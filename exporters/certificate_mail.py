"""E-mail about certificates, to the company's team in its language; see exporters.notifications."""

from django.urls import reverse
from django.utils import translation

from core import mail
from exporters.enums import CertificateReason
from exporters.models import Certificate
from exporters.notifications import team_addresses


def certificate_checked(certificate: Certificate) -> None:
    _to_team("exporters/mail/certificate_checked", certificate)


def certificate_refused(certificate: Certificate) -> None:
    with translation.override(certificate.company.language):
        reason = str(CertificateReason(certificate.refusal_code).label)
    _to_team(
        "exporters/mail/certificate_refused",
        certificate,
        reason=reason,
        explanation=certificate.refusal_text,
    )


def certificate_expires(certificate: Certificate) -> None:
    _to_team("exporters/mail/certificate_expires", certificate)


def _to_team(event: str, certificate: Certificate, **context) -> None:
    company = certificate.company
    with translation.override(company.language):
        url = mail.absolute(reverse("exporters:certificates", args=[company.slug]))
        name = str(certificate)
    for address in team_addresses(company):
        mail.queue(
            event,
            to=address,
            language=company.language,
            company=company,
            certificate=certificate,
            name=name,
            url=url,
            **context,
        )
