from memberships.admin import claim, desk, fund, membership, menu, plan, promotion

__all__ = ["claim", "desk", "fund", "membership", "menu", "plan", "promotion"]
