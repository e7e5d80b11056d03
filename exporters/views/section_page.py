from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from exporters.completeness import missing_items
from exporters.editing import open_sections
from exporters.enums import ApplicationStatus
from exporters.progress import next_section, section_progress
from exporters.views.scope import ApplicationScope


class SectionView(ApplicationScope, View):
    """The page of one section: its content beside the other sections and what is missing."""

    editing = True
    section = ""
    frame = "exporters/section_base.html"
    template_name = "exporters/section_form.html"

    def page(self, form=None, status=200, template=None, **context):
        # A failed form has written on its instance; what is missing is asked of the stored row.
        if form is not None and form.is_bound:
            self.application.refresh_from_db()
        missing = missing_items(self.application)
        context |= {
            "frame": self.frame,
            "application": self.application,
            "form": form,
            "section": self.section,
            "sections": section_progress(
                self.application, missing, self.section, among=open_sections(self.open_targets)
            ),
            "corrections_here": self.corrections_here(),
            "next_url": self.next_url(),
            "missing_here": [item for item in missing if item.section == self.section],
        }
        return render(self.request, template or self.template_name, context, status=status)

    def next_url(self) -> str:
        """The next section that is open; after the last one the application."""
        following = next_section(self.section, among=open_sections(self.open_targets))
        page = f"section_{following}" if following else "application_detail"
        return reverse(f"exporters:{page}", args=[self.application.reference])

    def way_back(self) -> tuple[str, str]:
        """Where one goes when nothing can be saved here: an address and its words."""
        address = reverse("exporters:application_detail", args=[self.application.reference])
        return address, _("Go to the application")

    def corrections_here(self):
        """What the coordinator asked for in this section."""
        if self.application.status != ApplicationStatus.CHANGES_REQUESTED:
            return []
        asked = self.application.corrections.open()
        return [correction for correction in asked if correction.section == self.section]
