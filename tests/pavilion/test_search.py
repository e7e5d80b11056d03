"""Paging, facets and counts of the showcase."""

from decimal import Decimal

import pytest
from django.db import connection

from pavilion import frequency, search
from pavilion.facets import facet_words, word
from pavilion.models import Listing
from pavilion.search import Key, Wanted
from pavilion.tokens import Term, tokens
from tests import factories


def fill(number: int, **fields) -> list[int]:
    """That many listings with a few qualities each shared by some; their keys, best first."""
    company = factories.company()
    rows = []
    for index in range(number):
        product = factories.product(company, status="published")
        quality = index % 4
        rows.append(
            factories.listing(product=product, quality=quality, card_es=f"<{product.pk}>", **fields)
        )
    return [row.pk for row in sorted(rows, key=lambda row: (-row.quality, -row.pk))]


def cards(page) -> list[int]:
    return [int(card.strip("<>")) for card in page.cards]


@pytest.mark.parametrize("by", ["index", "hits"])
@pytest.mark.parametrize("number", [0, 1, 24, 25, 48, 49])
def test_pages_lead_forth_and_back_through_all(db, number, by):
    """The same pages, whether the index of the order makes them or the few hits themselves."""
    best_first = fill(number)
    hits = search.look(Wanted()) if by == "hits" else None
    pages, seen = [search.page(Wanted(), "es", hits=hits)], []
    while pages[-1].after:
        pages.append(search.page(Wanted(), "es", after=pages[-1].after, hits=hits))
    for page in pages:
        seen += cards(page)
    assert seen == best_first
    assert pages[0].before is None
    assert len(pages) == max(1, -(-number // search.PER_PAGE))
    back = pages[-1]
    while back.before:
        back = search.page(Wanted(), "es", before=back.before, hits=hits)
    assert cards(back) == cards(pages[0])
    assert back.before is None


def test_page_stays_right_when_a_row_before_it_goes(db):
    best_first = fill(30)
    after = search.page(Wanted(), "es").after
    Listing.objects.filter(pk=best_first[0]).delete()
    assert cards(search.page(Wanted(), "es", after=after)) == best_first[24:]


@pytest.mark.parametrize(
    "text", ["", "-", "1", "1-", "-1", "a-b", "1-2-3", "９-1", "9" * 30 + "-1"]
)
def test_key_that_is_none_is_refused(text):
    assert Key.read(text) is None


def test_key_is_read_as_it_is_written():
    assert Key.read(str(Key(80, 12345))) == Key(80, 12345)


def test_facets_narrow_in_any_combination(db):
    words = facet_words(
        size="micro", certificates=["iso_9001"], gift_wrapping=True, price=Decimal(7), moq=50
    )
    assert words == [
        "=certificate-iso-9001", "=size-micro", "=gift-yes", "=price-1", "=moq-1",
    ]  # fmt: skip
    row = factories.listing(tokens=[*tokens("Miel de abeja"), *words], facets=" ".join(words))
    factories.listing(tokens=tokens("Miel de maguey"))
    facets = {"certificate": "iso_9001", "gift": "yes", "price": "1"}
    for wanted in (
        Wanted(words="miel", facets=facets),
        Wanted(facets=facets, category=row.category_id, state=row.state),
    ):
        assert [hit.pk for hit in search.found(wanted)] == [row.pk]
    assert not search.found(Wanted(words="miel", facets=facets | {"price": "2"}))
    assert not search.found(Wanted(words="=gift-yes maguey abeja"))


def test_counts_are_of_the_hits_and_capped(db, monkeypatch):
    monkeypatch.setattr(search, "CAP", 3)
    words = word("gift", "yes")
    rows = [factories.listing(facets=words, tokens=[words]) for _ in range(3)]
    counted = search.counts(search.look(Wanted()))
    assert (counted.total, counted.is_capped) == (3, False)
    assert counted.by["facets"][words] == 3
    assert counted.by["category"][rows[0].category_id] == 3
    factories.listing()
    counted = search.counts(search.look(Wanted()))
    assert (counted.total, counted.is_capped) == (3, True)


@pytest.mark.parametrize("number", [1, 3])
def test_page_and_counts_are_a_query_each(db, number, django_assert_num_queries):
    fill(number)
    frequency.learned()  # remembered for a minute
    with django_assert_num_queries(2):
        search.page(Wanted(words="miel"), "es")
        search.counts(search.look(Wanted(words="miel")))


# --- Common words ----------------------------------------------------------------------------------


@pytest.fixture
def first_pages(db, monkeypatch) -> int:
    """Rows in all pages of the table but the last, which a search reads for a common word."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows nothing of how common a word is")
    fill(60, tokens=["aguacate"], card_en="x" * 700)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max((ctid::text::point)[0])::int FROM pavilion_listing")
        pages = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pavilion_listing WHERE ctid < %s", [f"({pages},0)"])
        number = cursor.fetchone()[0]
    assert 1 < number < 60
    monkeypatch.setattr(search, "pages_with", lambda hits, terms: pages)
    return number


@pytest.mark.parametrize("state", ["", "16"])
def test_common_words_are_looked_for_in_the_first_pages(
    first_pages, monkeypatch, django_assert_num_queries, state
):
    monkeypatch.setattr(search, "CAP", first_pages - 1)
    with django_assert_num_queries(1):
        hits = search.look(Wanted("aguacate", state=state))
    assert (len(hits.rows), hits.is_capped) == (first_pages - 1, True)


def test_words_that_are_rarer_than_believed_are_found_all_the_same(
    first_pages, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(search, "CAP", first_pages)
    with django_assert_num_queries(2):
        hits = search.look(Wanted("aguacate"))
    assert (len(hits.rows), hits.is_capped) == (first_pages, True)


@pytest.mark.parametrize(
    ("terms", "pages"),
    [
        ([Term(("aguacate",))], 4 * 1000 / 10),  # half of all: twice the 2,000 rows needed
        ([Term(("aguacate",)), Term(("hass",))], 20 * 1000 / 10),
        ([Term(("a",), prefix=True)], 4 * 1000 / 10),
        ([Term(("miel",))], None),  # 25,000 rows for a thousand; the index lists 40,000
        ([Term(("龙舌", "舌兰"))], None),
        ([Term(("x",), prefix=True)], None),
    ],
)
def test_pages_to_read_for_common_words(monkeypatch, terms, pages):
    shares = {"aguacate": 0.5, "hass": 0.2, "龙舌": 0.3, "miel": 0.04}
    known = frequency.Learned(rows=1_000_000, pages=100_000, shares=shares)
    monkeypatch.setattr(frequency, "learned", lambda: known)
    assert frequency.pages_with(1000, terms) == pages


def test_what_the_database_has_learned(db):
    fill(20, tokens=["aguacate"])
    if connection.vendor != "postgresql":
        assert frequency.learned() == frequency.Learned()
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pavilion_listing")
    known = frequency.learned()
    assert known.shares["aguacate"] == pytest.approx(1)
    assert known.rows >= 20
    assert known.pages > 0
