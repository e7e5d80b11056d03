"""What the measured pages need beside the rows of `manage.py demo`: sessions, a draft, files.

python -m bench.prepare FILES makes FILES files that are ready for approval and prints, as JSON,
who asks and what for; python -m bench.prepare check prints what became of the files.
"""
# ruff: noqa: T201 - its output is what script/bench reads

import json
import os
import sys
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promexico_portal.settings")
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402 - models come after the settings
from django.conf import settings  # noqa: E402
from django.contrib.auth import login  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.urls import reverse  # noqa: E402

from core.models import User  # noqa: E402
from demo import people  # noqa: E402
from demo.volume import cast_of_all  # noqa: E402
from demo.volume_rows import Batch, company_row, rfc  # noqa: E402
from exporters.checklist import checklist  # noqa: E402
from exporters.enums import ApplicationStatus, Outcome  # noqa: E402
from exporters.models import Application, Company  # noqa: E402
from exporters.services.applications import start_application  # noqa: E402
from exporters.services.checks import CheckAnswer, record_checks  # noqa: E402
from exporters.services.companies import register_company  # noqa: E402
from exporters.signals import collect, review_panels_requested  # noqa: E402
from memberships import ledger  # noqa: E402
from memberships.models import Membership, SubsidyFund  # noqa: E402
from pavilion.models import Listing  # noqa: E402

FIRST = 2_000_000  # beyond the numbers of the volume
PREFIX = "MX-B-"
PRICE_USD = 3000  # more than a membership costs


class Ready(Batch):
    """Files in review, all of small firms and on one desk."""

    prefix = PREFIX

    def _status(self, chance) -> str:
        return ApplicationStatus.IN_REVIEW

    def _facts(self, number, chance) -> dict:
        return self.cast.companies[number % len(self.cast.companies)]


def prepare(files: int) -> dict:
    users = people.ensure_accounts()
    coordinator = users[people.COORDINATOR.email]
    Authenticator.objects.get_or_create(
        user=coordinator, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "none"}}
    )
    exporter, draft = _exporter_with_draft()
    shown = Listing.objects.filter(slug__startswith="volumen-").select_related("company")
    listing = shown.order_by("-quality", "-product")[0]
    return {
        "sessions": {"exporter": _session(exporter), "coordinator": _session(coordinator)},
        "draft": draft.reference,
        "company": listing.company.slug,
        "product": listing.slug,
        "files": _ready_files(files, coordinator, users[people.MANAGER.email]),
    }


def _session(user: User) -> str:
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return request.session.session_key


def _exporter_with_draft() -> tuple[User, Application]:
    email = "medicion@volumen.example"
    user, is_new = User.objects.get_or_create(email=email, defaults={"full_name": "Medición"})
    if is_new:
        facts = cast_of_all().companies[0]
        company = company_row(facts, f"{FIRST - 1}", rfc(FIRST - 1))
        start_application(register_company(company, owner=user), actor=user)
    return user, Application.objects.visible_to(user).get()


def _ready_files(count: int, coordinator: User, manager: User) -> list[dict]:
    fund = SubsidyFund.objects.order_by("pk")[0]
    ledger.allocate(fund, Decimal(PRICE_USD * count), actor=manager, reason="Medición")
    cast = cast_of_all()
    cast.coordinators[:] = [coordinator]
    start = FIRST + Application.objects.filter(reference__startswith=PREFIX).count()
    batch = Ready(range(start, start + count), cast)
    batch.store()
    ready = []
    made = [application.pk for application in batch.applications]
    for application in Application.objects.select_related("company").filter(pk__in=made):
        answers = [
            CheckAnswer(check.key, check.facts, Outcome.PASSED) for check in checklist(application)
        ]
        record_checks(application, answers, actor=coordinator)
        panels = collect(review_panels_requested, application=application, user=coordinator)
        address = reverse("admin:exporters_application_move", args=[application.pk, "approve"])
        ready.append({"address": address, "terms": "".join(panel.terms for panel in panels)})
    return ready


def check() -> dict:
    """How many files were approved; how often more than once, or without their membership."""
    files = Application.objects.filter(reference__startswith=PREFIX)
    approved = files.filter(status=ApplicationStatus.APPROVED)
    steps = approved.filter(transitions__transition="approve").annotate(n=Count("transitions__pk"))
    memberships = Membership.objects.filter(application__in=approved).values("application")
    companies = Company.objects.filter(applications__in=approved).distinct()
    return {
        "approved": approved.count(),
        "more than once": steps.filter(n__gt=1).count(),
        "without a membership of its own": approved.count() - memberships.distinct().count(),
        "memberships too many": memberships.count() - companies.count(),
    }


if __name__ == "__main__":
    print(json.dumps(check() if sys.argv[1] == "check" else prepare(int(sys.argv[1]))))
