"""The demonstration's story obeys every rule that the services obey."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from demo.people import ACCOUNTS, MANAGER, PASSWORD
from demo.story import MANGOES
from exporters.checklist import checklist, open_checks
from exporters.comparison import last_changes
from exporters.enums import LeadStage
from exporters.models import (
    Application,
    Company,
    Correction,
    Document,
    Lead,
    LeadInvitation,
    Product,
    StagedDecision,
    Submission,
    Verification,
)
from exporters.services.decisions import release_decision
from exporters.timeline import timeline
from memberships import audit
from memberships.enums import ClaimStatus
from memberships.models import (
    ExchangeRate,
    FundEntry,
    Membership,
    PaymentBatch,
    PaymentLine,
    SubsidyClaim,
    SubsidyFund,
)
from memberships.tasks import tend_memberships
from pavilion.models import Pavilion, WaitingBuyer
from tests import factories

MONEY = (Membership, SubsidyClaim, PaymentBatch, PaymentLine, ExchangeRate)


def tell(*arguments) -> None:
    call_command("demo", *arguments, verbosity=0)


def test_story_is_told_once_and_obeys_the_rules(db, capsys):
    tell()
    statuses = Counter(Application.objects.values_list("status", flat=True))
    assert statuses["approved"] == 24
    assert set(statuses) == set(factories.ApplicationStatus.values)
    assert not Pavilion.objects.get().launched_at
    for fund in SubsidyFund.objects.all():
        assert not audit.differences(fund)
    approved = Application.objects.exclude(decided_at=None).exclude(status="rejected")
    assert Membership.objects.filter(renews=None).count() == approved.count()
    for model in (Company, Application, Product, SubsidyFund, WaitingBuyer, Lead, *MONEY):
        for row in model.objects.all():
            row.full_clean()
    for application in Application.objects.exclude(status="draft"):
        last = application.transitions.last()
        assert last.to_status == application.status
    assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStage.values)
    for lead in Lead.objects.exclude(status="new"):
        assert lead.transitions.last().to_status == lead.status
    assert LeadInvitation.objects.open().count() == 1
    kept = (Company, Application, Document, User, Correction, Submission, Verification, Lead)
    before = [model.objects.count() for model in kept]
    tell()
    assert [model.objects.count() for model in kept] == before


def test_story_leaves_a_desk_that_was_worked_at(db, capsys):
    tell()
    for application in Application.objects.exclude(status="draft"):
        waits = application.status in ("submitted", "in_review")
        assert (application.waiting_since is not None) == waits
        assert application.submissions.exists()
        assert last_changes(application) is None or last_changes(application).changes
        assert timeline(application)
    for application in Application.objects.approved():
        assert application.letter_code
        assert not open_checks(checklist(application))
    came_back = Application.objects.filter(assigned_to__isnull=False, status="submitted").get()
    assert len(last_changes(came_back).changes) >= 3
    assert len(last_changes(came_back).answers) == 2
    for application in Application.objects.filter(status="changes_requested"):
        items = application.corrections.open()
        assert sorted(item.is_answered for item in items) == [False, True]
    staged = StagedDecision.objects.open().get()
    assert not open_checks(checklist(staged.application))
    boss = User.objects.get(email=MANAGER.email)
    assert release_decision(staged, actor=boss).status == "approved"


def test_story_shows_a_market_that_is_closed(db, capsys):
    tell()
    mangoes = Application.objects.get(company__rfc=MANGOES)
    assert mangoes.status == "in_review"
    assert "market_closed" in mangoes.risk_flags
    assert "bad" in {check.tone for check in checklist(mangoes) if check.product}


def test_story_has_memberships_and_claims_at_every_stage(db):
    tell()
    rows = Membership.objects.values_list("status", flat=True)
    stages = {"offered", "accepted", "reported", "paid", "active", "renewal_offered", "lapsed"}
    assert stages <= set(rows)
    assert set(SubsidyClaim.objects.values_list("status", flat=True)) == set(ClaimStatus)
    sent = PaymentBatch.objects.filter(reconciled_at=None)
    assert [line.result for line in sent.get().lines.all()] == ["sent", "sent"]
    for row in (*Membership.objects.all(), *SubsidyClaim.objects.all()):
        last = row.transitions.last()
        assert not last or last.to_status == row.status
    for claim in SubsidyClaim.objects.exclude(approved_by=None):
        application = claim.membership.application
        payers = set(claim.payments.values_list("settled_by", flat=True)) - {None}
        hands = {claim.verified_by_id, claim.approved_by_id, application.decided_by_id}
        assert len({claim.verified_by_id, claim.approved_by_id}) == 2
        assert not payers & hands
    assert all("ficticio" in rate.source_url for rate in ExchangeRate.objects.all())
    assert FundEntry.objects.filter(created_at__lt=timezone.now() - timedelta(days=300)).exists()


def test_night_after_the_story_finds_nothing_overdue(db):
    tell()
    before = Counter(Membership.objects.values_list("status", flat=True))
    tend_memberships()
    after = Counter(Membership.objects.values_list("status", flat=True))
    assert before == after


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
