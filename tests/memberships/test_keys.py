"""Forms that are sent twice: a retry finds its result, other content is never swallowed."""

import uuid
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from core.uploads import PDF, CleanUpload
from core.workflow import TransitionNotAllowed
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.services import funds
from memberships.services.claims import send_again
from tests import factories
from tests.memberships.treasury import another
from tests.money import Desk, papers, rate

pytestmark = pytest.mark.usefixtures("english")

AGAIN = "sent already, with another content"


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def key():
    return uuid.uuid4()


def other_paper() -> CleanUpload:
    return CleanUpload("otra.pdf", PDF, ContentFile(b"%PDF-1.4\n% otra\n%%EOF\n"))


def test_another_proof_from_a_page_that_was_still_open_is_stored(desk, key):
    desk.bring(M.ACCEPTED)
    desk.step("report", key=key)
    desk.step("report", key=key)
    assert desk.membership.proofs.count() == 1
    desk.step("return_proof")
    desk.step("report", key=key)
    desk.membership.refresh_from_db()
    assert desk.membership.status == M.REPORTED
    assert desk.membership.proofs.count() == 2


def test_key_of_another_companys_proof_is_no_fault(desk, key):
    other = another(desk)
    for each in (desk, other):
        each.bring(M.ACCEPTED)
        assert each.step("report", key=key).proofs.count() == 1


def test_key_of_another_companys_claim_is_no_fault(desk, key):
    other = another(desk)
    desk.bring(M.PAID)
    other.bring(M.PAID)
    assert desk.ask(key=key) != other.ask(key=key)


def test_corrected_claim_from_a_page_that_was_still_open_is_sent(desk, key):
    desk.bring(M.PAID)
    claim = desk.decide("return", desk.ask(key=key))
    uploads = papers() | {"invoice": other_paper()}
    facts = {"amount": claim.amount, "actor": desk.owner, "key": key}
    assert send_again(claim, uploads, **facts).status == C.REQUESTED
    assert claim.documents.filter(kind="invoice").count() == 2


def test_claim_with_another_amount_from_the_same_page_is_refused(desk, key):
    desk.bring(M.PAID)
    claim = desk.ask(key=key)
    assert desk.ask(key=key) == claim
    with pytest.raises(TransitionNotAllowed, match="already has an open claim"):
        desk.ask("10.00", key=key)


def test_another_allocation_from_the_same_page_is_refused(db, key):
    root, fund, other = factories.superuser(), factories.fund("1.00"), factories.fund("1.00")
    facts = {"actor": root, "reason": "Decreto", "key": key}
    funds.allocate_to_fund(fund, Decimal(100), **facts)
    funds.allocate_to_fund(fund, Decimal(100), **facts)
    for where, amount in ((fund, Decimal(200)), (other, Decimal(100))):
        with pytest.raises(TransitionNotAllowed, match=AGAIN):
            funds.allocate_to_fund(where, amount, **facts)
    fund.refresh_from_db()
    assert fund.budget == Decimal("101.00")


def test_key_of_another_claims_recovery_is_refused(desk, key):
    other = another(desk)
    first, second = desk.claim(C.PAID), other.claim(C.PAID)
    desk.recover(first, "5.00", key=key)
    desk.recover(first, "5.00", key=key)
    for claim, amount in ((first, "6.00"), (second, "5.00")):
        with pytest.raises(TransitionNotAllowed, match=AGAIN):
            desk.recover(claim, amount, key=key)


def test_other_claims_from_the_same_page_make_no_batch(desk, key):
    other = another(desk)
    first, second = desk.claim(C.APPROVED), other.claim(C.APPROVED)
    rate()
    assert desk.batch([first], key=key) == desk.batch([first], key=key)
    with pytest.raises(TransitionNotAllowed, match=AGAIN):
        desk.batch([second], key=key)
    assert not second.payments.exists()
