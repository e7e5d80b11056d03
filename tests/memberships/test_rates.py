"""The table of exchange rates: by hand, by a list, corrected with a reason."""

import csv
import datetime
import io
import logging
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.workflow import TransitionNotAllowed
from memberships.enums import ClaimStatus as C
from memberships.models import ExchangeRate
from memberships.services.rates import import_rates
from tests import factories
from tests.memberships.treasury import messages, signed_in
from tests.money import Desk, rate
from tests.races import at_once, race

DAY = datetime.date
LIST = reverse("admin:memberships_exchangerate_changelist")
ADD = reverse("admin:memberships_exchangerate_add")
IMPORT = reverse("admin:memberships_exchangerate_import")
CONFIRM = reverse("admin:memberships_exchangerate_process_import")
SOURCE = "https://bank.example/fix"
FRIDAY, MONDAY = DAY(2018, 1, 12), DAY(2018, 1, 15)


@pytest.fixture
def clerk(db):
    return factories.finance()


@pytest.fixture
def finance(clerk):
    return signed_in(clerk)


def page_of(row) -> str:
    return reverse("admin:memberships_exchangerate_change", args=[row.pk])


def add(client, **values):
    data = {"day": "2018-01-15", "mxn": "19.0500", "source_url": SOURCE}
    return client.post(ADD, data | values)


def errors(page) -> dict:
    return page.context["adminform"].form.errors


# --- By hand -----------------------------------------------------------------------------------


def test_rate_is_entered_with_its_source(finance, clerk):
    assert add(finance).status_code == 302
    row = ExchangeRate.objects.get()
    assert (row.day, row.mxn, row.source_url) == (MONDAY, Decimal("19.0500"), SOURCE)
    assert row.history.get().history_user == clerk


def test_form_proposes_today_and_the_last_source(finance):
    ExchangeRate.objects.create(day=FRIDAY, mxn=Decimal("19"), source_url=SOURCE)
    form = finance.get(ADD).context["adminform"].form
    assert form["source_url"].value() == SOURCE
    assert form["day"].value() == timezone.localdate()


def test_second_click_finds_the_first_rate(finance):
    first, second = add(finance), add(finance)
    assert first.status_code == second.status_code == 302
    assert ExchangeRate.objects.get().history.count() == 1
    other = add(finance, mxn="19.06")
    assert "day" in errors(other)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": "2099-01-01"}, "day"),
        ({"day": "31/02/2018"}, "day"),
        ({"day": ""}, "day"),
        ({"mxn": "0"}, "mxn"),
        ({"mxn": "-1"}, "mxn"),
        ({"mxn": "NaN"}, "mxn"),
        ({"mxn": "19.05001"}, "mxn"),
        ({"mxn": "9999999"}, "mxn"),
        ({"source_url": ""}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_rate_is_refused_beside_its_field(finance, values, field):
    assert field in errors(add(finance, **values))
    assert not ExchangeRate.objects.exists()


def test_day_that_has_not_come_is_refused_by_the_clock_of_mexico(finance):
    # It is the 16th in London and still the 15th in Mexico City.
    with time_machine.travel(datetime.datetime(2018, 1, 16, 3, tzinfo=datetime.UTC)):
        client = signed_in(factories.finance())
        assert "day" in errors(add(client, day="2018-01-16"))
        assert add(client, day="2018-01-15").status_code == 302


@pytest.mark.parametrize(
    ("mxn", "jumps"), [("19.9500", False), ("19.9501", True), ("18.0500", False), ("18.0499", True)]
)
def test_rate_far_from_the_one_before_is_confirmed(finance, mxn, jumps):
    rate(FRIDAY, "19.0000")
    rate(DAY(2018, 1, 16), "30.0000")  # the one after it says nothing
    page = add(finance, mxn=mxn)
    assert (page.status_code == 200) == jumps
    if jumps:
        assert "19.0000" in str(errors(page)["jump_is_right"])
        assert add(finance, mxn=mxn, jump_is_right="on").status_code == 302


def test_correction_needs_a_reason_and_leaves_batches_alone(clerk):
    desk = Desk()
    line = desk.send(desk.claim(C.APPROVED))
    row, client = line.batch.rate, signed_in(desk.treasurer)
    data = {"mxn": "19.0000", "source_url": SOURCE}
    assert "change_reason" in errors(client.post(page_of(row), data))
    assert client.post(page_of(row), data | {"change_reason": "Mal copiado"}).status_code == 302
    row.refresh_from_db()
    line.batch.refresh_from_db()
    assert (row.mxn, line.batch.mxn_per_usd) == (Decimal("19.0000"), Decimal("18.9876"))
    text = client.get(page_of(row)).content.decode()
    assert str(line.batch) in text
    assert "Mal copiado" in text
    assert "18.9876" in text


def test_day_of_a_stored_rate_does_not_change(finance):
    row = rate(FRIDAY, "19.0000")
    data = {"day": "2018-01-11", "mxn": "19.0100", "source_url": SOURCE, "change_reason": "x"}
    finance.post(page_of(row), data)
    row.refresh_from_db()
    assert (row.day, row.mxn) == (FRIDAY, Decimal("19.0100"))


def test_correction_far_from_the_rate_before_is_confirmed(finance):
    rate(FRIDAY, "19.0000")
    row = rate(MONDAY, "19.1000")
    data = {"mxn": "91.1000", "source_url": SOURCE, "change_reason": "x"}
    assert "jump_is_right" in errors(finance.post(page_of(row), data))
    assert finance.post(page_of(row), data | {"jump_is_right": "on"}).status_code == 302


def test_rates_are_read_by_all_and_written_by_finance_and_managers(db):
    row = rate(FRIDAY, "19.0000")
    for person in (factories.coordinator(), factories.auditor()):
        client = signed_in(person)
        assert "19.0000" in client.get(LIST).content.decode()
        assert client.get(page_of(row)).status_code == 200
        assert add(client).status_code == 403
        assert client.get(IMPORT).status_code == 403
    assert add(signed_in(factories.manager())).status_code == 302


def test_rate_is_never_deleted(db):
    row = rate(FRIDAY, "19.0000")
    client = signed_in(factories.superuser())
    address = reverse("admin:memberships_exchangerate_delete", args=[row.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    actions = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(LIST, actions)
    assert ExchangeRate.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_more_rates(finance, count, django_assert_num_queries):
    for day in range(count):
        rate(DAY(2018, 1, 1 + day), f"19.{day}000")
    finance.get(LIST)
    with django_assert_num_queries(6):
        page = finance.get(LIST)
    assert page.context["cl"].result_count == count


def test_list_shows_the_change_from_the_rate_before(finance):
    rate(FRIDAY, "20.0000")
    rate(MONDAY, "21.0000")
    assert "+5.00 %" in finance.get(LIST).content.decode()


@race
def test_same_day_entered_at_once_by_two_is_stored_once():
    clients = [signed_in(factories.finance()) for _ in range(2)]
    found = at_once(
        *[lambda client=client, mxn=mxn: add(client, mxn=mxn).status_code
          for client, mxn in zip(clients, ("19.01", "19.02"), strict=True)]
    )  # fmt: skip
    assert all(status in (200, 302) for status in found)
    assert ExchangeRate.objects.count() == 1


# --- By a list ---------------------------------------------------------------------------------


def upload(client, *rows, name="fix.csv", delimiter=";", **values):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Fecha", "Tipo de cambio"], *rows])
    file = SimpleUploadedFile(name, out.getvalue().encode("cp1252"))
    return client.post(IMPORT, {"file": file, "source_url": SOURCE} | values)


def confirm(client, page, **values):
    signed = page.context["confirm"].initial["signed"]
    return client.post(CONFIRM, {"signed": signed} | values, follow=True)


def kinds(page) -> list[str]:
    return [outcome.kind for outcome in page.context["outcomes"]]


def test_list_is_stored_after_its_preview(finance, clerk, caplog):
    page = upload(finance, ["12/01/2018", "19,0123"], ["15/01/2018", "19,0500"])
    assert kinds(page) == ["new", "new"]
    assert not ExchangeRate.objects.exists()
    with caplog.at_level(logging.INFO):
        assert messages(confirm(finance, page))[0][0] == "success"
    rows = list(ExchangeRate.objects.values_list("day", "mxn", "source_url"))
    assert rows == [
        (MONDAY, Decimal("19.0500"), SOURCE),
        (FRIDAY, Decimal("19.0123"), SOURCE),
    ]
    assert ExchangeRate.objects.first().history.get().history_user == clerk
    assert [row.stored for row in caplog.records if row.message == "rates_imported"] == [2]


def test_stored_days_are_shown_and_never_changed(finance):
    rate(FRIDAY, "19.0123")
    other = rate(MONDAY, "19.1000")
    page = upload(
        finance, ["12/01/2018", "19.0123"], ["15/01/2018", "19.2"], ["16/01/2018", "19.3"]
    )
    assert kinds(page) == ["same", "changed", "new"]
    assert page_of(other) in page.content.decode()
    confirm(finance, page)
    assert list(ExchangeRate.objects.values_list("mxn", flat=True)) == [
        Decimal("19.3000"), Decimal("19.1000"), Decimal("19.0123"),
    ]  # fmt: skip


def test_wrong_rows_are_left_out_with_their_reason(finance, english):
    page = upload(
        finance,
        ["12/01/2018", "N/E"],
        ["01/01/2099", "19"],
        ["31/02/2018", "19"],
        ["15/01/2018", "19"],
        ["15/01/2018", "19.01"],
        ["=HOY()", "19"],
    )
    assert kinds(page) == ["wrong", "wrong", "wrong", "new", "wrong", "wrong"]
    said = [outcome.said for outcome in page.context["outcomes"]]
    assert "has not come yet" in said[1]
    assert "line 5 already" in said[4]
    assert "formula" in said[5]
    confirm(finance, page)
    assert ExchangeRate.objects.get().day == MONDAY


def test_list_of_nothing_new_has_nothing_to_import(finance):
    rate(FRIDAY, "19.0000")
    page = upload(finance, ["12/01/2018", "19"])
    assert 'type="submit" class="btn btn-primary"' not in page.content.decode()
    confirm(finance, page)
    assert ExchangeRate.objects.count() == 1


def test_jump_in_a_list_is_confirmed_and_nothing_is_lost_meanwhile(finance):
    rate(FRIDAY, "19.0000")
    page = upload(finance, ["15/01/2018", "19.1"], ["16/01/2018", "91.1"], ["17/01/2018", "19.2"])
    assert [outcome.jump for outcome in page.context["outcomes"]] == [False, True, True]
    again = confirm(finance, page)
    assert again.status_code == 422
    assert kinds(again) == ["new"] * 3
    assert ExchangeRate.objects.count() == 1
    confirm(finance, page, jump_is_right="on")
    assert ExchangeRate.objects.count() == 4


def test_second_confirmation_stores_nothing(finance):
    page = upload(finance, ["15/01/2018", "19.1"])
    confirm(finance, page)
    assert messages(confirm(finance, page))[0][0] == "info"
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"source_url": ""}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"name": "fix.pdf"}, "file"),
        ({"file": ""}, "file"),
    ],
)
def test_import_is_refused_beside_its_field(finance, values, field):
    page = upload(finance, ["15/01/2018", "19.1"], **values)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_list_that_is_too_long_is_refused(finance):
    page = upload(finance, *[["15/01/2018", "19.1"]] * 10_000)
    assert page.status_code == 422
    assert "2,000" in str(page.context["form"].errors["file"])


def test_confirmation_is_of_this_person_and_this_hour(finance, clerk):
    page = upload(finance, ["15/01/2018", "19.1"])
    assert messages(confirm(signed_in(factories.finance()), page))[0][0] == "error"
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert messages(confirm(signed_in(clerk), page))[0][0] == "error"
    bad = finance.post(CONFIRM, {"signed": "x"}, follow=True)
    assert messages(bad)[0][0] == "error"
    assert not ExchangeRate.objects.exists()


def test_day_that_someone_stored_meanwhile_stops_the_list(clerk):
    rates = [(FRIDAY, Decimal("19.0000")), (MONDAY, Decimal("19.1000"))]
    rate(MONDAY, "19.2000")
    with pytest.raises(TransitionNotAllowed):
        import_rates(rates, source_url=SOURCE, actor=clerk, key=uuid.uuid4())
    assert ExchangeRate.objects.get().mxn == Decimal("19.2000")


def test_rates_are_imported_by_those_who_may(db):
    with pytest.raises(TransitionNotAllowed):
        import_rates([], source_url=SOURCE, actor=factories.auditor(), key=uuid.uuid4())
