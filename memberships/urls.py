from django.urls import path

from memberships.views import membership, price

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
        "payment-proofs/<uuid:public_id>/",
        membership.PaymentProofView.as_view(),
        name="payment_proof",
    ),
    path(
        "claim-documents/<uuid:public_id>/",
        membership.ClaimDocumentView.as_view(),
        name="claim_document",
    ),
]
