"""Exchange rates: which comes before, which list says what, and storing those that are new."""

import datetime
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from core.logs import security_event
from core.notices import first_time
from core.workflow import TransitionNotAllowed
from memberships.exchange import jumps
from memberships.models import ExchangeRate
from memberships.rate_file import RateRow


def rate_before(day: datetime.date) -> ExchangeRate | None:
    return ExchangeRate.objects.filter(day__lt=day).first()


def last_source() -> str:
    """The source address that was used last; empty when there was none."""
    rows = ExchangeRate.objects.exclude(source_url="").values_list("source_url", flat=True)
    return rows.order_by("-pk").first() or ""


@dataclass(frozen=True)
class RateOutcome:
    """What a row of a list would do: `kind` is new, same, changed or wrong.

    `jump`: differs from the rate before it by more than a few percent.
    """

    row: RateRow
    kind: str
    said: str = ""
    stored: ExchangeRate | None = None
    jump: bool = False


def preview_rates(rows: list[RateRow]) -> list[RateOutcome]:
    """What each row would do; stores nothing."""
    readable = [row for row in rows if row.day]
    if not readable:
        return [RateOutcome(row, "wrong", row.error) for row in rows]
    days = [row.day for row in readable]
    stored = {rate.day: rate for rate in ExchangeRate.objects.filter(day__in=days)}
    outcomes, seen = [], {}
    for row in rows:
        outcome = _outcome(row, stored, seen.get(row.day))
        if outcome.kind != "wrong":
            seen[row.day] = row.line
        outcomes.append(outcome)
    return _with_jumps(outcomes)


def _outcome(row: RateRow, stored: dict, earlier: int | None) -> RateOutcome:
    if row.error:
        return RateOutcome(row, "wrong", row.error)
    if row.day > timezone.localdate():
        return RateOutcome(row, "wrong", _("This day has not come yet."))
    if earlier:
        said = _("This day is in line %(line)s already.") % {"line": earlier}
        return RateOutcome(row, "wrong", said)
    rate = stored.get(row.day)
    if rate is None:
        return RateOutcome(row, "new")
    return RateOutcome(row, "same" if rate.mxn == row.mxn else "changed", stored=rate)


def _with_jumps(outcomes: list[RateOutcome]) -> list[RateOutcome]:
    """Compare each new rate with the one before it, of the list or of the table."""
    new = {outcome.row.day: outcome.row.mxn for outcome in outcomes if outcome.kind == "new"}
    if not new:
        return outcomes
    known = dict(
        ExchangeRate.objects.filter(day__range=(min(new), max(new))).values_list("day", "mxn")
    )
    if first := rate_before(min(new)):
        known[first.day] = first.mxn
    rates = sorted((known | new).items())
    jumping = {
        day
        for (_earlier, before), (day, mxn) in zip(rates, rates[1:], strict=False)
        if day in new and jumps(mxn, before)
    }
    return [replace(outcome, jump=outcome.row.day in jumping) for outcome in outcomes]


@transaction.atomic
def import_rates(
    rates: list[tuple[datetime.date, Decimal]], *, source_url: str, actor, key: uuid.UUID
) -> int | None:
    """Store the rates of new days, once for each `key`; how many. A stored day never changes.

    None when the list was imported before. Raises TransitionNotAllowed; then nothing was stored.
    """
    if not actor.has_perm("memberships.add_exchangerate"):
        raise TransitionNotAllowed(_("You do not have permission for this step."))
    if not first_time(f"rate-import-{key}"):
        return None
    rows = [ExchangeRate(day=day, mxn=mxn, source_url=source_url) for day, mxn in rates]
    try:
        bulk_create_with_history(rows, ExchangeRate, default_user=actor)
    except IntegrityError as error:
        raise TransitionNotAllowed(
            _("Someone entered one of these days at this moment; nothing was imported. Try again.")
        ) from error
    security_event("rates_imported", user=actor, stored=len(rows))
    return len(rows)
