"""Sets a stage in a portal's own Django, for journeys that begin in the middle of a story.

Run as a process: python -m tests.browser.stage; reads a line of JSON, ["scene", {values}], and
answers with a line of JSON. Everything is written by the services that the pages use.
"""

import datetime
import functools
import json
import sys
import uuid
from decimal import Decimal

import django
from django.core.files.base import ContentFile

from tests.browser import papers


def ask_for_sign_of_life():
    """Through the broker, so that the answer proves a worker."""
    from core.tasks import beat_heart

    beat_heart.delay()


def application(*, email: str, until: str = "draft", coordinator: str = "") -> dict:
    """A complete application of a new company; its owner logs in with the demo's password.

    `until` is draft, submitted, in_review (claimed by `coordinator`), verified (the whole
    checklist too) or approved.
    """
    from core.models import User
    from exporters.services import applications, review

    owner = person(email)
    company = _company(owner)
    row = applications.start_application(company, actor=owner)
    _fill_in(row)
    _product(row)
    _upload(row, owner)
    if until != "draft":
        row = applications.submit_application(row, actor=owner)
    if until in ("in_review", "verified", "approved"):
        row = review.claim_application(row, actor=User.objects.get(email=coordinator))
    if until in ("verified", "approved"):
        _verify(row)
    if until == "approved":
        row = review.approve_application(row, actor=row.assigned_to)
    return {
        "pk": row.pk,
        "reference": row.reference,
        "slug": company.slug,
        "company": company.name,
        "email": email,
    }


@functools.cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose; once is enough."""
    from django.contrib.auth.hashers import make_password

    return make_password(password)


def person(email: str):
    from allauth.account.models import EmailAddress

    from core.models import User
    from demo.people import PASSWORD

    user = User(email=email, full_name="Paula Prueba", password=_hashed(PASSWORD))
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def session(*, email: str) -> dict:
    """The cookie of someone who has just logged in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from core.models import User

    user = User.objects.get(email=email)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}


def colleague(*, of: str, email: str) -> None:
    """A new person in the team of the company `of`, its slug."""
    from exporters.models import Company

    Company.objects.get(slug=of).team.create(user=person(email), role="editor")


def vendor_of(*, slug: str) -> dict:
    """Someone of the team that offers this product."""
    from exporters.models import TeamMember

    return {"email": TeamMember.objects.filter(company__products__slug=slug).first().user.email}


def sent_mail(*, to: str) -> list[str]:
    """Subjects of the mail to this address that the worker has handed over."""
    from post_office.models import STATUS, Email

    mails = Email.objects.filter(to__icontains=to, status=STATUS.sent).order_by("pk")
    return list(mails.values_list("subject", flat=True))


def _company(owner):
    from exporters.models import Company
    from exporters.services.companies import register_company

    name = f"Prueba {uuid.uuid4().hex[:6]}"
    company = Company(
        rfc=papers.fictional_rfc(),
        legal_name=f"{name} SA de CV",
        trade_name=name,
        state="14",
        municipality="Tequila",
        sector="industry",
        employees=12,
        annual_sales_mxn=Decimal(3_000_000),
        contact_name=owner.full_name,
        contact_email=owner.email,
        phone="+525555550100",
        language="es",
        idempotency_key=uuid.uuid4(),
    )
    return register_company(company, owner=owner)


def _fill_in(row) -> None:
    from exporters.models.application import DECLARATIONS
    from exporters.services.applications import save_section

    values = {
        "export_level": "never",
        "online_sales": "none",
        "capacity": "10 toneladas",
        "languages_spoken": "Español",
        "motivation": "Vender en China.",
        **dict.fromkeys(DECLARATIONS, True),
    }
    for name, value in values.items():
        setattr(row, name, value)
    save_section(row, list(values))


def _product(row) -> None:
    from exporters.models import Product, ProductCategory
    from exporters.services.products import save_product

    product = Product(
        company=row.company,
        category=ProductCategory.objects.get(code="tequila"),
        name_es="Tequila de prueba",
        hs_code="2208.90",
        fob_min_usd=Decimal(10),
        fob_max_usd=Decimal(12),
        unit="bottle",
        moq=600,
    )
    save_product(row, product)


def _verify(row) -> None:
    from exporters.checklist import checklist
    from exporters.services.checks import CheckAnswer, record_checks

    answers = [CheckAnswer(check.key, check.facts, "passed") for check in checklist(row)]
    record_checks(row, answers, actor=row.assigned_to)


def _upload(row, owner) -> None:
    from core.uploads import PDF, CleanUpload
    from exporters.enums import DocumentKind
    from exporters.models.document import VALID_DAYS
    from exporters.services.documents import store_document

    for kind in DocumentKind:
        paper = papers.pdf(kind.value)
        store_document(
            row,
            CleanUpload(paper["name"], PDF, ContentFile(paper["buffer"])),
            kind=kind,
            issued_on=datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=3)
            if kind in VALID_DAYS
            else None,
            actor=owner,
            key=uuid.uuid4(),
        )


SCENES = {
    scene.__name__: scene
    for scene in (ask_for_sign_of_life, application, colleague, session, sent_mail, vendor_of)
}


def main() -> None:
    django.setup()
    for line in sys.stdin:
        scene, values = json.loads(line)
        sys.stdout.write(json.dumps(SCENES[scene](**values)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
