"""What a reviewer should know before opening a file, worked out when it is sent."""

from django.utils import timezone

from exporters.completeness import unusable_documents
from exporters.enums import ApplicationStatus, MarketAccess, RiskFlag
from exporters.market_access import market_access
from exporters.models import Application, MarketAccessRule

_REFUSED = (ApplicationStatus.REJECTED, ApplicationStatus.EXPIRED, ApplicationStatus.REVOKED)


def risk_flags(application: Application) -> list[str]:
    """The flags of a sent application, in the order of RiskFlag."""
    company = application.company
    today = timezone.localdate()
    documents = list(application.documents.current())
    rules = list(MarketAccessRule.objects.all())
    closed = any(
        market_access(product.hs_code, company.state, today, rules) == MarketAccess.CLOSED
        for product in company.products.all()
    )
    raised = {
        RiskFlag.RFC_DIGIT: not company.rfc_check_digit_holds,
        RiskFlag.REAPPLIED: company.applications.filter(status__in=_REFUSED).exists(),
        RiskFlag.EXPIRING: any(
            document.is_expired or document.expires_soon for document in documents
        ),
        RiskFlag.UNUSABLE: bool(unusable_documents(application, documents)),
        RiskFlag.MARKET_CLOSED: closed,
    }
    return [flag.value for flag in RiskFlag if raised[flag]]
