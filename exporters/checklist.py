"""What a coordinator verifies before approving: each question, what the portal found, the answer."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from exporters.completeness import unusable_documents
from exporters.enums import DocumentKind, MarketAccess, Outcome, Size, VerificationKind
from exporters.market_access import rule_for
from exporters.models import Application, Document, MarketAccessRule, Product, Verification

Kind = VerificationKind


@dataclass(frozen=True)
class Check:
    """A question of the checklist. `hint` is what the portal knows, `tone` how it looks."""

    kind: VerificationKind
    title: str
    hint: str
    tone: str  # good | waiting | bad
    facts: str  # fingerprint of what is verified
    product: Product | None = None
    verification: Verification | None = None  # the last answer, whatever it was about

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.product.pk}" if self.product else str(self.kind)

    @property
    def is_stale(self) -> bool:
        """What was verified has changed since."""
        return self.verification is not None and self.verification.facts != self.facts

    @property
    def answer(self) -> Verification | None:
        """The answer that counts."""
        return None if self.is_stale else self.verification

    @property
    def passed(self) -> bool:
        return self.answer is not None and self.answer.outcome == Outcome.PASSED

    @property
    def failed(self) -> bool:
        return self.answer is not None and self.answer.outcome == Outcome.FAILED

    @property
    def mark(self) -> str:
        """Its tone on the page: green only when a person has verified it."""
        if self.answer:
            return "good" if self.passed else "bad"
        return "active" if self.tone == "good" else self.tone


def checklist(
    application: Application,
    *,
    documents: Iterable[Document] | None = None,
    products: Iterable[Product] | None = None,
) -> list[Check]:
    """All questions in the order of the file; rows already read may be passed in."""
    company = application.company
    if documents is None:
        documents = application.documents.current()
    if products is None:
        products = company.products.all()
    current = {document.kind: document for document in documents}
    rules = list(MarketAccessRule.objects.all())
    last: dict[str, Verification] = {}
    for verification in application.verifications.select_related("verified_by"):
        last[_key(verification.kind, verification.product_id)] = verification
    day = timezone.localdate()
    drafts = [
        _rfc(company, current.get(DocumentKind.TAX_CERTIFICATE)),
        _tax_opinion(application, current.get(DocumentKind.TAX_OPINION)),
        _size(company),
        _documents(application, current),
        *(_market(company, product, day, rules) for product in products),
    ]
    return [
        Check(**draft, verification=last.get(_key(draft["kind"], _pk(draft.get("product")))))
        for draft in drafts
    ]


def open_checks(checks: Iterable[Check]) -> list[Check]:
    """Those that do not yet speak for an approval."""
    return [check for check in checks if not check.passed]


def _key(kind: str, product_id: int | None) -> str:
    return f"{kind}-{product_id}" if product_id else str(kind)


def _pk(product: Product | None) -> int | None:
    return product.pk if product else None


def _facts(*values) -> str:
    text = "\x1f".join("" if value is None else str(value) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _draft(kind: VerificationKind, hint: str, tone: str, *facts, **more) -> dict:
    return {"kind": kind, "title": kind.label, "hint": hint, "tone": tone} | {
        "facts": _facts(*facts),
        **more,
    }


def _rfc(company, certificate: Document | None) -> dict:
    facts = (company.rfc, company.legal_name, certificate and certificate.sha256)
    if not company.rfc_check_digit_holds:
        hint = _("%(rfc)s: the check digit fails. Compare it with the tax certificate.")
        return _draft(Kind.RFC, hint % {"rfc": company.rfc}, "waiting", *facts)
    hint = _("%(rfc)s: the check digit is right") % {"rfc": company.rfc}
    return _draft(Kind.RFC, hint, "good", *facts)


def _tax_opinion(application, document: Document | None) -> dict:
    if document is None:
        return _draft(Kind.TAX_OPINION, _("Not received"), "bad")
    facts = (document.sha256, document.issued_on)
    if document.valid_until is None:
        return _draft(Kind.TAX_OPINION, _("It has no date of issue"), "waiting", *facts)
    day = date_format(document.valid_until, "DATE_FORMAT")
    served = timezone.localdate(application.submitted_at or timezone.now())
    if document.valid_until < served:
        hint = _("Expired on %(day)s, before it was sent") % {"day": day}
        return _draft(Kind.TAX_OPINION, hint, "bad", *facts)
    return _draft(Kind.TAX_OPINION, _("Valid until %(day)s") % {"day": day}, "good", *facts)


def _size(company) -> dict:
    facts = (company.sector, company.employees, company.annual_sales_mxn)
    if not company.size:
        return _draft(Kind.SIZE, _("Sector, employees or sales are missing"), "bad", *facts)
    words = {
        "class": company.get_size_display(),
        "score": f"{company.size_score:.2f}",
        "cap": company.size_cap,
    }
    if company.size == Size.LARGE:
        hint = _("%(class)s: score %(score)s, outside the programme") % words
        return _draft(Kind.SIZE, hint, "bad", *facts)
    hint = _("%(class)s: score %(score)s of %(cap)s") % words
    return _draft(Kind.SIZE, hint, "good", *facts)


def _documents(application, current: dict[str, Document]) -> dict:
    facts = [current[kind].sha256 if kind in current else None for kind in DocumentKind]
    unusable = unusable_documents(application, current.values())
    if unusable:
        names = ", ".join(str(kind.label) for kind in unusable)
        hint = _("Does not serve: %(names)s") % {"names": names}
        return _draft(Kind.DOCUMENTS, hint, "bad", *facts)
    return _draft(Kind.DOCUMENTS, _("All four received, they open"), "good", *facts)


_TONES = {MarketAccess.OPEN: "good", MarketAccess.CLOSED: "bad", MarketAccess.VERIFY: "waiting"}


def _market(company, product: Product, day: datetime.date, rules) -> dict:
    rule = rule_for(product.hs_code, company.state, day, rules)
    access = MarketAccess(rule.access) if rule else MarketAccess.VERIFY
    said = rule.requirement if rule else _("No rule for these goods: find out and write it down.")
    draft = _draft(
        Kind.MARKET_ACCESS,
        f"{access.label} · {said}" if said else access.label,
        _TONES[access],
        product.hs_code,
        company.state,
        access.value,  # a market that closes has to be looked at again
        product=product,
    )
    title = format_lazy("{}: {} ({})", Kind.MARKET_ACCESS.label, product.name, product.hs_code)
    return draft | {"title": title}
