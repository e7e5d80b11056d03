"""Many reservations at the same moment, and the same without the guard."""

import threading
import time
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from core.money import ZERO
from memberships import audit, ledger
from memberships.enums import EntryKind
from memberships.models import Membership
from tests import factories
from tests.memberships.test_ledger import membership, stored
from tests.races import at_once, failures, race

# --- At the same moment -----------------------------------------------------------------------


def reservations(fund, reserve) -> list:
    """Fifty reservations of 1,500.00 at once, each in its own transaction."""
    applications = [factories.application(complete=False) for _ in range(50)]
    actor = factories.person()

    def run(application):
        with transaction.atomic():
            reserve(fund, Decimal("1500.00"))
            row = membership(fund, Decimal("1500.00"), application)
            ledger.enter_reservation(row, actor=actor)

    return at_once(*[lambda a=a: run(a) for a in applications])


@race
def test_fifty_reservations_on_a_fund_for_ten_give_exactly_ten():
    fund = factories.fund("15000.00")
    results = reservations(fund, ledger.reserve)
    assert {type(error) for error in failures(results)} == {ledger.FundExhausted}
    assert results.count(None) == 10
    assert Membership.objects.count() == 10
    assert stored(fund) == audit.totals(fund)
    assert stored(fund)["available"] == 0


@race
def test_control_adding_up_the_entries_before_reserving_overspends():
    fund = factories.fund("15000.00")
    everyone_has_looked = threading.Barrier(50, timeout=20)

    def look_then_reserve(fund, amount):
        spent = fund.entries.filter(kind=EntryKind.RESERVE).aggregate(sum=Sum("amount"))["sum"]
        everyone_has_looked.wait()
        if (spent or ZERO) + amount > fund.budget:
            raise ledger.FundExhausted

    results = reservations(fund, look_then_reserve)
    assert results.count(None) > 10
    assert audit.totals(fund)["available"] < 0


@race
def test_reservation_waits_for_a_release_in_progress_and_sees_it():
    fund = factories.fund("1500.00")
    ledger.reserve(fund, Decimal("1500.00"))
    row = membership(fund, Decimal("1500.00"))
    ledger.enter_reservation(row, actor=None)
    released = threading.Event()

    def release_slowly():
        with transaction.atomic():
            ledger.release(row, actor=None, reason="Retirada")
            released.set()
            time.sleep(0.1)

    def reserve_meanwhile():
        released.wait(10)
        with transaction.atomic():
            ledger.reserve(fund, Decimal("1500.00"))

    # The reservation reads the committed amount once the release is through.
    results = at_once(release_slowly, reserve_meanwhile)
    assert not failures(results) or isinstance(results[1], ledger.FundExhausted)
    assert stored(fund)["available"] in {ZERO, Decimal("1500.00")}
