"""The story of the founding articles, told relative to today.

24 approved companies of 100 after a year, others at every status, a half-price promotion that
ended five months ago and its renewal under negotiation, a fund in use, buyers waiting. The past
is written with its dates; all rows obey the constraints that the services obey.
"""

import csv
import datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from core.models import User
from demo import desk, leads, messages, people
from demo.money import allocate_on_first_day, tell_rates
from demo.past import Past
from exporters.models import Application, Company, ProductCategory
from exporters.services.catalogue import announce_change
from memberships import ledger
from memberships.models import Membership, Plan, PromotionPeriod, PromotionTransition, SubsidyFund
from memberships.services.life import cancel_membership
from pavilion.models import Pavilion, WaitingBuyer
from pavilion.services.launch import launch_if_due

DATA = Path(__file__).parent / "data"
APPROVED = 24
MANGOES = "MIS080630IT1"
FIRST_APPROVAL = 352  # days ago: the agreement is of September 2017, the count of August 2018

# What comes after the approved ones, in the order of the companies: status, how many.
OTHERS = [
    ("in_review", 3),
    ("submitted", 5),
    ("changes_requested", 2),
    ("came_back", 1),
    ("draft", 2),
    ("rejected", 2),
    ("withdrawn", 1),
    ("expired", 1),
    ("suspended", 1),
    ("revoked", 1),
    ("expired", 1),
]
BUYERS = [
    ("en", "boots"), ("zh-hans", "avocado"), ("en", "tequila"), ("zh-hans", "tequila"),
    ("es", "coffee"), ("en", "mezcal"), ("zh-hans", "cosmetics"), ("en", "avocado"),
    ("zh-hans", "berries"), ("en", "gift"), ("es", "boots"), ("zh-hans", "nopal"),
]  # fmt: skip


@transaction.atomic
def tell() -> None:
    """Load the story, unless it is there."""
    users = people.ensure_accounts()
    rows = _mangoes_in_review(company_rows())
    if Company.objects.filter(rfc=rows[0]["rfc"]).exists():
        return
    ended = _tell_money(users[people.MANAGER.email])
    tell_rates()
    past = Past(products_by_rfc(), users)
    for index in range(APPROVED):
        days_ago = FIRST_APPROVAL - index * (FIRST_APPROVAL - 6) // (APPROVED - 1)
        past.company(rows[index], "approved", days_ago)
    index = APPROVED
    for status, count in OTHERS:
        for number in range(count):
            past.company(rows[index], status, 3 + 2 * number + index % 5)
            index += 1
    _tell_lives(past)
    _end(ended)
    _prepare_a_decision()
    _tell_teams(users)
    messages.tell()
    _tell_buyers()
    leads.tell([users[people.COORDINATOR.email], users[people.SECOND_COORDINATOR.email]])
    for company in Company.objects.all():
        announce_change(company)


@transaction.atomic
def approve_up_to(target: int) -> int:
    """Approve further companies until `target` are; returns how many are then approved."""
    users = people.ensure_accounts()
    count = Application.objects.approved().count()
    if count < target:
        past = Past(products_by_rfc(), users)
        fund = SubsidyFund.objects.first()
        ledger.allocate(
            fund,
            Decimal(2000 * (target - count + 5)),
            actor=users[people.MANAGER.email],
            reason="Ampliación presupuestal de la demostración",
        )
        known = set(Company.objects.values_list("rfc", flat=True))
        fresh = [row for row in company_rows() if row["rfc"] not in known]
        for row in fresh[: target - count]:
            announce_change(past.company(row, "approved", 2).company)
        launch_if_due(actor=users[people.MANAGER.email])
    return Application.objects.approved().count()


def _mangoes_in_review(rows: list[dict]) -> list[dict]:
    """The rows with the firm whose fresh fruit may not enter China first after the approved."""
    mangoes = next(row for row in rows if row["rfc"] == MANGOES)
    others = [row for row in rows if row is not mangoes]
    return [*others[:APPROVED], mangoes, *others[APPROVED:]]


def _prepare_a_decision() -> None:
    """The second file in review is decided; a manager has to release it."""
    desk.prepare_approval(Application.objects.filter(status="in_review").order_by("pk")[1])


# How far the membership of each approved company came, the first one first; and its claim.
LIVES = [
    *[("renewal_offered", "paid")] * 2,
    *[("active", "paid")] * 12,
    ("active", "rejected"),
    ("active", "returned"),
    ("active", "approved"),
    ("active", "approved"),
    ("active", "approved"),
    ("active", "verified"),
    ("paid", "requested"),
    ("accepted", None),
    ("reported", None),
    ("offered", None),
]


def _tell_lives(past: Past) -> None:
    """Memberships and claims at every stage; one payment in part, one batch with the treasury."""
    rows = Membership.objects.select_related("company", "application", "fund").order_by("pk")
    approved = list(rows.filter(application__status="approved"))
    granted = []
    for membership, (status, claim) in zip(approved, LIVES, strict=True):
        past.money.bring(membership, status)
        if claim:
            told = past.money.claim(membership, claim)
            granted += [told] if claim == "approved" else []
    now = timezone.now()
    part, whole, _waits = granted
    line = past.money.send([part], now - datetime.timedelta(days=12)).lines.get()
    past.money.pay(line, Decimal(500), now - datetime.timedelta(days=9))
    part.refresh_from_db()
    past.money.send([part, whole], now - datetime.timedelta(days=1))
    past.money.bring(rows.get(application__status="suspended"), "lapsed")
    revoked = rows.get(application__status="revoked")
    cancel_membership(revoked, actor=past.money.manager, reason=revoked.application.reference)


def company_rows() -> list[dict]:
    with (DATA / "companies.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def products_by_rfc() -> dict[str, list[dict]]:
    """The products of the catalogue by the RFC of their company."""
    by_rfc: dict[str, list[dict]] = {}
    with (DATA / "products.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            by_rfc.setdefault(row["company_rfc"], []).append(row)
    return by_rfc


def _month(months: int) -> datetime.date:
    """The first day of the month that lies `months` from this one."""
    today = timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return datetime.date(year, month + 1, 1)


def _log(promotion, name, before, after, on: datetime.date, actor) -> None:
    moment = datetime.datetime.combine(on, datetime.time(11), timezone.get_current_timezone())
    PromotionTransition.objects.create(
        promotion=promotion,
        transition=name,
        from_status=before,
        to_status=after,
        actor=actor,
        created_at=moment,
    )


def _end(promotion: PromotionPeriod) -> None:
    PromotionPeriod.objects.filter(pk=promotion.pk).update(status="ended")
    after = promotion.ends_on + datetime.timedelta(days=1)
    _log(promotion, "expire", "confirmed", "ended", after, None)


def _tell_money(manager: User) -> PromotionPeriod:
    """Plan, promotions and fund; the promotion that is still to be ended."""
    plan = Plan.objects.get(code="gold-supplier")
    day = datetime.timedelta(days=1)
    ended = PromotionPeriod.objects.create(
        plan=plan,
        name_es="Mitad de precio",
        name_en="Half price",
        name_zh_hans="半价优惠",
        percentage=Decimal(50),
        starts_on=_month(-9),
        ends_on=_month(-4) - day,
        status="confirmed",  # until the memberships of its days are told
        notes="Alibaba paga la mitad de la cuota.",
    )
    renewal = PromotionPeriod.objects.create(
        plan=plan,
        name_es="Mitad de precio, renovación",
        name_en="Half price, renewal",
        name_zh_hans="半价优惠（续期）",
        percentage=Decimal(50),
        starts_on=_month(1),
        ends_on=_month(6) - day,
        status="negotiating",
        notes="En negociación con la plataforma; cuenta cuando se confirme.",
    )
    _log(ended, "confirm", "proposed", "confirmed", ended.starts_on - 9 * day, manager)
    _log(renewal, "negotiate", "proposed", "negotiating", timezone.localdate() - 20 * day, manager)
    fund = SubsidyFund.objects.create(
        name="Fondo de membresías",
        starts_on=_month(-13),
        ends_on=_month(3) - day,
        share_percent=Decimal(100),
        cap_per_company=Decimal(2000),
    )
    budget, reason = Decimal(100_000), "Presupuesto del programa"
    allocate_on_first_day(fund, budget, actor=manager, reason=reason)
    return ended


def _tell_teams(users: dict[str, User]) -> None:
    """Gives the exporters who can log in their companies."""
    for account, status in ((people.EXPORTER, "changes_requested"), (people.VENDOR, "approved")):
        application = Application.objects.filter(status=status).order_by("pk").first()
        application.company.team.get_or_create(
            user=users[account.email], defaults={"role": "owner"}
        )


def _tell_buyers() -> None:
    categories = {category.code: category for category in ProductCategory.objects.all()}
    now = timezone.now()
    Pavilion.objects.get_or_create(pk=1)
    WaitingBuyer.objects.bulk_create(
        WaitingBuyer(
            email=f"buyer{number:02d}@{language.split('-')[0]}-imports.example",
            language=language,
            interest=categories[code],
            created_at=now - datetime.timedelta(days=5 * number),
            confirmed_at=now - datetime.timedelta(days=5 * number) if number % 5 else None,
        )
        for number, (language, code) in enumerate(BUYERS, start=1)
    )
