from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core.logs import security_event
from core.uploads import private_response
from exporters.access import can_read_files
from exporters.forms.message import MessageForm
from exporters.models import MessageAttachment
from exporters.thread import note_visit, send, thread_context
from exporters.views.scope import ApplicationScope


class MessagesView(ApplicationScope, View):
    """The company's page of the thread, with a box to write in."""

    def get(self, request, reference):
        context = self.context(whole="all" in request.GET)
        response = render(request, "exporters/messages.html", context)
        note_visit(self.application, request.user, context["thread"])
        return response

    def post(self, request, reference):
        form = MessageForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            status = send(form, self.application, request.user, from_staff=False)
        if status:
            context = self.context(form=form)
            return render(request, "exporters/messages.html", context, status=status)
        messages.success(request, _("Your message has been sent."))
        return redirect(reverse("exporters:messages", args=[reference]) + "#latest")

    def context(self, **values) -> dict:
        return thread_context(self.application, self.request.user, from_staff=False, **values)


class MessageAttachmentView(LoginRequiredMixin, View):
    """A file of a message, to its team and to staff, once it has been checked."""

    def get(self, request, public_id):
        attachment = get_object_or_404(
            MessageAttachment.objects.select_related("message__application__company"),
            public_id=public_id,
        )
        application = attachment.message.application
        if not (attachment.may_be_opened and can_read_files(request.user, application)):
            raise Http404
        security_event("attachment_read", user=request.user, attachment=attachment.pk)
        return private_response(
            attachment.file,
            filename=attachment.original_name,
            content_type=attachment.content_type,
        )
