from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from exporters.access import acts_for
from pavilion import search, showroom
from pavilion.access import may_see_of
from pavilion.languages import wording
from pavilion.state import current_pavilion
from pavilion.structured_data import breadcrumbs, company_data, item_list

ASKED_ABOUT = 3  # products of an enquiry to a company as such; the buyer leaves out what it likes


class CompanyView(View):
    """A company and its products, page by page; its own team sees what is not public yet too."""

    def dispatch(self, request, slug):
        self.pavilion = current_pavilion()
        self.company = showroom.find_company(slug)
        if self.company is None or not may_see_of(
            request.user, self.pavilion, self.company, is_public=self.company.is_approved
        ):
            raise Http404
        return super().dispatch(request, slug)

    def get(self, request, slug):
        company = self.company
        after = search.Key.read(request.GET.get("after", ""))
        before = search.Key.read(request.GET.get("before", ""))
        wanted = search.Wanted(company=company.pk)
        page = search.page(wanted, get_language(), after=after, before=before)
        is_team = request.user.is_authenticated and acts_for(request.user, company)
        trail = [
            (_("Mexico Pavilion"), reverse("pavilion:showcase")),
            (company.name, reverse("pavilion:company", args=[company.slug])),
        ]
        context = {
            "company": company,
            "about": wording(company, "about"),
            "certificates": list(showroom.certificates_of(company)),
            "page": page,
            "cards": showroom.finished(page.cards),
            "product_count": _counted(wanted),
            "unlisted": list(showroom.unlisted_products(company)) if is_team else [],
            "trail": trail,
            "structured": [company_data(company), breadcrumbs(trail), item_list(page.slugs)],
            "is_first_page": not (after or before),
            "preview": not self.pavilion.is_open,
            "is_public": company.is_approved,
            "contact_query": urlencode([("p", slug) for slug in page.slugs[:ASKED_ABOUT]]),
        }
        return render(request, "pavilion/company.html", context)


def _counted(wanted: search.Wanted) -> str:
    """How many products, as far as lists count: "1000+"."""
    number = search.found(wanted)[: search.CAP + 1].count()
    return f"{search.CAP}+" if number > search.CAP else str(number)
