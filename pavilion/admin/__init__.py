from pavilion.admin import buyers, handover, launch_record, menu, pavilion
from pavilion.admin.pavilion import PavilionAdmin

__all__ = ["PavilionAdmin", "buyers", "handover", "launch_record", "menu", "pavilion"]
