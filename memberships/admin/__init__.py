from memberships.admin import fund, membership, menu, plan, promotion

__all__ = ["fund", "membership", "menu", "plan", "promotion"]
