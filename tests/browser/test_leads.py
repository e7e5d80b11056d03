"""From a fair to an application: a lead is invited, registers, and is converted by it."""

import uuid

from playwright.sync_api import expect

from demo.people import COORDINATOR
from tests.browser import papers, steps

LEADS = "/admin/exporters/lead/"
FORM = "#content form[method=post]"


def test_a_lead_is_invited_and_becomes_an_application(portal, visit):
    coordinator, guest = visit(portal, COORDINATOR.email), visit(portal)
    email, name = steps.fresh_email("feria"), f"Mieles de Prueba {uuid.uuid4().hex[:6]}"
    legal_name, rfc = f"{name}, S. de R.L. de C.V.", papers.fictional_rfc()

    page = note_lead(coordinator, legal_name, email)
    coordinator.press('.moves-bar a[href$="/move/invite/"]')
    coordinator.sees(".mail-preview")
    coordinator.send(FORM)
    coordinator.sees(".messagelist .success")
    coordinator.sees(".moves-bar .tone-waiting")

    link = guest.open_mail(email, "/invited/").get_attribute("href")
    guest.go(link)
    guest.sees(f"h1:has-text('{legal_name}')")
    guest.send()  # without an account
    assert guest.path == "/accounts/signup/"
    steps.sign_up(guest, email, "Marta Miel")
    assert guest.path == "/apply/"
    known = {
        "legal_name": legal_name,
        "state": "31",
        "contact_name": "Marta Miel Canul",
        "contact_email": email,
        "language": "es",
    }
    for field, value in known.items():
        expect(guest.page.locator(f"main [name={field}]")).to_have_value(value)
    values = steps.company_values(rfc, name, email)
    guest.fill({key: value for key, value in values.items() if key not in known})
    guest.send()
    assert guest.path.endswith("/experience/")
    guest.go("/dashboard/")
    guest.sees(f"main :text('{name}')")
    visit(portal).go(link, status=410)  # a link serves once

    coordinator.go(page)
    coordinator.sees(".moves-bar .tone-good")
    coordinator.sees(f".field-registered a:has-text('{name}')")
    expect(coordinator.page.locator("[name=source_name]")).to_have_value("Expo Miel")
    coordinator.does_not_see('.moves-bar a[href*="/move/"]')
    coordinator.press(".field-registered a")
    coordinator.sees(f":text('{rfc}')")


def note_lead(coordinator, legal_name: str, email: str) -> str:
    """A company met at a fair; the path of its page."""
    coordinator.go(LEADS)
    coordinator.press(".object-tools .addlink")
    coordinator.fill({"company_name": ""}, FORM)
    coordinator.press(f"{FORM} [name=_save]")  # nothing was written
    coordinator.sees(".errorlist")
    lead = {
        "company_name": legal_name,
        "state": "31",
        "contact_name": "Marta Miel Canul",
        "email": email,
        "source_kind": "fair",
        "source_name": "Expo Miel",
    }
    coordinator.fill(lead, FORM)
    coordinator.press(f"{FORM} [name=_save]")
    coordinator.sees(".messagelist .success")
    coordinator.press(coordinator.page.locator("#result_list a", has_text=legal_name))
    return coordinator.path
