"""May these goods enter a market? By HS code, state of origin and day, from an editable table."""

import datetime
from collections.abc import Iterable

from exporters.enums import MarketAccess


def rule_for(hs_code: str, state: str, day: datetime.date, rules: Iterable):
    """The rule that says most about the goods, or None where the table is silent.

    `hs_code` with or without point; `rules` have hs_prefix, state ("" for all) and period. The
    longest prefix wins, then a rule of the state over one of the country, then the later one.
    """
    digits = hs_code.replace(".", "")
    fitting = [
        rule
        for rule in rules
        if digits.startswith(rule.hs_prefix)
        and rule.state in ("", state)
        and rule.period.contains(day)
    ]
    return max(
        fitting,
        key=lambda rule: (len(rule.hs_prefix), bool(rule.state), rule.period.starts_on),
        default=None,
    )


def market_access(hs_code: str, state: str, day: datetime.date, rules: Iterable) -> MarketAccess:
    """Open, closed, or VERIFY: where the table is silent a person has to find out."""
    rule = rule_for(hs_code, state, day, rules)
    return MarketAccess(rule.access) if rule else MarketAccess.VERIFY
