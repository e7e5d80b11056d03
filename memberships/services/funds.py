"""Putting money into a fund, and changing its rules."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.workflow import SENT_BEFORE, TransitionNotAllowed
from memberships import ledger
from memberships.enums import EntryKind
from memberships.models import FundEntry, SubsidyFund

MAX_BUDGET = Decimal("9999999999.99")  # what the columns hold


@transaction.atomic
def allocate_to_fund(
    fund: SubsidyFund, amount: Decimal, *, actor, reason: str, key: uuid.UUID | None = None
) -> None:
    """Put money into a fund, once for each `key`; needs the permission to allocate."""
    if not actor.has_perm("memberships.allocate_subsidyfund"):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    locked = SubsidyFund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    earlier = FundEntry.objects.filter(idempotency_key=key).first() if key else None
    if earlier:
        if (earlier.fund_id, earlier.kind, earlier.amount) == (fund.pk, EntryKind.ALLOCATE, amount):
            return
        raise TransitionNotAllowed(SENT_BEFORE)
    if locked.budget + amount > MAX_BUDGET:
        raise TransitionNotAllowed(
            _("A fund holds at most %(amount)s.") % {"amount": f"US${MAX_BUDGET:,}"}
        )
    ledger.allocate(fund, amount, actor=actor, reason=reason, key=key)


def save_rules(fund: SubsidyFund, fields: list[str], *, reason: str) -> None:
    """Store these fields of a fund and why they changed; its money meanwhile is left alone."""
    if fields:
        fund._change_reason = reason
        fund.save(update_fields=fields)
