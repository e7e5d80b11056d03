"""Writes a company's past, with the dates on which things happened."""

import datetime
import uuid
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.text import slugify

from core.models import User
from core.sequences import next_number
from core.workflow import SYSTEM
from demo import catalogue, desk, people, specimens
from demo.money import MoneyPast
from exporters import clock
from exporters.company_size import company_size
from exporters.enums import DocumentKind
from exporters.letter_code import new_letter_code
from exporters.models import (
    Application,
    ApplicationTransition,
    Company,
    Document,
    DocumentPage,
    Product,
    ProductCategory,
    TeamMember,
)

# The steps that led to each status: transition, the status it led to, days before the last one.
PATHS = {
    "draft": [],
    "submitted": [("submit", "submitted", 0)],
    "in_review": [("submit", "submitted", 2), ("claim", "in_review", 0)],
    "changes_requested": [
        ("submit", "submitted", 4),
        ("claim", "in_review", 2),
        ("request_changes", "changes_requested", 0),
    ],
    "came_back": [
        ("submit", "submitted", 8),
        ("claim", "in_review", 6),
        ("request_changes", "changes_requested", 4),
        ("resubmit", "submitted", 0),
    ],
    "expired": [
        ("submit", "submitted", 36),
        ("claim", "in_review", 33),
        ("request_changes", "changes_requested", 31),
        ("expire", "expired", 0),
    ],
    "rejected": [
        ("submit", "submitted", 5),
        ("claim", "in_review", 3),
        ("reject", "rejected", 0),
    ],
    "withdrawn": [("submit", "submitted", 3), ("withdraw", "withdrawn", 0)],
    "approved": [
        ("submit", "submitted", 7),
        ("claim", "in_review", 5),
        ("approve", "approved", 0),
    ],
}
PATHS["expired"] = [
    *[(name, status, days + 62) for name, status, days in PATHS["changes_requested"]],
    ("expire", "expired", 0),
]
PATHS["suspended"] = [
    # So long that its year is over.
    *[(name, status, days + 390) for name, status, days in PATHS["approved"]],
    ("suspend", "suspended", 0),
]
PATHS["revoked"] = [
    *[(name, status, days + 70) for name, status, days in PATHS["approved"]],
    ("suspend", "suspended", 30),
    ("revoke", "revoked", 0),
]
REASONS = {
    "request_changes": (desk.ASKED[0][1], desk.REQUEST_TEXT),
    "reject": (
        "not_exportable",
        "La fruta fresca de este estado aún no tiene acceso al mercado. Puede volver a "
        "solicitar con sus productos deshidratados.",
    ),
    "suspend": ("complaints", "Dos compradores no recibieron respuesta en treinta días."),
    "revoke": ("compliance", "La empresa no contestó durante la suspensión."),
}
_BY_COMPANY = {"submit", "resubmit", "withdraw"}


class Past:
    def __init__(self, products: dict[str, list[dict]], users: dict[str, User]):
        self.products = products
        self.money = MoneyPast(users)
        self.coordinators = [
            users[people.COORDINATOR.email],
            users[people.SECOND_COORDINATOR.email],
        ]
        self.categories = {category.code: category for category in ProductCategory.objects.all()}

    def company(self, row: dict, status: str, days_ago: int) -> Application:
        """A company of companies.csv whose application reached `status` `days_ago`."""
        company = self._register(row)
        owner = self._owner(row, company)
        published = status in ("approved", "suspended")
        decided = timezone.now() - datetime.timedelta(days=days_ago)
        self._offer_products(company, row, decided if published else None)
        catalogue.certify(company, owner, checker=self.coordinators[0] if published else None)
        application = self._apply(company, owner, status, days_ago)
        if status != "draft":
            self._upload(application, owner)
        desk.write(application)
        if application.decided_at and status != "rejected":
            self.money.join(application)
        return application

    def _register(self, row: dict) -> Company:
        sales = Decimal(row["annual_sales_mxn"])
        employees = int(row["employees"])
        return Company.objects.create(
            rfc=row["rfc"],
            legal_name=row["legal_name"],
            trade_name=row["trade_name"],
            slug=f"{slugify(row['trade_name'])[:120]}-{row['rfc'][:3].lower()}",
            state=row["state"],
            municipality=row["municipality"],
            contact_name=row["contact_name"],
            contact_email=row["contact_email"],
            phone=row["phone"],
            website=row["website"],
            sector=row["sector"],
            employees=employees,
            annual_sales_mxn=sales,
            size=company_size(row["sector"], employees, sales),
            about_es=row["about_es"],
            about_en=row["about_en"],
            about_zh_hans=row["about_zh_hans"],
        )

    @staticmethod
    def _owner(row: dict, company: Company) -> User:
        owner = User(email=row["contact_email"], full_name=row["contact_name"])
        owner.set_unusable_password()
        owner.save()
        EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
        TeamMember.objects.create(company=company, user=owner, role="owner")
        return owner

    def _offer_products(self, company: Company, row: dict, published_at) -> None:
        for item in self.products[row["rfc"]]:
            product = Product.objects.create(
                company=company,
                category=self.categories[item["category"]],
                status="published" if published_at else "draft",
                slug=f"{slugify(item['name_es'])[:120]}-{uuid.uuid4().hex[:6]}",
                hs_code=item["hs_code"],
                fob_min_usd=Decimal(item["fob_min_usd"]),
                fob_max_usd=Decimal(item["fob_max_usd"]),
                unit=item["unit"],
                moq=int(item["moq"]),
                lead_time_days=int(item["lead_time_days"]),
                port=item["port"],
                published_at=published_at,
                **catalogue.offer(item),
                **{
                    f"{field}_{language}": item[f"{field}_{language}"]
                    for field in ("name", "description")
                    for language in ("es", "en", "zh_hans")
                },
            )
            catalogue.show(product, item)

    def _apply(self, company: Company, owner: User, status: str, days_ago: int) -> Application:
        steps = PATHS[status]
        last = timezone.now() - datetime.timedelta(days=days_ago)
        dates = {name: last - datetime.timedelta(days=before) for name, _, before in steps}
        started = dates.get("submit", last) - datetime.timedelta(days=6)
        number = next_number(f"application-{started.year}")
        coordinator = self.coordinators[number % 3 == 0]
        decided = dates.get("approve") or dates.get("reject")
        complete = status != "draft"
        application = Application.objects.create(
            reference=f"MX-{started.year}-{number:05d}",
            company=company,
            status=steps[-1][1] if steps else "draft",
            created_by=owner,
            created_at=started,
            assigned_to=coordinator if "claim" in dates else None,
            worked_at=last,
            submitted_at=dates.get("resubmit") or dates.get("submit"),
            decided_at=decided,
            decided_by=coordinator if decided else None,
            **clock.from_log((name, timezone.localdate(day)) for name, day in dates.items()),
            letter_code=new_letter_code() if "approve" in dates else None,
            export_level="sometimes" if number % 2 else "never",
            first_export_year=2015 if number % 2 else None,
            export_markets="Estados Unidos, Canadá" if number % 2 else "",
            online_sales=("none", "mexico", "abroad", "alibaba")[number % 4],
            capacity="Un contenedor al mes" if complete else "",
            languages_spoken="Español, inglés" if complete else "",
            motivation="Encontrar compradores en China sin intermediarios." if complete else "",
            **dict.fromkeys(
                (
                    "declares_truth",
                    "accepts_rules",
                    "accepts_sharing",
                    "declares_no_other_support",
                ),
                complete,
            ),
        )
        actors = dict.fromkeys(_BY_COMPANY, owner) | {"expire": SYSTEM}
        before = "draft"
        for name, target, _before in steps:
            code, text = REASONS.get(name, ("", ""))
            ApplicationTransition.objects.create(
                application=application,
                transition=name,
                from_status=before,
                to_status=target,
                actor=actors.get(name, coordinator),
                reason_code=code,
                reason_text=text,
                created_at=dates[name],
            )
            before = target
        return application

    @staticmethod
    def _upload(application: Application, owner: User) -> None:
        submitted = application.submitted_at
        expired = application.status == "changes_requested"
        for kind in DocumentKind:
            sample = specimens.specimen(kind)
            document = Document(
                application=application,
                kind=kind,
                file=sample.name,
                original_name=f"{kind.replace('_', '-')}.pdf",
                content_type="application/pdf",
                size=sample.size,
                sha256=sample.sha256,
                uploaded_by=owner,
                uploaded_at=submitted,
                check_status="readable",
                scan_status="not_scanned",
            )
            if document.needs_date:
                age = 45 if expired and kind == DocumentKind.TAX_OPINION else 6
                document.issued_on = timezone.localdate(submitted) - datetime.timedelta(days=age)
            document.save()
            DocumentPage.objects.create(document=document, number=1, file=sample.page_name)
