"""For journalists: figures, pictures, a fact sheet; from the launch on, and before it for staff."""

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View

from core import throttle
from core.pdf_papers import render_pdf
from core.zip_stream import zip_stream
from pavilion.access import may_read_press
from pavilion.figure_tables import comparison
from pavilion.models import LaunchRecord
from pavilion.page_cache import same_for_everyone
from pavilion.press import kit
from pavilion.press.facts import FACTS
from pavilion.services import launch
from pavilion.state import current_pavilion

DOWNLOADS, SECONDS = 60, 3600  # from one address


class PressDoor(View):
    def dispatch(self, request, *args, **kwargs):
        self.pavilion = current_pavilion()
        if not may_read_press(request.user, self.pavilion):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def launch_figures(self) -> dict | None:
        record = LaunchRecord.objects.filter(pavilion=self.pavilion).first()
        return record.figures if record else None

    def figures_to_draw(self) -> dict:
        """Those of the launch; in the preview before it those of now."""
        return self.launch_figures() or launch.figures_of(self.pavilion)


@method_decorator(same_for_everyone, name="dispatch")
class PressView(PressDoor):
    def get(self, request):
        at_launch, today = self.launch_figures(), launch.figures_of(self.pavilion)
        totals, *tables = comparison(kit.columns_of(at_launch, today))
        context = {
            "preview": not self.pavilion.launched_at,
            "milestones": kit.milestones(at_launch) if at_launch else [],
            "totals": totals,
            "tables": [table for table in tables if table.rows],
            "facts": FACTS,
            "pictures": list(kit.pictures(today)),
            "sheets": kit.sheets(),
            "press_email": settings.PRESS_EMAIL,
        }
        return render(request, "pavilion/press.html", context)


class DownloadView(PressDoor):
    """So many an hour, since each is made when it is asked for."""

    def dispatch(self, request, *args, **kwargs):
        who = throttle.client_address(request)
        if not throttle.allow("press", who, limit=DOWNLOADS, seconds=SECONDS):
            response = render(request, "429.html", {"request_id": request.id}, status=429)
            response["Retry-After"] = str(SECONDS)
            return response
        return super().dispatch(request, *args, **kwargs)


class PressPictureView(DownloadView):
    def get(self, request, name):
        make = kit.pictures(self.figures_to_draw()).get(name)
        if make is None:
            raise Http404
        response = HttpResponse(make(), content_type=kit.CONTENT_TYPES[name.rpartition(".")[2]])
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Disposition"] = f'inline; filename="mexico-pavilion-{name}"'
        response["Cache-Control"] = "public, max-age=300"
        return response


class PressPicturesView(DownloadView):
    """All of them as a zip."""

    def get(self, request):
        parts = {
            f"mexico-pavilion/{name}": make
            for name, make in kit.pictures(self.figures_to_draw()).items()
        }
        return _attachment(
            StreamingHttpResponse(zip_stream(parts), content_type="application/zip"),
            "mexico-pavilion.zip",
        )


class FactSheetView(DownloadView):
    def get(self, request):
        paper = kit.fact_sheet(self.launch_figures(), launch.figures_of(self.pavilion))
        response = HttpResponse(render_pdf(paper), content_type="application/pdf")
        return _attachment(response, f"mexico-pavilion-{get_language()}.pdf")


def _attachment(response, name: str):
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
