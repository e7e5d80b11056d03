from pavilion.admin import buyers, enquiries, handover, launch_record, menu, pavilion
from pavilion.admin.pavilion import PavilionAdmin

__all__ = [
    "PavilionAdmin",
    "buyers",
    "enquiries",
    "handover",
    "launch_record",
    "menu",
    "pavilion",
]
