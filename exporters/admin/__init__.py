from exporters.admin import application, catalogue, company, desk, export, menu

__all__ = ["application", "catalogue", "company", "desk", "export", "menu"]
