"""Virus scan by ClamAV over its socket, where CLAMAV_HOST is set."""

import enum
import logging

from clamav_client import get_scanner
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
    scanner = get_scanner(
        {
            "backend": "clamd",
            "address": f"{settings.CLAMAV_HOST}:{settings.CLAMAV_PORT}",
            "timeout": 30.0,
            "stream": True,
        }
    )
    result = scanner.scan(str(path))
    if result.state == "FOUND":
        return Verdict.INFECTED
    if result.passed:
        return Verdict.CLEAN
    logger.warning("virus_scan_failed", extra={"details": str(result.details)})
    return Verdict.NOT_SCANNED
