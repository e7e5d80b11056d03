"""The page of a company, whatever the number of its products."""

import pytest
from django.test import Client
from django.urls import reverse

from exporters.services import review
from pavilion.models import Listing
from tests import factories
from tests.pavilion.buyers_pages import (
    certificate,
    open_pavilion,
    page_of,
    publish,
    signed_in,
    without_cache_queries,
)
from tests.pavilion.test_product_page import SUSPENSION, fill


@pytest.fixture
def vendor(db):
    return factories.application("approved")


@pytest.fixture
def company(vendor):
    open_pavilion()
    return vendor.company


def get(client, company, **query):
    return client.get(page_of("company", company), query)


def test_page_tells_what_is_meant_for_buyers_and_nothing_else(client, company, english):
    company.about_en = "We pack avocado."
    company.save()
    certificate(company, kind="haccp")
    page = get(client, company).content.decode()
    for said in ("We pack avocado.", "Michoacán", company.legal_name, "HACCP", "Industry"):
        assert said in page, said
    application = company.applications.get()
    for secret in (
        company.rfc, company.contact_name, company.contact_email, "452 555", company.municipality,
        application.export_markets, application.motivation, "88,000", application.reference,
    ):  # fmt: skip
        assert secret not in page, secret


def test_company_is_asked_about_its_best_products(client, company, english):
    publish(company, 4)
    page = get(client, company)
    query = page.context["contact_query"]
    assert query.count("p=") == 3
    assert f'?{query.replace("&", "&amp;")}"' in page.content.decode()
    asked = client.get(f"{reverse('pavilion:enquiry_new')}?{query}").context["products"]
    assert [product.slug for product in asked] == page.context["page"].slugs[:3]


def test_nobody_is_asked_while_the_door_is_shut(client, vendor):
    page = signed_in(factories.owner_of(vendor.company)).get(page_of("company", vendor.company))
    assert "enquiries/new" not in page.content.decode()


def test_about_falls_back_and_is_marked(client, company, english):
    page = get(client, company).content.decode()
    assert '<div lang="es"><p>Empacamos aguacate.</p></div>' in page
    assert "in Spanish" in page


def test_pages_lead_through_all_products_and_back(client, company):
    publish(company, 60)
    seen, page = [], get(client, company)
    pages = [page.context["page"]]
    while pages[-1].after:
        pages.append(get(client, company, after=str(pages[-1].after)).context["page"])
    for each in pages:
        seen += each.slugs
    assert len(seen) == len(set(seen)) == 61
    assert [len(each.cards) for each in pages] == [24, 24, 13]
    back = get(client, company, before=str(pages[1].before)).context["page"]
    assert back.slugs == pages[0].slugs
    assert (
        'content="noindex, follow"'
        in get(client, company, after=str(pages[0].after)).content.decode()
    )


@pytest.mark.parametrize("key", ["", "x", "0-0", "9" * 40, "-1", "5-5-5", "<script>"])
def test_key_of_any_kind_is_answered(client, company, key):
    for side in ("after", "before"):
        assert get(client, company, **{side: key}).status_code == 200


def test_products_of_others_are_not_on_it(client, company):
    other = factories.application("approved").company.products.get()
    assert other.slug not in get(client, company).content.decode()


def test_suspended_company_has_no_page(client, vendor, company, django_capture_on_commit_callbacks):
    assert get(client, company).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        review.suspend_application(vendor, actor=factories.manager(), **SUSPENSION)
    assert get(client, company).status_code == 404


def test_team_sees_its_page_before_approval_and_what_is_not_public(db, english):
    company = factories.application("in_review").company
    own = company.products.get()
    hidden = factories.product(company, status="hidden")
    team = signed_in(factories.owner_of(company))
    page = get(team, company).content.decode()
    assert "Not public yet" in page
    assert own.slug in page
    assert hidden.slug not in page
    assert 'content="noindex"' in page
    for stranger in (Client(), signed_in(factories.manager()), signed_in(factories.exporter())):
        assert get(stranger, company).status_code == 404


def test_staff_preview_the_page_before_the_launch(vendor, english):
    page = get(signed_in(factories.manager()), vendor.company)
    assert "Preview" in page.content.decode()
    assert "Only your team" not in page.content.decode()
    assert get(Client(), vendor.company).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_page_takes_four_queries(client, company, rows, settings, django_assert_num_queries):
    without_cache_queries(settings)
    fill(company, rows)
    certificate(company)
    open_pavilion()
    with django_assert_num_queries(4):  # company, certificates, cards, their number
        page = get(client, company)
    count = Listing.objects.filter(company=company).count()
    assert page.context["product_count"] == (f"{count}" if count <= 1000 else "1000+")
