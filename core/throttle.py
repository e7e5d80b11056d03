"""Limits on public forms, counted in the cache that all processes share."""

from django.conf import settings
from django.core.cache import cache


def allow(action: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether `who` may do `action` once more: at most `limit` times in `seconds`.

    A window starts at the first try. While the cache is down everything is allowed.
    """
    key = f"throttle:{action}:{who}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the window closed between the two calls
        cache.add(key, 1, timeout=seconds)
        return True


def client_address(request) -> str:
    """The caller's address; forwarded headers count only from our own proxies."""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if hops and len(forwarded) >= hops:
        return forwarded[-hops].strip()
    return request.META.get("REMOTE_ADDR", "")
