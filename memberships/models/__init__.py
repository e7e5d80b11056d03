from memberships.models.claim import (
    ClaimDocument,
    ClaimTransition,
    ExchangeRate,
    PaymentBatch,
    PaymentLine,
    RegisterSnapshot,
    SubsidyClaim,
)
from memberships.models.fund import SUBSIDISED_SIZES, FundEntry, SubsidyFund, all_sizes
from memberships.models.membership import Membership, MembershipTransition, PaymentProof
from memberships.models.plan import Plan, PlanFee
from memberships.models.programme import ProgrammeFact
from memberships.models.promotion import PromotionNote, PromotionPeriod, PromotionTransition

__all__ = [
    "SUBSIDISED_SIZES",
    "ClaimDocument",
    "ClaimTransition",
    "ExchangeRate",
    "FundEntry",
    "Membership",
    "MembershipTransition",
    "PaymentBatch",
    "PaymentLine",
    "PaymentProof",
    "Plan",
    "PlanFee",
    "ProgrammeFact",
    "PromotionNote",
    "PromotionPeriod",
    "PromotionTransition",
    "RegisterSnapshot",
    "SubsidyClaim",
    "SubsidyFund",
    "all_sizes",
]
