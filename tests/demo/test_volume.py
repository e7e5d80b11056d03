"""The applications for measuring obey the rules, and the same number is always the same one."""

import datetime
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import User
from demo import volume_rows
from exporters.enums import DECIDED_STATUSES
from exporters.models import (
    Application,
    ApplicationTransition,
    Company,
    Document,
    Product,
    TeamMember,
    Verification,
)
from exporters.rfc import check_digit_holds, clean_rfc
from tests import factories

MODELS = (Application, Company, Product, Document, TeamMember, ApplicationTransition, User)


def fill(number: int) -> None:
    call_command("demo", "--volume", str(number), verbosity=0)


def test_volume_is_filled_up_and_obeys_the_rules(db, capsys, monkeypatch):
    monkeypatch.setattr("demo.volume.BATCH", 40)
    fill(60)
    first = list(Application.objects.order_by("pk").values_list("reference", "status"))
    assert len(first) == 60
    fill(90)
    assert "90 of 90 applications" in capsys.readouterr().out
    rows = Application.objects.order_by("pk")
    assert list(rows.values_list("reference", "status"))[:60] == first
    counts = [model.objects.count() for model in MODELS]
    fill(90)
    fill(10)
    assert [model.objects.count() for model in MODELS] == counts
    for model in (Application, Company, Product, Verification):
        for row in model.objects.all():
            row.full_clean()
    for application in rows.exclude(status="draft"):
        assert application.transitions.last().to_status == application.status
        assert application.documents.count() == 4
        assert application.submitted_at <= timezone.now()
    assert TeamMember.objects.filter(role="owner").count() == 90
    decided = rows.filter(status__in=DECIDED_STATUSES)
    assert Verification.objects.filter(application__in=decided).count() == 4 * decided.count()


def test_statuses_of_the_volume_are_mostly_decided():
    shares = volume_rows.SHARES
    open_ones = ("draft", "submitted", "in_review", "changes_requested")
    assert sum(shares.values()) == 1000
    assert sum(shares[status] for status in open_ones) == 50


def test_every_number_has_an_rfc_of_its_own():
    numbers = [*range(0, 100_000, 997), 6999, 7000, 7001]
    rfcs = [volume_rows.rfc(number) for number in numbers]
    assert Counter(rfcs).most_common(1)[0][1] == 1
    assert all(clean_rfc(rfc) == rfc and check_digit_holds(rfc) for rfc in rfcs)


def test_clock_of_the_volume_runs_only_where_the_programme_acts(db, capsys):
    fill(120)
    running = Application.objects.exclude(waiting_since=None)
    assert set(running.values_list("status", flat=True)) <= {"submitted", "in_review"}
    week = datetime.timedelta(days=7)
    decided = Application.objects.filter(status="approved").exclude(days_waited=0)
    for application in decided:
        assert application.decided_at - application.submitted_at < 3 * week


def test_volume_is_never_made_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        fill(1)
    assert not Application.objects.exists()


def asked(client, address) -> int:
    client.get(address)  # choices of the filters are remembered from here on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_desk_queue_and_page_ask_the_same_of_three_and_of_a_thousand(db):
    holder = factories.coordinator()
    client = Client()
    client.force_login(holder)
    for _ in range(3):
        application = factories.application("in_review", reviewer=holder)
    page = reverse("admin:exporters_application_change", args=[application.pk])
    addresses = [reverse("admin:index"), reverse("admin:exporters_application_changelist"), page]
    before = [asked(client, address) for address in addresses]
    fill(1_000)
    assert [asked(client, address) for address in addresses] == before
    assert before[:2] == [10, 6]
