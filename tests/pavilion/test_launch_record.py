"""The figures that freeze at the launch."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from exporters.models import Company
from memberships.models import Membership
from pavilion.launch_figures import AGREED_ON, Standing, launch_figures
from pavilion.models import LaunchRecord, Pavilion, WaitingBuyer
from pavilion.services import buyers, launch
from tests import factories
from tests.races import at_once, failures, race

DAY = datetime.date(2018, 9, 6)
COUNTS = st.dictionaries(st.text(max_size=4), st.integers(0, 10_000), max_size=8)


def needs(threshold: int) -> None:
    Pavilion.objects.update(threshold=threshold)


def figures() -> dict:
    return LaunchRecord.objects.get().figures


# --- The rule --------------------------------------------------------------------------------------


@given(states=COUNTS, products=COUNTS, buyers=COUNTS)
def test_figures_add_up(states, products, buyers):
    standing = Standing(
        vendors_by_state=states, products_by_category=products, buyers_by_language=buyers
    )
    found = launch_figures(standing, threshold=100, day=DAY)
    assert found["vendors"] == sum(found["vendors_by_state"].values())
    assert found["products"] == sum(found["products_by_category"].values())
    assert found["buyers"] == sum(found["buyers_by_language"].values())


def test_figures_count_the_days_since_the_agreement():
    found = launch_figures(Standing(), threshold=100, day=DAY)
    assert found["days_since_agreement"] == 365
    assert datetime.date(2017, 9, 6) == AGREED_ON


def test_amounts_are_kept_as_text_to_the_cent():
    found = launch_figures(Standing(fees_paid=Decimal("1500.5")), threshold=1, day=DAY)
    assert found["fees_paid_usd"] == "1500.50"
    assert found["support_paid_usd"] == "0.00"


# --- At the launch ---------------------------------------------------------------------------------


def test_launch_freezes_the_figures(db):
    needs(2)
    factories.fund()
    for language, confirmed in (("en", True), ("zh-hans", True), ("es", False)):
        buyers.wait_for_opening(f"{language}@mail.example", language=language)
        if confirmed:
            buyers.confirm_buyer(WaitingBuyer.objects.get(email=f"{language}@mail.example"))
    first = factories.application("approved")
    Company.objects.filter(pk=first.company_id).update(state="14")
    second = factories.application("approved")
    assert {
        "threshold": 2,
        "vendors": 2,
        "vendors_by_state": {"14": 1, "16": 1},
        "vendors_by_size": {"small": 2},
        "products": 2,
        "products_by_category": {"avocado": 2},
        "buyers": 2,
        "buyers_by_language": {"en": 1, "zh-hans": 1},
        "fees_paid_usd": "0.00",
        "support_paid_usd": "0.00",
        "first_vendor": {"name": first.company.name, "slug": first.company.slug},
        "threshold_vendor": {"name": second.company.name, "slug": second.company.slug},
        "mosaic": ["avocado", "avocado"],
    }.items() <= figures().items()
    reserved = sum(membership.reserved for membership in Membership.objects.all())
    assert figures()["support_reserved_usd"] == f"{reserved:.2f}" != "0.00"


def test_record_is_of_the_moment_of_the_launch(db):
    needs(1)
    factories.application("approved")
    record = LaunchRecord.objects.get()
    assert record.created_at == launch.get_pavilion().launched_at
    assert record.pavilion_id == 1


def test_no_record_before_the_launch(db):
    factories.application("approved")
    assert not LaunchRecord.objects.exists()


def test_record_stays_as_it_was(db):
    needs(1)
    vendor = factories.application("approved")
    before = figures()
    factories.application("approved")
    factories.move(vendor, "suspend", actor=factories.manager())
    boss = factories.manager()
    launch.close_pavilion(actor=boss, reason_code="other", reason_text="x")
    launch.reopen_pavilion(actor=boss)
    assert figures() == before


def test_suspended_vendor_is_gone_from_the_figures_of_today(db):
    needs(1)
    vendor = factories.application("approved")
    factories.move(vendor, "suspend", actor=factories.manager())
    today = launch.figures_of(launch.get_pavilion())
    assert (today["vendors"], today["products"], today["mosaic"]) == (0, 0, [])


def test_launch_that_fails_leaves_no_record(db, monkeypatch):
    needs(1)
    application = factories.application("in_review")

    def fail(*args, **kwargs):
        raise RuntimeError("no mail")

    monkeypatch.setattr("pavilion.notifications.pavilion_launched_to_staff", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.move(application, "approve", actor=application.assigned_to)
    assert not LaunchRecord.objects.exists()


def test_record_is_never_changed(db):
    needs(1)
    factories.application("approved")
    record = LaunchRecord.objects.get()
    record.figures = {}
    with pytest.raises(AppendOnlyError):
        record.save()
    with pytest.raises(AppendOnlyError):
        record.delete()
    with pytest.raises(AppendOnlyError):
        LaunchRecord.objects.update(figures={})


@pytest.mark.parametrize("vendors", [1, 3, 1000])
def test_figures_take_the_same_queries_for_any_number_of_vendors(
    db, vendors, django_assert_num_queries
):
    factories.approved_at_once(vendors, decided_by=factories.coordinator())
    pavilion = launch.get_pavilion()
    with django_assert_num_queries(5):
        assert launch.figures_of(pavilion)["vendors"] == vendors


# --- At the same moment ----------------------------------------------------------------------------


@race
def test_five_approvals_at_once_from_99_leave_one_record_of_exactly_100():
    factories.approved_at_once(99, decided_by=factories.coordinator())
    files = [factories.application("in_review") for _ in range(5)]
    results = at_once(
        *[
            lambda file=file: factories.move(file, "approve", actor=file.assigned_to)
            for file in files
        ]
    )
    assert not failures(results)
    record = LaunchRecord.objects.get()
    assert record.figures["vendors"] == launch.get_pavilion().approved_at_launch == 100
    assert len(record.figures["mosaic"]) == 100
