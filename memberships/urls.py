from django.urls import path

from memberships.views import membership, papers, price

app_name = "memberships"
_MEMBERSHIP = "memberships/<int:pk>/"

urlpatterns = [
    path("membership/", price.PriceView.as_view(), name="price"),
    path(_MEMBERSHIP, membership.MembershipView.as_view(), name="membership"),
    path(_MEMBERSHIP + "accept/", membership.OfferAcceptView.as_view(), name="offer_accept"),
    path(_MEMBERSHIP + "decline/", membership.OfferDeclineView.as_view(), name="offer_decline"),
    path(_MEMBERSHIP + "payment/", membership.PaymentReportView.as_view(), name="payment_report"),
    path(_MEMBERSHIP + "claim/", membership.SupportClaimView.as_view(), name="support_claim"),
    path(
        "memberships/statement/<slug:slug>/",
        papers.CompanyStatementView.as_view(),
        name="company_statement",
    ),
    path(
        "payment-proofs/<uuid:public_id>/",
        papers.PaymentProofView.as_view(),
        name="payment_proof",
    ),
    path(
        "claim-documents/<uuid:public_id>/",
        papers.ClaimDocumentView.as_view(),
        name="claim_document",
    ),
]
