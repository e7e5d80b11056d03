import threading

import pytest
from django.db import transaction
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from exporters.models import Application, Product
from pavilion.models import Pavilion, PavilionTransition
from pavilion.services import launch
from pavilion.workflow import PAVILION
from tests import factories
from tests.constraints import violates
from tests.races import at_once, failures, race


def pavilion() -> Pavilion:
    return launch.get_pavilion()


def needs(threshold: int) -> None:
    Pavilion.objects.update(threshold=threshold)


def approve(application) -> Application:
    return factories.move(application, "approve", actor=application.assigned_to)


def launches() -> list[PavilionTransition]:
    return list(PavilionTransition.objects.filter(transition="launch"))


@pytest.fixture
def opened(db) -> Application:
    """The pavilion is open; the application that opened it."""
    needs(1)
    return factories.application("approved")


def test_pavilion_waits_for_a_hundred(db):
    assert pavilion().threshold == 100
    assert pavilion().status == "waiting"


def test_pavilion_stays_closed_one_vendor_below_its_threshold(db):
    factories.approved_at_once(98, decided_by=factories.coordinator())
    factories.application("approved")
    assert pavilion().status == "waiting"
    assert pavilion().launched_at is None
    assert not launches()


def test_hundredth_vendor_opens_the_pavilion(db):
    factories.approved_at_once(99, decided_by=factories.coordinator())
    hundredth = factories.application("approved")
    now = pavilion()
    assert now.is_open
    assert (now.launched_by, now.approved_at_launch) == (hundredth, 100)
    (log,) = launches()
    assert log.actor == hundredth.decided_by
    assert log.created_at >= now.launched_at


def test_pavilion_opens_once(opened):
    first = pavilion().launched_at
    factories.application("approved")
    assert pavilion().launched_at == first
    assert len(launches()) == 1


@pytest.mark.parametrize("status", ["draft", "submitted", "in_review", "rejected", "suspended"])
def test_only_approved_vendors_count(db, status):
    needs(2)
    factories.application(status)
    factories.application("approved")
    assert not pavilion().is_open


def test_approval_that_fails_opens_nothing(db, monkeypatch):
    needs(1)
    application = factories.application("in_review")

    def fail(*args, **kwargs):
        raise RuntimeError("no mail")

    monkeypatch.setattr("pavilion.notifications.pavilion_launched_to_staff", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        approve(application)
    assert pavilion().status == "waiting"
    assert not launches()


def test_launch_tells_everyone_who_runs_the_programme(db):
    needs(1)
    staff = [
        factories.coordinator(),
        factories.manager(),
        factories.finance(),
        factories.auditor(),
        factories.superuser(),
    ]
    factories.manager(is_active=False)
    application = factories.application("in_review", reviewer=staff[0])
    Email.objects.all().delete()
    approve(application)
    team = factories.owner_of(application.company).email
    told = sorted(mail.to[0] for mail in Email.objects.exclude(to=team))
    assert told == sorted(person.email for person in staff)


# --- Suspension and return -----------------------------------------------------------------------


def test_suspension_hides_the_products_at_once_and_keeps_the_pavilion_open(opened):
    assert Product.objects.public().exists()
    factories.move(opened, "suspend", actor=factories.manager())
    assert not Product.objects.public().exists()
    assert pavilion().is_open


def test_return_of_a_vendor_shows_its_products_again(opened):
    boss = factories.manager()
    suspended = factories.move(opened, "suspend", actor=boss)
    factories.move(suspended, "reinstate", actor=boss)
    assert Product.objects.public().count() == 1


def test_return_of_a_vendor_can_open_the_pavilion(db):
    needs(2)
    suspended = factories.application("suspended")
    factories.application("approved")
    assert not pavilion().is_open
    factories.move(suspended, "reinstate", actor=factories.manager())
    assert pavilion().is_open
    assert pavilion().launched_by == suspended


# --- The manager's settings ----------------------------------------------------------------------


def test_threshold_lowered_to_what_is_there_opens_the_pavilion(db):
    factories.application("approved")
    boss = factories.manager()
    launch.set_threshold(2, actor=boss)
    assert not pavilion().is_open
    launch.set_threshold(1, actor=boss)
    assert pavilion().is_open
    assert launches()[0].actor == boss
    assert pavilion().launched_by is None


def test_threshold_raised_after_the_launch_closes_nothing(opened):
    launch.set_threshold(500, actor=factories.manager())
    assert pavilion().is_open


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor"])
def test_threshold_is_set_by_managers_only(db, role):
    with pytest.raises(TransitionNotAllowed):
        launch.set_threshold(1, actor=getattr(factories, role)())
    assert pavilion().threshold == 100


def test_threshold_changes_are_kept_in_the_history(db):
    launch.set_threshold(90, actor=factories.manager())
    assert pavilion().history.first().threshold == 90


def test_closing_and_reopening_are_logged_with_the_reason(opened):
    boss = factories.manager()
    launch.close_pavilion(actor=boss, reason_code="content", reason_text="Fotos equivocadas")
    assert pavilion().status == "closed"
    launch.reopen_pavilion(actor=boss)
    assert pavilion().is_open
    close, reopen = PavilionTransition.objects.order_by("pk")[1:]
    assert (close.transition, close.actor, close.reason_code, close.reason_text) == (
        "close", boss, "content", "Fotos equivocadas",
    )  # fmt: skip
    assert (reopen.transition, reopen.to_status) == ("reopen", "open")


@pytest.mark.parametrize(
    "reason", [("", "why"), ("because", "why"), ("content", ""), ("content", "  ")]
)
def test_closing_needs_a_reason(opened, reason):
    code, text = reason
    with pytest.raises(TransitionNotAllowed):
        launch.close_pavilion(actor=factories.manager(), reason_code=code, reason_text=text)
    assert pavilion().is_open


def test_closed_pavilion_is_not_opened_by_another_approval(opened):
    launch.close_pavilion(actor=factories.manager(), reason_code="other", reason_text="x")
    factories.application("approved")
    assert pavilion().status == "closed"


@pytest.mark.parametrize(
    ("name", "status"),
    [(t.name, s) for t in PAVILION.transitions for s in ("waiting", "open", "closed")
     if s not in t.sources],
)  # fmt: skip
def test_pavilion_moves_only_as_the_table_says(opened, name, status):
    launched = None if status == "waiting" else opened.decided_at
    Pavilion.objects.update(status=status, launched_at=launched)
    reason = {"reason_code": "other", "reason_text": "x"} if name == "close" else {}
    with pytest.raises(TransitionNotAllowed):
        PAVILION.move(pavilion(), name, actor=factories.manager(), **reason)
    assert pavilion().status == status


@pytest.mark.parametrize("role", ["coordinator", "finance", "auditor"])
def test_pavilion_is_closed_and_reopened_by_managers_only(opened, role):
    actor = getattr(factories, role)()
    with pytest.raises(TransitionNotAllowed):
        launch.close_pavilion(actor=actor, reason_code="other", reason_text="x")
    Pavilion.objects.update(status="closed")
    with pytest.raises(TransitionNotAllowed):
        launch.reopen_pavilion(actor=actor)


# --- Constraints ---------------------------------------------------------------------------------


def test_there_is_one_pavilion(db):
    with violates(Pavilion, "there_is_one_pavilion"):
        Pavilion.objects.create(pk=2)


@pytest.mark.parametrize("status", ["open", "closed"])
def test_open_pavilion_was_launched(db, status):
    with violates(Pavilion, "open_pavilion_was_launched"):
        Pavilion.objects.update(status=status)


# --- At the same moment ----------------------------------------------------------------------------


def five_at_once() -> list:
    """From 99 approved vendors, five approvals at the same moment."""
    factories.approved_at_once(99, decided_by=factories.coordinator())
    files = [factories.application("in_review") for _ in range(5)]
    results = at_once(*[lambda file=file: approve(file) for file in files])
    assert Application.objects.approved().count() == 99 + 5 - len(failures(results))
    return results


@race
def test_five_approvals_at_once_from_99_open_the_pavilion_once_at_exactly_100():
    assert not failures(five_at_once())
    assert pavilion().is_open
    assert pavilion().approved_at_launch == 100
    assert len(launches()) == 1


@race
def test_control_counting_without_the_lock_misses_or_doubles_the_launch(monkeypatch):
    """The same five approvals when each only counts what it sees."""
    everyone_is_here = threading.Barrier(5, timeout=20)

    def count_without_lock(*, actor, application):
        seen = Application.objects.approved().count()
        everyone_is_here.wait()
        if seen == pavilion().threshold:
            Pavilion.objects.update(launched_at=application.decided_at, status="open")
            PavilionTransition.objects.create(
                pavilion_id=1, transition="launch", from_status="waiting", to_status="open"
            )

    monkeypatch.setattr("pavilion.receivers.launch_if_due", count_without_lock)
    # Its lock on the catalogue would keep the five apart.
    monkeypatch.setattr("pavilion.receivers.refresh_listings", lambda *values: None)
    five_at_once()
    # Each saw itself as the hundredth, though there are 104.
    assert len(launches()) != 1


@race
def test_threshold_lowered_while_vendors_are_approved_opens_once():
    factories.approved_at_once(97, decided_by=factories.coordinator())
    files = [factories.application("in_review") for _ in range(2)]
    boss = factories.manager()
    results = at_once(
        *[lambda file=file: approve(file) for file in files],
        lambda: launch.set_threshold(98, actor=boss),
    )
    assert not failures(results)
    assert pavilion().is_open
    assert len(launches()) == 1
