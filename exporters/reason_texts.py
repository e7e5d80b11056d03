"""What a coded reason says to a company, before a coordinator makes it fit the case."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from exporters.enums import (
    CertificateReason,
    ChangeReason,
    ProductReason,
    RejectionReason,
    SuspensionReason,
)

_TEXTS = {
    ChangeReason.ILLEGIBLE: _(
        "We cannot read this document. Please scan it again, all pages, straight and with good "
        "light, and upload it here."
    ),
    ChangeReason.EXPIRED: _(
        "This document has expired. Please get a new one and upload it here; the rest is in order."
    ),
    ChangeReason.WRONG_DOCUMENT: _(
        "This is not the document that we need. Please upload the one that is named here."
    ),
    ChangeReason.MISMATCH: _(
        "What you wrote differs from your documents. Please correct it so that both say the same."
    ),
    ChangeReason.PRODUCT: _(
        "Please describe the product in more detail: what it is made of, its packaging, price, "
        "minimum order and HS code."
    ),
    RejectionReason.TOO_LARGE: _(
        "By its workers and sales your company is large, and the programme is for small and "
        "medium-sized firms. You may apply again when your figures change."
    ),
    RejectionReason.TAX_OPINION: _(
        "Your 32-D tax compliance opinion is not positive, and public support needs one that is. "
        "Settle it with the tax office and apply again: your data will be kept."
    ),
    RejectionReason.IDENTITY: _(
        "We could not confirm from your documents that the company exists and that you may act "
        "for it. You may apply again with complete documents."
    ),
    RejectionReason.NOT_EXPORTABLE: _(
        "Your products have no access to the market at present. You may apply again with products "
        "that may enter, or when the market opens."
    ),
    RejectionReason.NOT_OFFERED: _(
        "Your products are outside what the programme promotes. You may apply again with others."
    ),
    ProductReason.PICTURE: _(
        "The pictures do not show the product clearly, or show another one. Please upload pictures "
        "of this product alone, with good light."
    ),
    ProductReason.TEXT: _(
        "The description lacks something that a buyer needs, or is not right. Please say what it "
        "is made of, its size or weight and its packaging."
    ),
    ProductReason.CLAIM: _(
        "The text claims something that your certificates do not show. Please upload the "
        "certificate, or take the claim out."
    ),
    ProductReason.PRICE: _(
        "The price or the minimum order does not seem right for this unit. Please check both."
    ),
    ProductReason.NOT_ALLOWED: _(
        "This product may not be sold there at present. Write to us if you think that it may."
    ),
    SuspensionReason.COMPLIANCE: _(
        "Your company did not keep the programme's rules. Write to us to settle it."
    ),
    SuspensionReason.COMPLAINTS: _(
        "Buyers complained and got no answer. Write to us, and tell us how you will settle it."
    ),
    SuspensionReason.DOCUMENTS: _(
        "Your documents have expired or were withdrawn. Send us new ones to go on."
    ),
    SuspensionReason.PLATFORM: _("Alibaba.com removed your company. Ask the platform, then us."),
    SuspensionReason.REQUEST: _("You asked us to suspend your participation."),
    # The other reasons of a certificate share their codes, and so these texts, with the above.
    CertificateReason.NOT_YOURS: _(
        "This certificate names someone else as its holder. Please upload one that names your "
        "company, or the letter by which its holder lets you use it."
    ),
    CertificateReason.NOT_CONFIRMED: _(
        "We asked the issuer, and it does not confirm this certificate. Please ask it for a valid "
        "one, or tell us whom to ask."
    ),
}


def texts(reasons, language: str) -> dict[str, str]:
    """The proposed text of each reason that has one, in the company's language."""
    with translation.override(language):
        return {reason.value: str(_TEXTS[reason]) for reason in reasons if reason in _TEXTS}
