from exporters.admin import (
    application,
    catalogue,
    certificate,
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
    "certificate",
    "company",
    "decisions",
    "desk",
    "export",
    "lead",
    "lead_menu",
    "market_access",
    "menu",
]
