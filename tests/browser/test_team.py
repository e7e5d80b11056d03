"""A company's team: an owner invites, a colleague joins and works, the owner parts with them."""

from playwright.sync_api import expect

from tests.browser import steps


def test_a_colleague_joins_and_edits(portal, visit):
    company = portal.stage("application", email=steps.fresh_email("duena"))
    team = f"/companies/{company['slug']}/team/"
    invited = steps.fresh_email("colega")
    owner, colleague = visit(portal, company["email"]), visit(portal)

    owner.go("/dashboard/")
    owner.press(f'main a[href="{team}"]')
    owner.fill({"email": "nadie", "role": "editor"}, "form:has([name=email])")
    owner.send("form:has([name=email])", status=422)
    owner.sees("#div_id_email .invalid-feedback")
    owner.fill({"email": invited.upper(), "role": "editor"}, "form:has([name=email])")
    owner.send("form:has([name=email])")
    owner.sees('form[action*="/invitations/"]')

    colleague.press(colleague.open_mail(invited, "/invitations/"))
    assert colleague.path == "/accounts/login/"
    colleague.press('main a[href*="/accounts/signup/"]')
    steps.sign_up(colleague, invited, "Ciro Colega")
    assert "/invitations/" in colleague.path
    colleague.send()
    assert colleague.path == "/dashboard/"

    colleague.press(f'main a[href="/companies/{company["slug"]}/"]')
    colleague.fill({"contact_name": "Ciro Colega", "phone": "33 3333 0100"})
    colleague.send()
    colleague.sees(".messages .tone-good")
    colleague.go(f"/applications/{company['reference']}/experience/")
    colleague.fill({"capacity": "Un contenedor cada dos meses"})
    colleague.send()
    colleague.go(team)
    colleague.does_not_see("form:has([name=email])")  # editors do not invite

    owner.go(f"/applications/{company['reference']}/experience/")
    capacity = owner.page.locator("[name=capacity]")
    expect(capacity).to_have_value("Un contenedor cada dos meses")
    owner.go(team)
    expect(owner.page.locator("form[action$='/remove/']")).to_have_count(2)
    owner.send("form[action$='/remove/']")  # herself, the only owner
    owner.sees(".messages .tone-bad")
    owner.send(f"li:has-text('{invited}') form[action$='/remove/']")
    expect(owner.page.locator("form[action$='/remove/']")).to_have_count(1)
    colleague.go(f"/applications/{company['reference']}/", status=404)


def test_an_invitation_is_for_its_address_only(portal, visit):
    company = portal.stage("application", email=steps.fresh_email("duena"))
    stranger = portal.stage("application", email=steps.fresh_email("extrana"))
    invited = steps.fresh_email("colega")
    owner, other = visit(portal, company["email"]), visit(portal, stranger["email"])
    owner.go(f"/companies/{company['slug']}/team/")
    owner.fill({"email": invited, "role": "owner"}, "form:has([name=email])")
    owner.send("form:has([name=email])")
    other.press(other.open_mail(invited, "/invitations/"))
    other.send()
    other.sees(".messages .tone-bad")
    other.go(f"/companies/{company['slug']}/", status=404)
    # Withdrawn, the link leads nowhere.
    link = other.open_mail(invited, "/invitations/").get_attribute("href")
    owner.send('form[action*="/invitations/"]')
    owner.does_not_see('form[action*="/invitations/"]')
    other.go(link, status=404)
