"""Virus scan by ClamAV over its socket, where CLAMAV_HOST is set."""

import enum
import logging

from clamav_client.clamd import ClamdError, ClamdNetworkSocket
from django.conf import settings

logger = logging.getLogger(__name__)


class Verdict(enum.Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


def scan(path) -> Verdict:
    """Scan one file. NOT_SCANNED also when the scanner does not answer."""
    if not settings.CLAMAV_HOST:
        return Verdict.NOT_SCANNED
    scanner = ClamdNetworkSocket(settings.CLAMAV_HOST, settings.CLAMAV_PORT, timeout=30)
    try:
        with open(path, "rb") as file:
            answer = scanner.instream(file)
    except (ClamdError, OSError) as error:
        logger.warning("virus_scan_failed", extra={"error": type(error).__name__})
        return Verdict.NOT_SCANNED
    states = {state for state, _reason in answer.values()}
    if "FOUND" in states:
        return Verdict.INFECTED
    return Verdict.CLEAN if states == {"OK"} else Verdict.NOT_SCANNED
