"""The demonstration's story obeys every rule that the services obey."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.models import User
from demo.people import ACCOUNTS, PASSWORD
from exporters.enums import LeadStage
from exporters.models import Application, Company, Document, Lead, LeadInvitation, Product
from memberships import ledger
from memberships.models import Membership, SubsidyFund
from pavilion.models import Pavilion, WaitingBuyer
from tests import factories


def tell(*arguments) -> None:
    call_command("demo", *arguments, verbosity=0)


def test_story_is_told_once_and_obeys_the_rules(db, capsys):
    tell()
    statuses = Counter(Application.objects.values_list("status", flat=True))
    assert statuses["approved"] == 24
    assert set(statuses) == set(factories.ApplicationStatus.values)
    assert not Pavilion.objects.get().launched_at
    for fund in SubsidyFund.objects.all():
        stored = {name: getattr(fund, name) for name in ("budget", "available", "reserved")}
        assert stored == ledger.totals(fund)
    approved = Application.objects.exclude(decided_at=None).exclude(status="rejected")
    assert Membership.objects.count() == approved.count()
    for model in (Company, Application, Product, SubsidyFund, WaitingBuyer, Lead):
        for row in model.objects.all():
            row.full_clean()
    for application in Application.objects.exclude(status="draft"):
        last = application.transitions.last()
        assert last.to_status == application.status
    assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStage.values)
    for lead in Lead.objects.exclude(status="new"):
        assert lead.transitions.last().to_status == lead.status
    assert LeadInvitation.objects.open().count() == 1
    counted = (Company, Application, Document, User, Lead)
    before = [model.objects.count() for model in counted]
    tell()
    assert [model.objects.count() for model in counted] == before


def test_story_has_an_account_of_each_role_that_can_log_in(db, capsys):
    tell()
    told = capsys.readouterr().out
    for account in ACCOUNTS:
        assert account.email in told
        client = Client()
        answer = client.post(
            reverse("account_login"), {"login": account.email, "password": PASSWORD}
        )
        assert answer.status_code == 302
        assert "_auth_user_id" in client.session


def test_story_sets_the_stage_for_the_hundredth(db, capsys):
    tell("--approved", "99")
    assert Application.objects.approved().count() == 99
    assert not Pavilion.objects.get().launched_at
    factories.application("approved")
    assert Pavilion.objects.get().approved_at_launch == 100


def test_story_is_never_told_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        tell()
    assert not User.objects.exists()
