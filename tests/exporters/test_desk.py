"""The review desk: the queue, the page of one file, the buttons."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from exporters.models import Application, Product
from memberships.models import PlanFee
from tests import factories

QUEUE = reverse("admin:exporters_application_changelist")


def page_of(application) -> str:
    return reverse("admin:exporters_application_change", args=[application.pk])


def button(application, name: str) -> str:
    return reverse("admin:exporters_application_move", args=[application.pk, name])


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def holder(db):
    return factories.coordinator()


@pytest.fixture
def desk(holder) -> Client:
    return signed_in(holder)


@pytest.fixture
def in_review(holder) -> Application:
    factories.fund()
    return factories.application("in_review", reviewer=holder)


@pytest.fixture
def verified(holder, in_review) -> Application:
    """Ready to be approved."""
    factories.verify(in_review, actor=holder)
    return in_review


def said(client) -> list[str]:
    return [str(message) for message in client.get(QUEUE).context["messages"]]


# --- The queue -------------------------------------------------------------------------------


def in_queue(client, **filters) -> list[Application]:
    answer = client.get(QUEUE, filters)
    rows = list(answer.context["cl"].result_list)
    assert all(f'href="{page_of(row)}' in answer.content.decode() for row in rows)
    return rows


def test_queue_shows_what_was_sent_longest_waiting_first(desk):
    first, second = (factories.application("submitted") for _ in range(2))
    factories.application("draft")
    assert in_queue(desk) == [first, second]


def test_queue_is_divided_by_desk(desk, holder, in_review):
    unassigned = factories.application("submitted")
    came_back = factories.application("changes_requested", reviewer=holder)
    came_back = factories.move(came_back, "resubmit", actor=came_back.created_by)
    waiting = factories.application("changes_requested", reviewer=holder)
    for status in ("in_review", "changes_requested"):
        factories.application(status)  # on another desk
    assert in_queue(desk, desk="mine") == [in_review]
    assert in_queue(desk, desk="unassigned") == [unassigned]
    assert in_queue(desk, desk="came_back") == [came_back]
    assert in_queue(desk, desk="waiting") == [waiting]
    menu = desk.get(QUEUE).context["desk_menu"]
    counts = [item.count for item in menu[0].items]
    assert counts == [1, 1, 1, 1, 0, 0, None]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "in_review"}, True),
        ({"status": "submitted"}, False),
        ({"state": "16"}, True),
        ({"state": "14"}, False),
        ({"product": "avocado"}, True),
        ({"product": "tequila"}, False),
        ({"q": "Aguacates"}, True),
        ({"q": "Tequila"}, False),
        ({"desk": "nonsense"}, True),
    ],
)
def test_queue_is_filtered_and_searched(desk, in_review, filters, found):
    assert in_queue(desk, **filters) == ([in_review] if found else [])


def test_queue_is_searched_by_reference_and_rfc(desk, in_review):
    factories.application("submitted")
    for words in (in_review.reference, in_review.company.rfc):
        assert in_queue(desk, q=words) == [in_review]


QUERIES = {"page": 21}


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_file_takes_the_same_queries_for_one_row_and_for_three(
    desk, in_review, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        factories.product(in_review.company)
    desk.get(page_of(in_review))
    with django_assert_num_queries(QUERIES["page"]):
        assert desk.get(page_of(in_review)).status_code == 200


# --- One file --------------------------------------------------------------------------------


def buttons(client, application) -> set[str]:
    return {
        move.transition.name for move in client.get(page_of(application)).context["legal_moves"]
    }


def test_page_has_the_buttons_that_the_table_the_role_and_the_desk_allow(desk, holder, in_review):
    boss, auditor = signed_in(factories.manager()), signed_in(factories.auditor())
    decides = {"release", "assign", "request_changes", "reject"}
    assert buttons(desk, in_review) == decides
    factories.verify(in_review, actor=holder)
    assert buttons(desk, in_review) == decides | {"approve"}
    assert buttons(boss, in_review) == {"release", "assign"}  # its holder may be away
    assert buttons(auditor, in_review) == set()
    submitted = factories.application("submitted")
    assert buttons(desk, submitted) == {"claim"}
    approved = factories.application("approved")
    assert buttons(desk, approved) == set()
    assert buttons(boss, approved) == {"suspend"}
    suspended = factories.application("suspended")
    assert buttons(boss, suspended) == {"reinstate", "revoke"}


@pytest.mark.parametrize("status", sorted({*factories.ApplicationStatus.values} - {"draft"}))
def test_page_exists_in_every_status(desk, status):
    assert desk.get(page_of(factories.application(status))).status_code == 200


def test_page_of_nothing_is_not_found(desk):
    for pk in ("999999", "x"):
        address = reverse("admin:exporters_application_change", args=[pk])
        assert desk.get(address).status_code == 404


def test_page_shows_the_offer_that_approving_would_make(desk, holder, in_review):
    factories.verify(in_review, actor=holder)
    page = desk.get(page_of(in_review))
    (panel,) = page.context["panels"]
    assert panel.context["breakdown"].subsidy == 1500
    assert panel.terms
    assert panel.terms in page.content.decode()


def test_page_of_a_company_without_anything_is_shown(desk):
    """Whatever a row lacks, the page opens."""
    application = factories.application("submitted")
    application.documents.all()._raw_delete("default")
    Product.objects.all()._raw_delete("default")
    type(application.company).objects.update(sector="", employees=None, size="", phone="")
    assert desk.get(page_of(application)).status_code == 200


def test_nothing_of_a_file_is_added_changed_or_deleted_by_hand(in_review):
    client = signed_in(factories.superuser())
    assert client.get(reverse("admin:exporters_application_add")).status_code == 403
    delete = reverse("admin:exporters_application_delete", args=[in_review.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.post(page_of(in_review), {"status": "approved", "company": "1"})
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


# --- Buttons ---------------------------------------------------------------------------------


def test_claim_by_button(desk, holder):
    application = factories.application("submitted")
    assert desk.post(button(application, "claim")).url == page_of(application)
    application.refresh_from_db()
    assert (application.status, application.assigned_to) == ("in_review", holder)


def test_nothing_moves_by_get(desk, in_review):
    for name in ("release", "approve", "reject", "request_changes"):
        assert desk.get(button(in_review, name)).status_code == 200
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def reason(name: str, **changes) -> dict:
    values = {"reason_code": factories.REASONS[name], "reason_text": "Falta el sello."} | changes
    return {f"{name}-{field}": value for field, value in values.items()}


def test_decision_with_a_reason_by_button(desk, in_review):
    desk.post(button(in_review, "reject"), reason("reject"))
    in_review.refresh_from_db()
    assert in_review.status == "rejected"
    assert in_review.transitions.last().reason_text == "Falta el sello."


@pytest.mark.parametrize(
    "changes",
    [
        {"reason_code": ""},
        {"reason_code": "because"},
        {"reason_text": ""},
        {"reason_text": "x" * 4001},
        {"reason_text": "a\u202eb"},
    ],
)
def test_decision_without_a_reason_shows_the_form_again(desk, in_review, changes):
    answer = desk.post(button(in_review, "reject"), reason("reject", **changes))
    assert answer.status_code == 422
    (field,) = changes
    assert field in answer.context["form"].errors
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def approval(client, application, **changes) -> dict:
    """What the approve form of the page sends."""
    content = client.get(page_of(application)).content.decode()
    terms = re.search(r'name="approve-confirmed_terms"[^>]* value="([^"]*)"', content)
    return {
        "approve-confirmed_terms": terms.group(1) if terms else "",
        "approve-terms_seen": "on",
    } | changes


def test_approve_by_button_on_the_terms_that_were_shown(desk, verified):
    answer = desk.post(button(verified, "approve"), approval(desk, verified))
    assert answer.url == page_of(verified)
    verified.refresh_from_db()
    assert verified.status == "approved"
    assert verified.memberships.get().subsidy == 1500


@pytest.mark.parametrize("products", [1, 3])
def test_approve_asks_a_fixed_number_of_times(
    desk, holder, verified, products, django_assert_num_queries
):
    """Each statement is named in docs/performance.md; four of them are savepoints of the test."""
    for _more in range(products - 1):
        factories.product(verified.company)
    factories.verify(verified, actor=holder)
    data = approval(desk, verified)
    with django_assert_num_queries(43):
        desk.post(button(verified, "approve"), data)
    assert verified.company.products.filter(listing__isnull=False).count() == products


def test_approve_needs_its_tick(desk, verified):
    data = approval(desk, verified)
    del data["approve-terms_seen"]
    assert desk.post(button(verified, "approve"), data).status_code == 422
    verified.refresh_from_db()
    assert verified.status == "in_review"


def test_approve_on_stale_terms_says_so_and_leaves_nothing(desk, verified):
    data = approval(desk, verified)
    PlanFee.objects.update(amount=4000)
    Email.objects.all().delete()
    answer = desk.post(button(verified, "approve"), data, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    verified.refresh_from_db()
    assert verified.status == "in_review"
    assert not Email.objects.exists()


def test_approve_with_the_terms_removed_from_the_form_is_refused(desk, verified):
    """Nobody approves an offer that the form did not show."""
    data = approval(desk, verified) | {"approve-confirmed_terms": ""}
    desk.post(button(verified, "approve"), data)
    verified.refresh_from_db()
    assert verified.status == "in_review"


def test_button_of_someone_elses_file_is_refused_in_words(in_review):
    other = signed_in(factories.coordinator())
    answer = other.post(button(in_review, "release"), follow=True)
    assert str(in_review.assigned_to) in str(list(answer.context["messages"])[0])
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


@pytest.mark.parametrize("role", ["finance", "auditor"])
@pytest.mark.parametrize("name", ["claim", "approve", "suspend"])
def test_button_is_forbidden_to_who_may_only_read(in_review, role, name):
    client = signed_in(getattr(factories, role)())
    assert client.post(button(in_review, name)).status_code == 403


def test_button_that_the_table_does_not_have_is_not_found(desk, in_review):
    assert desk.post(button(in_review, "bribe")).status_code == 404
    assert desk.post(button(in_review, "submit")).status_code == 404  # the exporter's own


def test_button_pressed_too_late_is_refused_in_words(desk, in_review):
    factories.move(in_review, "withdraw", actor=in_review.created_by)
    answer = desk.post(button(in_review, "reject"), reason("reject"), follow=True)
    assert [str(message) for message in answer.context["messages"]]
    in_review.refresh_from_db()
    assert in_review.status == "withdrawn"


def test_manager_suspends_and_reinstates_by_button(db):
    boss = signed_in(factories.manager())
    application = factories.application("approved")
    boss.post(button(application, "suspend"), reason("suspend"))
    application.refresh_from_db()
    assert application.status == "suspended"
    boss.post(button(application, "reinstate"))
    application.refresh_from_db()
    assert application.status == "approved"


# --- Catalogue -------------------------------------------------------------------------------


def test_coordinator_completes_the_translations_of_a_product(desk, in_review):
    product = in_review.company.products.first()
    address = reverse("admin:exporters_product_change", args=[product.pk])
    form = desk.get(address).context["adminform"].form
    data = {name: value for name in form.fields if (value := form[name].value())}
    inline = {
        f"transitions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
    }
    forged = {"status": "published", "company": "999"}
    why = {"change_reason": "English name agreed with the company"}
    answer = desk.post(address, data | inline | {"name_en": "Hass avocado"} | forged | why)
    assert answer.status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.status) == ("Hass avocado", "draft")
    assert product.company == in_review.company


def test_coordinator_hides_a_product(desk):
    product = factories.application("approved").company.products.first()
    address = reverse("admin:exporters_product_move", args=[product.pk, "hide"])
    assert desk.post(address).status_code == 422  # a reason is asked for
    why = {"hide-reason_code": "claim", "hide-reason_text": "No muestra que sea orgánico."}
    desk.post(address, why)
    product.refresh_from_db()
    assert product.status == "hidden"
    step = product.transitions.last()
    assert (step.reason_code, step.reason_text) == ("claim", "No muestra que sea orgánico.")


LISTS = {"exporters_company": 6, "exporters_product": 7, "memberships_membership": 8}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("model", LISTS)
def test_list_takes_the_same_queries_for_one_row_and_for_three(
    desk, model, rows, django_assert_num_queries
):
    for _ in range(rows):
        application = factories.application("approved")
        factories.product(application.company)
    desk.get(reverse(f"admin:{model}_changelist"))
    with django_assert_num_queries(LISTS[model]):
        assert desk.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_products_of_a_company_are_not_moderated_by_its_team(desk, holder, in_review):
    product = in_review.company.products.get()
    in_review.company.team.create(user=holder, role="editor")
    hide = reverse("admin:exporters_product_move", args=[product.pk, "publish"])
    desk.post(hide)
    product.refresh_from_db()
    assert product.status == "draft"
    page = desk.get(reverse("admin:exporters_product_change", args=[product.pk]))
    assert not page.context["has_change_permission"]


def test_draft_is_no_business_of_the_desk(desk):
    draft = factories.application("draft")
    assert desk.get(page_of(draft)).status_code == 404
    paper = draft.documents.current().first()
    address = reverse("exporters:document", args=[paper.public_id])
    assert desk.get(address).status_code == 404


def test_file_that_came_back_is_not_said_to_be_free(holder, desk):
    back = factories.application("changes_requested", reviewer=holder)
    back = factories.move(back, "resubmit", actor=back.created_by)
    free = factories.application("submitted")
    assert (back.staff_status, free.staff_status) == ("Regresó", "Sin asignar")
    assert "Regresó" in desk.get(page_of(back)).content.decode()
