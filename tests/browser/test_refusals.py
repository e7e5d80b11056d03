"""What goes wrong in real life: twice, too late, from two tabs, by the wrong person."""

import pytest
from playwright.sync_api import expect

from demo.people import COORDINATOR, MANAGER, SECOND_COORDINATOR
from tests.browser import papers, steps

SUBMIT = 'form[action$="/submit/"]'
SESSION = "sessionid"


@pytest.fixture
def application(portal):
    """Makes a complete application: application("submitted"), application("in_review", by=…)."""

    def make(until: str, by: str = "") -> dict:
        email = steps.fresh_email("paula")
        made = portal.stage("application", email=email, until=until, coordinator=by)
        made["page"] = f"/applications/{made['reference']}/"
        made["desk"] = f"/admin/exporters/application/{made['pk']}/change/"
        return made

    return make


def times_it_was_sent(visitor) -> int:
    return visitor.page.locator(".timeline > li").count()


def test_sending_twice_sends_once(portal, visit, application):
    mine = application("draft")
    exporter = visit(portal, mine["email"])
    exporter.go(mine["page"])
    # The browser drops the first answer for the second one, so there is no one page to wait for.
    exporter.page.locator(f"{SUBMIT} button").dblclick(no_wait_after=True)
    exporter.page.wait_for_timeout(2000)
    exporter.page.wait_for_load_state()
    exporter.go(mine["page"])
    exporter.does_not_see(SUBMIT)
    assert times_it_was_sent(exporter) == 1
    exporter.go(f"/demo/mailbox/?to={mine['email']}")
    expect(exporter.page.locator("main .rows .title a")).to_have_count(1)


@pytest.mark.screen("phone")
def test_the_back_button_after_sending_offers_nothing_to_send(portal, visit, application):
    mine = application("draft")
    exporter = visit(portal, mine["email"])
    exporter.go(f"{mine['page']}declarations/")
    exporter.go(mine["page"])
    exporter.send(SUBMIT)
    exporter.go("/dashboard/")
    exporter.back()
    exporter.does_not_see(SUBMIT)
    exporter.back()
    if exporter.path.endswith("/declarations/"):  # a page that the browser had kept
        exporter.send()
        assert exporter.path == mine["page"]
    exporter.go(f"{mine['page']}experience/")
    assert exporter.path == mine["page"]
    assert times_it_was_sent(exporter) == 1


def test_a_form_of_a_session_that_ended_leads_to_the_login(portal, visit, application):
    mine = application("draft")
    exporter = visit(portal, mine["email"])
    section = f"{mine['page']}experience/"
    exporter.go(section)
    exporter.fill({"motivation": "Escrito durante una hora."})
    exporter.page.context.clear_cookies(name=SESSION)
    exporter.send()
    assert exporter.path == "/accounts/login/"
    exporter.log_in(mine["email"], steps.PASSWORD)
    assert exporter.path == section


@pytest.mark.screen("phone")
def test_a_form_without_its_cookies_is_refused_with_a_way_on(portal, visit, application):
    mine = application("draft")
    exporter = visit(portal, mine["email"])
    exporter.go(f"{mine['page']}experience/")
    exporter.page.context.clear_cookies()
    exporter.send(status=403)
    exporter.sees("main h1")
    exporter.sees("main a[href]")


@pytest.mark.screen("desktop")
def test_only_who_claimed_a_file_decides_on_it(portal, visit, application):
    theirs = application("verified", by=COORDINATOR.email)
    other = visit(portal, SECOND_COORDINATOR.email)
    other.go(theirs["desk"])
    other.sees("h1")
    other.does_not_see('form[action*="/move/"]')
    # The page of a step, reached by its address, refuses in words.
    other.go(theirs["desk"].replace("change/", "move/approve/"))
    other.fill({"approve-terms_seen": True}, "#content form")
    other.send("#content form")
    other.sees(".messagelist .error")
    other.does_not_see("h1 .tone-good")


@pytest.mark.screen("desktop")
def test_two_coordinators_claim_at_once(portal, visit, application):
    theirs = application("submitted")
    first, second = visit(portal, COORDINATOR.email), visit(portal, SECOND_COORDINATOR.email)
    first.go(theirs["desk"])
    second.go(theirs["desk"])
    steps.choose_move(first, "claim")
    first.sees(".messagelist .success")
    steps.choose_move(second, "claim")
    second.sees(".messagelist .error")
    second.does_not_see('form[action*="/move/"]')


@pytest.mark.screen("desktop")
def test_an_offer_that_changed_is_not_approved_unseen(portal, visit, application):
    theirs = application("verified", by=COORDINATOR.email)
    coordinator, manager = visit(portal, COORDINATOR.email), visit(portal, MANAGER.email)
    coordinator.go(theirs["desk"])
    before = steps.change_cap(manager, "750")
    steps.choose_move(coordinator, "approve", {"terms_seen": True})
    coordinator.sees(".messagelist .error")
    coordinator.does_not_see("h1 .tone-good")
    # Now it shows the offer of this moment, which may be confirmed.
    steps.choose_move(coordinator, "approve", {"terms_seen": True})
    coordinator.sees("h1 .tone-good")
    steps.change_cap(manager, before)


@pytest.mark.screen("desktop")
def test_a_decision_from_an_old_tab_is_refused(portal, visit, application):
    theirs = application("verified", by=COORDINATOR.email)
    tab, other_tab = visit(portal, COORDINATOR.email), visit(portal, COORDINATOR.email)
    tab.go(theirs["desk"])
    other_tab.go(theirs["desk"])
    steps.choose_move(other_tab, "approve", status=422)  # without having confirmed the offer
    other_tab.sees("#content .invalid-feedback")
    other_tab.go(theirs["desk"])
    steps.choose_move(other_tab, "approve", {"terms_seen": True})
    values = {"reason_code": "identity", "reason_text": "Demasiado tarde."}
    steps.choose_move(tab, "reject", values)
    tab.sees(".messagelist .error")
    tab.sees("h1 .tone-good")


def test_a_file_that_is_not_what_its_name_says(portal, visit, application):
    mine = application("draft")
    exporter = visit(portal, mine["email"])
    exporter.go(f"{mine['page']}documents/")
    slot = "section#id_deed_or_id"
    exporter.page.locator(f"{slot} details > summary").click()
    steps.upload(exporter, "deed_or_id", papers.text_that_claims_to_be_pdf(), status=422)
    exporter.sees(f"{slot} .invalid-feedback")
    exporter.page.locator(f"{slot} [type=file]").set_input_files([])
    exporter.send('form[action$="/documents/deed_or_id/"]', status=422)  # nothing chosen
    exporter.sees(f"{slot} .invalid-feedback")
    expect(exporter.page.locator(f"{slot} .rows li")).to_have_count(1)  # the earlier one stays


def test_a_rejection_gives_its_reason(portal, visit, application):
    mine = application("in_review", by=COORDINATOR.email)
    coordinator, exporter = visit(portal, COORDINATOR.email), visit(portal, mine["email"])
    coordinator.go(mine["desk"])
    steps.choose_move(coordinator, "reject", status=422)
    coordinator.sees("#content .invalid-feedback")
    coordinator.go(mine["desk"])
    reason = "La opinión 32-D es negativa.\nRegularice y vuelva."
    values = {"reason_code": "tax_opinion", "reason_text": reason}
    steps.choose_move(coordinator, "reject", values)
    coordinator.sees("h1 .tone-bad")
    coordinator.does_not_see('form[action*="/move/"]')
    exporter.press(exporter.open_mail(mine["email"], mine["page"]))
    exporter.sees(".page-head .tone-bad")
    expect(exporter.page.locator("blockquote")).to_contain_text("La opinión 32-D es negativa.")
    exporter.go("/dashboard/")
    exporter.send('form[action$="/applications/"]')
    assert exporter.path != mine["page"]
    exporter.sees(".page-head .tone-neutral")


@pytest.mark.screen("phone")
def test_withdrawing_ends_the_review(portal, visit, application):
    mine = application("verified", by=COORDINATOR.email)
    coordinator, exporter = visit(portal, COORDINATOR.email), visit(portal, mine["email"])
    coordinator.go(mine["desk"])
    exporter.go(mine["page"])
    exporter.press('main a[href$="/withdraw/"]')
    exporter.send()
    exporter.sees(".page-head .tone-neutral")
    exporter.does_not_see('main a[href$="/withdraw/"]')
    steps.choose_move(coordinator, "approve", {"terms_seen": True})
    coordinator.sees(".messagelist .error")
    coordinator.does_not_see('form[action*="/move/"]')


@pytest.mark.screen("phone")
def test_another_company_does_not_exist(portal, visit, application):
    mine, theirs = application("draft"), application("submitted")
    exporter = visit(portal, mine["email"])
    for path in (theirs["page"], f"{theirs['page']}documents/", f"/companies/{theirs['slug']}/"):
        exporter.go(path, status=404)
        exporter.sees("main h1")
