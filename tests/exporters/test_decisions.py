"""Decisions that one person prepares and another one releases."""

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from core.workflow import TransitionNotAllowed
from exporters.models import Application, StagedDecision
from exporters.services import applications, review
from exporters.services.decisions import discard_decision, release_decision, stage_decision
from memberships.models import PlanFee
from memberships.services.prices import price_on
from tests import factories
from tests.races import at_once, failures, race

pytestmark = pytest.mark.usefixtures("english")


class Case:
    """A file whose checklist is complete, its holder, and two managers."""

    def __init__(self):
        self.holder, self.boss = factories.coordinator(), factories.manager()
        factories.fund()
        self.application = factories.application("in_review", reviewer=self.holder)
        factories.verify(self.application, actor=self.holder)

    @property
    def terms(self) -> str:
        return price_on(self.application.submitted_at.date(), self.application.company).terms

    def stage(self, decision="approve", **values) -> StagedDecision:
        if decision == "approve":
            values = {"confirmed_terms": self.terms} | values
        else:
            values = {"reason_code": "other", "reason_text": "No procede."} | values
        values = {"actor": self.holder} | values
        return stage_decision(self.application, decision, **values)

    def status(self) -> str:
        self.application.refresh_from_db()
        return self.application.status


@pytest.fixture
def case(db):
    case = Case()
    Email.objects.all().delete()
    return case


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(application) -> str:
    return reverse("admin:exporters_application_change", args=[application.pk])


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# --- Preparing -------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_prepared_decision_changes_nothing_yet(case, decision):
    staged = case.stage(decision)
    assert (staged.staged_by, case.status()) == (case.holder, "in_review")
    assert not Email.objects.exists()
    with pytest.raises(TransitionNotAllowed, match="already prepared"):
        case.stage("reject")


def test_nobody_but_the_holder_prepares(case):
    for other in (factories.coordinator(), case.boss, factories.auditor()):
        with pytest.raises(TransitionNotAllowed):
            case.stage(actor=other)
    case.application.company.team.create(user=case.holder, role="editor")
    with pytest.raises(TransitionNotAllowed, match="team"):
        case.stage()
    assert not StagedDecision.objects.exists()


def test_nothing_is_prepared_outside_a_review(case):
    review.release_application(case.application, actor=case.holder)
    with pytest.raises(TransitionNotAllowed, match="in review"):
        case.stage("reject")


def test_approval_is_prepared_with_a_complete_checklist_only(case):
    factories.verify(case.application, actor=case.holder, size="failed")
    with pytest.raises(TransitionNotAllowed, match="checklist"):
        case.stage()


@pytest.mark.parametrize("changes", [{"reason_code": "because"}, {"reason_text": " "}])
def test_rejection_is_prepared_with_its_reason_only(case, changes):
    with pytest.raises(TransitionNotAllowed, match="reason"):
        case.stage("reject", **changes)


# --- Releasing -------------------------------------------------------------------------------


def test_released_approval_is_that_of_who_prepared_it(case):
    staged = case.stage()
    released = release_decision(staged, actor=case.boss)
    assert (released.status, released.decided_by) == ("approved", case.holder)
    assert released.transitions.last().actor == case.holder
    staged.refresh_from_db()
    assert (staged.released_by, staged.discarded_at) == (case.boss, None)
    assert released.memberships.get().offered_by == case.holder
    assert Email.objects.count() == 1


def test_released_rejection_gives_its_reason(case):
    release_decision(case.stage("reject"), actor=case.boss)
    step = case.application.transitions.last()
    assert (case.status(), step.reason_code, step.reason_text) == (
        "rejected", "other", "No procede.",
    )  # fmt: skip


def test_nobody_releases_what_they_prepared(db):
    case = Case()
    boss = case.boss
    held = review.assign_application(case.application, to=boss, actor=boss)
    staged = stage_decision(
        held, "reject", actor=boss, reason_code="other", reason_text="No procede."
    )
    with pytest.raises(TransitionNotAllowed, match="second person"):
        release_decision(staged, actor=boss)
    assert release_decision(staged, actor=factories.manager()).status == "rejected"


def test_release_needs_its_permission_and_independence(case):
    staged = case.stage()
    for other in (factories.coordinator(), factories.auditor(), factories.finance()):
        with pytest.raises(TransitionNotAllowed, match="permission"):
            release_decision(staged, actor=other)
    case.application.company.team.create(user=case.boss, role="editor")
    with pytest.raises(TransitionNotAllowed, match="team"):
        release_decision(staged, actor=case.boss)
    staged.refresh_from_db()
    assert (staged.released_at, case.status()) == (None, "in_review")


def test_decision_is_released_once(case):
    staged = case.stage()
    release_decision(staged, actor=case.boss)
    with pytest.raises(TransitionNotAllowed, match="already"):
        release_decision(staged, actor=factories.manager())
    with pytest.raises(TransitionNotAllowed, match="already"):
        discard_decision(staged, actor=case.holder)
    assert case.application.transitions.filter(transition="approve").count() == 1


def test_release_on_another_price_is_refused_and_leaves_the_decision_open(case):
    staged = case.stage()
    PlanFee.objects.update(amount=4000)
    with pytest.raises(TransitionNotAllowed, match="price"):
        release_decision(staged, actor=case.boss)
    staged.refresh_from_db()
    assert (staged.released_at, case.status()) == (None, "in_review")
    assert not Email.objects.exists()


def test_release_of_an_approval_whose_facts_changed_is_refused(case):
    staged = case.stage()
    type(case.application.company).objects.update(employees=47)
    with pytest.raises(TransitionNotAllowed, match="checklist"):
        release_decision(staged, actor=case.boss)


# --- Discarding ------------------------------------------------------------------------------


def test_decision_is_discarded_by_who_prepared_it_or_could_release_it(case):
    with pytest.raises(TransitionNotAllowed, match="permission"):
        discard_decision(case.stage(), actor=factories.coordinator())
    for person in (case.holder, case.boss):
        staged = case.application.staged_decisions.open().first() or case.stage()
        discard_decision(staged, actor=person)
        staged.refresh_from_db()
        assert staged.discarded_by == person
        with pytest.raises(TransitionNotAllowed, match="already"):
            release_decision(staged, actor=case.boss)
    assert case.status() == "in_review"


def test_manager_in_the_team_discards_nothing(case):
    staged = case.stage("reject")
    case.application.company.team.create(user=case.boss, role="editor")
    with pytest.raises(TransitionNotAllowed, match="team"):
        discard_decision(staged, actor=case.boss)
    assert case.application.staged_decisions.open().exists()


VOIDING = {
    "release": lambda case: review.release_application(case.application, actor=case.holder),
    "release by a manager": lambda case: review.release_application(
        case.application, actor=case.boss
    ),
    "assign": lambda case: review.assign_application(
        case.application, to=factories.coordinator(), actor=case.holder
    ),
    "request changes": lambda case: factories.move(
        case.application, "request_changes", actor=case.holder
    ),
    "reject": lambda case: factories.move(case.application, "reject", actor=case.holder),
    "approve": lambda case: factories.move(case.application, "approve", actor=case.holder),
    "withdraw": lambda case: applications.withdraw_application(
        case.application, actor=case.application.created_by
    ),
}


@pytest.mark.parametrize("move", VOIDING)
def test_move_that_takes_the_file_away_voids_the_decision(case, move):
    staged = case.stage()
    VOIDING[move](case)
    staged.refresh_from_db()
    assert staged.discarded_at
    assert staged.discarded_by
    assert not staged.released_at
    with pytest.raises(TransitionNotAllowed, match="already"):
        release_decision(staged, actor=case.boss)


def test_decision_is_not_released_after_someone_else_took_the_file(case):
    """Even if it were still open."""
    staged = case.stage()
    review.assign_application(case.application, to=factories.coordinator(), actor=case.boss)
    StagedDecision.objects.update(discarded_at=None, discarded_by=None)
    with pytest.raises(TransitionNotAllowed, match="has this file"):
        release_decision(staged, actor=case.boss)


# --- Public money that takes two people ------------------------------------------------------


@pytest.fixture
def costly(case, settings) -> Case:
    settings.SECOND_PERSON_ABOVE_USD = 1000  # the fund pays 1,500
    return case


def test_support_above_the_limit_takes_a_second_person(costly):
    with pytest.raises(TransitionNotAllowed, match="second person"):
        review.approve_application(costly.application, actor=costly.holder)
    with pytest.raises(TransitionNotAllowed, match="second person"):
        review.approve_application(
            costly.application, actor=costly.holder, second_person=costly.holder
        )
    assert costly.status() == "in_review"
    assert release_decision(costly.stage(), actor=costly.boss).status == "approved"


def test_support_at_the_limit_takes_one_person(case, settings):
    settings.SECOND_PERSON_ABOVE_USD = 1500
    assert review.approve_application(case.application, actor=case.holder).status == "approved"


def test_page_offers_to_prepare_and_not_to_approve(costly):
    content = signed_in(costly.holder).get(page_of(costly.application)).content.decode()
    form = content.partition('/move/approve/"')[2].partition("</form>")[0]
    assert 'name="stage"' in form
    assert form.count("<button") == 1


def test_open_check_is_not_passed_where_a_second_person_is_needed(costly):
    held = review.assign_application(costly.application, to=costly.boss, actor=costly.boss)
    factories.verify(held, actor=costly.boss, size="failed")
    assert "/move/approve/" not in signed_in(costly.boss).get(page_of(held)).content.decode()


# --- On the pages ----------------------------------------------------------------------------


def prepare_by_button(case, **changes):
    data = {"reject-reason_code": "other", "reject-reason_text": "No procede.", "stage": "1"}
    move = reverse("admin:exporters_application_move", args=[case.application.pk, "reject"])
    return signed_in(case.holder).post(move, data | changes, follow=True)


def test_decision_is_prepared_and_released_by_buttons(case):
    assert "Prepared" in said(prepare_by_button(case))
    staged = StagedDecision.objects.get()
    assert (staged.decision, staged.reason_text, case.status()) == (
        "reject", "No procede.", "in_review",
    )  # fmt: skip
    page = signed_in(case.holder).get(page_of(case.application))
    moves = {move.transition.name for move in page.context["legal_moves"]}
    assert moves == {"release", "assign", "request_changes"}
    release = reverse("admin:exporters_stageddecision_release", args=[staged.pk])
    assert release not in page.content.decode()
    assert release in signed_in(case.boss).get(page_of(case.application)).content.decode()
    assert "second person" in said(signed_in(case.holder).post(release, follow=True)) or (
        "permission" in said(signed_in(case.holder).post(release, follow=True))
    )
    answer = signed_in(case.boss).post(release, follow=True)
    assert answer.redirect_chain == [(page_of(case.application), 302)]
    assert case.status() == "rejected"
    assert "already" in said(signed_in(case.boss).post(release, follow=True))


def test_what_was_to_be_prepared_is_still_prepared_after_a_mistake(case):
    answer = prepare_by_button(case, **{"reject-reason_text": ""})
    assert answer.status_code == 422
    assert answer.content.decode().count('name="stage"') == 1
    assert 'class="btn btn-danger-solid"' not in answer.content.decode()


def test_approval_is_prepared_by_button_on_the_terms_that_were_shown(case):
    client = signed_in(case.holder)
    move = reverse("admin:exporters_application_move", args=[case.application.pk, "approve"])
    data = {"approve-confirmed_terms": case.terms, "stage": "1"}
    assert client.post(move, data).status_code == 422
    client.post(move, data | {"approve-terms_seen": "on"})
    assert StagedDecision.objects.get().confirmed_terms == case.terms
    assert case.status() == "in_review"


def test_decision_is_discarded_by_button(case):
    staged = case.stage()
    discard = reverse("admin:exporters_stageddecision_discard", args=[staged.pk])
    assert signed_in(case.holder).get(discard).status_code == 405
    assert "permission" in said(signed_in(factories.coordinator()).post(discard, follow=True))
    signed_in(case.holder).post(discard)
    staged.refresh_from_db()
    assert staged.discarded_by == case.holder
    missing = reverse("admin:exporters_stageddecision_discard", args=[staged.pk + 1])
    assert signed_in(case.boss).post(missing).status_code == 404


def test_page_offers_to_discard_to_those_who_may(case):
    discard = reverse("admin:exporters_stageddecision_discard", args=[case.stage("reject").pk])
    for person, offered in (
        (case.holder, True),
        (case.boss, True),
        (factories.coordinator(), False),
        (factories.auditor(), False),
    ):
        content = signed_in(person).get(page_of(case.application)).content.decode()
        assert (discard in content) == offered


LIST = reverse("admin:exporters_stageddecision_changelist")


def test_batch_releases_what_can_be_and_says_what_cannot(case):
    second, third = Case(), Case()
    rows = [one.stage("reject") for one in (case, second, third)]
    type(second.application).objects.filter(pk=second.application.pk).update(
        assigned_to=case.holder
    )
    data = {"action": "release_selected", "_selected_action": [row.pk for row in rows]}
    answer = signed_in(case.boss).post(LIST, data, follow=True)
    assert [one.status() for one in (case, second, third)] == ["rejected", "in_review", "rejected"]
    assert second.application.reference in said(answer)
    assert "2" in said(answer)
    assert StagedDecision.objects.open().get() == rows[1]
    data |= {"action": "discard_selected", "_selected_action": [rows[1].pk]}
    signed_in(case.boss).post(LIST, data)
    assert not StagedDecision.objects.open().exists()


def test_batch_is_for_who_may_release(case):
    staged = case.stage("reject")
    data = {"action": "release_selected", "_selected_action": [staged.pk]}
    for person in (case.holder, factories.auditor()):
        signed_in(person).post(LIST, data)
    assert case.status() == "in_review"


def test_list_shows_the_open_ones_and_all_when_asked(case):
    old = case.stage("reject")
    discard_decision(old, actor=case.holder)
    new = case.stage("reject")
    client = signed_in(factories.auditor())
    assert list(client.get(LIST).context["cl"].result_list) == [new]
    assert set(client.get(LIST, {"state": "all"}).context["cl"].result_list) == {old, new}
    menu = signed_in(factories.manager()).get(LIST).context["desk_menu"]
    assert [item.label for item in menu[0].items if item.url == LIST] == ["Prepared decisions"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries(db, rows, django_assert_num_queries):
    for _ in range(rows):
        Case().stage("reject")
    client = signed_in(factories.manager())
    client.get(LIST)
    with django_assert_num_queries(6):
        assert client.get(LIST).status_code == 200


# --- At once ---------------------------------------------------------------------------------


@race
def test_two_managers_release_at_once_and_it_happens_once():
    case = Case()
    staged, second = case.stage(), factories.manager()
    Email.objects.all().delete()
    results = at_once(
        *(lambda person=person: release_decision(staged, actor=person)
          for person in (case.boss, second))
    )  # fmt: skip
    (refusal,) = failures(results)
    assert isinstance(refusal, TransitionNotAllowed)
    assert case.application.transitions.filter(transition="approve").count() == 1
    assert Email.objects.count() == 1
    assert Application.objects.get(pk=case.application.pk).status == "approved"


@race
def test_release_and_discard_at_once_leave_one_of_them():
    case = Case()
    staged = case.stage("reject")
    results = at_once(
        lambda: release_decision(staged, actor=case.boss),
        lambda: discard_decision(staged, actor=case.holder),
    )
    (refusal,) = failures(results)
    assert isinstance(refusal, TransitionNotAllowed)
    staged.refresh_from_db()
    assert bool(staged.released_at) != bool(staged.discarded_at)
    assert (case.status() == "rejected") == bool(staged.released_at)
