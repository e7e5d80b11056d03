"""The life of the pavilion, on one screen."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.workflow import Transition, Workflow, statuses
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
