"""Memberships, claims and payments for tests, brought to each status by the real services."""

import datetime
import uuid
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from core.uploads import PDF, CleanUpload
from memberships.enums import ClaimStatus as C
from memberships.enums import LineResult
from memberships.enums import MembershipStatus as M
from memberships.models import ExchangeRate, Membership, PaymentBatch, PaymentLine, SubsidyClaim
from memberships.services import claims, decisions, life, payments
from memberships.services.payments import Settlement
from tests import factories

REASON = {"reason_code": "document", "reason_text": "El comprobante está cortado."}


def paper(name: str = "comprobante.pdf") -> CleanUpload:
    return CleanUpload(name, PDF, ContentFile(b"%PDF-1.4\n%%EOF\n"))


def papers() -> dict[str, CleanUpload]:
    """What a fund asks for unless it says otherwise."""
    return {"invoice": paper("factura.pdf"), "payment": paper("transferencia.pdf")}


class Desk:
    """A company with a membership, and everyone who has a hand in it."""

    def __init__(self, budget: str = "10000.00", company=None, **fund):
        self.fund = factories.fund(budget, **fund)
        self.reviewer = factories.coordinator()
        application = factories.application("approved", reviewer=self.reviewer, company=company)
        self._staff(application.memberships.get())

    @classmethod
    def of(cls, membership: Membership) -> "Desk":
        """Around a membership that was offered elsewhere."""
        desk = cls.__new__(cls)
        desk.fund, desk.reviewer = membership.fund, membership.offered_by
        desk._staff(membership)
        return desk

    def _staff(self, membership: Membership) -> None:
        self.clerk = factories.coordinator()
        self.boss = factories.manager()
        self.treasurer = factories.finance()
        self.membership = membership
        self.company = membership.company
        self.owner = factories.owner_of(self.company)

    def step(self, name: str, membership: Membership | None = None, **values):
        """Make a transition of a membership by its service; the fresh row."""
        row = membership or self.membership
        today = timezone.localdate()
        match name:
            case "report":
                facts = {"paid_on": today, "actor": self.owner, "key": uuid.uuid4()}
                return life.report_payment(row, paper(), **facts | values).membership
            case "activate":
                facts = {
                    "member_id": "mx100200",
                    "storefront_url": "https://aguacates.example",
                    "verified_on": today,
                    "starts_on": today,
                    "actor": self.clerk,
                }
                return life.activate_membership(row, **facts | values)
            case "return_proof":
                return life.return_proof(row, **{"actor": self.clerk} | REASON | values)
            case "cancel":
                facts = {"actor": self.boss, "reason": "Lo pidió la empresa"}
                return life.cancel_membership(row, **facts | values)
            case "expire":
                life.expire_offers(row.reply_by + datetime.timedelta(days=1))
            case "offer_renewal":
                life.offer_renewals(row.ends_on)
            case "lapse":
                life.lapse_memberships(row.ends_on + datetime.timedelta(days=1))
            case "renew":
                renewal = self.step("offer_renewal").renewals.get()
                for before in ("accept", "report", "confirm_payment"):
                    renewal = self.step(before, renewal)
                after = self.membership.ends_on + datetime.timedelta(days=1)
                self.step("activate", renewal, starts_on=after)
            case _:
                service, actor = {
                    "accept": (life.accept_offer, self.owner),
                    "decline": (life.decline_offer, self.owner),
                    "confirm_payment": (life.confirm_payment, self.clerk),
                }[name]
                return service(row, **{"actor": actor} | values)
        row.refresh_from_db()
        return row

    def bring(self, status: str) -> Membership:
        """The membership, brought to `status`."""
        for name in PATHS[M(status)]:
            self.membership = self.step(name)
        self.membership.refresh_from_db()
        return self.membership

    def ask(self, amount: str | None = None, **values) -> SubsidyClaim:
        facts = {
            "amount": Decimal(amount) if amount else self.membership.reserved,
            "declares_no_double_funding": True,
            "actor": self.owner,
            "key": uuid.uuid4(),
        }
        uploads = values.pop("uploads", None)
        return claims.ask_for_support(
            self.membership, papers() if uploads is None else uploads, **facts | values
        )

    def decide(self, name: str, claim: SubsidyClaim, **values) -> SubsidyClaim:
        """Make a transition of a claim by its service; the fresh row."""
        match name:
            case "verify":
                decisions.verify_claim(claim, **{"actor": self.clerk} | values)
            case "approve":
                facts = {"amount": claim.amount, "actor": self.boss}
                decisions.approve_claim(claim, **facts | values)
            case "return":
                decisions.return_claim(claim, **{"actor": self.clerk} | REASON | values)
            case "reject":
                decisions.reject_claim(claim, **{"actor": self.clerk} | REASON | values)
            case "resubmit":
                facts = {"amount": claim.amount, "actor": self.owner, "key": uuid.uuid4()}
                claims.send_again(claim, {}, **facts | values)
            case "settle":
                self.settle(self.send(claim), **values)
        claim.refresh_from_db()
        return claim

    def claim(self, status: str = C.REQUESTED, amount: str | None = None) -> SubsidyClaim:
        """A claim for the support of a paid membership, brought to `status`."""
        if self.membership.status == M.OFFERED:
            self.bring(M.PAID)
        claim = self.ask(amount)
        for name in CLAIM_PATHS[C(status)]:
            claim = self.decide(name, claim)
        return claim

    def send(self, claim: SubsidyClaim, **values) -> PaymentLine:
        """Put it into a batch of its own."""
        rate()
        return self.batch([claim], **values).lines.get()

    def batch(self, rows: list[SubsidyClaim], **values) -> PaymentBatch:
        return payments.create_batch(
            self.fund, rows, **{"actor": self.treasurer, "key": uuid.uuid4()} | values
        )

    def settle(self, line: PaymentLine, result=LineResult.PAID, *, actor=None, **values):
        facts = {"paid_on": timezone.localdate() if result == LineResult.PAID else None}
        answer = Settlement(str(line.claim), result, **facts | values)
        return payments.settle_line(line, answer, actor=actor or self.treasurer)

    def recover(self, claim: SubsidyClaim, amount: str, **values) -> None:
        facts = {"reason": "Otro apoyo por lo mismo", "actor": self.treasurer, "key": uuid.uuid4()}
        payments.recover_payment(claim, amount=Decimal(amount), **facts | values)


_PAID = ("accept", "report", "confirm_payment")
PATHS = {
    M.OFFERED: (),
    M.ACCEPTED: ("accept",),
    M.REPORTED: ("accept", "report"),
    M.PAID: _PAID,
    M.ACTIVE: (*_PAID, "activate"),
    M.RENEWAL_OFFERED: (*_PAID, "activate", "offer_renewal"),
    M.RENEWED: (*_PAID, "activate", "renew"),
    M.LAPSED: (*_PAID, "activate", "lapse"),
    M.DECLINED: ("decline",),
    M.EXPIRED: ("expire",),
    M.CANCELLED: ("cancel",),
}
CLAIM_PATHS = {
    C.REQUESTED: (),
    C.VERIFIED: ("verify",),
    C.APPROVED: ("verify", "approve"),
    C.PAID: ("verify", "approve", "settle"),
    C.RETURNED: ("return",),
    C.REJECTED: ("reject",),
}


def rate(day: datetime.date | None = None, mxn: str = "18.9876") -> ExchangeRate:
    """Pesos per US dollar; an invented number."""
    return ExchangeRate.objects.get_or_create(
        day=day or timezone.localdate(), defaults={"mxn": Decimal(mxn)}
    )[0]
