"""What staff say of a certificate, and what the worker and the calendar do with it."""

import datetime
import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.notices import first_time
from core.workflow import TransitionNotAllowed
from exporters import certificate_mail
from exporters.access import CHECK_CERTIFICATE, acts_for
from exporters.enums import LIVE_STATUSES, CertificateReason, DocumentCheck
from exporters.models import Certificate, CertificatePage
from exporters.models.certificate import EXPIRY_WARNING_DAYS
from exporters.services.catalogue import announce_change
from exporters.services.certificates import UNDECIDED, lock_certificate, set_values
from exporters.services.documents import inspect_file

# How long ago a certificate may have ended for its pages to be refreshed: nights on which no
# worker ran are made up for.
_LOOK_BACK = datetime.timedelta(days=30)


@transaction.atomic
def verify_certificate(certificate: Certificate, *, actor, seen: str) -> Certificate:
    """Say that a certificate is what it says: buyers see it from now on.

    `seen` are its `facts` as they were on the page of who checked it.
    """
    locked = _lock_for_staff(certificate, actor)
    if why := why_not_verified(locked):
        raise TransitionNotAllowed(why)
    if locked.facts != seen:
        raise TransitionNotAllowed(
            _("The company has changed it since you opened this page. Look at it again.")
        )
    set_values(locked, UNDECIDED | {"verified_by": actor, "verified_at": timezone.now()})
    locked.save()
    announce_change(locked.company)
    certificate_mail.certificate_checked(locked)
    return locked


@transaction.atomic
def refuse_certificate(
    certificate: Certificate, *, actor, reason_code: str, reason_text: str
) -> Certificate:
    """Say why a certificate does not count; one that was checked before is shown no more."""
    locked = _lock_for_staff(certificate, actor)
    if locked.refused_at:
        raise TransitionNotAllowed(_("This certificate has been refused already."))
    if reason_code not in CertificateReason.values or not reason_text.strip():
        raise TransitionNotAllowed(_("This step needs a reason and an explanation."))
    was_shown = locked.verified_at is not None
    decision = {
        "refused_by": actor,
        "refused_at": timezone.now(),
        "refusal_code": reason_code,
        "refusal_text": reason_text,
    }
    set_values(locked, UNDECIDED | decision)
    locked.save()
    if was_shown:
        announce_change(locked.company)
    certificate_mail.certificate_refused(locked)
    return locked


def why_not_verified(certificate: Certificate) -> str:
    """Why nobody can verify it as it is, in words; "" when someone can."""
    if certificate.verified_at:
        return _("This certificate has been checked already.")
    if certificate.is_expired:
        return _("This certificate has expired.")
    if certificate.check_status == DocumentCheck.PENDING:
        return _("Its document is still being scanned. Try again in a minute.")
    if not certificate.is_readable:
        return _("Its document cannot be opened: refuse it, and ask for another one.")
    return ""


def check_certificate(certificate: Certificate) -> None:
    """Scan a stored certificate for viruses and draw its pages; runs in the worker.

    Of two runs at once the first one counts, and a file that was replaced meanwhile counts not.
    """
    found, pages = inspect_file(certificate)
    with transaction.atomic():
        rows = Certificate.objects.select_for_update().filter(
            pk=certificate.pk, file=certificate.file.name, check_status=DocumentCheck.PENDING
        )
        locked = rows.first()
        if locked is None:
            return
        for number, content in enumerate(pages, start=1):
            page = CertificatePage(certificate=locked, number=number)
            page.file.save(f"pages/{uuid.uuid4().hex}.webp", ContentFile(content), save=True)
        Certificate.objects.filter(pk=locked.pk).update(**found)


def tend_certificates(today: datetime.date) -> None:
    """Take those that have ended off the pavilion, and remind companies of those that end soon."""
    checked = Certificate.objects.filter(verified_at__isnull=False).select_related("company")
    ended = checked.filter(valid_until__gte=today - _LOOK_BACK, valid_until__lt=today)
    for certificate in ended:
        _take_off(certificate)
    until = today + datetime.timedelta(days=EXPIRY_WARNING_DAYS)
    ending = checked.filter(
        valid_until__gte=today,
        valid_until__lte=until,
        company__applications__status__in=LIVE_STATUSES,
    )
    renewed = Certificate.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        company=OuterRef("company"),
        kind=OuterRef("kind"),
        name=OuterRef("name"),
        refused_at=None,
    )
    for certificate in ending.exclude(Exists(renewed)):
        _remind(certificate)


@transaction.atomic
def _take_off(certificate: Certificate) -> None:
    if first_time(f"certificate:{certificate.pk}:{certificate.valid_until}:ended"):
        announce_change(certificate.company)


@transaction.atomic
def _remind(certificate: Certificate) -> None:
    if first_time(f"certificate:{certificate.pk}:{certificate.valid_until}:ends"):
        certificate_mail.certificate_expires(certificate)


def _lock_for_staff(certificate: Certificate, actor) -> Certificate:
    if not actor.has_perm(CHECK_CERTIFICATE):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    if acts_for(actor, certificate.company):
        raise TransitionNotAllowed(
            _("You are in this company's team. Someone else has to check its certificates.")
        )
    return lock_certificate(certificate)
