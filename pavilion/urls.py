from django.urls import path

from pavilion.api.reference import reference
from pavilion.page_cache import same_for_everyone
from pavilion.views import (
    buyers,
    categories,
    companies,
    compare,
    enquiries,
    feed,
    inbox,
    listing_feed,
    press,
    products,
    shortlist,
    showcase,
    suggestions,
)

app_name = "pavilion"

urlpatterns = [
    path("pavilion/", showcase.ShowcaseView.as_view(), name="showcase"),
    path("pavilion/suggestions/", suggestions.SuggestionsView.as_view(), name="suggestions"),
    path("pavilion/api/", reference, name="api_reference"),
    path("pavilion/categories/<slug:code>/", categories.CategoryView.as_view(), name="category"),
    path(
        "pavilion/companies/<slug:slug>/",
        same_for_everyone(companies.CompanyView.as_view()),
        name="company",
    ),
    path(
        "pavilion/products/<slug:slug>/",
        same_for_everyone(products.ProductView.as_view()),
        name="product",
    ),
    path("pavilion/compare/", same_for_everyone(compare.CompareView.as_view()), name="compare"),
    path("pavilion/shortlist/", shortlist.ShortlistView.as_view(), name="shortlist"),
    path("pavilion/feed/", same_for_everyone(feed.FeedView.as_view()), name="feed"),
    path("pavilion/buyers/<str:token>/", buyers.BuyerConfirmView.as_view(), name="buyer_confirm"),
    path(
        "pavilion/buyers/<str:token>/forget/",
        buyers.BuyerForgetView.as_view(),
        name="buyer_forget",
    ),
    path("pavilion/press/", press.PressView.as_view(), name="press"),
    path("pavilion/press/fact-sheet.pdf", press.FactSheetView.as_view(), name="fact_sheet"),
    path("pavilion/press/pictures.zip", press.PressPicturesView.as_view(), name="press_pictures"),
    path(
        "pavilion/press/pictures/<str:name>",
        press.PressPictureView.as_view(),
        name="press_picture",
    ),
    path(
        "companies/<slug:slug>/listing-feed/",
        listing_feed.CompanyFeedView.as_view(),
        name="company_feed",
    ),
    path(
        "companies/<slug:slug>/listing-feed/<slug:format>/",
        listing_feed.CompanyFeedFileView.as_view(),
        name="company_feed_file",
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
