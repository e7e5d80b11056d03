from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.money import ZERO

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
NOT_NEGATIVE = [MinValueValidator(ZERO)]


def money_field(label, **kwargs):
    """An amount in US dollars with cents."""
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, validators=NOT_NEGATIVE, **kwargs
    )
