from django.urls import path

from memberships.views import membership, papers, price, programme, register

app_name = "memberships"
_MEMBERSHIP = "memberships/<int:pk>/"
_PUBLIC = "transparency/"

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
    path(_PUBLIC, register.RegisterView.as_view(), name="register"),
    path(
        _PUBLIC + "beneficiaries.<str:format>",
        register.RegisterFileView.as_view(),
        name="register_file",
    ),
    path(
        _PUBLIC + "dictionary/",
        register.RegisterDictionaryView.as_view(),
        name="register_dictionary",
    ),
    path(
        _PUBLIC + "dictionary.<str:format>",
        register.DictionaryFileView.as_view(),
        name="dictionary_file",
    ),
    path(
        _PUBLIC + "quarters/",
        register.PublishedQuartersView.as_view(),
        name="register_quarters",
    ),
    path(
        _PUBLIC + "quarters/<int:year>-<int:quarter>.<str:format>",
        register.QuarterFileView.as_view(),
        name="quarter_file",
    ),
    path(_PUBLIC + "programme/", programme.ProgrammeView.as_view(), name="programme"),
    path(_PUBLIC + "funds/<int:pk>/", programme.FundReportView.as_view(), name="fund_report"),
]
