"""Between the desk and the company: corrections and back, two coordinators, the checklist."""

from playwright.sync_api import expect

from demo.people import COORDINATOR, MANAGER, SECOND_COORDINATOR
from tests.browser import papers, steps


def stage(portal, until: str) -> dict:
    made = portal.stage(
        "application",
        email=steps.fresh_email("paula"),
        until=until,
        coordinator=COORDINATOR.email,
    )
    made["page"] = f"/applications/{made['reference']}/"
    made["desk"] = f"/admin/exporters/application/{made['pk']}/change/"
    return made


def test_corrections_go_to_the_company_and_come_back(portal, visit):
    mine = stage(portal, "in_review")
    coordinator, exporter = visit(portal, COORDINATOR.email), visit(portal, mine["email"])
    coordinator.go(mine["desk"])
    steps.ask_for_changes(
        coordinator,
        {
            "experience": ("mismatch", "Diga en cajas cuánto puede surtir."),
            "address": ("illegible", "El recibo está borroso."),
        },
    )
    coordinator.sees("h1 .tone-waiting")
    expect(coordinator.page.locator(".asked li")).to_have_count(2)

    exporter.press(exporter.open_mail(mine["email"], mine["page"]))
    points = exporter.page.locator(".corrections > li")
    expect(points).to_have_count(2)
    exporter.does_not_see('form[action$="/submit/"]')
    exporter.go(f"{mine['page']}company/")
    assert exporter.path == mine["page"]  # nobody asked to change it
    exporter.press(points.nth(0).locator("a.btn"))
    exporter.sees("main blockquote")
    exporter.fill({"capacity": "400 cajas"})
    exporter.send()
    assert exporter.path == f"{mine['page']}documents/"
    expect(exporter.page.locator("section.panel-card details")).to_have_count(1)
    exporter.page.locator("section#id_address details > summary").click()
    steps.upload(exporter, "address", papers.pdf("recibo"))
    exporter.press(".form-actions a")
    assert exporter.path == mine["page"]

    exporter.send(".corrections > li:nth-child(1) form", status=422)
    exporter.sees(".corrections .invalid-feedback")
    steps.answer_correction(exporter, 1, "Ahora son cajas.")
    exporter.does_not_see('form[action$="/submit/"]')
    steps.answer_correction(exporter, 2, "Otro recibo, más claro.")
    exporter.send('form[action$="/submit/"]')
    exporter.sees(".page-head .tone-active")

    steps.open_file(coordinator, "came_back", mine["reference"])
    rows = coordinator.page.locator(".versions tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("ins")).to_contain_text("400 cajas")
    expect(rows.nth(0).locator("del")).to_contain_text("10 toneladas")
    expect(coordinator.page.locator(".asked blockquote").first).to_contain_text("Ahora son cajas.")
    coordinator.press('a[href$="/history/"]')
    expect(coordinator.page.locator("#content-main")).to_contain_text("Otro recibo, más claro.")


def test_the_page_of_the_second_coordinator_refuses_politely(portal, visit):
    theirs = stage(portal, "submitted")
    first, second = visit(portal, COORDINATOR.email), visit(portal, SECOND_COORDINATOR.email)
    first.go(theirs["desk"])
    second.go(theirs["desk"])
    steps.choose_move(first, "claim")
    first.sees(".messagelist .success")
    steps.choose_move(second, "claim")
    second.sees(".messagelist .error")
    second.does_not_see('form[action*="/move/"]')
    second.does_not_see('form[action$="/checks/"]')
    # The first one hands the file on while its old page is still open in another tab.
    tab = visit(portal, COORDINATOR.email)
    tab.go(theirs["desk"])
    steps.choose_move(first, "release")
    second.go(theirs["desk"])
    steps.choose_move(second, "claim")
    steps.verify_all(tab)
    tab.sees(".messagelist .error")
    tab.does_not_see('form[action$="/checks/"]')
    second.go(theirs["desk"])
    expect(second.page.locator(".check.tone-good .badge-status.tone-good")).to_have_count(0)


def test_the_checklist_leads_to_the_approval(portal, visit):
    theirs = stage(portal, "in_review")
    coordinator = visit(portal, COORDINATOR.email)
    coordinator.go(theirs["desk"])
    coordinator.does_not_see('form[action$="/move/approve/"]')
    form = 'form[action$="/checks/"]'
    coordinator.page.locator(f"{form} [name=size-outcome][value=failed]").check()
    coordinator.send(form, status=422)
    coordinator.sees(f"{form} .errornote")
    steps.verify_all(coordinator)
    coordinator.sees(".messagelist .success")
    steps.choose_move(coordinator, "approve", {"terms_seen": True})
    coordinator.sees("h1 .tone-good")


def test_a_manager_passes_an_open_check_with_a_reason(portal, visit):
    theirs = stage(portal, "submitted")
    manager = visit(portal, MANAGER.email)
    manager.go(theirs["desk"])
    steps.choose_move(manager, "claim")
    steps.choose_move(manager, "approve", {"terms_seen": True}, status=422)
    manager.sees("#content .invalid-feedback")
    manager.go(theirs["desk"])
    values = {"terms_seen": True, "override_reason": "Vi los originales en la feria."}
    steps.choose_move(manager, "approve", values)
    manager.sees("h1 .tone-good")
    expect(manager.page.locator(".history").last).to_contain_text("Vi los originales en la feria.")
