"""Companies met at fairs and named by chambers, at every stage; two are members by now."""

import csv
import datetime
from pathlib import Path

from django.utils import timezone

from core.models import User
from exporters.company_names import name_key
from exporters.models import (
    Company,
    Lead,
    LeadInvitation,
    LeadObjection,
    LeadTransition,
    ProductCategory,
)
from exporters.workflow import LEAD

DATA = Path(__file__).parent / "data" / "leads.csv"
# The steps that led to each stage, in days before the last one.
PATHS = {
    "new": [],
    "contacted": [("contact", 0)],
    "interested": [("contact", 5), ("interest", 0)],
    "invited": [("contact", 9), ("interest", 4), ("invite", 0)],
    "lost": [("contact", 12), ("lose", 0)],
    "converted": [("contact", 20), ("interest", 12), ("invite", 7), ("convert", 0)],
}
_COPIED = ("company_name", "rfc", "contact_name", "email", "phone", "state", "source_kind",
           "source_name", "source_state", "status", "next_action", "notes")  # fmt: skip


def tell(owners: list[User]) -> None:
    categories = {category.code: category for category in ProductCategory.objects.all()}
    with DATA.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            _lead(row, owners[number % len(owners)], categories)


def _lead(row: dict, owner: User, categories: dict[str, ProductCategory]) -> None:
    company = Company.objects.filter(rfc=row["rfc"]).first() if row["rfc"] else None
    last = (
        company.applications.earliest("created_at").created_at
        if company
        else timezone.now() - datetime.timedelta(days=int(row["days_ago"]))
    )
    steps = [(name, last - _days(before)) for name, before in PATHS[row["status"]]]
    planned = timezone.localdate() + _days(row["in_days"]) if row["in_days"] else None
    facts = {name: row[name] for name in _COPIED}
    if company:
        facts |= {
            "contact_name": company.contact_name,
            "email": company.contact_email,
            "phone": company.phone,
        }
    lead = Lead.objects.create(
        **facts,
        name_key=name_key(row["company_name"]),
        category=categories.get(row["category"]),
        next_action_on=planned,
        owner=owner,
        company=company,
        created_by=owner,
        created_at=(steps[0][1] if steps else last) - _days(1 if steps else 0),
    )
    objections = [part.partition(":") for part in row["objections"].split("|") if part]
    LeadObjection.objects.bulk_create(
        LeadObjection(lead=lead, code=code, note=note) for code, _colon, note in objections
    )
    stage = "new"
    for name, moment in steps:
        code, _colon, note = objections[0] if name == "lose" else ("", "", "")
        LeadTransition.objects.create(
            lead=lead,
            transition=name,
            from_status=stage,
            to_status=LEAD[name].target,
            actor=None if name == "convert" else owner,
            reason_code=code,
            reason_text=note,
            created_at=moment,
        )
        stage = LEAD[name].target
        if name == "invite":
            accepted = last if company else None
            LeadInvitation.objects.create(
                lead=lead, email=lead.email, sent_by=owner, sent_at=moment, accepted_at=accepted
            )


def _days(count) -> datetime.timedelta:
    return datetime.timedelta(days=int(count))
