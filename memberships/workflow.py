"""The lives of a promotion period, of a membership and of a claim."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow import Transition, Workflow, statuses
from memberships.enums import OPEN_STATUSES, RUNNING_STATUSES, ClaimReason
from memberships.enums import ClaimStatus as C
from memberships.enums import MembershipStatus as M
from memberships.enums import PromotionStatus as S

DECIDE = "memberships.decide_promotionperiod"
MANAGE = "memberships.manage_membership"
VERIFY = "memberships.verify_subsidyclaim"
APPROVE = "memberships.approve_subsidyclaim"
PAY = "memberships.pay_subsidyclaim"

PROMOTION = Workflow(
    log="transitions",
    transitions=(
        Transition("negotiate", statuses(S.PROPOSED), S.NEGOTIATING, _("Negotiate"), DECIDE),
        Transition(
            "confirm", statuses(S.PROPOSED, S.NEGOTIATING), S.CONFIRMED, _("Confirm"), DECIDE
        ),
        Transition(
            "reject",
            statuses(S.PROPOSED, S.NEGOTIATING),
            S.REJECTED,
            _("Not agreed"),
            DECIDE,
            danger=True,
        ),
        # Before its first day it is called off; once it ran it ends, and its days stay true.
        Transition(
            "call_off", statuses(S.CONFIRMED), S.REJECTED, _("Call off"), DECIDE, danger=True
        ),
        Transition("end", statuses(S.CONFIRMED), S.ENDED, _("End"), DECIDE, danger=True),
        # By the calendar: the nightly task ends what is past its last day.
        Transition("expire", statuses(S.CONFIRMED), S.ENDED, _("Past its last day")),
    ),
)

MEMBERSHIP = Workflow(
    log="transitions",
    related=("company", "application__company", "fund", "plan"),
    transitions=(
        # By the company.
        Transition("accept", statuses(M.OFFERED), M.ACCEPTED, _("Accept the offer")),
        Transition("decline", statuses(M.OFFERED), M.DECLINED, _("Decline the offer"), danger=True),
        Transition(
            "report", statuses(M.ACCEPTED, M.REPORTED), M.REPORTED, _("Send the proof of payment")
        ),
        # By coordinators.
        Transition("confirm_payment", statuses(M.REPORTED), M.PAID, _("Confirm payment"), MANAGE),
        Transition(
            "return_proof",
            statuses(M.REPORTED),
            M.ACCEPTED,
            _("Ask for another proof"),
            MANAGE,
            reasons=ClaimReason,
        ),
        Transition("activate", statuses(M.PAID), M.ACTIVE, _("Activate"), MANAGE),
        # Also when an approval is revoked.
        Transition(
            "cancel",
            statuses(*OPEN_STATUSES, *RUNNING_STATUSES),
            M.CANCELLED,
            _("Cancel the membership"),
            MANAGE,
            danger=True,
        ),
        # By the calendar.
        Transition("expire", statuses(M.OFFERED), M.EXPIRED, _("Not accepted in time")),
        Transition("offer_renewal", statuses(M.ACTIVE), M.RENEWAL_OFFERED, _("Offer a renewal")),
        Transition("renew", statuses(*RUNNING_STATUSES), M.RENEWED, _("Renewed")),
        Transition("lapse", statuses(*RUNNING_STATUSES), M.LAPSED, _("Past its last day")),
    ),
)

CLAIM = Workflow(
    log="transitions",
    related=("membership__application__company", "membership__company", "membership__fund"),
    transitions=(
        # By the company, once more after a correction.
        Transition("resubmit", statuses(C.RETURNED), C.REQUESTED, _("Send again")),
        # Four eyes: whoever approves has not verified, whoever pays has done neither.
        Transition(
            "verify", statuses(C.REQUESTED), C.VERIFIED, pgettext_lazy("support", "Verify"), VERIFY
        ),
        Transition("approve", statuses(C.VERIFIED), C.APPROVED, _("Approve"), APPROVE),
        Transition("settle", statuses(C.APPROVED), C.PAID, _("Paid in full"), PAY),
        Transition(
            "return",
            statuses(C.REQUESTED, C.VERIFIED, C.APPROVED),
            C.RETURNED,
            _("Return for correction"),
            VERIFY,
            reasons=ClaimReason,
        ),
        Transition(
            "reject",
            statuses(C.REQUESTED, C.VERIFIED, C.APPROVED, C.RETURNED),
            C.REJECTED,
            _("Reject"),
            VERIFY,
            reasons=ClaimReason,
            danger=True,
        ),
        # With its membership.
        Transition(
            "void",
            statuses(C.REQUESTED, C.VERIFIED, C.APPROVED, C.RETURNED),
            C.REJECTED,
            _("Membership cancelled"),
        ),
        Transition("close", statuses(C.APPROVED), C.PAID, _("Cancelled after a part was paid")),
    ),
)
