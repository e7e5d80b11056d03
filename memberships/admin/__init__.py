from memberships.admin import fund, fund_entry, membership, menu, plan, promotion

__all__ = ["fund", "fund_entry", "membership", "menu", "plan", "promotion"]
