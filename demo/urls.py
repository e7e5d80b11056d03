from django.urls import path

from demo import views

app_name = "demo"

urlpatterns = [
    path("mailbox/", views.MailboxView.as_view(), name="mailbox"),
    path("mailbox/<int:pk>/", views.MessageView.as_view(), name="message"),
]
