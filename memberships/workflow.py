"""The lives of a promotion period and of a membership, on one screen."""

from django.utils.translation import gettext_lazy as _

from core.workflow import Transition, Workflow, statuses
from memberships.enums import MembershipStatus as M
from memberships.enums import PromotionStatus as S

DECIDE = "memberships.decide_promotionperiod"

PROMOTION = Workflow(
    log="transitions",
    transitions=(
        Transition("negotiate", statuses(S.PROPOSED), S.NEGOTIATING, _("Negotiate"), DECIDE),
        Transition(
            "confirm", statuses(S.PROPOSED, S.NEGOTIATING), S.CONFIRMED, _("Confirm"), DECIDE
        ),
        Transition("end", statuses(S.CONFIRMED), S.ENDED, _("End"), DECIDE, danger=True),
        # By the calendar: the nightly task ends what is past its last day.
        Transition("expire", statuses(S.CONFIRMED), S.ENDED, _("Past its last day")),
    ),
)

MEMBERSHIP = Workflow(
    log="transitions",
    transitions=(
        # When its approval is revoked; the support goes back to the fund.
        Transition("cancel", statuses(M.OFFERED), M.CANCELLED, _("Cancel")),
    ),
)
