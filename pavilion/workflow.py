"""The lives of the pavilion and of a buyer's enquiry, on one screen."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.workflow import Transition, Workflow, statuses
from pavilion.enums import OUTCOMES
from pavilion.enums import EnquiryStatus as E
from pavilion.enums import PavilionStatus as S

STEER = "pavilion.steer_pavilion"


class ClosingReason(TextChoices):
    MAINTENANCE = "maintenance", _("Maintenance")
    PLATFORM = "platform", _("At the platform's request")
    CONTENT = "content", _("Content must be corrected")
    OTHER = "other", _("Other")


PAVILION = Workflow(
    log="transitions",
    transitions=(
        # By the approval that reaches the threshold; nobody launches by hand.
        Transition("launch", statuses(S.WAITING), S.OPEN, _("Launch")),
        Transition(
            "close",
            statuses(S.OPEN),
            S.CLOSED,
            _("Close"),
            STEER,
            reasons=ClosingReason,
            danger=True,
        ),
        Transition("reopen", statuses(S.CLOSED), S.OPEN, _("Reopen"), STEER),
    ),
)


def _outcome(name: str, target: E, label) -> Transition:
    """From waiting by an answer; from another outcome, as things go on, without one too."""
    return Transition(name, statuses(E.WAITING, *OUTCOMES) - {target}, target, label)


ENQUIRY = Workflow(
    log="transitions",
    related=("enquiry", "company"),
    transitions=(
        # By the buyer, who follows the link of the mail.
        Transition("confirm", statuses(E.UNCONFIRMED), E.WAITING, _("Confirm")),
        # By the company.
        _outcome("answer", E.ANSWERED, _("Answer")),
        _outcome("quote", E.QUOTED, _("Quote")),
        _outcome("send_sample", E.SAMPLE_SENT, _("Send a sample")),
        _outcome("order", E.ORDERED, _("Record the order")),
        _outcome("decline", E.NOT_A_FIT, _("Not a fit")),
        # By the buyer, who writes again; the outcome so far stays in the log.
        Transition("ask_again", statuses(*OUTCOMES), E.WAITING, _("Ask again")),
        # By the buyer, or by the portal when the time for keeping it is over.
        Transition("erase", statuses(E.WAITING, *OUTCOMES), E.ERASED, _("Erase")),
    ),
)
