"""Whether a company can join, from its own answers: a first look that decides nothing.

The rules are those that the application meets later: size (company_size), RFC, a positive 32-D
opinion, goods of the programme, no other public support for the membership.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from exporters.company_size import company_size
from exporters.enums import ExportLevel, Size

OTHER_GOODS = "other"
# Families with fresh produce, for which a market may be closed.
FRESH = ("avocado", "gift", "berries", "fruit", "nopal")
ALCOHOL = ("tequila", "mezcal")


class Registered(TextChoices):
    YES = "yes", _("Yes, it has an RFC of its own")
    NO = "no", _("Not yet")


class TaxOpinion(TextChoices):
    POSITIVE = "positive", _("Yes, it is positive")
    UNKNOWN = "unknown", _("I have not asked for it")
    NEGATIVE = "negative", _("No, it is not positive now")


class OtherSupport(TextChoices):
    NO = "no", _("No")
    UNKNOWN = "unknown", _("I do not know")
    YES = "yes", _("Yes")


class Tone(TextChoices):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Verdict(TextChoices):
    ELIGIBLE = "eligible", _("Your company can apply")
    CONDITIONS = "conditions", _("Your company can apply, with conditions")
    NOT_YET = "not_yet", _("Not yet")


@dataclass(frozen=True)
class Answers:
    sector: str
    employees: int
    annual_sales_mxn: Decimal  # pesos a year
    registered: str
    tax_opinion: str
    category: str  # code of a product category, or OTHER_GOODS
    state: str
    export_level: str
    other_support: str


@dataclass(frozen=True)
class Finding:
    tone: Tone
    text: str
    todo: str = ""  # what to do about it


def findings(answers: Answers) -> list[Finding]:
    """What each answer means, in the order of the questions."""
    return [
        _size(answers),
        _REGISTERED[answers.registered],
        _TAX_OPINION[answers.tax_opinion],
        *_goods(answers),
        _EXPORTS.get(answers.export_level, _EXPORTS[ExportLevel.SOMETIMES]),
        _OTHER_SUPPORT[answers.other_support],
    ]


def verdict(found: list[Finding]) -> Verdict:
    """The worst finding decides."""
    tones = {finding.tone for finding in found}
    if Tone.BAD in tones:
        return Verdict.NOT_YET
    return Verdict.CONDITIONS if Tone.WARNING in tones else Verdict.ELIGIBLE


def _size(answers: Answers) -> Finding:
    size = company_size(answers.sector, answers.employees, answers.annual_sales_mxn)
    if size == Size.LARGE:
        return Finding(
            Tone.BAD,
            _("By its people and sales your company counts as large."),
            _(
                "The programme is for micro, small and medium-sized firms. Check that you wrote"
                " the sales of one year, in pesos."
            ),
        )
    return Finding(Tone.GOOD, _("Your company's size fits: %s.") % Size(size).label.lower())


_REGISTERED = {
    Registered.YES: Finding(Tone.GOOD, _("Your company is registered with the tax office.")),
    Registered.NO: Finding(
        Tone.BAD,
        _("An application needs an RFC of the company's own."),
        _("Register with the tax office (SAT), as a company or as a person with a business."),
    ),
}
_TAX_OPINION = {
    TaxOpinion.POSITIVE: Finding(Tone.GOOD, _("Your 32-D opinion is positive.")),
    TaxOpinion.UNKNOWN: Finding(
        Tone.WARNING,
        _("You need a positive 32-D opinion, not older than a month when you apply."),
        _("Ask for it on the tax office's site: it is free and takes minutes."),
    ),
    TaxOpinion.NEGATIVE: Finding(
        Tone.BAD,
        _("Public support can only go to firms whose 32-D opinion is positive."),
        _("Settle with the tax office what the opinion names, ask for it anew, then apply."),
    ),
}
_EXPORTS = {
    ExportLevel.NEVER: Finding(
        Tone.GOOD, _("You have not exported yet. That is no obstacle: we go with you.")
    ),
    ExportLevel.SOMETIMES: Finding(Tone.GOOD, _("You have exported: that helps you.")),
}
_OTHER_SUPPORT = {
    OtherSupport.NO: Finding(Tone.GOOD, _("Nobody else pays for this membership.")),
    OtherSupport.UNKNOWN: Finding(
        Tone.WARNING,
        _("The programme cannot pay for what other public support pays already."),
        _("Ask in your company. You will have to declare that there is no other support."),
    ),
    OtherSupport.YES: Finding(
        Tone.BAD,
        _("The programme cannot pay for what other public support pays already."),
        _("Apply when the other support has ended, or when you have given it up."),
    ),
}


def _goods(answers: Answers) -> Iterator[Finding]:
    if answers.category == OTHER_GOODS:
        yield Finding(
            Tone.WARNING,
            _("Your goods are in none of the programme's families."),
            _("Apply and describe them well: a coordinator decides whether they fit."),
        )
    elif answers.category in FRESH:
        yield Finding(
            Tone.WARNING,
            _("Some fresh fruit cannot enter China yet: it depends on the fruit and the state."),
            _("We check each product. Processed goods and other countries are not affected."),
        )
    elif answers.category in ALCOHOL:
        yield Finding(
            Tone.WARNING,
            _("Tequila and mezcal need their certificate to be exported."),
            _("Have the certificate of the regulatory council at hand."),
        )
    else:
        yield Finding(Tone.GOOD, _("Your goods are among those of the programme."))
