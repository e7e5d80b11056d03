"""Company size by the stratification of 30 June 2009 (Diario Oficial de la Federación).

Score = workers x 10 % + annual sales in millions of pesos x 90 %; the class is the first
whose combined cap the score does not pass.
"""

from decimal import Decimal

from exporters.enums import Sector, Size

_CAPS = {
    Sector.INDUSTRY: {Size.MICRO: "4.6", Size.SMALL: "95", Size.MEDIUM: "250"},
    Sector.COMMERCE: {Size.MICRO: "4.6", Size.SMALL: "93", Size.MEDIUM: "235"},
    Sector.SERVICES: {Size.MICRO: "4.6", Size.SMALL: "95", Size.MEDIUM: "235"},
}


def size_score(employees: int, annual_sales_mxn: Decimal) -> Decimal:
    """The combined score; sales in pesos a year."""
    millions = Decimal(annual_sales_mxn) / 1_000_000
    return Decimal(employees) * Decimal("0.10") + millions * Decimal("0.90")


def company_size(sector: str, employees: int, annual_sales_mxn: Decimal) -> Size:
    """The size class; LARGE is outside the programme."""
    score = size_score(employees, annual_sales_mxn)
    for size, cap in _CAPS[Sector(sector)].items():
        if score <= Decimal(cap):
            return size
    return Size.LARGE


def size_cap(sector: str, size: str) -> Decimal | None:
    """The highest score of a class; None for LARGE."""
    cap = _CAPS[Sector(sector)].get(Size(size))
    return Decimal(cap) if cap else None
