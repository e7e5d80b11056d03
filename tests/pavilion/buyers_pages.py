"""An open pavilion with vendors of known products, for the pages that buyers see."""

import re
import uuid

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exporters.models import Certificate, ProductPicture
from exporters.services.catalogue import announce_change
from pavilion.models import Pavilion
from pavilion.services.versions import current_version
from tests import factories

HERE = {"Sec-Fetch-Site": "same-origin"}


def open_pavilion() -> None:
    Pavilion.objects.update(
        status="open", launched_at=timezone.now(), approved_at_launch=1, threshold=1
    )
    current_version()  # each worker remembers it


def without_cache_queries(settings) -> None:
    """The embedded cache is a table; this one costs no query, as Redis does not."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    here = {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}
    settings.CACHES = settings.CACHES | {"default": here, "pages": here}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def publish(company, number: int = 1, **fields) -> list:
    """That many more public products of a company."""
    fields = {"status": "published", "published_at": timezone.now()} | fields
    rows = [factories.product(company, **fields) for _ in range(number)]
    announce_change(company)
    return rows


def certificate(company, *products, checked: bool = True, **fields) -> Certificate:
    who = get_user_model().objects.filter(is_staff=True).first() or factories.coordinator()
    checking = {"verified_by": who, "verified_at": timezone.now()} if checked else {}
    facts = {"kind": "organic", "file": "x.pdf", "original_name": "x.pdf", "size": 1}
    row = Certificate.objects.create(company=company, uploaded_by=who, **facts | checking | fields)
    for product in products:
        product.certificates.add(row)
    return row


def picture(product, **fields) -> ProductPicture:
    content = ContentFile(factories.picture("WEBP", (1600, 1200)), f"{uuid.uuid4().hex}-1600.webp")
    facts = {"file": content, "alt_es": "Aguacates en su caja"} | fields
    return ProductPicture.objects.create(product=product, **facts)


def page_of(name: str, row) -> str:
    return reverse(f"pavilion:{name}", args=[row.slug])


def structured(content: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.S)
