from exporters.admin import (
    application,
    catalogue,
    company,
    decisions,
    desk,
    export,
    lead,
    lead_menu,
    market_access,
    menu,
)

__all__ = [
    "application",
    "catalogue",
    "company",
    "decisions",
    "desk",
    "export",
    "lead",
    "lead_menu",
    "market_access",
    "menu",
]
