from exporters.admin import application, catalogue, company, lead, lead_menu, menu

__all__ = ["application", "catalogue", "company", "lead", "lead_menu", "menu"]
