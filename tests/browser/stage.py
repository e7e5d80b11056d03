"""Sets a stage in a portal's own Django, for journeys that begin in the middle of a story.

Run as a process: python -m tests.browser.stage SCENE '{"json": "values"}'; prints JSON.
Everything is written by the services that the pages use.
"""

import datetime
import json
import sys
import uuid
from decimal import Decimal

import django

from tests.browser import papers


def ask_for_sign_of_life():
    """Through the broker, so that the answer proves a worker."""
    from core.tasks import beat_heart

    beat_heart.delay()


def application(*, email: str, until: str = "draft", coordinator: str = "") -> dict:
    """A complete application of a new company; its owner logs in with the demo's password.

    `until` is draft, submitted or in_review; the last one is claimed by `coordinator`.
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
    if until == "in_review":
        row = review.claim_application(row, actor=User.objects.get(email=coordinator))
    return {
        "pk": row.pk,
        "reference": row.reference,
        "slug": company.slug,
        "company": company.name,
        "email": email,
    }


def person(email: str):
    from allauth.account.models import EmailAddress

    from core.models import User
    from demo.people import PASSWORD

    user = User.objects.create_user(email, PASSWORD, full_name="Paula Prueba")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


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


def _upload(row, owner) -> None:
    from core.uploads import PDF, CleanUpload
    from exporters.enums import DocumentKind
    from exporters.models.document import VALID_DAYS
    from exporters.services.documents import store_document

    for kind in DocumentKind:
        paper = papers.pdf(kind.value)
        store_document(
            row,
            CleanUpload(paper["name"], PDF, paper["buffer"]),
            kind=kind,
            issued_on=datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=3)
            if kind in VALID_DAYS
            else None,
            actor=owner,
            key=uuid.uuid4(),
        )


SCENES = {scene.__name__: scene for scene in (ask_for_sign_of_life, application, sent_mail)}

if __name__ == "__main__":
    django.setup()
    result = SCENES[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(result))
