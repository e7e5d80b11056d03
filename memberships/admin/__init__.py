from memberships.admin import batch, fund, membership, menu, plan, promotion, rate

__all__ = ["batch", "fund", "membership", "menu", "plan", "promotion", "rate"]
