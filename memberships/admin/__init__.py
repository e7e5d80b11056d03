from memberships.admin import fund, membership, menu, plan, programme, promotion

__all__ = ["fund", "membership", "menu", "plan", "programme", "promotion"]
