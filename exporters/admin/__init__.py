from exporters.admin import application, catalogue, company, decisions, market_access, menu

__all__ = ["application", "catalogue", "company", "decisions", "market_access", "menu"]
