import uuid
from decimal import Decimal

import hypothesis.stateful as stateful
import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from core.money import ZERO, round_cents
from core.workflow import TransitionNotAllowed
from memberships import audit, ledger
from memberships.enums import ClaimStatus as C
from memberships.enums import EntryKind
from memberships.models import FundEntry, Membership, SubsidyClaim, SubsidyFund
from memberships.services.funds import allocate_to_fund
from tests import factories

PARTS = ("budget", "available", "reserved", "committed", "paid")

# Cents that no binary fraction holds exactly, besides plain ones.
amounts = st.sampled_from(["0.01", "0.10", "0.20", "0.30", "1234.56", "1499.99"]).map(
    Decimal
) | st.decimals("0.01", "3000.00", places=2)


def membership(fund: SubsidyFund, amount: Decimal, application=None) -> Membership:
    application = application or factories.application(complete=False)
    return Membership.objects.create(
        company=application.company,
        application=application,
        plan=factories.plan(),
        fund=fund,
        priced_on="2018-01-15",
        list_fee=amount,
        promotion_discount=ZERO,
        subsidy=amount,
        company_share=ZERO,
        entitled_subsidy=amount,
        offered_by=application.created_by,
    )


def stored(fund: SubsidyFund) -> dict[str, Decimal]:
    fund.refresh_from_db()
    return {name: getattr(fund, name) for name in PARTS}


def claim_of(row: Membership, amount: Decimal) -> SubsidyClaim:
    """A claim past the services, marked as approved: the machine below only moves money."""
    one, two = factories.person(), factories.person()
    return SubsidyClaim.objects.create(
        reference=f"AP-{uuid.uuid4().hex[:8]}",
        membership=row,
        amount=amount,
        approved_amount=amount,
        status=C.REJECTED,
        requested_by=one,
        verified_by=one,
        approved_by=two,
    )


class Share:
    """What the model knows of one membership, or of one claim."""

    def __init__(self, row, **amounts):
        self.row = row
        self.amounts = dict.fromkeys(("reserved", "committed", "paid", "recovered"), ZERO) | amounts

    def __getitem__(self, name):
        return self.amounts[name]

    def move(self, amount, source, target):
        self.amounts[source] -= amount
        if target in self.amounts:
            self.amounts[target] += amount


class LedgerAgainstAModel(stateful.RuleBasedStateMachine):
    """Random movements of one fund, beside plain numbers that do the same."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.actor = factories.person()
        self.fund = factories.fund("0")
        self.budget = self.available = ZERO
        self.members: list[Share] = []
        self.claims: list[tuple[Share, Share]] = []  # the claim's and its membership's

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @stateful.rule(amount=amounts)
    def allocate(self, amount):
        ledger.allocate(self.fund, amount, actor=self.actor, reason="Decreto")
        self.budget += amount
        self.available += amount

    @stateful.rule(amount=amounts)
    def reserve(self, amount):
        if amount > self.available:
            with pytest.raises(ledger.FundExhausted):
                ledger.reserve(self.fund, amount)
            return
        ledger.reserve(self.fund, amount)
        row = membership(self.fund, amount)
        ledger.enter_reservation(row, actor=self.actor)
        self.available -= amount
        self.members.append(Share(row, reserved=amount))

    @stateful.rule()
    def reserve_the_last_cent(self):
        if self.available:
            self.reserve(self.available)

    @stateful.precondition(lambda self: self.members)
    @stateful.rule(data=st.data())
    def release(self, data):
        share = data.draw(st.sampled_from(self.members))
        ledger.release(share.row, actor=self.actor, reason="Retirada")
        self.available += share["reserved"]
        share.move(share["reserved"], "reserved", None)

    @stateful.precondition(lambda self: self.members)
    @stateful.rule(data=st.data(), amount=amounts)
    def commit(self, data, amount):
        share = data.draw(st.sampled_from(self.members))
        claim = claim_of(share.row, amount)
        if amount > share["reserved"]:
            with pytest.raises(ledger.FundExhausted), transaction.atomic():
                ledger.commit(claim, amount, actor=self.actor)
            SubsidyClaim.objects.filter(pk=claim.pk).update(approved_amount=0)
            return
        ledger.commit(claim, amount, actor=self.actor)
        share.move(amount, "reserved", "committed")
        self.claims.append((Share(claim, committed=amount), share))

    def move_of_claim(self, data, amount, service, source, target):
        """A movement of one claim, of all it has or of a drawn amount; more is refused."""
        own, share = data.draw(st.sampled_from(self.claims))
        amount = own[source] if data.draw(st.booleans()) and own[source] else amount
        if amount > share[source]:
            with pytest.raises(ledger.FundExhausted), transaction.atomic():
                service(own.row, amount, actor=self.actor, reason="x")
        elif amount <= own[source]:  # the services keep to the claim, the ledger to the membership
            service(own.row, amount, actor=self.actor, reason="x")
            own.move(amount, source, target)
            share.move(amount, source, target)
            if target == "recovered":
                self.available += amount
            row = SubsidyClaim.objects.filter(pk=own.row.pk)
            row.update(
                paid_amount=own["paid"] + own["recovered"],
                approved_amount=own["committed"] + own["paid"] + own["recovered"],
            )

    @stateful.precondition(lambda self: self.claims)
    @stateful.rule(data=st.data(), amount=amounts)
    def revert(self, data, amount):
        self.move_of_claim(data, amount, ledger.revert, "committed", "reserved")

    @stateful.precondition(lambda self: self.claims)
    @stateful.rule(data=st.data(), amount=amounts)
    def disburse(self, data, amount):
        self.move_of_claim(data, amount, ledger.disburse, "committed", "paid")

    @stateful.precondition(lambda self: self.claims)
    @stateful.rule(data=st.data(), amount=amounts)
    def recover(self, data, amount):
        self.move_of_claim(data, amount, ledger.recover, "paid", "recovered")

    @stateful.invariant()
    def totals_are_those_of_the_model_and_of_the_entries(self):
        parts = {
            part: sum((share[part] for share in self.members), ZERO)
            for part in ("reserved", "committed", "paid")
        }
        expected = {"budget": self.budget, "available": self.available, **parts}
        assert stored(self.fund) == expected
        assert audit.totals(self.fund) == expected
        assert self.available >= 0
        assert self.budget == self.available + sum(parts.values())

    @stateful.invariant()
    def shares_of_memberships_are_those_of_the_model(self):
        for share in self.members:
            share.row.refresh_from_db()
            row = share.row
            assert (row.reserved, row.committed, row.paid_out) == (
                share["reserved"], share["committed"], share["paid"],
            )  # fmt: skip
            assert row.reserved + row.committed + row.paid_out <= row.subsidy

    @stateful.invariant()
    def nothing_is_paid_twice(self):
        for own, _share in self.claims:
            sums = dict(
                own.row.fund_entries.order_by().values_list("kind").annotate(total=Sum("amount"))
            )
            paid = round_cents(Decimal(sums.get(EntryKind.DISBURSE, 0)))
            granted = sums.get(EntryKind.COMMIT, 0) - sums.get(EntryKind.REVERT, 0)
            assert paid <= round_cents(Decimal(granted)) <= own.row.amount
            assert round_cents(Decimal(sums.get(EntryKind.RECOVER, 0))) <= paid

    @stateful.invariant()
    def audit_finds_no_difference_but_payments_without_lines(self):
        found = [what for what, *_ in audit.differences(self.fund)]
        assert [what for what in found if not what.endswith("payments")] == []


@pytest.mark.django_db
def test_ledger_agrees_with_a_plain_model():
    stateful.run_state_machine_as_test(
        LedgerAgainstAModel,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_reservation_takes_the_last_cent_and_no_more(db):
    fund = factories.fund("0.30")
    ledger.reserve(fund, Decimal("0.10"))
    ledger.reserve(fund, Decimal("0.20"))
    assert stored(fund)["available"] == 0
    with pytest.raises(ledger.FundExhausted):
        ledger.reserve(fund, Decimal("0.01"))
    assert stored(fund) == dict.fromkeys(PARTS, 0) | {
        "budget": Decimal("0.30"), "reserved": Decimal("0.30"),
    }  # fmt: skip


def test_entries_say_who_what_and_why(db):
    actor = factories.manager()
    fund = factories.fund("100.00", actor=actor)
    entry = fund.entries.get()
    assert (entry.kind, entry.amount, entry.actor, entry.reason) == (
        EntryKind.ALLOCATE, Decimal("100.00"), actor, "Decreto",
    )  # fmt: skip


def test_entries_are_never_changed_or_deleted(db):
    fund = factories.fund("100.00")
    entry = fund.entries.get()
    entry.amount = Decimal("1.00")
    for forbidden in (entry.save, entry.delete, fund.entries.all().delete):
        with pytest.raises(AppendOnlyError):
            forbidden()
    with pytest.raises(AppendOnlyError):
        FundEntry.objects.update(amount=1)


def test_allocation_needs_its_permission(db):
    fund = factories.fund("0")
    values = {"amount": Decimal("5.00"), "reason": "Decreto"}
    for person in (factories.coordinator(), factories.finance(), factories.auditor()):
        with pytest.raises(TransitionNotAllowed):
            allocate_to_fund(fund, actor=person, **values)
    assert stored(fund)["budget"] == 0
    allocate_to_fund(fund, actor=factories.manager(), **values)
    assert stored(fund)["available"] == Decimal("5.00")
