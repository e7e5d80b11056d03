"""The products for measuring are as those of the services: same rules, same listings."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from demo import volume_variants
from exporters.enums import CertificateKind
from exporters.models import Application, Certificate, Company, Product, ProductPicture
from exporters.services.catalogue import rate_products
from pavilion import search
from pavilion.models import CatalogueVersion, Listing
from pavilion.search import Wanted
from pavilion.services.listings import refresh_listings

MODELS = (Application, Company, Product, ProductPicture, Certificate, Listing)


def fill(number: int) -> None:
    call_command("demo", "--products", str(number), verbosity=0)


def hits(words: str) -> int:
    return search.found(Wanted(words)).count()


def test_products_of_the_volume_obey_the_rules_and_are_listed_as_by_the_services(
    db, capsys, monkeypatch
):
    monkeypatch.setattr("demo.volume_products.COMPANIES", 7)
    version = CatalogueVersion.objects.get().number
    fill(115)
    names = list(Product.objects.order_by("pk").values_list("slug", "name_es", "quality"))
    assert len(names) == 120  # in tens
    assert CatalogueVersion.objects.get().number > version
    fill(200)
    assert "200 of 200 products" in capsys.readouterr().out
    rows = Product.objects.order_by("pk").values_list("slug", "name_es", "quality")
    assert list(rows[:120]) == names
    counts = [model.objects.count() for model in MODELS]
    assert counts[:3] == [20, 20, 200]
    assert counts[5] == Product.objects.public().count() == 200
    fill(200)
    fill(10)
    assert [model.objects.count() for model in MODELS] == counts

    for model in (Application, Company, Product, Certificate):
        for row in model.objects.all():
            row.full_clean()
    assert all(product.published_at < timezone.now() for product in Product.objects.all())

    # Rating and listing them by the services changes nothing.
    printed = list(Listing.objects.order_by("pk").values())
    for company in Company.objects.all():
        rate_products(company)
        refresh_listings(company)
    assert list(rows[:120]) == names
    for before, after in zip(printed, Listing.objects.order_by("pk").values(), strict=True):
        del before["updated_at"], after["updated_at"]
        assert after == before


def test_searches_of_the_volume_find_few_many_and_almost_all(db):
    fill(400)
    rare, organic, agave = hits("1000007p3"), hits("organico hass"), hits("龙舌兰")
    assert rare == 1
    assert 0 < organic < agave < hits("aguacate") < 400
    assert Listing.objects.values("category").distinct().count() > 6
    assert Listing.objects.values("state").distinct().count() > 6
    assert 0 < Listing.objects.filter(facets__contains="=certificate-organic").count() < 200
    assert ProductPicture.objects.values("file").distinct().count() < 100


def test_the_same_row_and_number_give_the_same_variant():
    row = {
        "name_es": "Aguacate " + "muy " * 27,
        "name_en": "Avocado",
        "name_zh_hans": "牛油果",
        **dict.fromkeys(("description_es", "description_en", "description_zh_hans"), "x"),
        "category": "avocado",
        "hs_code": "0804.40",
        "unit": "kg",
        "port": "Manzanillo",
        "fob_min_usd": "0.01",
        "fob_max_usd": "0.02",
        "moq": "1",
        "lead_time_days": "9",
    }
    category = dict.fromkeys(volume_variants.LANGUAGES, "x")
    made = [volume_variants.variant(row, number, category, "r") for number in range(200)]
    assert made == [volume_variants.variant(row, number, category, "r") for number in range(200)]
    assert all(len(each.fields["name_es"]) <= 128 for each in made)
    claimed = [each for each in made if "organic" in each.fields["name_en"]]
    assert claimed
    assert all(CertificateKind.ORGANIC in each.certificates for each in claimed)
    prices = {each.fields["fob_min_usd"] for each in made} - {None}
    assert min(prices) > 0


def test_products_of_the_volume_are_never_made_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        fill(10)
    assert not Product.objects.exists()
