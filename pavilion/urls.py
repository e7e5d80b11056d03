from django.urls import path

from pavilion import views

app_name = "pavilion"

urlpatterns = [
    path("pavilion/", views.ShowcaseView.as_view(), name="showcase"),
    path("pavilion/categories/<slug:code>/", views.CategoryView.as_view(), name="category"),
    path("pavilion/companies/<slug:slug>/", views.CompanyView.as_view(), name="company"),
    path("pavilion/products/<slug:slug>/", views.ProductView.as_view(), name="product"),
    path("pavilion/buyers/<str:token>/", views.BuyerConfirmView.as_view(), name="buyer_confirm"),
    path(
        "pavilion/buyers/<str:token>/forget/",
        views.BuyerForgetView.as_view(),
        name="buyer_forget",
    ),
]
