"""What any text field of any form must pass, before its own rules."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Explicit direction overrides can make a name read otherwise than it is stored.
_BIDI = set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u2028\u2029"
)


def validate_plain_text(value: str) -> None:
    """Refuse control characters and hidden direction marks; new lines and tabs are text."""
    for char in str(value):  # also of values that a field has parsed, as a phone number
        if char in _BIDI or (char not in "\n\r\t" and unicodedata.category(char) in {"Cc", "Cs"}):
            raise ValidationError(
                _("This text has an invisible character that cannot be stored. Retype it."),
                code="invisible",
            )


def validate_single_line(value: str) -> None:
    """Refuse line breaks where one line is asked for: they would forge lines of a mail."""
    if any(char in "\n\r\t" for char in str(value)):
        raise ValidationError(_("Write this on one line."), code="lines")


def fold(value: str) -> str:
    """Lower case without accents, for comparing and searching."""
    decomposed = unicodedata.normalize("NFKD", value)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def plain(text: str) -> str:
    """Without case, accents, punctuation and double spaces, for comparing what people type."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())
