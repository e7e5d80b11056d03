from django.urls import path

from exporters.views import (
    application,
    apply,
    certificates,
    company_products,
    corrections,
    dashboard,
    documents,
    eligibility,
    lead_invitation,
    messages,
    papers,
    pictures,
    previews,
    products,
    sections,
    team,
    verify,
)

app_name = "exporters"
_APPLICATION = "applications/<slug:reference>/"
_COMPANY = "companies/<slug:slug>/"
_PICTURES = _COMPANY + "products/<int:pk>/pictures/"
_CERTIFICATES = _COMPANY + "certificates/"
_PRODUCTS = _COMPANY + "products/"

urlpatterns = [
    path("dashboard/", dashboard.DashboardView.as_view(), name="dashboard"),
    path("eligibility/", eligibility.EligibilityView.as_view(), name="eligibility"),
    path("apply/", apply.ApplyView.as_view(), name="apply"),
    path("apply/access/", apply.AccessRequestView.as_view(), name="access_request"),
    path(
        _COMPANY + "applications/", apply.ApplicationStartView.as_view(), name="application_start"
    ),
    path(_COMPANY, team.CompanyView.as_view(), name="company"),
    path(_COMPANY + "team/", team.TeamView.as_view(), name="team"),
    path(_COMPANY + "team/hand-over/", team.TeamHandOverView.as_view(), name="team_hand_over"),
    path(_COMPANY + "team/<int:pk>/role/", team.MemberRoleView.as_view(), name="member_role"),
    path(_COMPANY + "team/<int:pk>/remove/", team.MemberRemoveView.as_view(), name="member_remove"),
    path(
        _COMPANY + "invitations/<int:pk>/revoke/",
        team.InvitationRevokeView.as_view(),
        name="invitation_revoke",
    ),
    path(_PRODUCTS, company_products.ProductsView.as_view(), name="products"),
    path(
        _PRODUCTS + "new/",
        company_products.CompanyProductEditView.as_view(),
        name="company_product_add",
    ),
    path(
        _PRODUCTS + "preview/",
        previews.ProductPreviewView.as_view(),
        name="company_product_preview",
    ),
    path(
        _PRODUCTS + "<int:pk>/",
        company_products.CompanyProductEditView.as_view(),
        name="company_product_edit",
    ),
    path(
        _PRODUCTS + "<int:pk>/delete/",
        company_products.CompanyProductDeleteView.as_view(),
        name="company_product_delete",
    ),
    path(
        _PRODUCTS + "<int:pk>/submit/",
        company_products.ProductSubmitView.as_view(),
        name="company_product_submit",
    ),
    path(
        _PRODUCTS + "<int:pk>/take-back/",
        company_products.ProductTakeBackView.as_view(),
        name="company_product_take_back",
    ),
    path(
        _PRODUCTS + "<int:pk>/take-down/",
        company_products.ProductTakeDownView.as_view(),
        name="company_product_take_down",
    ),
    path("invitations/<str:token>/", team.InvitationView.as_view(), name="invitation"),
    path(
        "invited/<str:token>/",
        lead_invitation.LeadInvitationView.as_view(),
        name="lead_invitation",
    ),
    path(_APPLICATION, application.ApplicationDetailView.as_view(), name="application_detail"),
    path(
        _APPLICATION + "submit/",
        application.ApplicationSubmitView.as_view(http_method_names=["post"]),
        name="application_submit",
    ),
    path(
        _APPLICATION + "withdraw/",
        application.ApplicationWithdrawView.as_view(),
        name="application_withdraw",
    ),
    path(
        _APPLICATION + "corrections/<int:pk>/",
        corrections.CorrectionAnswerView.as_view(),
        name="correction_answer",
    ),
    path(
        _APPLICATION + "summary/",
        papers.ApplicationSummaryView.as_view(),
        name="application_summary",
    ),
    path(_APPLICATION + "letter/", papers.ApprovalLetterView.as_view(), name="approval_letter"),
    path("verify/", verify.VerifyView.as_view(), name="verify"),
    path("verify/<str:code>/", verify.VerifyCodeView.as_view(), name="verify_code"),
    path(_APPLICATION + "company/", sections.CompanySectionView.as_view(), name="section_company"),
    path(
        _APPLICATION + "experience/",
        sections.ExperienceSectionView.as_view(),
        name="section_experience",
    ),
    path(
        _APPLICATION + "products/", sections.ProductsSectionView.as_view(), name="section_products"
    ),
    path(
        _APPLICATION + "documents/",
        sections.DocumentsSectionView.as_view(),
        name="section_documents",
    ),
    path(
        _APPLICATION + "declarations/",
        sections.DeclarationsSectionView.as_view(),
        name="section_declarations",
    ),
    path(_APPLICATION + "products/new/", products.ProductEditView.as_view(), name="product_add"),
    path(
        _APPLICATION + "products/<int:pk>/",
        products.ProductEditView.as_view(),
        name="product_edit",
    ),
    path(
        _APPLICATION + "products/<int:pk>/delete/",
        products.ProductDeleteView.as_view(),
        name="product_delete",
    ),
    path(
        _APPLICATION + "documents/<uuid:public_id>/remove/",
        documents.DocumentRemoveView.as_view(),
        name="document_remove",
    ),
    path(
        _APPLICATION + "documents/<slug:kind>/",
        documents.DocumentUploadView.as_view(),
        name="document_upload",
    ),
    path(_APPLICATION + "messages/", messages.MessagesView.as_view(), name="messages"),
    path(
        "attachments/<uuid:public_id>/",
        messages.MessageAttachmentView.as_view(),
        name="message_attachment",
    ),
    path("documents/<uuid:public_id>/", documents.DocumentFileView.as_view(), name="document"),
    path(
        "documents/<uuid:public_id>/pages/<int:number>/",
        documents.DocumentPageView.as_view(),
        name="document_page",
    ),
    path(_PICTURES, pictures.ProductPicturesView.as_view(), name="product_pictures"),
    path(
        _PICTURES + "<uuid:public_id>/", pictures.PictureFrameView.as_view(), name="picture_frame"
    ),
    path(
        _PICTURES + "<uuid:public_id>/move/",
        pictures.PictureMoveView.as_view(),
        name="picture_move",
    ),
    path(
        _PICTURES + "<uuid:public_id>/texts/",
        pictures.PictureTextsView.as_view(),
        name="picture_texts",
    ),
    path(
        _PICTURES + "<uuid:public_id>/remove/",
        pictures.PictureRemoveView.as_view(),
        name="picture_remove",
    ),
    path(
        "pictures/<uuid:public_id>/original/",
        pictures.PictureOriginalView.as_view(),
        name="picture_original",
    ),
    path(_CERTIFICATES, certificates.CertificatesView.as_view(), name="certificates"),
    path(
        _CERTIFICATES + "<uuid:public_id>/",
        certificates.CertificateEditView.as_view(),
        name="certificate_edit",
    ),
    path(
        _CERTIFICATES + "<uuid:public_id>/remove/",
        certificates.CertificateRemoveView.as_view(),
        name="certificate_remove",
    ),
    path(
        "certificates/<uuid:public_id>/file/",
        certificates.CertificateFileView.as_view(),
        name="certificate_file",
    ),
    path(
        "certificates/<uuid:public_id>/pages/<int:number>/",
        certificates.CertificatePageView.as_view(),
        name="certificate_page",
    ),
]
