import pytest
from django.db import models, transaction

from core.append_only import AppendOnlyError
from core.models import User
from core.workflow import SYSTEM, Transition, TransitionNotAllowed, Workflow, statuses
from exporters.enums import ApplicationStatus, ProductStatus
from exporters.models import ProductTransition
from exporters.workflow import APPLICATION, PRODUCT
from tests import factories
from tests.constraints import violates
from tests.races import real_commits


class Reason(models.TextChoices):
    GOOD = "good", "Good"


WORKFLOW = Workflow(
    log="transitions",
    transitions=(
        Transition("publish", statuses(ProductStatus.DRAFT), ProductStatus.PUBLISHED, "Publish"),
        Transition(
            "hide",
            statuses(ProductStatus.PUBLISHED),
            ProductStatus.HIDDEN,
            "Hide",
            "exporters.change_product",
            reasons=Reason,
        ),
    ),
)


@pytest.fixture
def product(db):
    return factories.product(factories.company())


@pytest.fixture
def published(product):
    return WORKFLOW.move(product, "publish", actor=SYSTEM)


def test_move_changes_the_row_and_logs_it(product):
    actor = factories.person()
    moved = WORKFLOW.move(product, "publish", actor=actor, port="Veracruz")
    product.refresh_from_db()
    assert product.status == moved.status == ProductStatus.PUBLISHED
    assert product.port == moved.port == "Veracruz"
    log = product.transitions.get()
    assert (log.transition, log.from_status, log.to_status) == ("publish", "draft", "published")
    assert log.actor == actor


def test_move_by_the_system_has_no_actor(published):
    assert published.transitions.get().actor is None


def test_move_decides_on_the_row_as_it_is_stored_not_as_the_caller_remembers_it(product):
    WORKFLOW.move(product, "publish", actor=SYSTEM)
    assert product.status == ProductStatus.DRAFT  # the caller's copy is old
    with pytest.raises(TransitionNotAllowed):
        WORKFLOW.move(product, "publish", actor=SYSTEM)
    assert product.transitions.count() == 1


def test_move_without_permission_is_refused(published):
    for actor in (factories.finance(), factories.exporter(published.company), SYSTEM):
        with pytest.raises(TransitionNotAllowed):
            WORKFLOW.move(published, "hide", actor=actor, reason_code="good", reason_text="x")
    published.refresh_from_db()
    assert published.status == ProductStatus.PUBLISHED


@pytest.mark.parametrize(
    ("code", "text"), [("", "why"), ("bad", "why"), ("good", ""), ("good", " \n")]
)
def test_move_needs_its_coded_reason_and_a_text(published, code, text):
    with pytest.raises(TransitionNotAllowed):
        WORKFLOW.move(
            published,
            "hide",
            actor=factories.coordinator(),
            reason_code=code,
            reason_text=text,
        )
    assert published.transitions.count() == 1


def test_move_stores_the_reason(published):
    WORKFLOW.move(
        published,
        "hide",
        actor=factories.coordinator(),
        reason_code="good",
        reason_text="Sin permiso sanitario",
    )
    log = published.transitions.last()
    assert (log.reason_code, log.reason_text) == ("good", "Sin permiso sanitario")


def test_refusal_says_what_is_not_possible_and_why(published):
    with pytest.raises(TransitionNotAllowed) as refusal:
        WORKFLOW.move(published, "publish", actor=SYSTEM)
    assert "Publish" in str(refusal.value)
    assert published.get_status_display() in str(refusal.value)


@real_commits
def test_move_outside_a_transaction_is_an_error():
    product = factories.product(factories.company())
    with pytest.raises(transaction.TransactionManagementError):
        WORKFLOW.move(product, "publish", actor=SYSTEM)


def test_available_lists_what_the_table_and_the_permission_allow(published):
    assert [t.name for t in WORKFLOW.available(published, factories.coordinator())] == ["hide"]
    assert WORKFLOW.available(published, factories.auditor()) == []
    published.status = ProductStatus.HIDDEN
    assert WORKFLOW.available(published, factories.coordinator()) == []


def test_statuses_are_plain_strings():
    assert statuses(ApplicationStatus.DRAFT) == {"draft"}


@pytest.mark.parametrize("workflow", [APPLICATION, PRODUCT])
def test_table_names_are_unique(workflow):
    assert len(workflow.by_name) == len(workflow.transitions)


def test_log_rows_are_never_changed_or_deleted(published):
    log = published.transitions.get()
    log.reason_text = "another story"
    for forbidden in (
        log.save,
        log.delete,
        published.transitions.all().delete,
        lambda: ProductTransition.objects.filter(pk=log.pk).update(actor=None),
    ):
        with pytest.raises(AppendOnlyError):
            forbidden()
    assert published.transitions.get().reason_text == ""


def test_actor_of_a_log_row_cannot_be_deleted(product):
    actor = factories.person()
    WORKFLOW.move(product, "publish", actor=actor)
    with pytest.raises(models.ProtectedError):
        actor.delete()


def test_email_of_a_user_is_unique_whatever_its_case(db):
    factories.person("someone@mail.example")
    other = factories.person()
    with violates(User, "one_user_per_email"):
        User.objects.filter(pk=other.pk).update(email="SOMEONE@mail.example")
