"""What is offered while a buyer types."""

import pytest
from django.urls import reverse
from django.utils import timezone

from exporters.services.catalogue import announce_change
from pavilion.models import Pavilion
from pavilion.suggest import MOST, suggestions
from tests import factories

URL = reverse("pavilion:suggestions")


@pytest.fixture
def vendor(db):
    Pavilion.objects.update(status="open", launched_at=timezone.now(), approved_at_launch=1)
    company = factories.company(trade_name="Huertas del Nevado")
    vendor = factories.application("approved", company=company)
    product = company.products.get()
    product.name_es, product.name_en, product.name_zh_hans = "Aguacate Hass", "", "哈斯牛油果"
    product.save()
    announce_change(company)
    return vendor


def offered(text: str, language: str = "es") -> set[tuple[str, str]]:
    return {(each.kind, each.text) for each in suggestions(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("agu", "es", ("product", "Aguacate Hass")),
        ("ÁGU", "es", ("product", "Aguacate Hass")),
        ("hass agua", "es", ("product", "Aguacate Hass")),
        ("牛油", "zh-hans", ("product", "哈斯牛油果")),
        ("agu", "zh-hans", ("product", "哈斯牛油果")),
        ("huer", "es", ("company", "Huertas del Nevado")),
        ("teq", "es", ("category", "Tequila")),
    ],
)
def test_names_that_begin_like_this_are_offered(vendor, text, language, expected):
    assert expected in offered(text, language)


@pytest.mark.parametrize("text", ["", " ", "a", "zzz", "'", "\\", "&|!:*()", "%", "x" * 10_000])
def test_nothing_is_offered_for_nothing(client, vendor, text):
    assert offered(text) == set()
    assert client.get(URL, {"q": text}).json() == []


def test_name_in_another_language_says_which(client, vendor):
    (product,) = [each for each in suggestions("hass", "en") if each.kind == "product"]
    assert (product.text, product.language) == ("Aguacate Hass", "es")


def test_same_names_are_offered_once_and_eight_at_most(vendor):
    for at in range(12):
        factories.product(vendor.company, status="published", name_es=f"Aguacate criollo {at // 2}")
        factories.product(vendor.company, status="published", name_es=f"Aguacatillo {at}")
    announce_change(vendor.company)
    found = suggestions("agua", "es")
    assert len(found) == MOST
    assert len({(each.kind, each.text) for each in found}) == MOST


def test_answer_leads_to_pages_that_exist(client, vendor):
    for suggestion in client.get(URL, {"q": "aguacate"}).json():
        assert client.get(suggestion["url"]).status_code == 200


def test_suggestions_of_a_closed_pavilion_do_not_exist(client, db):
    assert client.get(URL, {"q": "agua"}).status_code == 404


def test_too_many_questions_are_refused(client, vendor, monkeypatch):
    monkeypatch.setattr("pavilion.views.suggestions.A_MINUTE", 2)
    codes = [client.get(URL, {"q": f"agua{at}"}).status_code for at in range(3)]
    assert codes == [200, 200, 429]
