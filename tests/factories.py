"""Rows for tests, made by the portal's own services wherever a service exists."""

import contextlib
import datetime
import io
import itertools
import uuid
from decimal import Decimal

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from stdnum.mx.rfc import calc_check_digit

from core.models import User
from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS
from core.uploads import PDF, CleanUpload
from core.workflow import TransitionNotAllowed
from exporters.checklist import checklist
from exporters.enums import ApplicationStatus, DocumentCheck, DocumentKind, TeamRole
from exporters.models import (
    Application,
    Certificate,
    Company,
    Document,
    Lead,
    Product,
    ProductCategory,
    TeamMember,
)
from exporters.services import (
    applications,
    certificate_checks,
    certificates,
    chasers,
    checks,
    companies,
    corrections,
    documents,
    leads,
    messages,
    pictures,
    products,
    review,
)
from exporters.services.checks import CheckAnswer
from exporters.services.corrections import CorrectionDraft
from memberships import ledger
from memberships.enums import PromotionStatus
from memberships.models import Plan, PromotionPeriod, SubsidyFund
from pavilion.models import Listing

PASSWORD = "a long enough password"
REASONS = {
    "request_changes": "illegible",
    "reject": "identity",
    "suspend": "complaints",
    "revoke": "compliance",
}
EXPERIENCE = {
    "export_level": "sometimes",
    "first_export_year": 2012,
    "export_markets": "Japón",
    "online_sales": "none",
    "capacity": "20 toneladas",
    "languages_spoken": "Español e inglés",
    "motivation": "Vender aguacate en China.",
}
_numbers = itertools.count(1)

# --- People --------------------------------------------------------------------------------


def person(email: str = "", **fields) -> User:
    email = email or f"person{next(_numbers)}@mail.example"
    return User.objects.create_user(email, PASSWORD, **fields)


def _staff(role: str, **fields) -> User:
    user = person(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def coordinator(**fields) -> User:
    return _staff(COORDINATORS, **fields)


def manager(**fields) -> User:
    return _staff(MANAGERS, **fields)


def finance(**fields) -> User:
    return _staff(FINANCE, **fields)


def auditor(**fields) -> User:
    return _staff(AUDITORS, **fields)


def superuser(**fields) -> User:
    return person(is_staff=True, is_superuser=True, **fields)


def exporter(company: Company | None = None, role=TeamRole.OWNER, **fields) -> User:
    """Someone who may act for `company`, or for nobody yet."""
    user = person(**fields)
    if company:
        TeamMember.objects.create(company=company, user=user, role=role)
    return user


# --- Companies -----------------------------------------------------------------------------


def new_rfc() -> str:
    """An unused RFC of a company whose check digit holds."""
    number = next(_numbers)
    letters = "".join(chr(65 + number // 26**power % 26) for power in (2, 1, 0))
    start = f"{letters}120417A1"
    return start + calc_check_digit(start)


def company(owner: User | None = None, **fields) -> Company:
    """A small firm with every fact that a submission needs."""
    number = next(_numbers)
    facts = {
        "rfc": new_rfc(),
        "legal_name": f"Aguacates Ficticios {number}, S.A. de C.V.",
        "trade_name": f"Aguacates {number}",
        "state": "16",
        "municipality": "Uruapan",
        "contact_name": "Silvia Zepeda",
        "contact_email": "silvia@aguacates.example",
        "phone": "+524525550184",
        "sector": "industry",
        "employees": 46,
        "annual_sales_mxn": Decimal("88000000.00"),
        "about_es": "Empacamos aguacate.",
    }
    return companies.register_company(Company(**facts | fields), owner=owner or person())


def owner_of(company: Company) -> User:
    return company.team.filter(role=TeamRole.OWNER).first().user


def category(code: str = "avocado") -> ProductCategory:
    return ProductCategory.objects.get(code=code)


def new_product(company: Company, **fields) -> Product:
    """An unsaved product."""
    facts = {
        "company": company,
        "category": fields.pop("category", None) or category(),
        "name_es": f"Aguacate Hass {next(_numbers)}",
        "description_es": "Caja de 4 kg.",
        "hs_code": "0804.40",
        "fob_min_usd": Decimal("9.80"),
        "fob_max_usd": Decimal("12.90"),
        "unit": "box",
        "moq": 264,
        "lead_time_days": 15,
        "port": "Manzanillo",
    }
    return Product(**facts | fields)


def product(company: Company, **fields) -> Product:
    """A stored product in any status."""
    product = new_product(company, **fields)
    product.slug = f"producto-{uuid.uuid4().hex[:8]}"
    product.save()
    return product


# --- Applications --------------------------------------------------------------------------

_STEPS = {  # how each status is reached, from the one before it
    ApplicationStatus.DRAFT: (),
    ApplicationStatus.SUBMITTED: ("submit",),
    ApplicationStatus.IN_REVIEW: ("submit", "claim"),
    ApplicationStatus.CHANGES_REQUESTED: ("submit", "claim", "request_changes"),
    ApplicationStatus.APPROVED: ("submit", "claim", "approve"),
    ApplicationStatus.REJECTED: ("submit", "claim", "reject"),
    ApplicationStatus.WITHDRAWN: ("submit", "withdraw"),
    ApplicationStatus.SUSPENDED: ("submit", "claim", "approve", "suspend"),
    ApplicationStatus.REVOKED: ("submit", "claim", "approve", "suspend", "revoke"),
    ApplicationStatus.EXPIRED: ("submit", "claim", "request_changes", "expire"),
}
_SERVICES = {
    "submit": applications.submit_application,
    "resubmit": applications.submit_application,
    "withdraw": applications.withdraw_application,
    "expire": lambda row, actor: chasers.expire_application(row),
    "release_idle": lambda row, actor: chasers.release_idle_application(row),
    "claim": review.claim_application,
    "assign": lambda row, actor, to=None: review.assign_application(
        row, to=to or coordinator(), actor=actor
    ),
    "release": review.release_application,
    "request_changes": review.request_changes,
    "approve": review.approve_application,
    "reject": review.reject_application,
    "suspend": review.suspend_application,
    "reinstate": review.reinstate_application,
    "revoke": review.revoke_application,
}
BY_EXPORTER = {"submit", "resubmit", "withdraw"}
BY_MANAGER = {"suspend", "reinstate", "revoke"}
BY_PORTAL = {"expire", "release_idle"}


def reason_for(name: str) -> dict:
    if name == "request_changes":
        return {"items": [correction_draft()]}
    if name not in REASONS:
        return {}
    return {"reason_code": REASONS[name], "reason_text": "Vuelva a escanear la opinión 32-D."}


def correction_draft(target: str = "tax_opinion", **fields) -> CorrectionDraft:
    facts = {
        "reason_code": REASONS["request_changes"],
        "message": "Vuelva a escanear la opinión 32-D.",
    }
    return CorrectionDraft(target, **facts | fields)


def verify(application: Application, *, actor: User, **outcomes) -> None:
    """Answer the whole checklist: all in order but for the kinds that `outcomes` names."""
    answers = [
        CheckAnswer(
            check.key,
            check.facts,
            outcome=(outcome := outcomes.get(check.kind, "passed")),
            note="" if outcome == "passed" else "No coincide.",
        )
        for check in checklist(application)
    ]
    checks.record_checks(application, answers, actor=actor)


def answer_corrections(application: Application, *, actor: User) -> None:
    for correction in application.corrections.open():
        corrections.answer_correction(correction, answer="Corregido.", actor=actor)


def move(application: Application, name: str, *, actor: User, **values) -> Application:
    """Make the transition `name` by its service, after what it stands on."""
    prepare(application, name, actor=actor, **values)
    return _SERVICES[name](application, actor=actor, **reason_for(name) | values)


def prepare(application: Application, name: str, *, actor: User, **values) -> None:
    """The checklist before an approval, the answers before sending back."""
    if name == "approve" and "override_reason" not in values:
        with contextlib.suppress(TransitionNotAllowed):  # the step itself says what is wrong
            verify(application, actor=actor)
    if name == "resubmit":
        with contextlib.suppress(TransitionNotAllowed):
            answer_corrections(application, actor=actor)


def application(
    status: str = ApplicationStatus.DRAFT,
    *,
    company: Company | None = None,
    reviewer: User | None = None,
    complete: bool = True,
    with_product: bool = True,
) -> Application:
    """An application brought to `status` by the real services."""
    company = company or globals()["company"]()
    owner = owner_of(company)
    application = applications.start_application(company, actor=owner)
    if complete:
        fill(application, with_product=with_product)
    steps = _STEPS[ApplicationStatus(status)]
    if not steps:
        return application
    reviewer = reviewer or coordinator()
    boss = manager() if BY_MANAGER & set(steps) else None
    for name in steps:
        actor = owner if name in BY_EXPORTER else boss if name in BY_MANAGER else reviewer
        application = move(application, name, actor=actor)
    return application


def fill(application: Application, *, with_product: bool = True) -> None:
    """Give a draft all that it needs to be sent."""
    declarations = dict.fromkeys(
        ("declares_truth", "accepts_rules", "accepts_sharing", "declares_no_other_support"), True
    )
    for name, value in (EXPERIENCE | declarations).items():
        setattr(application, name, value)
    applications.save_section(application, [*EXPERIENCE, *declarations])
    if with_product and not application.company.products.exists():
        products.save_product(application, new_product(application.company))
    for kind in DocumentKind:
        document(application, kind)


def document(
    application: Application,
    kind: str = DocumentKind.TAX_OPINION,
    *,
    content: bytes = b"",
    **fields,
) -> Document:
    """A stored document; checked and found readable unless `fields` say otherwise."""
    checked = {
        "check_status": DocumentCheck.READABLE,
        "scan_status": "not_scanned",
        "issued_on": timezone.localdate(),
    } | fields
    row = documents.store_document(
        application,
        CleanUpload(f"{kind}.pdf", PDF, ContentFile(content or b"%PDF-1.4\n%%EOF\n")),
        kind=kind,
        issued_on=checked.pop("issued_on"),
        actor=application.created_by,
        key=uuid.uuid4(),
    )
    Document.objects.filter(pk=row.pk).update(**checked)
    row.refresh_from_db()
    return row


def message(application: Application, body: str = "¿Cómo va?", *, author=None, uploads=()):
    """A sent message: by its company's owner, or by the person of the programme in `author`."""
    return messages.send_message(
        application,
        body=body,
        uploads=list(uploads),
        author=author or owner_of(application.company),
        from_staff=author is not None,
        key=uuid.uuid4(),
    )


def approved_at_once(count: int, *, decided_by: User, with_product: bool = False) -> list:
    """Many approved vendors in few queries, past the services: for thresholds only."""
    now = timezone.now()
    rows = [
        Company(
            rfc=new_rfc(), legal_name=f"Masiva {next(_numbers)}", slug=f"m-{uuid.uuid4().hex[:12]}"
        )
        for _ in range(count)
    ]
    Company.objects.bulk_create(rows)
    return Application.objects.bulk_create(
        Application(
            reference=f"MX-B-{next(_numbers)}",
            company=row,
            created_by=decided_by,
            status=ApplicationStatus.APPROVED,
            submitted_at=now,
            decided_at=now,
            decided_by=decided_by,
        )
        for row in rows
    )


# --- Leads ---------------------------------------------------------------------------------

_LEAD_STEPS = {
    "new": (),
    "contacted": ("contact",),
    "interested": ("contact", "interest"),
    "invited": ("invite",),
    "lost": ("lose",),
}


def lead(status: str = "new", *, actor: User | None = None, **fields) -> Lead:
    """A lead brought to `status` by the real services."""
    actor = actor or coordinator()
    number = next(_numbers)
    facts = {
        "company_name": f"Mieles Ejemplo {number}, S.A. de C.V.",
        "contact_name": "Ana Ejemplo",
        "email": f"ana{number}@mieles.example",
        "phone": "+529815550110",
        "state": "04",
        "source_kind": "fair",
        "source_name": "Expo de la Miel",
        "source_state": "31",
        "owner": actor,
    }
    row = leads.save_lead(Lead(**facts | fields), actor=actor)
    for name in _LEAD_STEPS[status]:
        if name == "invite":
            leads.invite_lead(row, actor=actor, email=row.email)
        else:
            reason = {"reason_code": "fee", "reason_text": "Cara."} if name == "lose" else {}
            row = leads.move_lead(row, name, actor=actor, **reason)
    row.refresh_from_db()
    return row


# --- Money ---------------------------------------------------------------------------------


def plan() -> Plan:
    """The plan that is offered, 3,000.00 a year; a migration made it."""
    return Plan.objects.get(code="gold-supplier")


def promotion(status: str = PromotionStatus.CONFIRMED, **fields) -> PromotionPeriod:
    """Half price from 1 November 2017 to 31 March 2018."""
    facts = {
        "plan": plan(),
        "name_es": "Mitad de precio",
        "percentage": Decimal("50.00"),
        "starts_on": datetime.date(2017, 11, 1),
        "ends_on": datetime.date(2018, 3, 31),
    }
    return PromotionPeriod.objects.create(status=status, **facts | fields)


def fund(budget="10000.00", *, actor: User | None = None, **fields) -> SubsidyFund:
    """A fund that is valid now, with `budget` US dollars allocated."""
    today = timezone.localdate()
    facts = {
        "name": f"Fondo {next(_numbers)}",
        "starts_on": today - datetime.timedelta(days=30),
        "ends_on": today + datetime.timedelta(days=30),
        "share_percent": Decimal("100.00"),
        "cap_per_company": Decimal("1500.00"),
    }
    fund = SubsidyFund.objects.create(**facts | fields)
    if Decimal(budget):
        ledger.allocate(fund, Decimal(budget), actor=actor or person(), reason="Decreto")
    fund.refresh_from_db()
    return fund


# --- Files ---------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size=(40, 30), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "olive" if mode == "RGB" else 90).save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, width: int = 595, height: int = 842) -> bytes:
    """A small real PDF with blank pages, sizes in points."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height).close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def clean_pdf(name: str = "carta.pdf", content: bytes | None = None) -> CleanUpload:
    return CleanUpload(name, PDF, ContentFile(pdf() if content is None else content))


def upload(content: bytes | None = None, name: str = "opinion.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def product_picture(product: Product, *, texts: dict | None = None, ready: bool = True):
    """A picture of a product, prepared as the worker does."""
    row = pictures.add_picture(
        product,
        CleanUpload("foto.jpg", "image/jpeg", ContentFile(picture(size=(480, 360)))),
        texts=texts or {"alt_es": "Caja abierta de aguacates"},
        key=uuid.uuid4(),
    )
    if ready:
        pictures.prepare_picture(row)
        row.refresh_from_db()
    return row


def certificate(company: Company, **facts) -> Certificate:
    """A certificate of a company, its file looked at by the worker; staff have yet to check it."""
    row = certificates.add_certificate(
        company,
        clean_pdf("certificado.pdf"),
        facts={"kind": "organic", "number": "ORG-1"} | facts,
        products=[],
        actor=owner_of(company),
        key=uuid.uuid4(),
    )
    certificate_checks.check_certificate(row)
    row.refresh_from_db()
    return row


# --- The pavilion ----------------------------------------------------------------------------


def listing(**fields) -> Listing:
    """A row of the showcase for a new published product."""
    stored = fields.pop("product", None) or product(company(), status="published")
    facts = {
        "company": stored.company,
        "category": stored.category,
        "slug": stored.slug,
        "state": stored.company.state,
        "tokens": [],
    }
    return Listing.objects.create(product=stored, **facts | fields)
