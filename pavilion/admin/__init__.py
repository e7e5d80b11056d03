from pavilion.admin import buyers, menu, pavilion

__all__ = ["buyers", "menu", "pavilion"]
