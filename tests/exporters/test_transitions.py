"""Every move of an application: what it does, who hears of it, and when it is refused."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from exporters.enums import ApplicationStatus as S
from exporters.enums import ProductStatus
from exporters.models import Application, ApplicationTransition
from exporters.services import applications, review
from exporters.signals import application_approved, approval_reinstated
from exporters.workflow import APPLICATION
from tests import factories

NAMES = [t.name for t in APPLICATION.transitions]
# name → from, the templates of the mail and who gets each. `team` is the whole team.
HEARS = {
    "submit": ("draft", {"team", "coordinators"}),
    "resubmit": ("changes_requested", {"team", "holder"}),
    "withdraw": ("in_review", {"team"}),
    "expire": ("changes_requested", {"team"}),
    "release_idle": ("in_review", {"holder"}),
    "claim": ("submitted", {"team"}),
    "release": ("in_review", set()),
    "assign": ("submitted", {"team", "receiver"}),
    "request_changes": ("in_review", {"team"}),
    "approve": ("in_review", {"team"}),
    "reject": ("in_review", {"team"}),
    "suspend": ("approved", {"team"}),
    "reinstate": ("suspended", {"team"}),
    "revoke": ("suspended", {"team"}),
}


class Case:
    """An application with everyone around it."""

    def __init__(self, status: str):
        self.holder = factories.coordinator()
        self.other_coordinator = factories.coordinator()
        self.boss = factories.manager()
        self.bystanders = [factories.finance(), factories.auditor(), factories.superuser()]
        self.company = factories.company()
        self.owner = factories.owner_of(self.company)
        self.editor = factories.exporter(self.company, role="editor")
        factories.exporter(self.company, is_active=False)  # left; hears nothing
        self.application = factories.application(status, company=self.company, reviewer=self.holder)
        Email.objects.all().delete()
        self.steps = self.application.transitions.count()

    def actor(self, name: str):
        if name in factories.BY_EXPORTER:
            return self.owner
        if name in factories.BY_PORTAL:
            return None
        return self.boss if name in {*factories.BY_MANAGER, "assign"} else self.holder

    def move(self, name: str, *, actor=None, **values) -> Application:
        if name == "assign":
            values.setdefault("to", self.other_coordinator)
        return factories.move(self.application, name, actor=actor or self.actor(name), **values)

    def refuses(self, name: str, **values):
        """The move is refused and leaves everything as it was."""
        actor = values.pop("actor", None) or self.actor(name)
        factories.prepare(self.application, name, actor=actor, **values)
        before = Application.objects.filter(pk=self.application.pk).values().get()
        with pytest.raises(TransitionNotAllowed) as refusal:
            self.move(name, actor=actor, **values)
        assert Application.objects.filter(pk=self.application.pk).values().get() == before
        assert self.application.transitions.count() == self.steps
        assert not Email.objects.exists()
        return str(refusal.value)

    def recipients(self) -> list[str]:
        return sorted(address for mail in Email.objects.all() for address in mail.to)

    def people(self, groups: set[str]) -> list[str]:
        who = {
            "team": [self.owner, self.editor],
            "coordinators": [self.holder, self.other_coordinator, self.boss],
            "holder": [self.holder],
            "receiver": [self.other_coordinator],
        }
        return sorted(person.email for group in groups for person in who[group])


@pytest.mark.parametrize("name", NAMES)
def test_move_changes_the_row_logs_it_and_tells_exactly_who_must_know(db, name):
    status, groups = HEARS[name]
    case = Case(status)
    moved = case.move(name)
    stored = Application.objects.get(pk=moved.pk)
    assert stored.status == moved.status == APPLICATION[name].target
    log = ApplicationTransition.objects.filter(application=stored).last()
    assert stored.transitions.count() == case.steps + 1
    assert (log.transition, log.from_status, log.to_status) == (name, status, stored.status)
    assert log.actor == case.actor(name)
    if APPLICATION[name].reasons:
        assert log.reason_code == factories.REASONS[name]
        assert log.reason_text
        assert log.reason_label
    assert case.recipients() == case.people(groups)


# One service sends: for the first time or again, as the status says.
SENDS = (("submit", S.CHANGES_REQUESTED), ("resubmit", S.DRAFT))


@pytest.mark.parametrize("status", S)
def test_moves_that_the_table_does_not_have_from_a_status_are_refused(db, status):
    case = Case(status)
    for transition in APPLICATION.transitions:
        if status not in transition.sources and (transition.name, status) not in SENDS:
            case.refuses(transition.name)


@pytest.mark.parametrize(("name", "status"), SENDS)
def test_table_itself_keeps_sending_and_sending_back_apart(db, name, status):
    case = Case(status)
    with pytest.raises(TransitionNotAllowed):
        APPLICATION.move(case.application, name, actor=case.owner)


@pytest.mark.parametrize("name", [t.name for t in APPLICATION.transitions if t.permission])
def test_move_of_the_desk_needs_its_permission(db, name):
    case = Case(HEARS[name][0])
    strangers = [case.owner, factories.finance(), factories.auditor()]
    if name in factories.BY_MANAGER:
        strangers.append(case.holder)
    for stranger in strangers:
        case.refuses(name, actor=stranger)


@pytest.mark.parametrize("name", ["request_changes", "approve", "reject"])
def test_only_the_coordinator_who_claimed_the_file_decides(db, name):
    case = Case("in_review")
    for other in (case.other_coordinator, case.boss, factories.superuser()):
        assert str(case.holder) in case.refuses(name, actor=other)


def test_file_of_an_absent_coordinator_is_released_by_a_manager_alone(db):
    case = Case("in_review")
    assert str(case.holder) in case.refuses("release", actor=case.other_coordinator)
    released = review.release_application(case.application, actor=case.boss)
    assert (released.status, released.assigned_to) == ("submitted", None)


@pytest.mark.parametrize(
    "name",
    [
        "claim", "assign", "request_changes", "approve", "reject", "suspend", "reinstate", "revoke",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("english")
def test_nobody_reviews_the_application_of_a_company_they_act_for(db, name):
    case = Case(HEARS[name][0])
    actor = case.other_coordinator if name == "claim" else case.actor(name)
    case.application.company.team.create(user=actor, role="editor")
    assert "team" in case.refuses(name, actor=actor)


def test_holder_who_joined_the_team_may_let_go_of_the_file_and_another_manager_alone(db):
    case = Case("in_review")
    for person in (case.holder, case.boss):
        case.company.team.create(user=person, role="editor")
    case.refuses("release", actor=case.boss)
    assert case.move("release").assigned_to is None


def test_file_of_a_coordinator_who_left_comes_back_to_all(db):
    case = Case("changes_requested")
    case.holder.groups.clear()
    assert case.move("resubmit").assigned_to is None
    team, staff = case.people({"team"}), [case.other_coordinator.email, case.boss.email]
    assert case.recipients() == sorted([*team, *staff])


@pytest.mark.parametrize(
    "flaw",
    [
        {"check_status": "unreadable"},
        {"scan_status": "infected"},
        {"replaced_at": timezone.now()},
        {"issued_on": datetime.date(2016, 1, 1)},
    ],
)
def test_nobody_is_approved_on_a_document_that_does_not_serve(db, flaw):
    case = Case("in_review")
    case.application.documents.filter(kind="tax_opinion").update(**flaw)
    assert "32-D" in case.refuses("approve")


def test_approval_logs_each_product_that_it_publishes(db):
    case = Case("in_review")
    case.move("approve")
    for product in case.application.company.products.all():
        step = product.transitions.get()
        assert (step.transition, step.to_status, step.actor) == (
            "publish", "published", case.holder,
        )  # fmt: skip


@pytest.mark.parametrize("name", [t.name for t in APPLICATION.transitions if t.reasons])
def test_move_that_needs_a_reason_is_refused_without_one(db, name):
    case = Case(HEARS[name][0])
    for reason in (
        {"reason_code": ""},
        {"reason_code": "because"},
        {"reason_text": ""},
        {"reason_text": " \n\t"},
    ):
        if name == "request_changes":
            text = {"message": reason.pop("reason_text")} if "reason_text" in reason else {}
            reason = {"items": [factories.correction_draft(**reason, **text)]}
        case.refuses(name, **reason)


@pytest.mark.parametrize("name", NAMES)
def test_move_leaves_nothing_when_what_follows_from_it_fails(db, name, monkeypatch):
    case = Case(HEARS[name][0])

    class PowerCut(Exception):
        pass

    def fail(*args, **kwargs):
        raise PowerCut

    before = Application.objects.filter(pk=case.application.pk).values().get()
    # The last thing that happens: someone is told, except for `release`.
    last = "exporters.services.review.may_release" if name == "release" else "core.mail.queue"
    monkeypatch.setattr(last, fail)
    with pytest.raises(PowerCut), transaction.atomic():
        case.move(name)
    assert Application.objects.filter(pk=case.application.pk).values().get() == before
    assert case.application.transitions.count() == case.steps


@pytest.mark.parametrize(
    ("name", "signal"), [("approve", application_approved), ("reinstate", approval_reinstated)]
)
def test_move_leaves_nothing_when_a_receiver_above_fails(db, name, signal):
    case = Case(HEARS[name][0])

    def fail(**kwargs):
        raise RuntimeError("a floor above")

    signal.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            case.move(name)
    finally:
        signal.disconnect(fail)
    case.application.refresh_from_db()
    assert case.application.status == HEARS[name][0]
    assert case.application.transitions.count() == case.steps
    assert not Email.objects.exists()
    assert not case.application.company.memberships.exists() or name == "reinstate"


# --- What single moves do besides ----------------------------------------------------------


def test_submit_notes_when(db):
    case = Case("draft")
    assert case.move("submit").submitted_at is not None


def test_submit_refuses_what_is_incomplete(db):
    case = Case("draft")
    case.application.documents.current().update(replaced_at=timezone.now())
    case.refuses("submit")


def test_resubmit_keeps_the_coordinator_and_tells_only_that_one(db):
    case = Case("changes_requested")
    assert case.move("resubmit").assigned_to == case.holder


def test_claim_puts_the_file_on_one_desk(db):
    case = Case("submitted")
    case.move("claim", actor=case.other_coordinator)
    case.application.refresh_from_db()
    assert case.application.assigned_to == case.other_coordinator


def test_release_frees_the_file_for_anyone(db):
    case = Case("in_review")
    released = case.move("release")
    assert released.assigned_to is None
    assert list(Application.objects.unassigned()) == [released]
    assert review.claim_application(released, actor=case.other_coordinator)


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_decision_notes_who_and_when(db, name):
    case = Case("in_review")
    case.move(name)
    case.application.refresh_from_db()
    assert case.application.decided_by == case.holder
    assert case.application.decided_at is not None


def test_approve_publishes_drafts_and_leaves_hidden_products_hidden(db):
    case = Case("in_review")
    hidden = factories.product(case.company, status=ProductStatus.HIDDEN)
    case.move("approve")
    shown = case.company.products.exclude(pk=hidden.pk)
    assert {product.status for product in shown} == {ProductStatus.PUBLISHED}
    hidden.refresh_from_db()
    assert hidden.status == ProductStatus.HIDDEN


def test_reinstate_keeps_the_day_of_the_decision(db):
    case = Case("suspended")
    assert case.move("reinstate").decided_at == case.application.decided_at


def test_mail_of_a_refusal_has_the_reason_in_words_and_the_text(db):
    case = Case("in_review")
    item = factories.correction_draft(message="Falta la página 2 & el sello")
    case.move("request_changes", items=[item])
    body = Email.objects.first().message
    assert "Falta la página 2 & el sello" in body
    assert "illegible" not in body


def test_came_back_mail_says_so(db):
    case = Case("changes_requested")
    case.move("resubmit")
    to_holder = Email.objects.get(to=case.holder.email)
    fresh = Case("draft")
    fresh.move("submit")
    to_anyone = Email.objects.filter(to=fresh.holder.email).get()
    assert to_holder.subject.replace(case.company.name, "") != to_anyone.subject.replace(
        fresh.company.name, ""
    )


def test_withdrawn_company_may_start_anew(db):
    case = Case("withdrawn")
    again = applications.start_application(case.company, actor=case.owner)
    assert again.pk != case.application.pk
    assert again.status == S.DRAFT
