from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from exporters.forms.correction import AnswerForm
from exporters.services.corrections import answer_correction
from exporters.views.application import ApplicationDetailView


class CorrectionAnswerView(ApplicationDetailView):
    """Keeps the answer to one point; shows the application again with what is wrong."""

    http_method_names = ("get", "head", "options", "post")

    def get(self, request, reference, pk):
        return redirect("exporters:application_detail", reference)

    def post(self, request, reference, pk):
        correction = get_object_or_404(self.application.corrections.open(), pk=pk)
        form = AnswerForm(request.POST, correction=correction)
        if not form.is_valid():
            context = self.get_context_data(bound=form)
            return self.render_to_response(context, status=422)
        answer_correction(correction, answer=form.cleaned_data["answer"], actor=request.user)
        messages.success(request, _("Your answer has been saved."))
        return redirect("exporters:application_detail", reference)
