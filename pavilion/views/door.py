"""The pavilion's door: to the public its pages exist only while it is open."""

from django.http import Http404
from django.views import View

from pavilion.access import may_see
from pavilion.state import current_pavilion


class OpenPavilionView(View):
    """A page behind the pavilion's door: to the public only while it is open."""

    def dispatch(self, request, *args, **kwargs):
        self.pavilion = current_pavilion()
        if not may_see(request.user, self.pavilion):
            raise Http404
        self.preview = not self.pavilion.is_open
        return super().dispatch(request, *args, **kwargs)
