"""The RFC (Mexican tax number) of an applicant.

Format, date and forbidden words are refused. A failing check digit is not: some RFCs in use
break that rule, so a coordinator clears it against the tax certificate.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.mx import rfc as stdnum_rfc

# The tax office's own placeholders for the general public and for foreigners.
GENERIC = {"XAXX010101000", "XEXX010101000"}


def clean_rfc(text: str) -> str:
    """The RFC in its compact form: capitals, no spaces or hyphens. Raises ValidationError."""
    rfc = stdnum_rfc.compact(text.upper())
    if rfc in GENERIC:
        raise ValidationError(
            _("This is the generic RFC. Write the one on your tax status certificate."),
            code="generic",
        )
    if len(rfc) not in (12, 13):
        raise ValidationError(
            _("An RFC has 12 characters for a company and 13 for a person; this has %(count)s."),
            code="length",
            params={"count": len(rfc)},
        )
    try:
        stdnum_rfc.validate(rfc)
    except StdnumError as error:
        raise ValidationError(
            _("This is not a valid RFC. Copy it from your tax status certificate."),
            code="invalid",
        ) from error
    return rfc


def check_digit_holds(rfc: str) -> bool:
    """Whether the homoclave is a possible one and the last character follows from the others."""
    try:
        stdnum_rfc.validate(rfc, validate_check_digits=True)
    except StdnumError:
        return False
    return True


def is_person(rfc: str) -> bool:
    """A natural person's RFC has 13 characters, a company's 12."""
    return len(rfc) == 13
