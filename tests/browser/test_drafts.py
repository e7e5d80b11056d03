"""Drafts that never get lost: saved by themselves, found again, and never at a colleague's cost."""

import pytest
from playwright.sync_api import expect

from tests.browser import steps

SESSION = "sessionid"
TYPED = "Queremos vender en China lo que ya vendemos en Japón."


@pytest.fixture
def draft(portal) -> dict:
    made = portal.stage("application", email=steps.fresh_email("paula"))
    made["page"] = f"/applications/{made['reference']}/"
    made["section"] = f"{made['page']}experience/"
    return made


def field(visitor, name: str):
    return visitor.page.locator(f"[name={name}]")


def has_become(visitor, state: str) -> None:
    expect(visitor.page.locator("#autosave")).to_have_attribute("data-state", state)


def expected(visitor, *words: str) -> None:
    """These problems are part of the journey."""
    kept = [p for p in visitor.problems if not any(word in p for word in words)]
    visitor.problems[:] = kept


def choose(visitor, name: str, side: str) -> None:
    visitor.page.locator(f"#choice-{name}-{side}").check()


def test_a_draft_lost_and_found(portal, visit, draft):
    exporter = visit(portal, draft["email"])
    exporter.go(draft["section"])
    field(exporter, "motivation").fill(TYPED)
    has_become(exporter, "saved")
    exporter.look()
    exporter.reload()
    expect(field(exporter, "motivation")).to_have_value(TYPED)

    # The network goes, and comes back.
    exporter.page.context.set_offline(True)
    field(exporter, "capacity").fill("40 toneladas")
    has_become(exporter, "failed")
    exporter.look()
    exporter.page.context.set_offline(False)
    has_become(exporter, "saved")
    expected(exporter, "console: htmx:", "INTERNET_DISCONNECTED")

    # One field is wrong: the others are saved, this one is named and kept.
    field(exporter, "languages_spoken").fill("Español, inglés y náhuatl")
    field(exporter, "first_export_year").fill("2999")
    has_become(exporter, "partly")
    exporter.sees("#autosave a[href='#id_first_export_year']")
    exporter.look()
    exporter.go(draft["page"])
    exporter.go(draft["section"])
    expect(field(exporter, "first_export_year")).to_have_value("2999")
    expect(field(exporter, "languages_spoken")).to_have_value("Español, inglés y náhuatl")
    field(exporter, "first_export_year").fill("")
    has_become(exporter, "saved")

    # The session ends while the text is being typed.
    exporter.page.context.clear_cookies(name=SESSION)
    field(exporter, "motivation").fill(f"{TYPED} Y en Corea.")
    has_become(exporter, "ended")
    exporter.look()
    exporter.press("#autosave a")
    assert exporter.path == "/accounts/login/"
    exporter.log_in(draft["email"], steps.PASSWORD)
    assert exporter.path == draft["section"]
    exporter.sees(".notice.tone-active")
    expect(field(exporter, "motivation")).to_have_value(f"{TYPED} Y en Corea.")
    exporter.press("[name=stay]")
    exporter.does_not_see(".notice.tone-active")
    expect(field(exporter, "motivation")).to_have_value(f"{TYPED} Y en Corea.")


def test_leaving_at_once_loses_nothing(portal, visit, draft):
    exporter = visit(portal, draft["email"])
    exporter.go(draft["section"])
    field(exporter, "motivation").fill("Ya me voy.")
    exporter.go(draft["page"])
    exporter.page.wait_for_timeout(500)  # the last post is sent while the page goes
    exporter.go(draft["section"])
    expect(field(exporter, "motivation")).to_have_value("Ya me voy.")


def test_two_editors_at_once(portal, visit, draft):
    colleague_email = steps.fresh_email("ciro")
    portal.stage("colleague", of=draft["slug"], email=colleague_email)
    owner, colleague = visit(portal, draft["email"]), visit(portal, colleague_email)
    owner.go(draft["section"])
    colleague.go(draft["section"])

    # Different fields: both are stored.
    field(owner, "capacity").fill("12 toneladas")
    has_become(owner, "saved")
    field(colleague, "languages_spoken").fill("Español y coreano")
    has_become(colleague, "saved")

    # The same field: nothing is overwritten, both are shown.
    field(owner, "motivation").fill("Vender en Corea.")
    has_become(owner, "saved")
    field(colleague, "motivation").fill("Vender en Vietnam.")
    has_become(colleague, "clash")
    colleague.look()
    colleague.press("#autosave a[href$='?compare']")
    colleague.sees(".clash :text('Vender en Corea.')")
    colleague.sees(".clash :text('Vender en Vietnam.')")
    expect(colleague.page.locator(".clash [type=radio]:checked")).to_have_count(0)
    colleague.send(status=422)
    colleague.sees(".clash .invalid-feedback")
    choose(colleague, "motivation", "mine")
    colleague.send()
    assert colleague.path == draft["section"]
    expect(field(colleague, "motivation")).to_have_value("Vender en Vietnam.")
    expect(field(colleague, "capacity")).to_have_value("12 toneladas")
    expect(field(colleague, "languages_spoken")).to_have_value("Español y coreano")

    # By the button it is the same; now the owner gives way.
    field(owner, "motivation").fill("Vender en Tailandia.")
    owner.press(".form-actions .btn-primary", status=409)
    choose(owner, "motivation", "theirs")
    owner.send()
    owner.go(draft["section"])
    expect(field(owner, "motivation")).to_have_value("Vender en Vietnam.")


def test_a_product_is_kept_before_it_can_be_saved(portal, visit, draft):
    exporter = visit(portal, draft["email"])
    add = f"{draft['page']}products/new/"
    exporter.go(add)
    exporter.fill({"name_es": steps.PRODUCT["name_es"]})
    has_become(exporter, "needs")
    exporter.go(draft["page"])
    exporter.go(add)
    expect(field(exporter, "name_es")).to_have_value(steps.PRODUCT["name_es"])
    form = "form[data-autosave]"
    exporter.fill(steps.PRODUCT, form)
    has_become(exporter, "saved")
    assert exporter.path != add  # a page of its own now, so that going on changes it
    exporter.fill({"moq": "900"}, form)
    has_become(exporter, "saved")
    exporter.press(".form-actions .btn-primary")
    expect(exporter.page.locator("main .rows > li")).to_have_count(2)
    exporter.sees(".rows :text('900')")


@pytest.mark.screen("phone")
def test_drafts_without_javascript(portal, visit, draft):
    first = visit(portal, draft["email"], java_script_enabled=False)
    second = visit(portal, draft["email"], java_script_enabled=False)
    first.go(draft["section"])
    second.go(draft["section"])
    first.fill({"motivation": "Vender en Corea."})
    first.press("[name=stay]")
    second.fill({"motivation": "Vender en Vietnam.", "capacity": "12 toneladas"})
    second.press("[name=stay]", status=409)
    choose(second, "motivation", "mine")
    second.send()
    expect(field(second, "motivation")).to_have_value("Vender en Vietnam.")
    expect(field(second, "capacity")).to_have_value("12 toneladas")

    first.page.context.clear_cookies(name=SESSION)
    first.fill({"languages_spoken": "Español y coreano"})
    first.send()
    assert first.path == "/accounts/login/"
    first.log_in(draft["email"], steps.PASSWORD)
    expect(field(first, "languages_spoken")).to_have_value("Español y coreano")
    first.press("[name=stay]")
    first.reload()
    expect(field(first, "languages_spoken")).to_have_value("Español y coreano")
    expect(field(first, "motivation")).to_have_value("Vender en Vietnam.")


@pytest.mark.screen("phone")
def test_a_form_without_any_cookie_is_offered_again(portal, visit, draft):
    exporter = visit(portal, draft["email"], java_script_enabled=False)
    exporter.go(draft["section"])
    exporter.fill({"motivation": TYPED})
    exporter.page.context.clear_cookies()
    exporter.send(status=403)
    exporter.press("main .btn-primary")
    exporter.log_in(draft["email"], steps.PASSWORD)
    assert exporter.path == draft["section"]
    expect(field(exporter, "motivation")).to_have_value(TYPED)


@pytest.mark.screen("desktop")
def test_text_for_an_application_that_was_sent_meanwhile_is_shown_to_copy(portal, visit, draft):
    exporter, other_tab = visit(portal, draft["email"]), visit(portal, draft["email"])
    exporter.go(draft["section"])
    other_tab.go(draft["page"])
    other_tab.send('form[action$="/submit/"]')
    field(exporter, "motivation").fill(TYPED)
    has_become(exporter, "refused")
    exporter.press(".form-actions .btn-primary", status=409)
    exporter.sees(f"main :text('{TYPED}')")


@pytest.mark.screen("desktop")
def test_leaving_is_warned_of_while_the_text_is_not_saved(portal, visit, draft):
    """And text that the browser brings back afterwards never overwrites what it has not seen."""
    exporter, other_tab = visit(portal, draft["email"]), visit(portal, draft["email"])
    exporter.go(draft["section"])
    exporter.page.evaluate("navigator.sendBeacon = () => false")  # the network is bad to the end
    exporter.page.context.set_offline(True)
    field(exporter, "motivation").fill(TYPED)
    has_become(exporter, "failed")
    warnings = []
    exporter.page.once("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    exporter.page.route("**/experience/", lambda route: route.abort())
    exporter.page.context.set_offline(False)
    exporter.go(draft["page"])
    assert warnings == ["beforeunload"]
    exporter.page.unroute("**/experience/")

    other_tab.go(draft["section"])
    field(other_tab, "motivation").fill("Vender en Corea.")
    has_become(other_tab, "saved")
    exporter.back()
    expect(field(exporter, "motivation")).to_have_value(TYPED)
    has_become(exporter, "clash")
    expected(exporter, "console: htmx:", "INTERNET_DISCONNECTED", "ERR_FAILED")
