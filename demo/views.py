"""The demo's mailbox: every mail that would have been sent, so that links can be followed."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views import View
from post_office.models import Email


class MailboxView(View):
    def get(self, request):
        address = request.GET.get("to", "").strip()[:100].replace("\0", "")
        mails = Email.objects.order_by("-pk").defer("message", "html_message")
        if address:
            mails = mails.filter(Q(to__icontains=address))
        query = urlencode({"to": address}) if address else ""
        page = Paginator(mails, 30).get_page(request.GET.get("page"))
        return render(
            request, "demo/mailbox.html", {"page": page, "address": address, "query": query}
        )


class MessageView(View):
    def get(self, request, pk):
        message = get_object_or_404(Email, pk=pk)
        return render(request, "demo/message.html", {"message": message})
