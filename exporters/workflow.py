"""The life of an application, a product and a lead: every legal move, on one screen."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow import Transition, Workflow, statuses
from exporters.enums import ApplicationStatus as S
from exporters.enums import (
    ChangeReason,
    Objection,
    ProductReason,
    RejectionReason,
    SuspensionReason,
)
from exporters.enums import LeadStage as L
from exporters.enums import ProductStatus as P

REVIEW = "exporters.review_application"
SUSPEND = "exporters.suspend_application"
PUBLISH = "exporters.change_product"
RECRUIT = "exporters.change_lead"

APPLICATION = Workflow(
    log="transitions",
    related=("company",),
    transitions=(
        # By the exporter, who needs no permission but to be in the company's team.
        Transition("submit", statuses(S.DRAFT), S.SUBMITTED, _("Send")),
        Transition("resubmit", statuses(S.CHANGES_REQUESTED), S.SUBMITTED, _("Send back")),
        Transition(
            "withdraw",
            statuses(S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED),
            S.WITHDRAWN,
            _("Withdraw"),
            danger=True,
        ),
        # By the portal, when time has passed.
        Transition("expire", statuses(S.CHANGES_REQUESTED), S.EXPIRED, _("Close unanswered")),
        Transition("release_idle", statuses(S.IN_REVIEW), S.SUBMITTED, _("Release, idle")),
        # By coordinators.
        Transition("claim", statuses(S.SUBMITTED), S.IN_REVIEW, _("Claim"), REVIEW),
        Transition("release", statuses(S.IN_REVIEW), S.SUBMITTED, _("Release"), REVIEW),
        Transition("assign", statuses(S.SUBMITTED, S.IN_REVIEW), S.IN_REVIEW, _("Assign"), REVIEW),
        Transition(
            "request_changes",
            statuses(S.IN_REVIEW),
            S.CHANGES_REQUESTED,
            _("Request changes"),
            REVIEW,
            reasons=ChangeReason,
        ),
        Transition("approve", statuses(S.IN_REVIEW), S.APPROVED, _("Approve"), REVIEW),
        Transition(
            "reject",
            statuses(S.IN_REVIEW),
            S.REJECTED,
            _("Reject"),
            REVIEW,
            reasons=RejectionReason,
            danger=True,
        ),
        # By managers.
        Transition(
            "suspend",
            statuses(S.APPROVED),
            S.SUSPENDED,
            _("Suspend"),
            SUSPEND,
            reasons=SuspensionReason,
            danger=True,
        ),
        Transition("reinstate", statuses(S.SUSPENDED), S.APPROVED, _("Reinstate"), SUSPEND),
        Transition(
            "revoke",
            statuses(S.SUSPENDED),
            S.REVOKED,
            _("Revoke"),
            SUSPEND,
            reasons=SuspensionReason,
            danger=True,
        ),
    ),
)

PRODUCT = Workflow(
    log="transitions",
    transitions=(
        # By the company.
        Transition("submit", statuses(P.DRAFT, P.HIDDEN), P.IN_REVIEW, _("Send to be published")),
        Transition("take_back", statuses(P.IN_REVIEW), P.DRAFT, _("Take back")),
        Transition("take_down", statuses(P.PUBLISHED), P.HIDDEN, _("Take off the pavilion")),
        # By coordinators; drafts go public with the approval of their company.
        Transition(
            "publish", statuses(P.DRAFT, P.IN_REVIEW, P.HIDDEN), P.PUBLISHED, _("Publish"), PUBLISH
        ),
        Transition(
            "confirm", statuses(P.PUBLISHED), P.PUBLISHED, _("Its changes are in order"), PUBLISH
        ),
        Transition(
            "return",
            statuses(P.IN_REVIEW),
            P.DRAFT,
            _("Return for correction"),
            PUBLISH,
            reasons=ProductReason,
        ),
        Transition(
            "hide",
            statuses(P.PUBLISHED),
            P.HIDDEN,
            _("Hide"),
            PUBLISH,
            reasons=ProductReason,
            danger=True,
        ),
    ),
)

LEAD = Workflow(
    log="transitions",
    transitions=(
        # By the portal, when the company registers.
        Transition(
            "convert",
            statuses(L.NEW, L.CONTACTED, L.INTERESTED, L.INVITED),
            L.CONVERTED,
            pgettext_lazy("lead", "Registered"),
        ),
        # By coordinators.
        Transition("contact", statuses(L.NEW), L.CONTACTED, _("Mark as contacted"), RECRUIT),
        Transition(
            "interest", statuses(L.NEW, L.CONTACTED), L.INTERESTED, _("Mark as interested"), RECRUIT
        ),
        Transition(
            "lose",
            statuses(L.NEW, L.CONTACTED, L.INTERESTED, L.INVITED),
            L.LOST,
            _("Mark as lost"),
            RECRUIT,
            reasons=Objection,
            danger=True,
        ),
        Transition(
            "reopen", statuses(L.LOST), L.CONTACTED, pgettext_lazy("lead", "Reopen"), RECRUIT
        ),
        Transition(
            "invite",
            statuses(L.NEW, L.CONTACTED, L.INTERESTED, L.INVITED),
            L.INVITED,
            _("Invite"),
            RECRUIT,
        ),
    ),
)
