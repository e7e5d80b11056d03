from exporters.admin import application, catalogue, company, menu

__all__ = ["application", "catalogue", "company", "menu"]
