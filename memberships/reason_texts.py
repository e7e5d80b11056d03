"""What a coded reason says to a company, before a coordinator makes it fit the case."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from memberships.enums import ClaimReason as R

_TEXTS = {
    "return_proof": {
        R.DOCUMENT: _(
            "We cannot read your proof of payment, or a part of it is missing. Please send the "
            "whole receipt once more, as a PDF or a sharp photograph."
        ),
        R.AMOUNT: _(
            "The amount on your proof is not the one of your membership. Please send the proof of "
            "the whole payment, or ask the platform about the difference."
        ),
        R.LATE: _(
            "The day on your proof is not the day that you gave us. Please send it again with the "
            "day on which the payment was made."
        ),
    },
    "return": {
        R.DOCUMENT: _(
            "A document of your claim is missing or cannot be read. Please send it once more; the "
            "others stay as they are."
        ),
        R.AMOUNT: _(
            "The amount that you ask for is not the one on your documents. Please correct the "
            "amount or send the documents that show it."
        ),
        R.DOUBLE: _(
            "It seems that other public support pays for this membership. Please tell us in "
            "writing which one and how much, and ask only for what it leaves."
        ),
    },
    "reject": {
        R.DOCUMENT: _(
            "Your documents do not show that this membership was bought and paid by your company, "
            "so the support cannot be paid."
        ),
        R.AMOUNT: _(
            "Your documents show another payment than the one that the support is for, so it "
            "cannot be paid."
        ),
        R.LATE: _("The last day to ask for this support has passed, so it went back to the fund."),
        R.DOUBLE: _(
            "Other public support pays for the same membership, and the rules do not allow both. "
            "The support of this programme cannot be paid."
        ),
    },
}


def texts(step: str, language: str) -> dict[str, str]:
    """The proposed text of each reason that has one for a step, in the company's language."""
    with translation.override(language):
        return {reason.value: str(text) for reason, text in _TEXTS.get(step, {}).items()}
