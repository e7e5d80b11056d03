from django.urls import path

from pavilion.views import (
    buyers,
    categories,
    companies,
    listing_feed,
    press,
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
]
