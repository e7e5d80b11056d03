"""A list of what was found, on the showcase and on the page of a family."""

from dataclasses import replace

from django.utils.translation import get_language

from pavilion import catalogue, facet_panel, search
from pavilion.address import Address


def read_address(request, *, is_open: bool, category: str = "") -> Address:
    """The search of this request, of families that exist; `category`: the one of the page."""
    address = Address.read(request.GET)
    code = category or address.category
    if code and code not in {each.code for each in catalogue.categories()}:
        code = ""
    return replace(address, category=code, preview="" if is_open else "1")


def results(address: Address, *, fixed: str = "") -> dict:
    """What a list shows: its cards, filters and ways on. Two queries besides the families.

    `fixed` names what the page itself stands for, and which its links leave to its path.
    """
    families = catalogue.categories()
    wanted = facet_panel.wanted(address, families)
    if wanted.is_family:
        hits, counts = None, search.counts_of_family(wanted.category)
    else:
        hits = search.look(wanted)
        counts = search.counts(hits)
    page = search.page(
        wanted, get_language(), after=address.after, before=address.before, hits=hits
    )
    own = replace(address, **{fixed: ""}) if fixed else address
    return {
        "address": own,
        "cards": catalogue.seen_first(page.cards),
        "slugs": page.slugs,
        "counts": counts,
        "total_text": facet_panel.count_text(counts.total, is_least=counts.is_capped),
        "facets": facet_panel.facets(own, counts, families, fixed=fixed),
        "chips": facet_panel.chips(own, families),
        "families": families,
        "next_query": str(own.to(after=page.after)) if page.after else "",
        "previous_query": str(own.to(before=page.before)) if page.before else "",
        "first_query": str(own.to()),
        "all_query": str(Address(preview=address.preview)),
    }
