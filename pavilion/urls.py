from django.urls import path

from pavilion.views import (
    buyers,
    categories,
    companies,
    enquiries,
    inbox,
    products,
    showcase,
)

app_name = "pavilion"

urlpatterns = [
    path("pavilion/", showcase.ShowcaseView.as_view(), name="showcase"),
    path("pavilion/categories/<slug:code>/", categories.CategoryView.as_view(), name="category"),
    path("pavilion/companies/<slug:slug>/", companies.CompanyView.as_view(), name="company"),
    path("pavilion/products/<slug:slug>/", products.ProductView.as_view(), name="product"),
    path("pavilion/buyers/<str:token>/", buyers.BuyerConfirmView.as_view(), name="buyer_confirm"),
    path(
        "pavilion/buyers/<str:token>/forget/",
        buyers.BuyerForgetView.as_view(),
        name="buyer_forget",
    ),
    path("pavilion/enquiries/new/", enquiries.EnquiryNewView.as_view(), name="enquiry_new"),
    path("pavilion/enquiries/<str:token>/", enquiries.EnquiryView.as_view(), name="enquiry"),
    path(
        "pavilion/enquiries/<str:token>/confirm/",
        enquiries.EnquiryConfirmView.as_view(),
        name="enquiry_confirm",
    ),
    path(
        "pavilion/enquiries/<str:token>/erase/",
        enquiries.EnquiryEraseView.as_view(),
        name="enquiry_erase",
    ),
    path("companies/<slug:slug>/enquiries/", inbox.EnquiriesView.as_view(), name="enquiries"),
    path(
        "companies/<slug:slug>/enquiries/<uuid:public_id>/",
        inbox.EnquiryThreadView.as_view(),
        name="enquiry_thread",
    ),
]
