"""A membership on the desk: its page, its steps by their buttons, and a new offer."""

import datetime
import threading
import uuid

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from core.uploads import CleanUpload
from core.workflow import TransitionNotAllowed
from memberships import casefile
from memberships.enums import ClaimReason
from memberships.enums import MembershipStatus as M
from memberships.forms.desk import ActivateForm
from memberships.models import Membership, SubsidyFund
from memberships.reason_texts import texts
from memberships.services import life, offers
from memberships.workflow import CLAIM, MEMBERSHIP
from tests import factories
from tests.money import REASON, Desk
from tests.races import at_once, failures, race

DAY = datetime.timedelta(days=1)
MOVES = ("confirm_payment", "return_proof", "activate", "cancel")
FROM = {
    "confirm_payment": M.REPORTED,
    "return_proof": M.REPORTED,
    "activate": M.PAID,
    "cancel": M.ACCEPTED,
}
LIST = "admin:memberships_membership_changelist"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def desk(db, english) -> Desk:
    return Desk()


@pytest.fixture
def clerk(desk) -> Client:
    return signed_in(desk.clerk)


def page(membership) -> str:
    return reverse("admin:memberships_membership_change", args=[membership.pk])


def button(membership, name: str) -> str:
    return reverse("admin:memberships_membership_move", args=[membership.pk, name])


def again(membership) -> str:
    return reverse("admin:memberships_membership_reoffer", args=[membership.pk])


def answers(name: str, membership, **changes) -> dict:
    """What the form of a step is sent with."""
    today = timezone.localdate()
    values = {
        "confirm_payment": lambda: {"seen": life.last_proof(membership).public_id},
        "return_proof": lambda: REASON,
        "activate": lambda: {
            "member_id": "mx100200",
            "storefront_url": "https://aguacates.en.alibaba.com",
            "verified_on": today,
            "starts_on": today,
        },
        "cancel": lambda: {"reason": "Lo pidió la empresa"},
    }[name]()
    return {f"{name}-{key}": value for key, value in (values | changes).items()}


def offered_moves(answer) -> list[str]:
    return [move.transition.name for move in answer.context["legal_moves"]]


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- The steps by their buttons ------------------------------------------------------------------


@pytest.mark.parametrize("name", MOVES)
def test_step_is_taken_by_its_button(desk, clerk, name):
    membership = desk.bring(FROM[name])
    assert name in offered_moves(clerk.get(page(membership)))
    assert clerk.get(button(membership, name)).status_code == 200
    answer = clerk.post(button(membership, name), answers(name, membership), follow=True)
    assert answer.redirect_chain == [(page(membership), 302)]
    membership.refresh_from_db()
    assert membership.status == MEMBERSHIP[name].target
    assert membership.transitions.last().actor == desk.clerk
    (message,) = said(answer)
    assert message.startswith("Done")


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("status", M)
def test_step_is_offered_and_taken_from_its_statuses_alone(db, english, name, status):
    if status in MEMBERSHIP[name].sources:
        return
    desk = Desk()
    membership = desk.bring(status)
    client = signed_in(desk.clerk)
    assert name not in offered_moves(client.get(page(membership)))
    sent = (
        {f"{name}-seen": uuid.uuid4()} if name == "confirm_payment" else answers(name, membership)
    )
    answer = client.post(button(membership, name), sent, follow=True)
    assert len(said(answer)) == 1
    assert Membership.objects.get(pk=membership.pk).status == status


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("role", ["finance", "auditor"])
def test_step_needs_its_permission(desk, name, role):
    membership = desk.bring(FROM[name])
    client = signed_in(getattr(factories, role)())
    answer = client.get(page(membership))
    assert answer.status_code == 200
    assert not answer.context["legal_moves"]
    assert not answer.context["missing_moves"]
    for method in (client.get, client.post):
        assert method(button(membership, name), answers(name, membership)).status_code == 403
    assert Membership.objects.get(pk=membership.pk).status == FROM[name]


@pytest.mark.parametrize("name", MOVES)
def test_page_says_why_someone_of_the_company_decides_nothing(desk, clerk, name):
    membership = desk.bring(FROM[name])
    factories.TeamMember.objects.create(company=desk.company, user=desk.clerk, role="editor")
    answer = clerk.get(page(membership))
    assert not answer.context["legal_moves"]
    assert "You are in this company&#x27;s team." in answer.content.decode()
    refused = clerk.post(button(membership, name), answers(name, membership))
    assert "You are in this company" in str(
        refused.content.decode() + str(said(clerk.get(page(membership))))
    )
    assert Membership.objects.get(pk=membership.pk).status == FROM[name]


def test_step_that_is_not_of_the_desk_does_not_exist(desk, clerk):
    for name in ("accept", "expire", "renew", "nonsense"):
        assert clerk.post(button(desk.membership, name)).status_code == 404
    missing = reverse("admin:memberships_membership_move", args=[10**30, "cancel"])
    assert clerk.post(missing).status_code == 404
    assert clerk.get(reverse("admin:memberships_membership_change", args=["x"])).status_code == 404


def test_second_click_changes_nothing_and_says_so(desk, clerk):
    membership = desk.bring(M.PAID)
    sent = answers("activate", membership)
    clerk.post(button(membership, "activate"), sent)
    answer = clerk.post(button(membership, "activate"), sent, follow=True)
    assert answer.redirect_chain == [(page(membership), 302)]
    assert len(said(answer)) == 2
    assert membership.transitions.filter(transition="activate").count() == 1


# --- The payment -----------------------------------------------------------------------------


def test_payment_is_confirmed_by_the_proof_that_was_looked_at(desk, clerk):
    membership = desk.bring(M.REPORTED)
    seen = answers("confirm_payment", membership)
    desk.step("report")
    answer = clerk.post(button(membership, "confirm_payment"), seen, follow=True)
    assert said(answer) == [
        "The company sent another proof since you opened this page. Look at it first."
    ]
    membership.refresh_from_db()
    assert membership.status == M.REPORTED
    clerk.post(button(membership, "confirm_payment"), answers("confirm_payment", membership))
    membership.refresh_from_db()
    assert membership.status == M.PAID


@pytest.mark.parametrize("seen", ["", "x", "1' OR 1=1"])
def test_payment_is_not_confirmed_unseen(desk, clerk, seen):
    membership = desk.bring(M.REPORTED)
    sent = {"confirm_payment-seen": seen}
    assert clerk.post(button(membership, "confirm_payment"), sent).status_code == 422
    assert Membership.objects.get(pk=membership.pk).status == M.REPORTED


def test_payment_is_not_confirmed_without_a_proof(desk, clerk):
    membership = desk.bring(M.ACCEPTED)
    Membership.objects.filter(pk=membership.pk).update(status=M.REPORTED)  # from before proofs
    sent = {"confirm_payment-seen": uuid.uuid4()}
    answer = clerk.post(button(membership, "confirm_payment"), sent, follow=True)
    assert said(answer) == ["There is no proof of payment."]
    assert "There is no proof of payment." in answer.content.decode()


def test_page_shows_the_proofs_with_the_day_of_the_last(desk, clerk):
    membership = desk.bring(M.REPORTED)
    picture = CleanUpload("recibo.png", "image/png", ContentFile(factories.picture("PNG")))
    life.report_payment(
        membership, picture, paid_on=timezone.localdate(), actor=desk.owner, key=uuid.uuid4()
    )
    html = clerk.get(page(membership)).content.decode()
    for proof in membership.proofs.all():
        address = reverse("memberships:payment_proof", args=[proof.public_id])
        assert address in html
        assert (f'<img src="{address}"' in html) == (proof.content_type == "image/png")
        assert b"".join(clerk.get(address).streaming_content)


def test_returned_proof_needs_a_reason_and_proposes_its_text(desk, clerk):
    desk.company.language = "en"
    desk.company.save()
    membership = desk.bring(M.REPORTED)
    here = button(membership, "return_proof")
    empty = clerk.post(here, {"return_proof-reason_code": "", "return_proof-reason_text": "Mal"})
    assert empty.status_code == 422
    assert "Mal</textarea>" in empty.content.decode()
    proposed = clerk.post(here, {"return_proof-reason_code": "document"})
    assert proposed.status_code == 422
    assert texts("return_proof", "en")["document"] in proposed.content.decode()
    assert clerk.post(here, {"return_proof-reason_code": "nonsense"}).status_code == 422
    assert Membership.objects.get(pk=membership.pk).status == M.REPORTED


def test_proposed_texts_are_in_the_language_of_the_company(db):
    for step in ("return_proof", "return", "reject"):
        found = texts(step, "en")
        assert set(found) <= set(ClaimReason.values) - {ClaimReason.OTHER}
        with translation.override("es"):
            assert texts(step, "en") == found
    assert texts("cancel", "en") == {}


# --- Activation ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member_id", ""),
        ("member_id", "x" * 61),
        ("member_id", "a\x00b"),
        ("storefront_url", ""),
        ("storefront_url", "javascript:alert(1)"),
        ("storefront_url", "https://" + "a" * 250 + ".alibaba.com"),
        ("verified_on", "31/02/2018"),
        ("verified_on", "9999-12-31"),
        ("starts_on", ""),
        ("starts_on", "0001-01-01"),
        ("starts_on", "9999-12-31"),
        ("starts_on", "2018-13-45"),
    ],
)
def test_activation_is_refused_beside_its_field_and_nothing_is_lost(desk, clerk, field, value):
    membership = desk.bring(M.PAID)
    sent = answers("activate", membership, **{field: value})
    answer = clerk.post(button(membership, "activate"), sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    other = "member_id" if field != "member_id" else "storefront_url"
    assert sent[f"activate-{other}"] in answer.content.decode()
    assert Membership.objects.get(pk=membership.pk).status == M.PAID


def odd(today):
    return {
        "another site": ({"storefront_url": "https://aguacates.example"}, "storefront_url"),
        "the name alone": ({"storefront_url": "https://notalibaba.com"}, "storefront_url"),
        "no https": ({"storefront_url": "http://aguacates.alibaba.com"}, "storefront_url"),
        "A&V before the offer": ({"verified_on": today - 40 * DAY}, "verified_on"),
    }


@pytest.mark.parametrize("what", odd(datetime.date(2018, 6, 1)))
def test_what_looks_odd_is_asked_about_and_then_taken(desk, clerk, what):
    membership = desk.bring(M.PAID)
    changes, field = odd(timezone.localdate())[what]
    sent = answers("activate", membership, **changes)
    answer = clerk.post(button(membership, "activate"), sent)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field, "sure"}
    assert 'name="activate-sure"' in answer.content.decode()
    clerk.post(button(membership, "activate"), sent | {"activate-sure": "on"})
    membership.refresh_from_db()
    assert membership.status == M.ACTIVE
    assert str(getattr(membership, field)) == str(changes[field])


def test_first_day_before_the_verification_is_asked_about(desk, clerk):
    membership = desk.bring(M.PAID)
    with time_machine.travel(timezone.now() + 5 * DAY):
        client = signed_in(desk.clerk)
        sent = answers("activate", membership, starts_on=timezone.localdate() - DAY)
        answer = client.post(button(membership, "activate"), sent)
        assert set(answer.context["form"].errors) == {"starts_on", "sure"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2018-06-01", "May 31, 2019"),
        ("2020-02-29", "Feb. 28, 2021"),
        ("x", "—"),
        ("", "—"),
        ("9999-05-05", "—"),
    ],
)
def test_last_day_is_said_of_what_stands_in_the_form(desk, first, last):
    form = ActivateForm({"starts_on": first}, membership=desk.bring(M.PAID))
    assert f"<output data-last-day>{last}</output>" in form.fields["starts_on"].help_text


def test_last_day_is_shown_before_it_is_confirmed(desk, clerk):
    html = clerk.get(button(desk.bring(M.PAID), "activate")).content.decode()
    last = life.last_day(timezone.localdate())
    assert f"<output data-last-day>{date_format(last)}</output>" in html


def test_storefront_without_its_scheme_is_taken_as_https(desk, clerk):
    membership = desk.bring(M.PAID)
    sent = answers("activate", membership, storefront_url="aguacates.en.alibaba.com")
    clerk.post(button(membership, "activate"), sent)
    membership.refresh_from_db()
    assert membership.storefront_url == "https://aguacates.en.alibaba.com"


def test_renewal_proposes_what_the_year_before_had(desk, clerk):
    desk.bring(M.RENEWAL_OFFERED)
    renewal = desk.membership.renewals.get()
    for name in ("accept", "report", "confirm_payment"):
        renewal = desk.step(name, renewal)
    form = clerk.get(button(renewal, "activate")).context["form"]
    assert form["starts_on"].value() == desk.membership.ends_on + DAY
    assert form["member_id"].value() == desk.membership.member_id
    early = answers("activate", renewal, starts_on=timezone.localdate())
    answer = clerk.post(button(renewal, "activate"), early)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "The year before has not ended by that day."
    ]
    assert "mx100200" in answer.content.decode()


# --- Cancelling --------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301, "a\x00b"])
def test_cancellation_needs_its_reason(desk, clerk, reason):
    membership = desk.bring(M.ACTIVE)
    answer = clerk.post(button(membership, "cancel"), {"cancel-reason": reason})
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert Membership.objects.get(pk=membership.pk).status == M.ACTIVE


def test_cancellation_says_what_has_to_be_recovered(desk, clerk):
    desk.claim("paid")
    html = clerk.get(button(desk.membership, "cancel")).content.decode()
    assert "US$1,500.00 of its support have been paid." in html


# --- A new offer -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [M.DECLINED, M.EXPIRED, M.CANCELLED])
def test_membership_is_offered_again_at_the_price_that_was_shown(desk, clerk, status):
    membership = desk.bring(status)
    assert again(membership) in clerk.get(page(membership)).content.decode()
    shown = clerk.get(again(membership))
    assert shown.context["price"].breakdown.subsidy == 1500
    sent = {"confirmed_terms": shown.context["price"].terms}
    answer = clerk.post(again(membership), sent)
    new = Membership.objects.get(status=M.OFFERED)
    assert answer.url == page(new)
    assert (new.offered_by, new.reserved) == (desk.clerk, 1500)
    second = clerk.post(again(membership), sent)  # a second click
    assert second.status_code == 422
    assert "There is an offer or a membership already." in second.content.decode()
    assert Membership.objects.count() == 2


def test_year_that_ended_without_a_renewal_is_renewed_by_a_new_offer(desk, clerk):
    """As when the company was suspended while its renewal was due."""
    membership = desk.bring(M.ACTIVE)
    desk.step("lapse")
    sent = {"confirmed_terms": clerk.get(again(membership)).context["price"].terms}
    clerk.post(again(membership), sent)
    assert Membership.objects.get(status=M.OFFERED).renews == membership


def test_price_that_changed_is_shown_and_not_offered(desk, clerk):
    membership = desk.bring(M.EXPIRED)
    before = clerk.get(again(membership)).context["price"].terms
    SubsidyFund.objects.update(cap_per_company=1000)
    answer = clerk.post(again(membership), {"confirmed_terms": before})
    assert answer.status_code == 422
    assert "The price has changed since you opened this page." in answer.content.decode()
    assert Membership.objects.count() == 1
    assert answer.context["price"].breakdown.subsidy == 1000
    form = answer.context["form"]
    clerk.post(again(membership), {"confirmed_terms": form["confirmed_terms"].value()})
    assert Membership.objects.get(status=M.OFFERED).subsidy == 1000


@pytest.mark.parametrize("sent", [{}, {"confirmed_terms": ""}, {"confirmed_terms": "x" * 101}])
def test_new_offer_is_not_made_unseen(desk, clerk, sent):
    membership = desk.bring(M.EXPIRED)
    answer = clerk.post(again(membership), sent)
    assert answer.status_code == 422
    assert "Look at the price and confirm it." in answer.content.decode()
    assert Membership.objects.count() == 1


def test_new_offer_needs_its_permission(desk):
    membership = desk.bring(M.EXPIRED)
    for role in (factories.finance, factories.auditor):
        client = signed_in(role())
        assert again(membership) not in client.get(page(membership)).content.decode()
        for method in (client.get, client.post):
            assert method(again(membership)).status_code == 403


def test_no_new_offer_says_why(desk, clerk):
    open_offer = clerk.get(again(desk.membership))
    assert open_offer.context["why_not"] == "There is an offer or a membership already."
    membership = desk.bring(M.EXPIRED)
    factories.plan().fees.all().delete()
    assert "No membership plan is offered" in clerk.get(again(membership)).context["why_not"]
    factories.TeamMember.objects.create(company=desk.company, user=desk.clerk, role="editor")
    assert "You are in this company" in clerk.get(page(membership)).content.decode()
    sent = {"confirmed_terms": "x"}
    assert "You are in this company" in clerk.post(again(membership), sent).content.decode()


def test_company_that_was_revoked_gets_no_new_offer(desk, clerk):
    membership = desk.bring(M.EXPIRED)
    for name in ("suspend", "revoke"):
        factories.move(membership.application, name, actor=desk.boss)
    html = clerk.get(page(membership)).content.decode()
    assert "Only approved companies get an offer." in html
    assert again(membership) not in html


def test_large_support_is_not_offered_again_by_who_approved_the_company(desk, settings):
    settings.SECOND_PERSON_ABOVE_USD = 1000
    membership = desk.bring(M.EXPIRED)
    alone = signed_in(desk.reviewer).get(again(membership)).context
    assert (alone["price"], "two people" in alone["why_not"]) == (None, True)
    price = signed_in(desk.clerk).get(again(membership)).context["price"]
    assert price.breakdown.subsidy == 1500
    sent = {"confirmed_terms": price.terms}
    assert signed_in(desk.reviewer).post(again(membership), sent).status_code == 422
    assert signed_in(desk.clerk).post(again(membership), sent).status_code == 302


def two_new_offers() -> list:
    """Of two earlier offers of one company, each is made again at the same moment."""
    desk = Desk()
    desk.bring(M.EXPIRED)
    first = desk.membership
    second = offers.offer_again(first, actor=desk.clerk)
    life.decline_offer(second, actor=desk.owner)
    return at_once(
        lambda: offers.offer_again(first, actor=desk.clerk),
        lambda: offers.offer_again(second, actor=desk.boss),
    )


@race
def test_two_new_offers_at_once_are_one():
    (refusal,) = failures(two_new_offers())
    assert isinstance(refusal, TransitionNotAllowed)
    assert Membership.objects.filter(status=M.OFFERED).count() == 1


@race
def test_two_new_offers_at_once_collide_with_the_locks_off(monkeypatch):
    everyone_has_looked, real = threading.Barrier(2, timeout=20), offers.has_newer_offer

    def look_and_wait(membership):
        found = real(membership)
        if membership.company.memberships.count() > 1:  # both are there
            everyone_has_looked.wait()
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())
    monkeypatch.setattr(offers, "has_newer_offer", look_and_wait)
    (failure,) = failures(two_new_offers())
    assert isinstance(failure, IntegrityError)


# --- The page and the list ------------------------------------------------------------------------


@pytest.mark.parametrize("status", M)
@pytest.mark.parametrize("role", ["clerk", "auditor"])
def test_page_of_every_status(db, english, status, role):
    desk = Desk()
    membership = desk.bring(status)
    person = desk.clerk if role == "clerk" else factories.auditor()
    answer = signed_in(person).get(page(membership))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert membership.get_status_display() in html
    assert "US$3,000" in html


def test_every_step_of_the_history_has_its_words():
    assert set(casefile.STEPS) == set(MEMBERSHIP.by_name) | set(CLAIM.by_name)


def test_page_tells_the_whole_story_the_latest_first(desk, clerk):
    desk.bring(M.ACTIVE)
    desk.claim("paid")
    context = clerk.get(page(desk.membership)).context
    assert [str(step.title) for step in context["steps"]] == [
        "Activated",
        "The payment was confirmed",
        "The company sent a proof of payment",
        "The company accepted the offer",
        "Offered",
    ]
    assert [entry.kind for entry in context["entries"]] == ["disburse", "commit", "reserve"]
    assert context["claims"].get().status == "paid"


def test_address_of_the_history_leads_to_the_page(desk, clerk):
    here = reverse("admin:memberships_membership_history", args=[desk.membership.pk])
    assert clerk.get(here).url == f"{page(desk.membership)}#history"


def test_review_page_leads_to_the_membership(desk, clerk):
    review = reverse("admin:exporters_application_change", args=[desk.membership.application_id])
    assert page(desk.membership) in clerk.get(review).content.decode()


@pytest.mark.parametrize("more", [0, 2])
def test_page_takes_the_same_queries_whatever_happened(
    desk, clerk, more, django_assert_num_queries
):
    desk.bring(M.REPORTED)
    for _ in range(more):
        desk.step("report")
    clerk.get(page(desk.membership))
    with django_assert_num_queries(PAGE_QUERIES):
        clerk.get(page(desk.membership))


def listed(client, **filters) -> list[Membership]:
    """The rows of the list, each of which leads to its page."""
    answer = client.get(reverse(LIST), filters)
    rows = list(answer.context["cl"].result_list)
    assert all(f'href="{page(row)}' in answer.content.decode() for row in rows)
    return rows


def test_list_is_searched_by_rfc_name_and_member_id(desk, clerk):
    desk.bring(M.ACTIVE)
    other = Desk(company=factories.company(legal_name="Nopales Ejemplo")).membership
    mine = desk.membership
    for text, found in [
        (desk.company.rfc.lower(), [mine]),
        (desk.company.rfc[:-1], []),
        ("nopales", [other]),
        ("MX100200", [mine]),
        ("mx1002", []),
        ("ejemplo nopales", [other]),
    ]:
        assert listed(clerk, q=text) == found, text


def test_list_is_filtered_by_status_fund_and_what_ends_soon(desk, clerk):
    other = Desk()
    other.bring(M.ACTIVE)
    assert listed(clerk, status__exact="active") == [other.membership]
    empty = factories.fund("0")
    assert len(listed(clerk, fund__id__exact=desk.fund.pk)) == 2
    assert listed(clerk, fund__id__exact=empty.pk) == []
    assert listed(clerk, ends="offer") == []
    assert len(listed(clerk, ends="nonsense")) == 2
    with time_machine.travel(timezone.now() + 24 * DAY):
        assert listed(signed_in(desk.clerk), ends="offer") == [desk.membership]
        assert listed(signed_in(desk.clerk), ends="membership") == []
    with time_machine.travel(timezone.now() + 320 * DAY):
        assert listed(signed_in(desk.clerk), ends="membership") == [other.membership]


def test_list_counts_up_to_its_cap_and_says_so(desk, clerk, monkeypatch):
    Desk()
    monkeypatch.setattr("exporters.admin.page.CAP", 2)
    assert "2 in all" in clerk.get(reverse(LIST)).content.decode()
    Desk()
    assert "More than 2: filter or search" in clerk.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_row_and_for_three(
    desk, clerk, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        Desk()
    clerk.get(reverse(LIST))
    with django_assert_num_queries(LIST_QUERIES):
        assert len(listed(clerk)) == rows


# Session, user, permissions; the counts of the review and two of the money; the row, its proof
# for the form, for each of three steps whether one acts for the company; the overview's claim,
# payments and years; proofs, claims, entries, steps.
PAGE_QUERIES = 16
# Session, user, permissions; the same counts; the rows with their number, the funds of the filter.
LIST_QUERIES = 8
