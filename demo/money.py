"""Writes the past of memberships and of their support, with the dates of each step."""

import datetime
import uuid
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from core.models import User
from core.money import round_cents
from core.sequences import next_number
from demo import people, specimens
from exporters.models import Application
from memberships import ledger
from memberships.enums import ClaimStatus, LineResult
from memberships.models import (
    ClaimDocument,
    ClaimTransition,
    ExchangeRate,
    FundEntry,
    Membership,
    MembershipTransition,
    PaymentBatch,
    PaymentLine,
    PaymentProof,
    SubsidyClaim,
    SubsidyFund,
)
from memberships.services.life import last_day
from memberships.services.prices import price_on

DAY = datetime.timedelta(days=1)
PLACEHOLDER = "https://enunclick.example/tipo-de-cambio-ficticio"  # no published rate

# The steps after an offer: transition, the status it led to, days after the offer.
STEPS = [
    ("accept", "accepted", 10),
    ("report", "reported", 14),
    ("confirm_payment", "paid", 16),
    ("activate", "active", 22),
]
CLAIM_STEPS = [
    ("verify", "verified", 4),
    ("approve", "approved", 7),
    ("settle", "paid", 14),
]
REASONS = {
    "return": ("document", "La factura no muestra el RFC de la empresa. Suba otra, completa."),
    "reject": ("double", "El estado ya pagó esta membresía con otro programa."),
}


class MoneyPast:
    def __init__(self, users: dict[str, User]):
        self.manager = users[people.MANAGER.email]
        self.payer = users[people.FINANCE.email]
        self.coordinators = (
            users[people.COORDINATOR.email],
            users[people.SECOND_COORDINATOR.email],
        )

    def join(self, application: Application) -> Membership:
        """The membership as it was offered on the day of the approval."""
        actor, at = application.decided_by, application.decided_at
        return self._offer(application, at, actor)

    def _offer(self, application, at, actor, renews=None) -> Membership:
        day = timezone.localdate(at)
        price = price_on(day, application.company, application=application, renews=renews)
        breakdown = price.breakdown
        if breakdown.subsidy:
            ledger.reserve(price.fund, breakdown.subsidy)
        membership = Membership.objects.create(
            company=application.company,
            application=application,
            renews=renews,
            plan=price.plan,
            promotion=price.promotion,
            fund=price.fund if breakdown.subsidy else None,
            priced_on=day,
            reply_by=day + price.reply_days * DAY,
            list_fee=breakdown.list_fee,
            promotion_discount=breakdown.promotion_discount,
            subsidy=breakdown.subsidy,
            company_share=breakdown.company_share,
            entitled_subsidy=breakdown.entitled_subsidy,
            offered_by=actor,
            offered_at=at,
        )
        if breakdown.subsidy:
            ledger.enter_reservation(membership, actor=actor)
            date_entry(at)
        return membership

    def bring(self, membership: Membership, status: str) -> Membership:
        """Its life until `status`: offered, one of STEPS, renewal_offered or lapsed."""
        owner = membership.company.team.get(role="owner").user
        clerk = self._other_coordinator(membership)
        names = [target for _name, target, _after in STEPS]
        count = names.index(status) + 1 if status in names else len(STEPS)
        for name, target, after in STEPS[: 0 if status == "offered" else count]:
            at = membership.offered_at + after * DAY
            actor = owner if name in ("accept", "report") else clerk
            self._step(membership, name, target, at, actor, _facts(name, at, owner))
            if name == "report":
                self._prove(membership, at, owner)
        if status == "renewal_offered":
            at = noon(membership.ends_on - 60 * DAY)
            self._step(membership, "offer_renewal", status, at, None, {})
            self._offer(membership.application, at, None, renews=membership)
        if status == "lapsed":
            ledger.release(
                membership, actor=None, reason="No se solicitó a más tardar su último día"
            )
            date_entry(noon(membership.claim_by + DAY))
            self._step(membership, "lapse", status, noon(membership.ends_on + DAY), None, {})
        return membership

    def _step(self, membership, name, target, at, actor, facts) -> None:
        MembershipTransition.objects.create(
            membership=membership,
            transition=name,
            from_status=membership.status,
            to_status=target,
            actor=actor,
            created_at=at,
        )
        facts = {"status": target, **facts}
        Membership.objects.filter(pk=membership.pk).update(**facts)
        for field, value in facts.items():
            setattr(membership, field, value)

    @staticmethod
    def _prove(membership, at, owner) -> None:
        PaymentProof.objects.create(
            membership=membership, paid_on=timezone.localdate(at), **_paper("payment", at, owner)
        )

    def _other_coordinator(self, membership) -> User:
        decided = membership.application.decided_by
        return next(person for person in self.coordinators if person != decided)

    # --- Support -----------------------------------------------------------------------------

    def claim(self, membership: Membership, status: str) -> SubsidyClaim:
        """A claim brought to `status`; paid ones were paid in a batch of their own."""
        owner = membership.company.team.get(role="owner").user
        asked = noon(membership.paid_on + 5 * DAY)
        claim = SubsidyClaim.objects.create(
            reference=f"AP-{asked.year}-{next_number(f'claim-{asked.year}'):05d}",
            membership=membership,
            amount=membership.reserved,
            declares_no_double_funding=True,
            requested_by=owner,
            requested_at=asked,
        )
        for kind in ("invoice", "payment"):
            ClaimDocument.objects.create(claim=claim, kind=kind, **_paper(kind, asked, owner))
        clerk = self._other_coordinator(membership)
        if status in ("returned", "rejected"):
            name = "return" if status == "returned" else "reject"
            self._decide(claim, name, status, asked + 4 * DAY, clerk)
            if status == "rejected":
                ledger.release(membership, actor=clerk, reason=claim.reference)
                date_entry(asked + 4 * DAY)
        names = ["requested", *(target for _name, target, _after in CLAIM_STEPS)]
        for name, target, after in CLAIM_STEPS[: names.index(status) if status in names else 0]:
            at = asked + after * DAY
            if name == "verify":
                self._decide(claim, name, target, at, clerk, verified_by=clerk)
            elif name == "approve":
                facts = {"approved_by": self.manager, "approved_amount": claim.amount}
                self._decide(claim, name, target, at, self.manager, **facts)
                ledger.commit(claim, claim.amount, actor=self.manager)
                date_entry(at)
            else:
                self.pay(self.send([claim], at - 3 * DAY).lines.get(), claim.amount, at)
        return claim

    def _decide(self, claim, name, target, at, actor, **facts) -> None:
        code, text = REASONS.get(name, ("", ""))
        ClaimTransition.objects.create(
            claim=claim,
            transition=name,
            from_status=claim.status,
            to_status=target,
            actor=actor,
            reason_code=code,
            reason_text=text,
            created_at=at,
        )
        facts["status"] = ClaimStatus(target)
        SubsidyClaim.objects.filter(pk=claim.pk).update(**facts)
        for field, value in facts.items():
            setattr(claim, field, value)

    def send(self, claims: list[SubsidyClaim], at: datetime.datetime) -> PaymentBatch:
        """A batch that went to the treasury; its answer is still open."""
        rate = ExchangeRate.objects.filter(day__lte=timezone.localdate(at)).first()
        batch = PaymentBatch.objects.create(
            reference=f"LP-{at.year}-{next_number(f'batch-{at.year}'):04d}",
            fund=claims[0].membership.fund,
            rate=rate,
            mxn_per_usd=rate.mxn,
            created_by=self.payer,
            created_at=at,
        )
        for claim in claims:
            amount = claim.approved_amount - claim.paid_amount
            PaymentLine.objects.create(
                batch=batch,
                claim=claim,
                sent_amount=amount,
                amount=amount,
                amount_mxn=round_cents(amount * rate.mxn),
            )
        return batch

    def pay(self, line: PaymentLine, amount: Decimal, at: datetime.datetime) -> None:
        """The treasury's answer: paid, in part or in full."""
        claim = line.claim
        PaymentLine.objects.filter(pk=line.pk).update(
            result=LineResult.PAID,
            amount=amount,
            amount_mxn=round_cents(amount * line.batch.mxn_per_usd),
            paid_on=timezone.localdate(at),
            treasury_reference=f"TES-{line.pk:06d}",
            settled_by=self.payer,
        )
        PaymentBatch.objects.filter(pk=line.batch_id).update(reconciled_at=at)
        paid = claim.paid_amount + amount
        if paid == claim.approved_amount:
            self._decide(claim, "settle", "paid", at, self.payer, paid_amount=paid)
        else:
            SubsidyClaim.objects.filter(pk=claim.pk).update(paid_amount=paid)
            claim.paid_amount = paid
        ledger.disburse(claim, amount, actor=self.payer, reason=f"TES-{line.pk:06d}")
        date_entry(at)


def _facts(name: str, at: datetime.datetime, owner: User) -> dict:
    day = timezone.localdate(at)
    if name == "accept":
        return {"accepted_at": at, "accepted_by": owner, "pay_by": day + 30 * DAY}
    if name == "confirm_payment":
        return {"paid_on": day - 2 * DAY}
    if name == "activate":
        return {
            "member_id": f"mx{10_000_000 + day.toordinal()}",
            "storefront_url": "https://tienda.enunclick.example",
            "verified_on": day - DAY,
            "starts_on": day,
            "ends_on": last_day(day),
        }
    return {}


def _paper(kind: str, at: datetime.datetime, owner: User) -> dict:
    sample = specimens.specimen(kind)
    return {
        "file": sample.name,
        "original_name": f"{kind}.pdf",
        "content_type": "application/pdf",
        "size": sample.size,
        "sha256": sample.sha256,
        "uploaded_by": owner,
        "uploaded_at": at,
        "idempotency_key": uuid.uuid4(),
    }


def date_entry(at: datetime.datetime) -> None:
    """The last entry of the ledger happened `at`: a demonstration writes a past."""
    last = QuerySet(FundEntry).order_by("-pk").first()
    QuerySet(FundEntry).filter(pk=last.pk).update(created_at=at)


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())


def allocate_on_first_day(fund: SubsidyFund, amount: Decimal, *, actor: User, reason: str) -> None:
    ledger.allocate(fund, amount, actor=actor, reason=reason)
    date_entry(noon(fund.starts_on))


def tell_rates(days: int = 420) -> None:
    """Invented rates of the working days until today, marked as such by their source."""
    today = timezone.localdate()
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            day=day,
            mxn=Decimal("18.5000") + Decimal(day.toordinal() * 37 % 1000) / 1000,
            source_url=PLACEHOLDER,
        )
        for day in (today - number * DAY for number in range(days))
        if day.weekday() < 5
    )
