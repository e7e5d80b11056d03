from django.urls import path

from memberships import views

app_name = "memberships"

urlpatterns = [path("membership/", views.PriceView.as_view(), name="price")]
