from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy


class Sector(TextChoices):
    INDUSTRY = "industry", _("Industry")
    COMMERCE = "commerce", _("Commerce")
    SERVICES = "services", _("Services")


class Size(TextChoices):
    MICRO = "micro", _("Micro")
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")


class TeamRole(TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")


class ApplicationStatus(TextChoices):
    """Labels are those the exporter reads; STAFF_STATUS holds those of the review desk."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Waiting for your changes")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Closed without your answer")


STAFF_STATUS = {
    ApplicationStatus.DRAFT: _("Draft"),
    ApplicationStatus.SUBMITTED: _("To be claimed"),
    ApplicationStatus.IN_REVIEW: _("In review"),
    ApplicationStatus.CHANGES_REQUESTED: _("Waiting for the company"),
    ApplicationStatus.APPROVED: _("Approved"),
    ApplicationStatus.REJECTED: _("Rejected"),
    ApplicationStatus.WITHDRAWN: _("Withdrawn by the company"),
    ApplicationStatus.SUSPENDED: _("Suspended"),
    ApplicationStatus.REVOKED: _("Revoked"),
    ApplicationStatus.EXPIRED: _("Closed without an answer"),
}

# Sent, but not to be claimed by anyone: its coordinator asked for changes.
CAME_BACK = pgettext_lazy("file", "Came back")

# One live application a company: these count.
LIVE_STATUSES = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.CHANGES_REQUESTED,
    ApplicationStatus.APPROVED,
    ApplicationStatus.SUSPENDED,
)
# Sent and not yet decided: what the review desk works on.
UNDECIDED_STATUSES = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.CHANGES_REQUESTED,
)
EDITABLE_STATUSES = (ApplicationStatus.DRAFT, ApplicationStatus.CHANGES_REQUESTED)
DECIDED_STATUSES = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.SUSPENDED,
    ApplicationStatus.REVOKED,
)


class ChangeReason(TextChoices):
    ILLEGIBLE = "illegible", _("A document cannot be read")
    EXPIRED = "expired", _("A document has expired")
    WRONG_DOCUMENT = "wrong_document", _("A document is not the one asked for")
    MISMATCH = "mismatch", _("Data do not match the documents")
    PRODUCT = "product", _("A product needs more detail")
    OTHER = "other", _("Other")


class RejectionReason(TextChoices):
    TOO_LARGE = "too_large", _("The company is not small or medium-sized")
    TAX_OPINION = "tax_opinion", _("The tax compliance opinion is not positive")
    IDENTITY = "identity", _("The company's identity could not be verified")
    NOT_EXPORTABLE = "not_exportable", _("The products cannot be exported to the market")
    NOT_OFFERED = "not_offered", _("The products are outside the programme")
    OTHER = "other", _("Other")


class SuspensionReason(TextChoices):
    COMPLIANCE = "compliance", _("Breach of the programme's rules")
    COMPLAINTS = "complaints", _("Complaints by buyers")
    DOCUMENTS = "documents", _("Documents expired or withdrawn")
    PLATFORM = "platform", _("Removed by the platform")
    REQUEST = "request", _("At the company's request")
    OTHER = "other", _("Other")


class DocumentKind(TextChoices):
    TAX_CERTIFICATE = "tax_certificate", _("Tax status certificate")
    TAX_OPINION = "tax_opinion", _("Positive 32-D tax compliance opinion")
    DEED_OR_ID = "deed_or_id", _("Deed of incorporation, or official ID")
    ADDRESS = "address", _("Proof of address")


class CorrectionTarget(TextChoices):
    """What a coordinator may ask a company to change: a section, or one document."""

    COMPANY = "company", _("Company")
    EXPERIENCE = "experience", _("Export experience")
    PRODUCTS = "products", _("Products")
    TAX_CERTIFICATE = "tax_certificate", DocumentKind.TAX_CERTIFICATE.label
    TAX_OPINION = "tax_opinion", DocumentKind.TAX_OPINION.label
    DEED_OR_ID = "deed_or_id", DocumentKind.DEED_OR_ID.label
    ADDRESS = "address", DocumentKind.ADDRESS.label
    DECLARATIONS = "declarations", _("Declarations")

    @property
    def section(self) -> str:
        return "documents" if self.value in DocumentKind.values else self.value


class VerificationKind(TextChoices):
    RFC = "rfc", _("RFC is that of the tax certificate")
    TAX_OPINION = "tax_opinion", _("32-D opinion is positive and in date")
    SIZE = "size", _("Size: small or medium-sized")
    DOCUMENTS = "documents", _("Documents are legible and complete")
    MARKET_ACCESS = "market_access", _("Market access")


class Outcome(TextChoices):
    PASSED = "passed", _("In order")
    FAILED = "failed", _("Not in order")


class MarketAccess(TextChoices):
    OPEN = "open", pgettext_lazy("market", "Open")
    CLOSED = "closed", pgettext_lazy("market", "Closed")
    VERIFY = "verify", _("Verify")


class RiskFlag(TextChoices):
    """What a reviewer should know before opening a file; kept on the application."""

    RFC_DIGIT = "rfc_digit", _("RFC check digit fails")
    REAPPLIED = "reapplied", _("Refused or expired before")
    EXPIRING = "expiring", _("A document expires soon")
    UNUSABLE = "unusable", _("A document does not serve")
    MARKET_CLOSED = "market_closed", _("Market closed to a product")


class Decision(TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")


class FieldChange(TextChoices):
    """Why a company changed a field, as its history keeps it; staff write a reason of their own."""

    ON_REQUEST = "on_request", _("After a request for changes")


class TeamChange(TextChoices):
    INVITED = "invited", _("Invited")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
    JOINED = "joined", _("Joined")
    ROLE_CHANGED = "role_changed", _("Role changed")
    REMOVED = "removed", _("Removed")
    HANDED_OVER = "handed_over", _("Handed over")


class DocumentCheck(TextChoices):
    PENDING = "pending", _("Being checked")
    READABLE = "readable", _("Readable")
    UNREADABLE = "unreadable", _("Cannot be opened")


class ScanStatus(TextChoices):
    PENDING = "pending", _("Waiting for the virus scan")
    NOT_SCANNED = "not_scanned", _("Not scanned for viruses")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("Virus found")


class ProductStatus(TextChoices):
    DRAFT = "draft", _("Not yet public")
    IN_REVIEW = "in_review", _("Being looked at")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")


class Unit(TextChoices):
    KG = "kg", _("kg")
    TONNE = "tonne", _("tonne")
    LITRE = "litre", _("litre")
    PIECE = "piece", _("piece")
    PAIR = "pair", _("pair")
    BOX = "box", _("box")
    BOTTLE = "bottle", _("bottle")
    JAR = "jar", _("jar")


class ProductReason(TextChoices):
    """Why a product is sent back, or taken off the pavilion."""

    PICTURE = "picture", _("The pictures do not show the product")
    TEXT = "text", _("The description is missing something or is not right")
    CLAIM = "claim", _("It claims what its certificates do not show")
    PRICE = "price", _("The price or the minimum order cannot be right")
    NOT_ALLOWED = "not_allowed", _("It may not be sold there")
    OTHER = "other", _("Other")


class SupplyPeriod(TextChoices):
    """For how long a supply ability counts, as a listing on Alibaba.com asks."""

    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    YEAR = "year", _("a year")


class PaymentTerm(TextChoices):
    """How a buyer pays; the names are those of the trade, in every language."""

    TT = "tt", "T/T"
    LC = "lc", "L/C"
    DP = "dp", "D/P"
    DA = "da", "D/A"
    ESCROW = "escrow", "Trade Assurance"
    WESTERN_UNION = "western_union", "Western Union"
    PAYPAL = "paypal", "PayPal"


class CertificateKind(TextChoices):
    """What shows a buyer that a company or a product was looked at by someone else."""

    ORGANIC = "organic", _("Organic")
    FAIR_TRADE = "fair_trade", _("Fair trade")
    KOSHER = "kosher", _("Kosher")
    HALAL = "halal", _("Halal")
    HACCP = "haccp", "HACCP"
    ISO_22000 = "iso_22000", "ISO 22000"
    ISO_9001 = "iso_9001", "ISO 9001"
    FDA = "fda", "FDA"
    CRT = "crt", _("Tequila certificate (CRT)")
    NOM_070 = "nom_070", _("Mezcal certificate (NOM-070)")
    PHYTOSANITARY = "phytosanitary", _("Phytosanitary certificate (SENASICA)")
    GACC = "gacc", _("Registration with China's customs (GACC)")
    OTHER = "other", _("Other")


class CertificateReason(TextChoices):
    """Why a certificate is not accepted."""

    ILLEGIBLE = "illegible", _("The document cannot be read")
    NOT_YOURS = "not_yours", _("It was issued to someone else")
    MISMATCH = "mismatch", _("The data do not match the document")
    EXPIRED = "expired", _("It has expired")
    NOT_CONFIRMED = "not_confirmed", _("Its issuer does not confirm it")
    OTHER = "other", _("Other")


class PictureStatus(TextChoices):
    PENDING = "pending", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be read")


# A quantity in words: the plural follows the number, the number is already formatted.
QUANTITIES = {
    Unit.KG: ngettext_lazy("%(number)s kg", "%(number)s kg", "count"),
    Unit.TONNE: ngettext_lazy("%(number)s tonne", "%(number)s tonnes", "count"),
    Unit.LITRE: ngettext_lazy("%(number)s litre", "%(number)s litres", "count"),
    Unit.PIECE: ngettext_lazy("%(number)s piece", "%(number)s pieces", "count"),
    Unit.PAIR: ngettext_lazy("%(number)s pair", "%(number)s pairs", "count"),
    Unit.BOX: ngettext_lazy("%(number)s box", "%(number)s boxes", "count"),
    Unit.BOTTLE: ngettext_lazy("%(number)s bottle", "%(number)s bottles", "count"),
    Unit.JAR: ngettext_lazy("%(number)s jar", "%(number)s jars", "count"),
}


class ExportLevel(TextChoices):
    NEVER = "never", _("Not yet")
    SOMETIMES = "sometimes", _("Now and then")
    REGULARLY = "regularly", _("Regularly")


class OnlineSales(TextChoices):
    NONE = "none", _("We do not sell online")
    MEXICO = "mexico", _("We sell online in Mexico")
    ABROAD = "abroad", _("We sell online to other countries")
    ALIBABA = "alibaba", _("We already have a free account on Alibaba.com")


class LeadStage(TextChoices):
    NEW = "new", pgettext_lazy("lead", "New")
    CONTACTED = "contacted", _("Contacted")
    INTERESTED = "interested", _("Interested")
    INVITED = "invited", _("Invited")
    CONVERTED = "converted", pgettext_lazy("lead", "Registered")
    LOST = "lost", _("Lost")


ENDED_LEADS = (LeadStage.CONVERTED, LeadStage.LOST)


class LeadSource(TextChoices):
    """Where the programme met a company."""

    FAIR = "fair", _("Fair")
    CHAMBER = "chamber", _("Chamber")
    REFERRAL = "referral", _("Referral")
    WEBSITE = "website", _("Website")
    OTHER = "other", _("Other")


class Objection(TextChoices):
    """Why a company hesitates to join, or did not."""

    FEE = "fee", _("The fee")
    FREIGHT = "freight", _("Cost of freight")
    INSURANCE = "insurance", _("Insurance")
    UNFAMILIAR = "unfamiliar", _("Does not know the platform")
    CAPACITY = "capacity", _("Too little capacity")
    LANGUAGE = "language", _("Language")
    CERTIFICATION = "certification", _("Certificates are missing")
    PAYMENT_RISK = "payment_risk", _("Risk of not being paid")
    OTHER = "other", _("Other")
