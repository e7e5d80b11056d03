"""What the desk says that waits: its first page, its menu, and the lists behind them."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from memberships.admin.waiting import waiting_counts
from tests import factories
from tests.money import Desk

INDEX = reverse("admin:index")
MEMBERSHIPS = reverse("admin:memberships_membership_changelist")
CLAIMS = reverse("admin:memberships_subsidyclaim_changelist")
QUEUE = reverse("admin:exporters_application_changelist")
MONTH = datetime.timedelta(days=30)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def world(db) -> dict[str, Desk]:
    """One of everything that waits, and what does not."""
    reported, paid, offered = Desk(budget="90000.00"), Desk(), Desk()
    reported.bring("reported")
    paid.bring("paid")
    asked, verified, approved = Desk(), Desk(), Desk()
    asked.claim()
    verified.claim("verified")
    approved.claim("approved")
    return {
        "reported": reported, "paid": paid, "offered": offered, "asked": asked,
        "verified": verified, "approved": approved,
    }  # fmt: skip


def rows(client) -> list:
    panels = client.get(INDEX).context["desk_panels"]
    return [row for panel in panels for row in panel.context.get("rows", [])]


def menu(client, page=INDEX) -> dict[str, tuple]:
    """The counted tasks of the programme: address → how many wait."""
    sections = client.get(page).context["desk_menu"]
    items = [item for section in sections for item in section.items]
    return {
        item.url.split("?")[0]: item for item in items if item.url.startswith((MEMBERSHIPS, CLAIMS))
    }


def length(client, url) -> int:
    return client.get(url).context["cl"].result_count


@pytest.mark.parametrize(
    ("role", "parts"),
    [("coordinator", 6), ("manager", 7), ("finance", 3), ("auditor", 3), ("superuser", 7)],
)
def test_every_count_is_that_of_its_list(world, role, parts):
    person = getattr(factories, role)()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=26)):
        client = signed_in(person)
        found = rows(client)
        assert len(found) == parts
        for row in found:
            assert length(client, row.url) == row.count, row.label
        assert any(row.count for row in found)
        for item in menu(client).values():
            assert item.count is None or length(client, item.url) == item.count or not item.count


def counts(client) -> dict[str, int]:
    return {row.url.partition("?")[2]: row.count for row in rows(client)}


def test_what_waits_is_counted_by_what_is_to_be_done(world):
    assert counts(signed_in(factories.manager())) == {
        # The fee of each company that claims is paid, so its membership is to be activated too.
        "waits=confirm": 1, "waits=activate": 4, "waits=verify": 1, "waits=approve": 1,
        "ends=offer": 0, "ends=membership": 0, "ends=late": 0,
    }  # fmt: skip


def test_accepted_offer_that_nobody_paid_is_counted_and_listed(world):
    late = world["offered"].bring("accepted")
    with time_machine.travel(late.pay_by + datetime.timedelta(days=2)):
        client = signed_in(factories.coordinator())
        assert counts(client)["ends=late"] == 1
        assert list(client.get(f"{MEMBERSHIPS}?ends=late").context["cl"].result_list) == [late]


def test_what_someone_may_not_decide_does_not_wait_for_them(world):
    boss = world["verified"].boss
    verified = world["verified"].membership.claims.get()
    type(verified).objects.filter(pk=verified.pk).update(verified_by=boss)
    for name in ("reported", "paid", "asked"):
        factories.TeamMember.objects.create(company=world[name].company, user=boss, role="editor")
    client = signed_in(boss)
    found = counts(client)
    assert [found[f"waits={part}"] for part in ("confirm", "activate", "verify", "approve")] == [
        0, 2, 0, 0,
    ]  # fmt: skip
    for url in (f"{MEMBERSHIPS}?waits=me", f"{CLAIMS}?waits=me"):
        assert length(client, url) == (2 if url.startswith(MEMBERSHIPS) else 0)


def test_menu_counts_what_waits_and_opens_the_list_on_it(world):
    items = menu(signed_in(factories.manager()))
    assert {url: (item.count, item.url) for url, item in items.items()} == {
        MEMBERSHIPS: (5, f"{MEMBERSHIPS}?waits=me"),
        CLAIMS: (2, f"{CLAIMS}?waits=me"),
    }


@pytest.mark.parametrize("role", ["auditor", "finance"])
def test_menu_of_who_decides_nothing_has_no_counts(world, role):
    items = menu(signed_in(getattr(factories, role)()))
    assert {url: (item.count, item.url) for url, item in items.items()} == {
        MEMBERSHIPS: (None, MEMBERSHIPS),
        CLAIMS: (None, CLAIMS),
    }


def test_who_decides_nothing_has_no_such_filter(world):
    auditor = signed_in(factories.auditor())
    assert length(auditor, f"{CLAIMS}?waits=me") == length(auditor, CLAIMS)
    assert length(auditor, f"{CLAIMS}?waits=approve") == length(auditor, CLAIMS)


def test_menu_is_exact_where_money_is_decided_and_cheap_elsewhere(world):
    client = signed_in(world["asked"].clerk)
    assert menu(client, QUEUE)[CLAIMS].count == 1
    claim = world["asked"].membership.claims.get()
    world["asked"].decide("verify", claim)
    assert menu(client, QUEUE)[CLAIMS].count == 1  # half a minute old
    assert menu(client, CLAIMS)[CLAIMS].count == 0
    assert menu(client, QUEUE)[CLAIMS].count == 0


def test_counts_kept_for_one_person_are_not_shown_to_another(world):
    clerk, boss = signed_in(world["asked"].clerk), signed_in(world["asked"].boss)
    assert menu(boss, QUEUE)[CLAIMS].count == 2
    assert menu(clerk, QUEUE)[CLAIMS].count == 1
    world["asked"].clerk.groups.clear()
    assert CLAIMS not in menu(signed_in(world["asked"].clerk), INDEX)


def test_pages_of_others_ask_nothing_more(world, rf, django_assert_num_queries):
    request = rf.get(QUEUE)
    request.user = world["asked"].clerk
    request.user.has_perm("x")
    with django_assert_num_queries(2):
        waiting_counts(request)
    for _ in range(2):
        later = rf.get(QUEUE)
        later.user = request.user
        with django_assert_num_queries(0):
            waiting_counts(later)


def test_first_page_of_who_sees_no_money_has_no_such_card(db):
    person = factories.person(is_staff=True)
    assert not rows(signed_in(person))


@pytest.mark.parametrize("number", [1, 3])
def test_first_page_takes_the_same_queries(db, number, django_assert_num_queries):
    desks = [Desk(budget="90000.00") for _ in range(number)]
    for desk in desks:
        desk.bring("reported")
    client = signed_in(desks[0].boss)
    client.get(INDEX)
    with django_assert_num_queries(INDEX_QUERIES):
        client.get(INDEX)


# Session, user, permissions; my files, those that wait for their company; the counts of the
# review, two of what waits, one of what ends and one of certificates.
INDEX_QUERIES = 10
