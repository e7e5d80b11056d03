"""The certificates of a company: stored, corrected, given to products, removed.

Locks the company's application, the certificate, then products. Staff check them in
exporters.services.certificate_checks.
"""

import contextlib
import uuid

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.uploads import CleanUpload, private_storage, stored
from core.workflow import TransitionNotAllowed
from exporters.enums import DocumentCheck, ProductStatus, ScanStatus
from exporters.models import Certificate, Company, Product
from exporters.services.catalogue import announce_change
from exporters.services.editable import lock_editable

FACTS = ("kind", "name", "number", "issued_by", "valid_until")
UNDECIDED = {
    "verified_by": None, "verified_at": None,
    "refused_by": None, "refused_at": None, "refusal_code": "", "refusal_text": "",
}  # fmt: skip


class _StoredBefore(Exception):
    def __init__(self, certificate: Certificate):
        self.certificate = certificate


def add_certificate(
    company: Company,
    upload: CleanUpload,
    *,
    facts: dict,
    products: list[int],
    actor,
    key: uuid.UUID,
) -> Certificate:
    """Store a certificate of a company, of these of its products (keys), to be checked by staff.

    `facts` are the columns of FACTS. A retry with the same `key` finds the first result. Raises
    TransitionNotAllowed; StorageUnavailable when the disk refuses: then neither file nor row
    exists.
    """
    try:
        with _stored(company, upload) as name, transaction.atomic():
            lock_editable(company)
            if earlier := Certificate.objects.filter(idempotency_key=key).first():
                if (earlier.company_id, earlier.sha256) == (company.pk, upload.sha256):
                    raise _StoredBefore(earlier)  # takes the second file away again
                key = uuid.uuid4()  # another file from a page that was still open
            certificate = Certificate.objects.create(
                company=company,
                uploaded_by=actor,
                idempotency_key=key,
                **_known(facts),
                **_file_facts(upload, name),
            )
            certificate.products.set(_locked_products(company, products))
            _order_check(certificate)
    except _StoredBefore as found:
        return found.certificate
    return certificate


def edit_certificate(
    certificate: Certificate,
    *,
    facts: dict,
    products: list[int],
    actor,
    upload: CleanUpload | None = None,
) -> Certificate:
    """Correct a certificate, with a new document where there is one; returns the fresh row.

    What staff had checked or refused was another certificate: it waits to be checked again. Which
    products it is of may change at any time.
    """
    with contextlib.ExitStack() as files:
        name = files.enter_context(_stored(certificate.company, upload)) if upload else ""
        files.enter_context(transaction.atomic())
        locked = _lock(certificate)
        before, was_shown = locked.facts, locked.verified_at is not None
        products_before = set(locked.products.values_list("pk", flat=True))
        for column, value in _known(facts).items():
            setattr(locked, column, value)
        if upload:
            _delete_files(locked)
            locked.pages.all().delete()
            set_values(locked, {**_file_facts(upload, name), "uploaded_by": actor})
            _order_check(locked)
        if locked.facts != before:
            set_values(locked, UNDECIDED)
        locked.save()
        products_now = set(_locked_products(locked.company, products))
        locked.products.set(products_now)
        if was_shown and locked.facts != before:
            _tell(locked.company, products_before | products_now)
        elif was_shown and products_before != products_now:
            _tell(locked.company, products_before ^ products_now)
    return locked


@transaction.atomic
def remove_certificate(certificate: Certificate) -> None:
    """Delete a certificate; its files go with the commit."""
    locked = _lock(certificate)
    products = set(locked.products.values_list("pk", flat=True))
    was_shown = locked.verified_at is not None
    _delete_files(locked)
    locked.delete()
    if was_shown:
        _tell(locked.company, products)


# --- What they stand on ----------------------------------------------------------------------


def _lock(certificate: Certificate) -> Certificate:
    """The row as it is now, locked after the application of its company."""
    lock_editable(certificate.company)
    return lock_certificate(certificate)


def lock_certificate(certificate: Certificate) -> Certificate:
    rows = Certificate.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("company")
    if row := rows.filter(pk=certificate.pk).first():
        return row
    raise TransitionNotAllowed(_("This certificate has been removed meanwhile."))


def _stored(company: Company, upload: CleanUpload):
    return stored(upload, private_storage(), f"certificates/{company.pk}")


def _file_facts(upload: CleanUpload, name: str) -> dict:
    return {
        "file": name,
        "original_name": upload.original_name,
        "content_type": upload.content_type,
        "size": upload.size,
        "sha256": upload.sha256,
        "uploaded_at": timezone.now(),
        "check_status": DocumentCheck.PENDING,
        "scan_status": ScanStatus.PENDING,
    }


def _known(facts: dict) -> dict:
    return {column: facts[column] for column in FACTS if column in facts}


def set_values(certificate: Certificate, values: dict) -> None:
    for column, value in values.items():
        setattr(certificate, column, value)


def _order_check(certificate: Certificate) -> None:
    # By name, since tasks stand above services. Lost with a dead broker, swept up later.
    transaction.on_commit(
        lambda: current_app.send_task("exporters.tasks.check_certificate", [certificate.pk]),
        robust=True,
    )


def _locked_products(company: Company, keys) -> list[int]:
    """Those of these products that are the company's, locked in the order of all services."""
    rows = company.products.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _tell(company: Company, products: set[int]) -> None:
    """What buyers see of these has changed: the programme looks at the public ones again."""
    keys = _locked_products(company, products)
    Product.objects.filter(pk__in=keys, status=ProductStatus.PUBLISHED).update(
        changed_since_review=True, updated_at=timezone.now()
    )
    announce_change(company)  # its own page shows all of its certificates


def _delete_files(certificate: Certificate) -> None:
    names = [certificate.file.name, *(page.file.name for page in certificate.pages.all())]
    storage = private_storage()
    for name in names:
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)
