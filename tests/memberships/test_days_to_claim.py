import pytest

from memberships.forms.funds import FundForm
from memberships.models import SubsidyFund
from tests import factories
from tests.money import Desk


def form(fund: SubsidyFund, days: str) -> FundForm:
    data = {name: getattr(fund, name) for name in FundForm.Meta.fields} | {"claim_days": days}
    return FundForm(data, instance=fund)


@pytest.mark.parametrize(("days", "allowed"), [("89", False), ("90", True), ("91", True)])
def test_days_to_claim_are_not_cut_short_behind_a_company(db, days, allowed):
    assert ("claim_days" not in form(Desk().fund, days).errors) == allowed


def test_days_to_claim_are_free_while_nothing_is_set_aside(db):
    assert "claim_days" not in form(factories.fund(), "1").errors
