"""The rows of many applications, built in memory and stored table by table."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone
from stdnum.mx.rfc import calc_check_digit

from core.models import User
from core.workdays import workdays_between
from demo.specimens import Specimen
from demo.volume_paths import PATHS, REASONS, SHARES
from exporters.company_size import company_size
from exporters.enums import DECIDED_STATUSES, UNDECIDED_STATUSES, DocumentKind, RiskFlag
from exporters.enums import ApplicationStatus as S
from exporters.enums import VerificationKind as V
from exporters.models import (
    Application,
    ApplicationTransition,
    Company,
    Document,
    Message,
    Product,
    ProductCategory,
    TeamMember,
    Verification,
)

PREFIX = "MX-V-"
DAY = datetime.timedelta(days=1)
YEARS = 5 * 365
_VERIFIED = (V.RFC, V.TAX_OPINION, V.SIZE, V.DOCUMENTS)


@dataclass(frozen=True)
class Cast:
    """Who and what all these applications share."""

    now: datetime.datetime
    coordinators: list[User]
    companies: list[dict]
    products: list[dict]
    categories: dict[str, ProductCategory]
    specimens: dict[DocumentKind, Specimen]


def rfc(number: int) -> str:
    """A company's RFC of its own, whose check digit holds."""
    letters, day = divmod(number, 7000)
    born = datetime.date(1995, 1, 1) + day * DAY
    start = f"V{chr(65 + letters // 26 % 26)}{chr(65 + letters % 26)}{born:%y%m%d}V1"
    return start + calc_check_digit(start)


def company_row(facts: dict, number: str, rfc: str) -> Company:
    """A company like that of a row of companies.csv; its number is in each of its names."""
    employees, sales = int(facts["employees"]), Decimal(facts["annual_sales_mxn"])
    return Company(
        rfc=rfc,
        legal_name=f"{facts['trade_name']} {number}, S.A. de C.V.",
        trade_name=f"{facts['trade_name']} {number}",
        slug=f"volumen-{number}",
        contact_email=f"empresa{number}@volumen.example",
        employees=employees,
        annual_sales_mxn=sales,
        size=company_size(facts["sector"], employees, sales),
        **{
            name: facts[name]
            for name in ("state", "municipality", "sector", "contact_name", "phone")
        },
        **{name: facts[name] for name in ("about_es", "about_en", "about_zh_hans")},
    )


class Batch:
    """The applications of these numbers, with all that belongs to them."""

    prefix = PREFIX

    def __init__(self, numbers: range, cast: Cast):
        self.cast = cast
        self.owners: list[User] = []
        self.companies: list[Company] = []
        self.applications: list[Application] = []
        self.rest: dict[type, list] = {}
        for number in numbers:
            self._add(number)

    def store(self) -> None:
        User.objects.bulk_create(self.owners)
        Company.objects.bulk_create(self.companies)
        Application.objects.bulk_create(self.applications)
        for model, rows in self.rest.items():
            model.objects.bulk_create(rows)

    def _keep(self, row) -> None:
        self.rest.setdefault(type(row), []).append(row)

    def _add(self, number: int) -> None:
        chance = Random(number)  # noqa: S311 - the same number, the same application
        status = self._status(chance)
        company = self._company(number, chance)
        owner = self.owners[-1]
        coordinator = self.cast.coordinators[number % len(self.cast.coordinators)]
        dates = self._dates(status, chance)
        application = self._application(number, status, company, owner, coordinator, dates)
        self._log(application, owner, coordinator, dates)
        self._products(number, company, chance)
        if status != S.DRAFT:
            self._documents(application, owner, chance)
            self._risks(application, chance)
        if status in DECIDED_STATUSES or (status == S.IN_REVIEW and chance.random() < 0.5):
            self._verify(application, coordinator)
        if status != S.DRAFT and chance.random() < 0.06:
            self._write(application, owner, chance)

    def _status(self, chance: Random) -> str:
        return chance.choices(list(SHARES), list(SHARES.values()))[0]

    def _facts(self, number: int, chance: Random) -> dict:
        """A row of companies.csv, with a size of its own."""
        row = self.cast.companies[number % len(self.cast.companies)]
        employees, sales = chance.randint(2, 240), chance.randint(4, 2600) * 100_000
        return row | {"employees": employees, "annual_sales_mxn": sales}

    def _company(self, number: int, chance: Random) -> Company:
        facts = self._facts(number, chance)
        email = f"empresa{number:06d}@volumen.example"
        self.owners.append(User(email=email, full_name=facts["contact_name"], password="!"))  # noqa: S106
        company = company_row(facts, f"{number:06d}", rfc(number))
        self.companies.append(company)
        self._keep(TeamMember(company=company, user=self.owners[-1], role="owner"))
        return company

    def _dates(self, status: str, chance: Random) -> list[datetime.datetime]:
        """When each step of the path was made; the last one of an open file is recent."""
        spans = [days * chance.uniform(0.3, 1.7) for _name, _to, days in PATHS[status]]
        recent = status in UNDECIDED_STATUSES or status == S.DRAFT
        ago = chance.uniform(0, 25) if recent else chance.uniform(1, YEARS)
        moment = self.cast.now - (ago + sum(spans)) * DAY
        dates = []
        for span in spans:
            moment += span * DAY
            dates.append(moment)
        return dates or [self.cast.now - ago * DAY]

    def _application(self, number, status, company, owner, coordinator, dates) -> Application:
        when = dict(zip((name for name, _to, _days in PATHS[status]), dates, strict=False))
        decided = when.get("approve") or when.get("reject")
        sent = when.get("submit")
        last = timezone.localdate(when.get("request_changes") or decided or dates[-1])
        running = status in (S.SUBMITTED, S.IN_REVIEW)
        sent_on = timezone.localdate(sent) if sent else None
        application = Application(
            reference=f"{self.prefix}{number:06d}",
            company=company,
            status=status,
            created_by=owner,
            created_at=dates[0] - 6 * DAY,
            assigned_to=coordinator if "claim" in when else None,
            worked_at=dates[-1] if "claim" in when else None,
            submitted_at=sent,
            decided_at=decided,
            decided_by=coordinator if decided else None,
            waiting_since=sent_on if running else None,
            days_waited=workdays_between(sent_on, last) if sent and not running else 0,
            letter_code=f"V{number:015X}" if "approve" in when else None,
            export_level="sometimes" if number % 2 else "never",
            online_sales=("none", "mexico", "abroad", "alibaba")[number % 4],
            capacity="Un contenedor al mes",
            languages_spoken="Español, inglés",
            motivation="Encontrar compradores en China sin intermediarios.",
            declares_truth=True,
            accepts_rules=True,
            accepts_sharing=True,
            declares_no_other_support=True,
        )
        self.applications.append(application)
        return application

    def _log(self, application, owner, coordinator, dates) -> None:
        before = S.DRAFT
        for (name, target, _days), moment in zip(PATHS[application.status], dates, strict=False):
            code, text = REASONS.get(name, ("", ""))
            actor = owner if name in ("submit", "withdraw") else coordinator
            self._keep(
                ApplicationTransition(
                    application=application,
                    transition=name,
                    from_status=before,
                    to_status=target,
                    actor=None if name == "expire" else actor,
                    reason_code=code,
                    reason_text=text,
                    created_at=moment,
                )
            )
            before = target

    def _products(self, number: int, company: Company, chance: Random) -> None:
        """Never public, so that they need no listings: those to measure have their own firms."""
        for position in range(chance.choice((1, 1, 2))):
            facts = chance.choice(self.cast.products)
            names = [
                f"{field}_{language}"
                for field in ("name", "description")
                for language in ("es", "en", "zh_hans")
            ]
            self._keep(
                Product(
                    company=company,
                    category=self.cast.categories[facts["category"]],
                    status="draft",
                    slug=f"volumen-{number:06d}-{position}",
                    hs_code=facts["hs_code"],
                    fob_min_usd=Decimal(facts["fob_min_usd"]),
                    fob_max_usd=Decimal(facts["fob_max_usd"]),
                    unit=facts["unit"],
                    moq=int(facts["moq"]),
                    lead_time_days=int(facts["lead_time_days"]),
                    port=facts["port"],
                    **{name: facts[name] for name in names},
                )
            )

    def _documents(self, application: Application, owner: User, chance: Random) -> None:
        for kind, sample in self.cast.specimens.items():
            document = Document(
                application=application,
                kind=kind,
                file=sample.name,
                original_name=f"{kind.replace('_', '-')}.pdf",
                content_type="application/pdf",
                size=sample.size,
                sha256=sample.sha256,
                uploaded_by=owner,
                uploaded_at=application.submitted_at,
                check_status="readable",
                scan_status="not_scanned",
            )
            if document.needs_date:
                age = chance.randint(0, 20) * DAY
                document.issued_on = timezone.localdate(application.submitted_at) - age
            self._keep(document)

    @staticmethod
    def _risks(application: Application, chance: Random) -> None:
        if chance.random() < 0.15:
            flags = chance.sample(RiskFlag.values, chance.choice((1, 1, 2)))
            application.risk_flags = sorted(flags)

    def _verify(self, application: Application, coordinator: User) -> None:
        failed = application.status == S.REJECTED
        for kind in _VERIFIED:
            wrong = failed and kind == V.TAX_OPINION
            self._keep(
                Verification(
                    application=application,
                    kind=kind,
                    facts="-",  # of nothing: a file of the volume is there to be counted
                    outcome="failed" if wrong else "passed",
                    note="La opinión no es positiva." if wrong else "",
                    verified_by=coordinator,
                    verified_at=application.decided_at or application.worked_at,
                )
            )

    def _write(self, application, owner, chance: Random) -> None:
        asked = application.submitted_at + chance.uniform(0, 2) * DAY
        self._keep(
            Message(
                application=application,
                author=owner,
                from_staff=False,
                body="¿Cuándo revisan nuestra solicitud?",
                created_at=asked,
            )
        )
