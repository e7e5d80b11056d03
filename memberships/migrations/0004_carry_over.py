import datetime

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from core.roles import AUDITORS, COORDINATORS, FINANCE, MANAGERS, grant

READ = [
    "view_claimdocument",
    "view_claimtransition",
    "view_exchangerate",
    "view_membershiptransition",
    "view_paymentbatch",
    "view_paymentline",
    "view_paymentproof",
    "view_planfee",
    "view_promotionnote",
    "view_registersnapshot",
    "view_subsidyclaim",
]
RATES = ["add_exchangerate", "change_exchangerate"]


def date_fees(apps, schema_editor):
    """The one fee so far counts from the day of the agreement, 6 September 2017."""
    PlanFee = apps.get_model("memberships", "PlanFee")
    for plan in apps.get_model("memberships", "Plan").objects.all():
        PlanFee.objects.create(
            plan=plan,
            amount=plan.list_fee,
            valid_from=datetime.date(2017, 9, 6),
            source_url=plan.source_url,
        )


def complete_offers(apps, schema_editor):
    """What was offered before reserves its support on the membership too.

    Nobody was told a last day, so the thirty days to reply begin now.
    """
    Membership = apps.get_model("memberships", "Membership")
    offered = Membership.objects.filter(status="offered")
    reply_by = timezone.localdate() + datetime.timedelta(days=30)
    offered.update(reserved=F("subsidy"), reply_by=reply_by)


def grant_roles(apps, schema_editor):
    grant(
        apps,
        "memberships",
        {
            COORDINATORS: [*READ, "manage_membership", "verify_subsidyclaim"],
            FINANCE: [*READ, *RATES, "pay_subsidyclaim"],
            MANAGERS: [
                *READ,
                *RATES,
                "manage_membership",
                "verify_subsidyclaim",
                "approve_subsidyclaim",
                "add_planfee",
                "change_planfee",
                "add_promotionnote",
            ],
            AUDITORS: READ,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("memberships", "0003_public_money")]
    operations = [
        migrations.RunPython(date_fees, migrations.RunPython.noop),
        migrations.RunPython(complete_offers, migrations.RunPython.noop),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
    ]
