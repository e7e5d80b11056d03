"""The desk's first page, the queue's filters, and what is done to many applications at once."""

import codecs
import csv
import datetime
import io
from urllib.parse import urlencode

import openpyxl
import pytest
import time_machine
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core import memo
from core.append_only import AppendOnlyError
from core.models import User
from core.workdays import workdays_before
from exporters.admin.bulk import AT_ONCE
from exporters.admin.filters import WAITING_DAYS
from exporters.admin.page import CAP
from exporters.admin.saved_filters import known_query
from exporters.models import (
    Application,
    ApplicationTransition,
    Company,
    Document,
    Message,
    QueueExport,
    ReadMark,
    SavedFilter,
    StagedDecision,
)
from exporters.services.desk import FILTERS_OF_A_PERSON, FilterRefused, keep_filter
from tests import factories
from tests.constraints import violates

DESK = reverse("admin:index")
QUEUE = reverse("admin:exporters_application_changelist")
KEEP = reverse("admin:exporters_application_keep_filter")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def holder(db):
    return factories.coordinator(full_name="Carmen")


@pytest.fixture
def desk(holder) -> Client:
    return signed_in(holder)


def listed(client, **filters) -> list[Application]:
    return list(client.get(QUEUE, filters).context["cl"].result_list)


def change(application, **values) -> Application:
    """Sets columns that other services set."""
    Application.objects.filter(pk=application.pk).update(**values)
    application.refresh_from_db()
    return application


def write(application, *, at=None, from_staff=False) -> Message:
    return Message.objects.create(
        application=application,
        author=application.created_by,
        from_staff=from_staff,
        body="¿Cuándo?",
        created_at=at or timezone.now(),
    )


def stage(application, by) -> StagedDecision:
    return StagedDecision.objects.create(application=application, decision="approve", staged_by=by)


def world(holder) -> dict[str, Application]:
    """A file for each part of the desk of `holder`, and others that are not."""
    factories.fund()
    files = {
        "mine": factories.application("in_review", reviewer=holder),
        "unassigned": factories.application("submitted"),
        "waiting": factories.application("changes_requested", reviewer=holder),
        "messages": factories.application("in_review", reviewer=holder),
        "expiring": factories.application("in_review", reviewer=holder),
        "staged": factories.application("in_review", reviewer=holder),
    }
    came_back = factories.application("changes_requested", reviewer=holder)
    files["came_back"] = factories.move(came_back, "resubmit", actor=came_back.created_by)
    write(files["messages"])
    Document.objects.filter(application=files["expiring"], kind="tax_opinion").update(
        issued_on=timezone.localdate() - datetime.timedelta(days=26)
    )
    stage(files["staged"], holder)
    for status in ("in_review", "changes_requested", "approved", "draft"):
        factories.application(status)
    return files


# --- The desk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "manager", "auditor", "superuser"])
def test_every_count_of_the_desk_is_that_of_its_list(db, role):
    world(factories.coordinator())
    person = getattr(factories, role)()
    client = signed_in(person)
    (section, *_) = client.get(DESK).context["desk_menu"]
    counted = [item for item in section.items if item.count is not None]
    assert len(counted) == (7 if role in ("manager", "superuser") else 6)
    for item in counted:
        assert client.get(item.url).context["cl"].result_count == item.count, item.label


def test_desk_is_divided_by_what_it_asks_of_me(desk, holder):
    files = world(holder)
    mine = [files[part] for part in ("mine", "messages", "expiring", "staged")]
    assert listed(desk, desk="mine") == mine
    for part in ("unassigned", "came_back", "waiting", "messages", "expiring"):
        assert listed(desk, desk=part) == [files[part]], part


def test_only_who_releases_decisions_is_shown_the_staged_ones(desk, holder):
    files = world(holder)
    titles = [item.url for item in desk.get(DESK).context["desk_menu"][0].items]
    assert not any("staged" in url for url in titles)
    assert len(listed(desk, desk="staged")) == len(listed(desk))  # unknown to this person
    assert listed(signed_in(factories.manager()), desk="staged") == [files["staged"]]


def test_who_assigns_files_sees_those_of_the_whole_team(db):
    waiting = factories.application("changes_requested")
    assert listed(signed_in(factories.coordinator()), desk="waiting") == []
    assert listed(signed_in(factories.manager()), desk="waiting") == [waiting]


def test_message_that_was_read_or_is_ours_is_not_new(desk, holder):
    application = factories.application("in_review", reviewer=holder)
    write(application, from_staff=True)
    assert listed(desk, desk="messages") == []
    message = write(application)
    assert listed(desk, desk="messages") == listed(desk, messages="unread") == [application]
    mark = ReadMark.objects.create(application=application, user=holder, read_at=message.created_at)
    assert listed(desk, desk="messages") == []
    ReadMark.objects.create(
        application=application, user=factories.coordinator(), read_at=timezone.now()
    )
    write(application, at=mark.read_at + datetime.timedelta(seconds=1))
    assert listed(desk, messages="unread") == [application]


def test_desk_lists_my_oldest_files_first(desk, holder):
    today = timezone.localdate()
    files = [factories.application("in_review", reviewer=holder) for _ in range(9)]
    for number, application in enumerate(files):
        change(application, waiting_since=today - datetime.timedelta(days=number))
    panels = {
        panel.template.rpartition("/")[2]: panel.context
        for panel in desk.get(DESK).context["desk_panels"]
    }
    assert panels["_my_files.html"]["files"] == files[:0:-1]
    content = desk.get(DESK).content.decode()
    assert files[8].company.name in content
    assert files[0].company.name not in content


@time_machine.travel("2018-03-15 12:00-06:00", tick=False)
def test_desk_says_which_file_closes_first(desk, holder):
    late = factories.application("changes_requested", reviewer=holder)
    soon = factories.application("changes_requested", reviewer=holder)
    for application, days in ((late, 2), (soon, 25)):
        asked = timezone.now() - datetime.timedelta(days=days)
        rows = ApplicationTransition.objects.filter(
            application=application, transition="request_changes"
        )
        super(type(rows), rows).update(created_at=asked)
    (first, second) = desk.get(DESK).context["desk_panels"][1].context["waiting"]
    assert (first.application, first.closes_on) == (soon, datetime.date(2018, 3, 20))
    assert first.days_left == 5
    # 12 April is the thirtieth day of the other one.
    assert (second.application, second.closes_on) == (late, datetime.date(2018, 4, 12))
    assert listed(desk, desk="waiting") == [soon, late]


def test_desk_of_someone_without_a_role_is_empty(db):
    answer = signed_in(factories.person(is_staff=True)).get(DESK)
    assert answer.status_code == 200
    assert answer.context["desk_panels"] == []


# --- How often the database is asked -----------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("url", "queries"),
    # The first page counts the money that waits too.
    [(DESK, 10), (QUEUE, 6), (f"{QUEUE}?desk=mine&risk=any&messages=unread", 6)],
)
@pytest.mark.parametrize("strict", [False, True])
def test_desk_and_queue_ask_a_fixed_number_of_times(
    desk, holder, settings, rows, url, queries, strict, django_assert_num_queries
):
    settings.STAFF_MFA_REQUIRED = strict
    holder.authenticator_set.create(type="totp", data={})
    for _ in range(rows):
        application = factories.application("in_review", reviewer=holder)
        write(change(application, risk_flags=["reapplied"]))
        factories.application("changes_requested", reviewer=holder)
    desk.get(QUEUE)  # the choices of the filters are remembered from here on
    with django_assert_num_queries(queries):
        assert desk.get(url).status_code == 200


# --- Order, pages, search ----------------------------------------------------------------------


def test_what_waits_comes_before_what_is_decided(desk):
    factories.fund()
    early, late = (factories.application("rejected") for _ in range(2))
    waiting = [factories.application(status) for status in ("submitted", "changes_requested")]
    assert listed(desk) == [*waiting, late, early]


def test_list_counts_up_to_its_cap_and_says_so(desk, holder, monkeypatch):
    monkeypatch.setattr("exporters.admin.page.CAP", 2)
    factories.approved_at_once(2, decided_by=holder)
    exact = desk.get(QUEUE)
    assert (exact.context["cl"].result_count, exact.context["cl"].is_capped) == (2, False)
    factories.approved_at_once(1, decided_by=holder)
    capped = desk.get(QUEUE)
    assert (capped.context["cl"].result_count, capped.context["cl"].is_capped) == (2, True)


@pytest.mark.parametrize("page", ["0", "-1", "2", str(CAP), "99999999999999999999", "x"])
def test_page_that_does_not_exist_leads_to_the_first(desk, page):
    factories.application("submitted")
    answer = desk.get(QUEUE, {"p": page}, follow=True)
    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == 1


def test_second_page_goes_on_where_the_first_ended(desk, holder):
    factories.approved_at_once(53, decided_by=holder)
    first, second = listed(desk), listed(desk, p="2")
    assert (len(first), len(second)) == (50, 3)
    assert not set(first) & set(second)


@pytest.mark.parametrize("words", ["{reference}", "{rfc}", " {rfc_lower} ", "aguacates ficticios"])
def test_search_finds_by_reference_rfc_and_name(desk, words):
    application = factories.application("submitted")
    rfc = application.company.rfc
    query = words.format(reference=application.reference, rfc=rfc, rfc_lower=rfc.lower())
    assert listed(desk, q=query) == [application]
    assert listed(desk, q="Nadie, S.A.") == []


# --- Filters -----------------------------------------------------------------------------------


def test_filter_by_coordinator(desk, holder):
    nobody, mine, other = (
        factories.application("submitted"),
        factories.application("in_review", reviewer=holder),
        factories.application("in_review"),
    )
    assert listed(desk, assignee="me") == [mine]
    assert listed(desk, assignee="nobody") == [nobody]
    assert listed(desk, assignee=str(other.assigned_to_id)) == [other]
    assert len(listed(desk, assignee="999999")) == 3


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"size": "small"}, True),
        ({"size": "micro"}, False),
        ({"product": "avocado"}, True),
        ({"product": "tequila"}, False),
        ({"status": "in_review"}, True),
        ({"status": "approved"}, False),
        ({"state": "16", "size": "small", "product": "avocado"}, True),
        ({"state": "14", "size": "small"}, False),
        ({"size": "nonsense", "risk": "?", "waiting": "x", "messages": "y"}, True),
    ],
)
def test_filter_by_what_the_company_is_and_offers(desk, filters, found):
    company = factories.company(employees=20, annual_sales_mxn=20_000_000)
    application = factories.application("in_review", company=company)
    factories.product(company)  # a second one does not show the application twice
    assert listed(desk, **filters) == ([application] if found else [])


@pytest.mark.parametrize("days", WAITING_DAYS)
def test_filter_by_waiting_time_shows_what_the_column_says(desk, days):
    today = timezone.localdate()
    factories.fund()
    more, exactly, paused, decided = (
        factories.application(status)
        for status in ("submitted", "submitted", "changes_requested", "approved")
    )
    change(more, waiting_since=workdays_before(today, days + 1))
    change(exactly, waiting_since=workdays_before(today, days))
    change(paused, waiting_since=None, days_waited=days + 1)
    change(decided, waiting_since=None, days_waited=days + 1)
    found = listed(desk, waiting=str(days))
    assert {row.pk for row in found} == {more.pk, paused.pk}
    assert all(row.working_days > days for row in found)
    assert exactly.working_days == days


def test_filter_by_risk_looks_into_the_list_of_flags(desk):
    flagged = change(factories.application("submitted"), risk_flags=["market_closed", "rfc_digit"])
    other = change(factories.application("submitted"), risk_flags=["expiring"])
    factories.application("submitted")
    assert listed(desk, risk="rfc_digit") == [flagged]
    assert listed(desk, risk="expiring") == [other]
    assert listed(desk, risk="any") == [flagged, other]
    assert listed(desk, risk="unusable") == []
    content = desk.get(QUEUE).content.decode()
    assert content.count('class="risk"') == 3


# --- Saved filters -----------------------------------------------------------------------------


def test_filter_is_kept_shown_and_deleted(desk, holder):
    address = f"{KEEP}?waiting=5&state=16&p=3&evil=1&state__exact=9"
    assert desk.post(address, {"name": "Michoacán"}).url == f"{QUEUE}?state=16&waiting=5"
    kept = SavedFilter.objects.get()
    assert (kept.user, kept.name, kept.query) == (holder, "Michoacán", "state=16&waiting=5")
    (shown,) = desk.get(QUEUE, {"waiting": "5", "state": "16"}).context["saved_filters"]
    assert (shown["kept"], shown["active"]) == (kept, True)
    assert "Michoacán" in desk.get(QUEUE).content.decode()
    drop = reverse("admin:exporters_application_drop_filter", args=[kept.pk])
    assert desk.get(drop).status_code == 405
    assert signed_in(factories.coordinator()).post(drop).status_code == 404
    assert desk.post(drop).url == QUEUE
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 61, "a\u202eb", "a\nb"])
def test_filter_without_a_good_name_is_asked_again(desk, name):
    answer = desk.post(f"{KEEP}?state=16", {"name": name})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("query", ["", "evil=1", "q=" + "x" * 600])
def test_what_filters_nothing_or_is_too_long_is_not_kept(desk, query):
    assert desk.post(f"{KEEP}?{query}", {"name": "Todo"}).status_code == 422
    assert not SavedFilter.objects.exists()


def test_nothing_is_kept_by_get(desk):
    assert desk.get(f"{KEEP}?state=16", {"name": "x"}).status_code == 405


def test_filter_of_a_known_name_is_kept_once(desk, holder):
    for _ in range(2):
        assert desk.post(f"{KEEP}?state=16", {"name": "Mío"}).status_code == 302
    assert desk.post(f"{KEEP}?state=14", {"name": "Mío"}).status_code == 422
    assert SavedFilter.objects.get().query == "state=16"
    desk.post(f"{KEEP}?state=14", {"name": "Otro"})
    assert SavedFilter.objects.count() == 2


def test_a_person_keeps_so_many_filters(holder):
    for number in range(FILTERS_OF_A_PERSON):
        keep_filter(holder, name=str(number), query="state=16")
    with pytest.raises(FilterRefused):
        keep_filter(holder, name="one more", query="state=16")
    keep_filter(factories.coordinator(), name="0", query="state=16")


def test_two_filters_of_a_person_have_two_names(holder):
    SavedFilter.objects.create(user=holder, name="Mío", query="state=16")
    with violates(SavedFilter, "one_filter_of_a_name"):
        SavedFilter.objects.create(user=holder, name="Mío", query="state=14")


def test_query_holds_what_is_known_in_one_order(rf):
    params = rf.get("/", {"q": "a&b", "desk": "mine", "size": "", "x": "1"}).GET
    assert known_query(params) == "desk=mine&q=a%26b"


# --- Many at once ------------------------------------------------------------------------------


def act(client, action: str, rows, **values):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(QUEUE, chosen | values)


def said(client) -> list[str]:
    return [str(message) for message in client.get(QUEUE).context["messages"]]


def test_many_are_claimed_and_the_others_say_why(desk, holder):
    free = [factories.application("submitted") for _ in range(2)]
    taken = factories.application("in_review")
    assert act(desk, "claim_selected", [*free, taken]).status_code == 302
    for application in free:
        application.refresh_from_db()
        assert (application.status, application.assigned_to) == ("in_review", holder)
    done, refused = said(desk)
    assert "2" in done
    assert refused.startswith("1")
    assert taken.reference in refused


def test_many_are_assigned_after_a_page_that_shows_them(db):
    manager, carmen = factories.manager(), factories.coordinator(full_name="Carmen")
    rows = [factories.application("submitted"), factories.application("in_review")]
    had = factories.application("in_review", reviewer=carmen)
    client = signed_in(manager)
    page = act(client, "assign_selected", [*rows, had])
    assert page.status_code == 200
    content = page.content.decode()
    assert all(row.company.name in content for row in rows)
    assert "Carmen · " in content
    choices = dict(page.context["form"].fields["to"].choices)
    assert choices[carmen.pk].endswith("1")
    assert not Application.objects.filter(assigned_to=carmen).exclude(pk=had.pk).exists()
    answer = act(client, "assign_selected", [*rows, had], to=carmen.pk)
    assert answer.status_code == 302
    assert Application.objects.filter(assigned_to=carmen, status="in_review").count() == 3
    done, refused = said(client)
    assert "2" in done
    assert had.reference in refused


@pytest.mark.parametrize("to", ["", "x", "999999"])
def test_assigning_to_nobody_asks_again(db, to):
    application = factories.application("submitted")
    answer = act(signed_in(factories.manager()), "assign_selected", [application], to=to)
    assert answer.status_code == 422
    assert "to" in answer.context["form"].errors
    application.refresh_from_db()
    assert application.status == "submitted"


def test_nobody_is_assigned_an_own_companys_file(db):
    application = factories.application("submitted")
    carmen = factories.coordinator()
    application.company.team.create(user=carmen, role="editor")
    client = signed_in(factories.manager())
    act(client, "assign_selected", [application, factories.application("submitted")], to=carmen.pk)
    application.refresh_from_db()
    assert application.status == "submitted"
    assert Application.objects.filter(assigned_to=carmen).count() == 1  # the other one worked


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("coordinator", {"claim_selected"}),
        ("manager", {"claim_selected", "assign_selected"}),
        ("auditor", set()),
        ("finance", set()),
    ],
)
def test_steps_on_many_need_their_permission(db, role, actions):
    application = factories.application("submitted")
    client = signed_in(getattr(factories, role)())
    form = client.get(QUEUE).context["action_form"]
    offered = {key for key, _ in form.fields["action"].choices if key} if form else set()
    assert offered == actions
    for action in {"claim_selected", "assign_selected"} - actions:
        act(client, action, [application], to=factories.coordinator().pk)
    application.refresh_from_db()
    assert application.status == "submitted"


def test_so_many_at_a_time_and_no_more(desk, holder):
    rows = [Company(rfc=factories.new_rfc(), slug=f"m{n}") for n in range(AT_ONCE + 1)]
    Company.objects.bulk_create(rows)
    Application.objects.bulk_create(
        Application(
            reference=f"MX-B-{n}",
            company=row,
            created_by=holder,
            status="submitted",
            submitted_at=timezone.now(),
        )
        for n, row in enumerate(rows)
    )
    act(desk, "claim_selected", Application.objects.all()[:1], select_across="1")
    assert str(AT_ONCE) in said(desk)[0]
    assert not Application.objects.filter(status="in_review").exists()


# --- Export ------------------------------------------------------------------------------------

EXPORT = reverse("admin:exporters_application_export")


def exported(client, format="csv", **filters) -> list[list]:
    """The rows of the file, the head first."""
    address = reverse("admin:exporters_application_export")  # in the language of the moment
    answer = client.post(f"{address}?{urlencode(filters)}", {"format": format})
    assert answer.status_code == 200, answer
    content = b"".join(answer.streaming_content)
    if format == "csv":
        assert content.startswith(codecs.BOM_UTF8)
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "filters", [{}, {"desk": "mine"}, {"status": "submitted"}, {"q": "Aguacates"}, {"o": "-2"}]
)
def test_export_holds_what_the_filter_shows_in_the_same_order(desk, holder, filters, format):
    world(holder)
    shown = [row.reference for row in listed(desk, **filters)]
    assert [row[0] for row in exported(desk, format, **filters)[1:]] == shown


def test_export_holds_all_pages(desk, holder):
    factories.approved_at_once(53, decided_by=holder)
    rows = exported(desk, p="2")
    assert len(rows) == 54
    assert len({row[0] for row in rows}) == 54


def test_export_of_nothing_has_its_head(desk):
    assert len(exported(desk)) == 1


@time_machine.travel("2018-03-15 12:00-06:00", tick=False)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_columns_of_an_export(desk, holder, format):
    factories.fund()
    company = factories.company(rfc="AFU120417EQ0", legal_name="Ficticios, S.A.")
    change(
        factories.application("approved", company=company, reviewer=holder),
        risk_flags=["reapplied", "expiring"],
        reference="MX-2018-1",
        waiting_since=None,
        days_waited=4,
    )
    factories.product(company, category=factories.category("tequila"))
    with translation.override("en"):
        head, row = exported(desk, format)
    assert head == [
        "reference", "company", "RFC", "state", "municipality", "size", "sector", "status",
        "coordinator", "sent on", "working days", "risks", "products", "decided on",
    ]  # fmt: skip
    day = datetime.datetime(2018, 3, 15) if format == "xlsx" else "2018-03-15"  # noqa: DTZ001
    days = 4 if format == "xlsx" else "4"
    assert row[:12] == [
        "MX-2018-1", "Ficticios, S.A.", "AFU120417EQ0", "Michoacán", "Uruapan", "Small",
        "Industry", "Approved", "Carmen", day, days,
        "Refused or expired before, A document expires soon",
    ]  # fmt: skip
    assert set(row[12].split(", ")) == {"Avocado", "Tequila"}
    assert row[13] == day


FORMULAS = [
    "=1+1", "==1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u3000=1",
    "＝1", "＋1", "－1", "＠A",
    '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0", "'=1",
]  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_of_an_export_is_a_formula(desk, format, text):
    application = factories.application("submitted")
    Company.objects.filter(pk=application.company_id).update(
        legal_name=text, municipality=f"a{text}"
    )
    row = exported(desk, format)[1]
    assert row[1].startswith("'")
    assert row[4].startswith("a")  # harmless: left as it is


def test_control_characters_do_not_break_an_export(desk):
    application = factories.application("submitted")
    Company.objects.filter(pk=application.company_id).update(legal_name="a\x01\x0b\ufffeb\n=c")
    assert [exported(desk, format)[1][1] for format in ("csv", "xlsx")] == ["ab\n=c"] * 2


def test_export_is_recorded_before_it_leaves(desk, holder, caplog):
    application = factories.application("in_review", reviewer=holder)
    factories.application("submitted")
    with caplog.at_level("INFO", logger="security"):
        answer = desk.post(f"{EXPORT}?desk=mine", {"format": "csv"})
    record = QueueExport.objects.get()
    found = (record.user, record.query, record.format, record.rows)
    assert found == (holder, "desk=mine", "csv", 1)
    assert [row.application for row in record.applications.all()] == [application]
    (event,) = [entry for entry in caplog.records if entry.message == "queue_exported"]
    assert (event.user_id, event.export, event.rows) == (holder.pk, record.pk, 1)
    b"".join(answer.streaming_content)


def test_export_asks_first_and_refuses_another_format(desk):
    factories.application("submitted")
    page = desk.get(EXPORT, {"status": "submitted"})
    assert page.status_code == 200
    assert desk.post(EXPORT, {"format": "pdf"}).status_code == 422
    assert desk.post(EXPORT).status_code == 422
    assert not QueueExport.objects.exists()


def test_export_needs_its_permission(db):
    factories.application("submitted")
    finance = signed_in(factories.finance())
    assert EXPORT not in finance.get(QUEUE).content.decode()
    for answer in (finance.get(EXPORT), finance.post(EXPORT, {"format": "csv"})):
        assert answer.status_code == 403
    auditor = signed_in(factories.auditor())
    assert EXPORT in auditor.get(QUEUE).content.decode()
    assert len(exported(auditor)) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_export_takes_the_same_queries_for_one_row_and_for_three(
    desk, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.application("submitted")
    desk.get(QUEUE)
    # Session, user, permissions, page, keys, the record and its rows in a savepoint, the file's
    # two.
    with django_assert_num_queries(11):
        exported(desk)


def test_exports_are_listed_and_never_changed(db):
    manager = factories.manager()
    export = QueueExport.objects.create(user=manager, query="desk=mine", format="csv", rows=3)
    client = signed_in(manager)
    assert (
        "desk=mine"
        in client.get(reverse("admin:exporters_queueexport_changelist")).content.decode()
    )
    page = reverse("admin:exporters_queueexport_change", args=[export.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"rows": "1"}).status_code == 403
    with pytest.raises(AppendOnlyError):
        QueueExport.objects.all().delete()


# --- What it all stands on ---------------------------------------------------------------------


def test_permissions_of_a_person_come_in_one_query(db, django_assert_num_queries):
    user = factories.coordinator()
    user.user_permissions.add(Permission.objects.get(codename="view_promotionperiod"))
    plain = ModelBackend().get_all_permissions(User.objects.get(pk=user.pk))
    fresh = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert fresh.get_all_permissions() == plain
        assert fresh.has_perm("exporters.review_application")
        assert not fresh.has_perm("exporters.assign_application")
        assert fresh.has_module_perms("exporters")


def test_permissions_of_superusers_and_of_the_disabled(db):
    user = factories.superuser()
    assert user.has_perm("exporters.anything")
    assert user.get_all_permissions() == ModelBackend().get_all_permissions(
        User.objects.get(pk=user.pk)
    )
    for person in (factories.superuser(is_active=False), factories.coordinator(is_active=False)):
        assert person.get_all_permissions() == set()
        assert not person.has_perm("exporters.review_application")
    assert AnonymousUser().get_all_permissions() == set()
    assert factories.coordinator().get_all_permissions(obj=user) == set()


def test_disabled_person_is_signed_out(desk, holder):
    User.objects.filter(pk=holder.pk).update(is_active=False)
    assert desk.get(DESK).status_code == 302


def test_rows_are_those_that_django_would_write(desk, holder):
    hostile = factories.company(trade_name="", legal_name="<script>%s & Co 100%</script>")
    factories.application("submitted", company=hostile)
    bare = factories.application("submitted").company
    Company.objects.filter(pk=bare.pk).update(state="", size="")
    factories.application("approved")
    page = desk.get(QUEUE)
    expected = ["".join(cells) for cells in admin_list.results(page.context["cl"])]
    assert len(expected) == 3
    assert all(row in page.content.decode() for row in expected)


def test_what_is_remembered_is_asked_again_after_its_time(monkeypatch):
    asked, clock = [], [1000.0]
    monkeypatch.setattr("core.memo.time.monotonic", lambda: clock[0])

    @memo.remembered(30)
    def answer():
        asked.append(1)
        return len(asked)

    assert (answer(), answer()) == (1, 1)
    clock[0] += 31
    assert answer() == 2
    memo.forget_all()
    assert answer() == 3
