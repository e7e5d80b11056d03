from django.urls import path

from pavilion.api.reference import reference
from pavilion.views import buyers, categories, companies, products, showcase

app_name = "pavilion"

urlpatterns = [
    path("pavilion/", showcase.ShowcaseView.as_view(), name="showcase"),
    path("pavilion/api/", reference, name="api_reference"),
    path("pavilion/categories/<slug:code>/", categories.CategoryView.as_view(), name="category"),
    path("pavilion/companies/<slug:slug>/", companies.CompanyView.as_view(), name="company"),
    path("pavilion/products/<slug:slug>/", products.ProductView.as_view(), name="product"),
    path("pavilion/buyers/<str:token>/", buyers.BuyerConfirmView.as_view(), name="buyer_confirm"),
    path(
        "pavilion/buyers/<str:token>/forget/",
        buyers.BuyerForgetView.as_view(),
        name="buyer_forget",
    ),
]
