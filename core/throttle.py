"""Limits on public forms, counted in the cache that all processes share."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache


def allow(action: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether `who` may do `action` once more: at most `limit` times in each `seconds`.

    Windows are those of the clock. While the cache is down everything is allowed.
    """
    return count(action, who, seconds=seconds) <= limit


def count(action: str, who: str, *, seconds: int) -> int:
    """How often `who` has done `action` in this window, now included; 1 while the cache is down."""
    window = int(time.time()) // seconds
    # The cache may be a table: no one's address shall be read in it, nor be too long for it.
    digest = hashlib.sha256(who.encode(errors="replace")).hexdigest()
    key = f"throttle:{action}:{digest}:{window}"
    if cache.add(key, 1, timeout=2 * seconds):
        return 1
    try:
        counted = cache.incr(key)
    except ValueError:  # the cache lost it between the two calls
        return 1
    cache.touch(key, 2 * seconds)  # counting in the database forgets the time limit
    return counted


def client_address(request) -> str:
    """The caller's address; forwarded headers count only from our own proxies."""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if hops and len(forwarded) >= hops:
        return forwarded[-hops].strip()
    return request.META.get("REMOTE_ADDR", "")
