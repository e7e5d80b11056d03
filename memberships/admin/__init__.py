from memberships.admin import (
    batch,
    claim,
    desk,
    fund,
    fund_entry,
    membership,
    menu,
    plan,
    programme,
    promotion,
    rate,
)

__all__ = [
    "batch",
    "claim",
    "desk",
    "fund",
    "fund_entry",
    "membership",
    "menu",
    "plan",
    "programme",
    "promotion",
    "rate",
]
