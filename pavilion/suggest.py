"""What a buyer may mean while the search is being typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from pavilion import catalogue, search
from pavilion.languages import LANGUAGES, suffix, wording
from pavilion.models import Listing
from pavilion.search import Wanted
from pavilion.tokens import Term, fold, terms, tokens

MOST = 8
MOST_OF_A_KIND = {"category": 3, "company": 3, "product": MOST}
_LOOKED_AT = 40  # listings: many have the same name


@dataclass(frozen=True)
class Suggestion:
    kind: str  # category, company or product
    text: str
    url: str
    language: str = ""  # of the text, where it is not that of the page
    code: str = ""  # of its family: motif and colour


def suggestions(text: str, language: str) -> list[Suggestion]:
    """At most MOST, families first. Two queries besides the families."""
    wanted = _words(text)
    if not wanted:
        return []
    found: dict[tuple[str, str], Suggestion] = {}
    left = dict(MOST_OF_A_KIND)
    for suggestion in (*_categories(wanted), *_of_listings(wanted, language)):
        key = (suggestion.kind, fold(suggestion.text))
        if key not in found and left[suggestion.kind]:
            found[key] = suggestion
            left[suggestion.kind] -= 1
    order = list(MOST_OF_A_KIND)
    return sorted(found.values(), key=lambda each: order.index(each.kind))[:MOST]


def _words(text: str) -> list[Term]:
    """What is typed so far; a single letter begins too many words to be looked up."""
    wanted = terms(text, unfinished=True)
    if wanted and len(wanted[-1].tokens[-1]) == 1 and wanted[-1].tokens[-1].isascii():
        wanted.pop()
    return wanted


def _categories(wanted: list[Term]) -> Iterator[Suggestion]:
    for category in catalogue.categories():
        if _has(category.name, wanted):
            url = reverse("pavilion:category", args=[category.code])
            yield Suggestion("category", category.name, url, code=category.code)


def _of_listings(wanted: list[Term], language: str) -> Iterator[Suggestion]:
    """Of good listings with these words: their names, and their companies' where it is meant."""
    best = [key.product for key in search.look(Wanted(terms=tuple(wanted))).keys[:_LOOKED_AT]]
    rows = (
        Listing.objects.filter(pk__in=best)
        .select_related("product", "company", "category")
        .only(
            "slug", "category__code", "company__slug", "company__trade_name",
            "company__legal_name",
            *(f"product__name_{suffix(code)}" for code in LANGUAGES),
        )
        .order_by("-quality", "-product_id")
    )  # fmt: skip
    by_other_words = []  # of its description, its company or another language: after the rest
    for row in rows:
        code = row.category.code
        if _has(row.company.name, wanted):
            url = reverse("pavilion:company", args=[row.company.slug])
            yield Suggestion("company", row.company.name, url, code=code)
        named = wording(row.product, "name", language)
        url = reverse("pavilion:product", args=[row.slug])
        marked = named.language if named.is_foreign else ""
        product = Suggestion("product", named.text, url, language=marked, code=code)
        if _has(named.text, wanted):
            yield product
        else:
            by_other_words.append(product)
    yield from by_other_words


def _has(text: str, wanted: list[Term]) -> bool:
    """Whether a short text has all these words, as the index of texts would say."""
    stored = tokens(text)
    return all(_occurs(term, stored) for term in wanted)


def _occurs(term: Term, stored: list[str]) -> bool:
    size = len(term.tokens)
    for at in range(len(stored) - size + 1):
        part = stored[at : at + size]
        if part[:-1] == list(term.tokens[:-1]) and (
            part[-1] == term.tokens[-1] or (term.prefix and part[-1].startswith(term.tokens[-1]))
        ):
            return True
    return False
