"""Parts of journeys that several of them share."""

import datetime
import uuid

from demo.people import PASSWORD
from tests.browser import papers
from tests.browser.visitor import Visitor

TODAY = datetime.datetime.now(datetime.UTC).date()


def fresh_email(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}@empresa.example"


def sign_up(visitor: Visitor, email: str, name: str) -> None:
    """From the sign-up form over the mail to a confirmed account."""
    visitor.fill(
        {
            "full_name": name,
            "email": email,
            "password1": PASSWORD,
            "password2": PASSWORD,
            "privacy": True,
        }
    )
    visitor.send()
    visitor.press('main a[href$="/demo/mailbox/"]')
    visitor.press(visitor.open_mail(email, "/accounts/confirm-email/"))
    visitor.send()


def company_values(rfc: str, name: str, email: str) -> dict:
    return {
        "rfc": rfc,
        "trade_name": name,
        "legal_name": f"{name}, S. de R.L. de C.V.",
        "state": "14",
        "municipality": "Amatitán",
        "sector": "industry",
        "employees": "18",
        "annual_sales_mxn": "4500000",
        "contact_name": "Ximena Xochitl",
        "contact_email": email,
        "phone": "55 5555 0100",
        "language": "es",
        "about_es": "Hacemos tequila desde 1998.",
    }


EXPERIENCE = {
    "export_level": "sometimes",
    "first_export_year": "2019",
    "export_markets": "Japón",
    "online_sales": "mexico",
    "capacity": "3,000 botellas",
    "languages_spoken": "Español e inglés",
    "motivation": "Queremos vender en China.",
}
PRODUCT = {
    "name_es": "Tequila reposado de la Ribera",
    "category": "Tequila",
    "hs_code": "2208.90",
    "description_es": "Cien por ciento agave.",
    "fob_min_usd": "9.50",
    "fob_max_usd": "12",
    "unit": "bottle",
    "moq": "600",
    "lead_time_days": "30",
    "port": "Manzanillo",
    "name_en": "Riverside tequila reposado",
    "name_zh_hans": "河畔微陈龙舌兰",
}
# Kind of document → what is uploaded, whether its date is asked for.
DOCUMENTS = {
    "tax_certificate": (papers.pdf, False),
    "tax_opinion": (papers.pdf, True),
    "deed_or_id": (papers.jpeg, False),
    "address": (papers.jpeg, True),
}
DECLARATIONS = ("declares_truth", "accepts_rules", "accepts_sharing", "declares_no_other_support")


def upload(visitor: Visitor, kind: str, paper: dict, *, status: int = 200) -> None:
    """On the page of the documents, whose slots each have a form of their own."""
    form = f'form[action$="/documents/{kind}/"]'
    values = {f"{kind}-file": paper}
    if DOCUMENTS[kind][1]:
        values[f"{kind}-issued_on"] = (TODAY - datetime.timedelta(days=5)).isoformat()
    visitor.fill(values, form)
    visitor.send(form, status=status)


def badge(kind: str, tone: str) -> str:
    return f"section#id_{kind} .badge-tone.tone-{tone}"


def choose_move(visitor: Visitor, name: str, values: dict | None = None, *, status: int = 200):
    """On the review page: open what a move asks, answer, press its button."""
    form = f'form[action$="/move/{name}/"]'
    summary = visitor.page.locator(f"details.move:has({form}) > summary")
    if summary.count():
        summary.click()
    visitor.fill({f"{name}-{key}": value for key, value in (values or {}).items()}, form)
    visitor.send(form, status=status)


def ask_for_changes(visitor: Visitor, items: dict[str, tuple[str, str]]) -> None:
    """From the review page: what is asked for → its coded reason and the words for the company."""
    visitor.press('.moves a[href$="/move/request_changes/"]')
    for target, (reason, message) in items.items():
        name = f"request_changes-{target}"
        visitor.fill({f"{name}_reason": reason, f"{name}_message": message}, "#content form")
    visitor.send("#content form")


def verify_all(visitor: Visitor) -> None:
    """On the review page: answer each question of the checklist that all is in order."""
    form = 'form[action$="/checks/"]'
    for option in visitor.page.locator(f"{form} [type=radio][value=passed]").all():
        option.check()
    visitor.send(form)


def answer_correction(visitor: Visitor, number: int, text: str) -> None:
    """On the page of an application: say what was changed about the point of this number."""
    form = f".corrections > li:nth-child({number}) form"
    visitor.page.locator(f"{form} textarea").fill(text)
    visitor.send(form)


def open_file(visitor: Visitor, desk: str, reference: str) -> None:
    """A coordinator's way from the desk over the queue to one application."""
    visitor.go("/admin/")
    visitor.press(f'.desk-counts a[href$="?desk={desk}"]')
    visitor.press(visitor.page.locator("#result_list a", has_text=reference).first)


def total(visitor: Visitor) -> str:
    """What the company pays, as the page writes it."""
    amount = visitor.page.locator(".price-sum .total dd").first.inner_text()
    return amount.replace("=", "").strip()


def offered(visitor: Visitor) -> str:
    """The same on the page of a membership, which always writes the cents."""
    amount = visitor.page.locator(".price-table tr.total td").nth(1).inner_text()
    return amount.strip().removesuffix(".00")


def change_cap(manager: Visitor, value: str) -> str:
    """As manager: what the fund pays at most for one company; the amount before."""
    form = "#content form:has([name=cap_per_company])"
    manager.go("/admin/memberships/subsidyfund/")
    manager.press("#result_list tbody th a")
    before = manager.page.locator(f"{form} [name=cap_per_company]").input_value()
    manager.fill({"cap_per_company": value, "change_reason": "Acuerdo del comité"}, form)
    manager.press(f"{form} .submit-row [name=_save]", status=422)  # first it shows the effect
    manager.press(f"{form} .effect-box button")
    manager.sees(".messagelist .success")
    return before
