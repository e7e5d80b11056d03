"""Prices read like those of the other two languages: Django's own format groups by four."""

THOUSAND_SEPARATOR = ","
DECIMAL_SEPARATOR = "."
NUMBER_GROUPING = 3
