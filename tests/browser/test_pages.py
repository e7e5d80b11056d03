"""Every page that can be reached, for every kind of person, with a phone and at a desk.

What is looked at on each page is in visitor.Visitor.
"""

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
# Lists of the review desk; of each the first row is opened too.
REVIEW = [
    "/admin/exporters/application/",
    "/admin/exporters/company/",
    "/admin/exporters/product/",
]
PROGRAMME = [
    "/admin/memberships/membership/",
    "/admin/memberships/promotionperiod/",
    "/admin/memberships/subsidyfund/",
    "/admin/memberships/plan/",
    "/admin/pavilion/waitingbuyer/",
]
SYSTEM = [
    "/admin/core/user/",
    "/admin/auth/group/",
    "/admin/post_office/email/",
    "/admin/mfa/authenticator/",
    "/admin/exporters/productcategory/",
]


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
    open_all(visitor, [f"{application}{section}" for section in SECTIONS])
    visitor.go(application)
    visitor.sees(".corrections")
    visitor.go(f"{application}products/")
    visitor.press('main .rows a[href$="/delete/"]')
    visitor.go(f"{application}products/new/")
    visitor.send(status=422)
    visitor.go(f"{application}products/")
    visitor.press('main .rows a.btn[href*="/products/"]')
    open_all(visitor, [company, f"{company}team/", "/apply/?new"])
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


def test_pages_of_a_manager(portal, visit):
    visitor = visit(portal, MANAGER.email)
    open_all(visitor, ["/admin/", "/pavilion/?preview", "/admin/pavilion/pavilion/1/change/"])
    open_lists(visitor, PROGRAMME)
    open_all(
        visitor,
        [
            "/admin/memberships/promotionperiod/add/",
            "/admin/memberships/subsidyfund/add/",
            "/admin/memberships/subsidyfund/1/allocate/",
        ],
    )
    visitor.go("/admin/exporters/application/?status=approved")
    visitor.press("#result_list tbody tr th a")
    visitor.go(visitor.path.replace("/change/", "/move/suspend/"))
    visitor.send("#content form", status=422)


def test_pages_of_a_superuser(portal, visit):
    visitor = visit(portal, "admin@enunclick.example")
    open_all(visitor, ["/admin/", "/admin/password_change/", "/admin/core/user/add/"])
    open_lists(visitor, SYSTEM)
    visitor.go("/admin/nothing/", status=404)
