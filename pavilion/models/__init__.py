from pavilion.models.buyer import WaitingBuyer, new_token
from pavilion.models.enquiry import (
    Enquiry,
    EnquiryMessage,
    EnquiryReadMark,
    EnquiryThread,
    EnquiryTransition,
)
from pavilion.models.listing import CatalogueVersion, Listing
from pavilion.models.pavilion import THRESHOLD, Pavilion, PavilionTransition
from pavilion.models.records import Handover, HandoverOrder, LaunchRecord, Rehearsal
from pavilion.models.share_picture import SharePicture

__all__ = [
    "THRESHOLD",
    "CatalogueVersion",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryReadMark",
    "EnquiryThread",
    "EnquiryTransition",
    "Handover",
    "HandoverOrder",
    "LaunchRecord",
    "Listing",
    "Pavilion",
    "PavilionTransition",
    "Rehearsal",
    "SharePicture",
    "WaitingBuyer",
    "new_token",
]
