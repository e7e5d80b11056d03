from pavilion.admin import buyers, enquiries, menu, pavilion

__all__ = ["buyers", "enquiries", "menu", "pavilion"]
