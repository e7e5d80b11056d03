"""The hundredth company: from the home page to an open pavilion."""

from playwright.sync_api import expect

from demo.people import COORDINATOR, MANAGER
from tests.browser import papers, steps

TONE = ".page-head .badge-tone.tone-{}"
REASON = "La foto de la escritura está borrosa; tómela otra vez, por favor."


def test_hundredth(visit, start_portal, screen):
    portal = start_portal()
    portal.manage("demo", "--approved", "99")
    exporter, public = visit(portal), visit(portal)
    email, name = steps.fresh_email("ximena"), "Tequila de la Ribera"

    public.go("/pavilion/")
    expect(public.page.locator(".meter .tile")).to_have_count(100)
    expect(public.page.locator(".meter .tile.lit")).to_have_count(99)
    public.sees("#tell-me form")

    create_an_account(exporter, email)
    describe_the_company(exporter, email, name)
    describe_experience_and_product(exporter)
    bring_the_documents(exporter)
    application = declare_and_send(exporter)
    reference = application.strip("/").rpartition("/")[2]

    coordinator = visit(portal)
    coordinator.go("/admin/")
    coordinator.log_in(COORDINATOR.email, steps.PASSWORD)
    assert coordinator.path == "/admin/"
    price = review(coordinator, reference)
    steps.ask_for_changes(coordinator, {"deed_or_id": ("illegible", REASON)})
    coordinator.does_not_see('form[action$="/move/approve/"]')

    change_and_send_back(exporter, application, email)
    steps.open_file(coordinator, "came_back", reference)
    steps.choose_move(coordinator, "claim")
    steps.verify_all(coordinator)
    steps.choose_move(coordinator, "approve", {"terms_seen": True})
    coordinator.sees(".messagelist .success")
    coordinator.sees("h1 .tone-good")

    the_price_is_frozen(exporter, visit(portal, MANAGER.email), application, price)
    the_pavilion_is_open(public, name)
    the_news_was_sent(public, portal, email)


def create_an_account(exporter, email):
    exporter.go("/")
    exporter.open_menu()
    exporter.press('header a[href="/apply/"]')
    exporter.press('main a[href^="/accounts/signup/"]')
    steps.sign_up(exporter, email, "Ximena Xochitl")
    assert exporter.path == "/apply/"


def describe_the_company(exporter, email, name):
    right = steps.company_values(papers.fictional_rfc(), name, email)
    exporter.fill({**right, "rfc": "ABC991340XY1"})  # there is no thirteenth month
    exporter.send(status=422)
    exporter.sees("#div_id_rfc .invalid-feedback")
    expect(exporter.page.locator("[name=rfc]")).to_have_attribute("aria-invalid", "true")
    expect(exporter.page.locator("[name=rfc]")).to_have_value("ABC991340XY1")
    expect(exporter.page.locator("[name=municipality]")).to_have_value("Amatitán")
    expect(exporter.page.locator(".form-errors")).to_be_focused()
    exporter.fill({"rfc": right["rfc"].lower()})  # small letters are as good
    exporter.send()
    assert exporter.path.endswith("/experience/")


def describe_experience_and_product(exporter):
    exporter.fill(steps.EXPERIENCE)
    exporter.send()
    assert exporter.path.endswith("/products/")
    exporter.press('main a[href$="/products/new/"]')
    exporter.fill(steps.PRODUCT)
    exporter.send()
    exporter.sees('main .rows a[href*="/products/"]')
    exporter.press('.form-actions a[href$="/documents/"]')


def bring_the_documents(exporter):
    for kind, (paper, _dated) in steps.DOCUMENTS.items():
        steps.upload(exporter, kind, paper(kind))
    exporter.reload_until(".panel-card .badge-tone.tone-good", len(steps.DOCUMENTS))
    exporter.press('.form-actions a[href$="/declarations/"]')


def declare_and_send(exporter) -> str:
    exporter.fill(dict.fromkeys(steps.DECLARATIONS, True))
    exporter.send()
    exporter.does_not_see("#missing-title")
    application = exporter.path
    exporter.send('form[action$="/submit/"]')
    assert exporter.path == application
    exporter.sees(".messages .tone-good")
    exporter.sees(TONE.format("active"))
    expect(exporter.page.locator(".timeline > li")).to_have_count(1)
    exporter.does_not_see('form[action$="/submit/"]')
    return application


def review(coordinator, reference) -> str:
    """Claim the file and look at its papers; the price that would be confirmed."""
    steps.open_file(coordinator, "unassigned", reference)
    steps.choose_move(coordinator, "claim")
    pictures = coordinator.page.locator(".document-page img")
    expect(pictures).to_have_count(len(steps.DOCUMENTS))
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        coordinator.page.wait_for_function(
            "(e) => e.complete && e.naturalWidth > 0", arg=picture.element_handle()
        )
    expect(coordinator.page.locator(".price-sum dl > div")).to_have_count(4)
    return steps.total(coordinator)


def change_and_send_back(exporter, application, email):
    exporter.press(exporter.open_mail(email, application))
    exporter.sees(TONE.format("waiting"))
    expect(exporter.page.locator(".corrections blockquote")).to_contain_text(REASON)
    exporter.go(f"{application}documents/")
    exporter.page.locator("section#id_deed_or_id details > summary").click()
    steps.upload(exporter, "deed_or_id", papers.pdf("acta"))
    exporter.reload_until(steps.badge("deed_or_id", "good"))
    exporter.go(application)
    steps.answer_correction(exporter, 1, "Otra foto, con luz.")
    exporter.send('form[action$="/submit/"]')
    exporter.sees(TONE.format("active"))


def the_price_is_frozen(exporter, manager, application, price):
    exporter.go(application)
    exporter.sees(TONE.format("good"))
    exporter.press('.app-aside .title a[href*="/memberships/"]')
    membership = exporter.path
    assert steps.offered(exporter) == price
    steps.change_cap(manager, "1000")
    exporter.go("/membership/")
    assert steps.total(exporter) != price
    exporter.go(membership)
    assert steps.offered(exporter) == price


def the_pavilion_is_open(public, name):
    public.go("/pavilion/")
    public.does_not_see("#tell-me form")
    assert public.page.locator("main section.section[id]").count() >= 8
    public.sees("#tequila .product-card")
    expect(public.page.locator(".meter a.tile.lit")).to_have_count(100)
    public.press(public.page.locator(f'.meter a.tile[data-name="{name}"]'))
    expect(public.page.locator("h1")).to_have_text(name)
    public.press(".product-card h3 a")
    expect(public.page.locator("h1")).to_have_text(steps.PRODUCT["name_es"])
    expect(public.page.locator(".facts")).to_contain_text(steps.PRODUCT["hs_code"])


def the_news_was_sent(public, portal, email):
    buyer = "buyer01@en-imports.example"  # confirmed its address
    public.press(public.open_mail(buyer, "/en/pavilion/"))
    expect(public.page.locator("html")).to_have_attribute("lang", "en")
    for address in (email, COORDINATOR.email, MANAGER.email):
        public.open_mail(address, "/pavilion/")
    public.go("/demo/mailbox/?to=buyer05@")  # never confirmed
    public.does_not_see("main .rows .title a")
    assert portal.stage("sent_mail", to=buyer)
