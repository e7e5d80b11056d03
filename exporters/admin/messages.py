"""The desk's page of the thread of one application.

The review page leads to it by `admin/exporters/application/_messages_link.html`, which shows
`unread_messages`: exporters.unread.unread_for(application, user).
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from exporters.access import REVIEW
from exporters.forms.message import MessageForm
from exporters.thread import note_visit, send, thread_context


class MessagesMixin:
    """Adds `<pk>/messages/` to the admin of applications."""

    def get_urls(self):
        return [
            path(
                "<int:pk>/messages/",
                self.admin_site.admin_view(self.messages_view),
                name="exporters_application_messages",
            ),
            *super().get_urls(),
        ]

    def messages_view(self, request, pk):
        application = self.get_object(request, str(pk))
        if application is None:
            raise Http404
        if not self.has_view_permission(request, application):
            raise PermissionDenied
        if request.method == "POST":
            return self.write_message(request, application)
        context = self.messages_context(request, application, whole="all" in request.GET)
        response = self.messages_page(request, context).render()
        note_visit(application, request.user, context["thread"])
        return response

    def write_message(self, request, application):
        if not request.user.has_perm(REVIEW):
            raise PermissionDenied
        form = MessageForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            status = send(form, application, request.user, from_staff=True)
        if status:
            context = self.messages_context(request, application, form=form)
            return self.messages_page(request, context, status=status)
        messages.success(request, _("Your message has been sent."))
        page = reverse("admin:exporters_application_messages", args=[application.pk])
        return redirect(f"{page}#latest")

    def messages_context(self, request, application, **values) -> dict:
        return {
            **self.admin_site.each_context(request),
            "title": _("Messages"),
            "opts": self.opts,
            **thread_context(application, request.user, from_staff=True, **values),
        }

    @staticmethod
    def messages_page(request, context, status=200):
        return TemplateResponse(
            request, "admin/exporters/application/messages.html", context, status=status
        )
