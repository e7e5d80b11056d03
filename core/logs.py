"""Structured logs: one event a line, with the request it belongs to; no personal data."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
security = logging.getLogger("security")


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.request_id = request_id.get()
        return True


def security_event(event: str, *, user=None, **fields) -> None:
    """Record a security event: `event` in snake_case, people and objects by their keys."""
    security.info(event, extra={"user_id": getattr(user, "pk", None), **fields})
