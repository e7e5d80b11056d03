"""Every page that can be reached, for every kind of person, with a phone and at a desk.

What is looked at on each page is in visitor.Visitor.
"""

import re
import uuid

import pytest

from demo.people import COORDINATOR, EXPORTER, MANAGER, VENDOR
from tests.browser import steps

PUBLIC = [
    "/",
    "/privacy/",
    "/membership/",
    "/pavilion/",
    "/apply/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/inactive/",
    "/accounts/confirm-email/nothing/",
    "/demo/mailbox/",
    "/demo/mailbox/?to=nobody@example.com",
    "/eligibility/",
    "/verify/",
    "/transparency/",
    "/transparency/?q=aguacate&state=16",
    "/transparency/?q=zzzz",
    "/transparency/programme/",
    "/transparency/quarters/",
    "/transparency/dictionary/",
    "/transparency/funds/1/",
]
MISSING = ["/nothing-here/", "/pavilion/products/nothing/", "/pavilion/buyers/nothing/"]
ACCOUNT = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
]
SECTIONS = ["", "company/", "experience/", "products/", "documents/", "declarations/", "withdraw/"]
PAPERS = ["summary/", "messages/"]
LEADS = "/admin/exporters/lead/"
# Lists of the review desk; of each the first row is opened too.
REVIEW = [
    "/admin/exporters/application/",
    "/admin/exporters/company/",
    "/admin/exporters/product/",
    LEADS,
]
PROGRAMME = [
    "/admin/memberships/membership/",
    "/admin/exporters/marketaccessrule/",
    "/admin/memberships/promotionperiod/",
    "/admin/memberships/subsidyfund/",
    "/admin/memberships/plan/",
    "/admin/memberships/programmefact/",
    "/admin/pavilion/waitingbuyer/",
]
SYSTEM = [
    "/admin/core/user/",
    "/admin/auth/group/",
    "/admin/post_office/email/",
    "/admin/mfa/authenticator/",
    "/admin/exporters/productcategory/",
]


LIST = """Empresa,RFC,Estado
Mezcales Quimera de Oaxaca,,Oaxaca
Nueva,,Jalisco
Mala,A1,Marte
"""
ELIGIBLE = {
    "sector": "industry",
    "employees": "12",
    "annual_sales_mxn": "3000000",
    "category": "tequila",
    "state": "14",
}


def open_all(visitor, paths):
    for path in paths:
        visitor.go(path)


def open_lists(visitor, paths):
    for path in paths:
        visitor.go(path)
        rows = visitor.page.locator("#result_list tbody tr th a")
        if rows.count():
            visitor.press(rows.first)


def test_public_pages(portal, visit):
    visitor = visit(portal)
    open_all(visitor, PUBLIC)
    for path in MISSING:
        visitor.go(path, status=404)
    visitor.go("/verify/AAAA-AAAA-AAAA/", status=404)
    visitor.go("/invited/nothing/", status=410)


def test_the_self_check_answers_everybody(portal, visit):
    visitor = visit(portal)
    visitor.go("/eligibility/")
    visitor.send(status=422)
    for answer in (0, -1):  # all is well; everything stands in the way
        visitor.fill(ELIGIBLE)
        for question in ("registered", "tax_opinion", "export_level", "other_support"):
            visitor.page.locator(f"main [name={question}]").nth(answer).check()
        visitor.send()
        visitor.sees("#answers")


def test_account_pages(portal, visit):
    email = steps.fresh_email("cuenta")
    portal.stage("application", email=email)
    visitor = visit(portal)
    visitor.log_in(email, steps.PASSWORD)
    open_all(visitor, ACCOUNT)


def test_pages_of_an_exporter(portal, visit):
    visitor = visit(portal, EXPORTER.email)
    visitor.go("/dashboard/")
    application = visitor.page.locator('main a[href*="/applications/"]').first
    company = visitor.page.locator('main a[href*="/companies/"]').first
    application, company = application.get_attribute("href"), company.get_attribute("href")
    open_all(visitor, [f"{application}{section}" for section in SECTIONS + PAPERS])
    visitor.go(application)
    visitor.sees(".corrections")
    visitor.go(f"{application}products/")
    visitor.press('main .rows a[href$="/delete/"]')
    visitor.go(f"{application}products/new/")
    visitor.send(status=422)
    visitor.go(f"{application}products/")
    visitor.press('main .rows a.btn[href*="/products/"]')
    company = "/".join(company.split("/")[:3]) + "/"  # the link may lead to one of its pages
    pages = ["", "team/", "team/hand-over/", "products/", "certificates/", "enquiries/"]
    open_all(visitor, [*(f"{company}{page}" for page in pages), "/apply/?new"])
    visitor.send(status=422)


@pytest.mark.parametrize("status", ["draft", "submitted", "in_review"])
def test_an_application_at_every_step(portal, visit, status):
    email = steps.fresh_email("paula")
    by = COORDINATOR.email
    made = portal.stage("application", email=email, until=status, coordinator=by)
    visitor = visit(portal, email)
    open_all(visitor, ["/dashboard/", f"/applications/{made['reference']}/"])


def test_pages_of_an_approved_vendor(portal, visit):
    visitor = visit(portal, VENDOR.email)
    visitor.go("/dashboard/")
    visitor.press('main a[href*="/applications/"]')
    letter = f"{visitor.path}letter/"
    visitor.go(letter)
    printed = visitor.page.locator(".paper-check").inner_text()
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", printed)[0]
    public = visit(portal)
    public.go(f"/verify/{code}/")
    public.sees("#letter-title")


def test_pages_of_a_coordinator(portal, visit):
    open_pages_of_a_coordinator(visit(portal, COORDINATOR.email))


@pytest.mark.screen("desktop")
def test_pages_of_a_coordinator_in_the_dark(portal, visit):
    open_pages_of_a_coordinator(visit(portal, COORDINATOR.email, color_scheme="dark"))


def open_pages_of_a_coordinator(visitor):
    visitor.go("/admin/")
    visitor.open_menu()
    visitor.look()
    for desk in ("mine", "unassigned", "came_back", "waiting"):
        visitor.go(f"/admin/exporters/application/?desk={desk}")
        rows = visitor.page.locator("#result_list tbody tr th a")
        if rows.count():
            visitor.press(rows.first)
            for summary in visitor.page.locator("details.move > summary").all():
                summary.click()
                visitor.look()
    open_all(
        visitor,
        [
            "/admin/exporters/application/?q=nothing-like-this",
            "/admin/exporters/application/?status=rejected&state=14&product=tequila",
        ],
    )
    open_lists(visitor, REVIEW)


def test_pages_about_one_application(portal, visit):
    email, by = steps.fresh_email("paula"), COORDINATOR.email
    made = portal.stage("application", email=email, until="in_review", coordinator=by)
    page = f"/admin/exporters/application/{made['pk']}/"
    visitor = visit(portal, by)
    open_all(visitor, [f"{page}{name}/" for name in ("change", "history", "messages")])
    for move in ("request_changes", "reject"):
        visitor.go(f"{page}move/{move}/")
        visitor.send("#content form", status=422)


def test_the_queue_is_filtered_kept_and_exported(portal, visit):
    visitor = visit(portal, COORDINATOR.email)
    name = f"Tequila {uuid.uuid4().hex[:6]}"
    visitor.go("/admin/exporters/application/?status=in_review")
    visitor.find("details.more-filters > summary").click()
    visitor.look()
    visitor.fill({"product": "tequila"}, ".more-filters form")
    visitor.send(".more-filters form")
    visitor.sees(".filter-chip")
    visitor.find("details.keep-filter > summary").click()
    visitor.look()
    visitor.fill({"name": name}, ".keep-filter form")
    visitor.send(".keep-filter form")
    visitor.sees(f".kept-filters .is-active :text('{name}')")
    visitor.press(".object-tools a[href*='/export/']")
    form = "#content form.move-form"
    with visitor.page.expect_download():
        visitor.find(f"{form} button[type=submit]").click()
    visitor.go("/admin/exporters/queueexport/")
    visitor.press("#result_list tbody tr th a")


def test_pages_of_leads(portal, visit):
    visitor = visit(portal, COORDINATOR.email)
    open_all(visitor, [f"{LEADS}add/", f"{LEADS}?stage=interested", f"{LEADS}import/"])
    form = "#content form.move-form"
    visitor.send(form, status=422)
    file = {"name": "feria.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    visitor.fill({"import_file": file}, form)
    visitor.send(form)
    for tone in ("good", "neutral", "bad"):
        visitor.sees(f".import-preview .tone-{tone}")
    visitor.go(f"{LEADS}?stage=interested")
    visitor.press("#result_list tbody tr th a")
    for move in ("lose", "invite"):
        visitor.go(visitor.path.replace("/change/", f"/move/{move}/"))
        visitor.fill({"email": ""} if move == "invite" else {}, form)
        visitor.send(form, status=422)
        visitor.go(visitor.path.replace(f"/move/{move}/", "/change/"))


def test_pages_of_a_manager(portal, visit):
    visitor = visit(portal, MANAGER.email)
    open_all(visitor, ["/admin/", "/pavilion/?preview", "/admin/pavilion/pavilion/1/change/"])
    open_lists(visitor, PROGRAMME)
    open_all(
        visitor,
        [
            "/admin/exporters/stageddecision/",
            "/admin/exporters/marketaccessrule/add/",
            "/admin/memberships/promotionperiod/add/",
            "/admin/memberships/subsidyfund/add/",
            "/admin/memberships/subsidyfund/1/allocate/",
            "/admin/memberships/subsidyfund/1/history/",
            "/admin/memberships/subsidyfund/overview/",
            "/admin/memberships/fundentry/?fund__id__exact=1",
            "/admin/memberships/promotionperiod/2/note/",
            "/admin/memberships/promotionperiod/2/move/confirm/",
        ],
    )
    visitor.go("/admin/exporters/stageddecision/")
    visitor.press("#result_list .field-file a")
    visitor.sees(".review-why")
    visitor.go("/admin/exporters/application/?status=approved")
    visitor.press("#result_list tbody tr th a")
    visitor.go(visitor.path.replace("/change/", "/move/suspend/"))
    visitor.send("#content form", status=422)


def test_pages_of_a_superuser(portal, visit):
    visitor = visit(portal, "admin@enunclick.example")
    open_all(visitor, ["/admin/", "/admin/password_change/", "/admin/core/user/add/"])
    open_lists(visitor, SYSTEM)
    visitor.go("/admin/nothing/", status=404)
