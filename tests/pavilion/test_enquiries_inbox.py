"""What a company sees of its enquiries, and what it does there."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.pavilion import enquiry_rows as rows


@pytest.fixture
def company(db):
    return rows.vendor()


@pytest.fixture
def owner(company):
    client = Client()
    client.force_login(factories.owner_of(company))
    return client


def inbox(company) -> str:
    return reverse("pavilion:enquiries", args=[company.slug])


def page_of(thread) -> str:
    return reverse("pavilion:enquiry_thread", args=[thread.company.slug, thread.public_id])


def test_dashboard_says_how_many_wait_and_when_the_first_answer_is_due(owner, company, english):
    with time_machine.travel("2018-08-24 12:00Z", tick=False) as clock:
        rows.thread(company=company)
        clock.shift(19 * 3600)
        rows.thread(company=company)
        page = owner.get(reverse("exporters:dashboard")).content.decode()
    assert "2 enquiries wait for your answer" in page
    assert "The first answer is due in 5 h." in page


def test_thread_page(owner, company):
    thread = rows.thread(company=company)
    assert owner.get(page_of(thread)).status_code == 200
