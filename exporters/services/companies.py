"""Registering a company and keeping its facts."""

import uuid

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from exporters.company_size import company_size
from exporters.enums import ApplicationStatus, TeamRole
from exporters.merging import Fingerprint
from exporters.models import Company, TeamMember
from exporters.services.catalogue import announce_change
from exporters.services.edits import copy_changes
from exporters.services.leads import convert_lead


class RfcTaken(Exception):
    """Someone registered this RFC at the same moment."""


def register_company(company: Company, *, owner, invitation: str = "") -> Company:
    """Store a new company with its first owner. Raises RfcTaken.

    `invitation` is the token of the link that led here; the company's lead is converted. A retry
    with the same idempotency key changes the company that the first try stored.
    """
    mine = Company.objects.filter(idempotency_key=company.idempotency_key, team__user=owner)
    if earlier := mine.first():
        return _send_again(company, earlier)
    company.slug = _free_slug(company.name)
    try:
        with transaction.atomic():
            save_company(company)
            TeamMember.objects.create(company=company, user=owner, role=TeamRole.OWNER)
            convert_lead(company, owner=owner, token=invitation)
    except IntegrityError as error:
        if earlier := mine.first():
            return _send_again(company, earlier)
        raise RfcTaken from error
    return company


def _send_again(company: Company, earlier: Company) -> Company:
    """The same form once more, perhaps corrected: counts until the application is sent."""
    if earlier.applications.exclude(status=ApplicationStatus.DRAFT).exists():
        return earlier
    company.pk, company.slug, company.created_at = earlier.pk, earlier.slug, earlier.created_at
    return save_company(company)


@transaction.atomic
def save_company(
    company: Company, fields: list[str] | None = None, version: Fingerprint | None = None
) -> Company:
    """Save the facts of a company with the size that follows from them; returns the fresh row.

    With `fields` only these, and with a `version` of them, as for save_section, none that
    someone else has changed meanwhile.
    """
    if fields is None:
        company.size = _size(company)
        company.save()
        announce_change(company)
        return company
    # Without the key: rows that only point to the company are stored meanwhile.
    stored = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if written := copy_changes(company, stored, fields, version):
        stored.size = _size(stored)
        stored.save(update_fields=[*written, "size", "updated_at"])
        announce_change(stored)
    return stored


def _size(company: Company) -> str:
    known = (
        company.sector and company.employees is not None and company.annual_sales_mxn is not None
    )
    if not known:
        return ""
    return company_size(company.sector, company.employees, company.annual_sales_mxn)


def _free_slug(name: str) -> str:
    slug = slugify(name)[:120] or "empresa"
    if Company.objects.filter(slug=slug).exists():
        slug = f"{slug}-{uuid.uuid4().hex[:6]}"
    return slug
