"""A company asks, with a file; its coordinator answers; each sees what is new to them."""

from playwright.sync_api import expect

from demo.people import COORDINATOR
from tests.browser import papers, steps

FILE = '.message-files a[href*="/attachments/"]'
NEW = ".thread-new"


def test_company_and_coordinator_write_to_each_other(portal, visit):
    mine = portal.stage(
        "application",
        email=steps.fresh_email("paula"),
        until="in_review",
        coordinator=COORDINATOR.email,
    )
    thread = f"/applications/{mine['reference']}/messages/"
    exporter, coordinator = visit(portal, mine["email"]), visit(portal, COORDINATOR.email)

    exporter.go(f"/applications/{mine['reference']}/")
    exporter.press(f'main a[href^="{thread}"]')
    exporter.send(status=422)  # empty
    exporter.sees("#div_id_body .invalid-feedback")
    question = "¿Sirve esta carta?\nLa firmó la representante legal."
    exporter.fill({"body": question, "files": papers.text_that_claims_to_be_pdf()})
    exporter.send(status=422)
    exporter.sees("#div_id_files .invalid-feedback")
    expect(exporter.page.locator("[name=body]")).to_have_value(question)
    exporter.fill({"files": papers.pdf("Carta")})
    exporter.send()
    exporter.sees(".messages .tone-good")
    exporter.reload_until(FILE)  # the worker has checked it
    exporter.does_not_see(NEW)  # one's own

    desk = coordinator.open_mail(
        COORDINATOR.email, f"/exporters/application/{mine['pk']}/messages/"
    )
    coordinator.press(desk)
    assert coordinator.path == f"/admin/exporters/application/{mine['pk']}/messages/"
    coordinator.sees(NEW)
    with coordinator.page.expect_download() as download:
        coordinator.find(FILE).click()
    assert download.value.suggested_filename == "carta.pdf"
    form = "#content form[method=post]"
    coordinator.fill({"body": "Sí, gracias. Con eso basta."}, form)
    coordinator.send(form)
    coordinator.does_not_see(NEW)  # read by now
    expect(coordinator.page.locator(".message")).to_have_count(2)

    exporter.go("/dashboard/")
    exporter.press(f'main a[href^="{thread}"]')
    exporter.sees(NEW)
    expect(exporter.page.locator(f"{NEW} ~ .message")).to_contain_text(["Con eso basta"])
    exporter.go("/dashboard/")
    exporter.does_not_see(f'main a[href^="{thread}"]')
    exporter.press(exporter.open_mail(mine["email"], thread))
    exporter.does_not_see(NEW)
