"""The portal's settings as they stand, with two things that only the benchmark can ask for.

They are the number of a request's SQL statements, and a page that the page cache has not kept.
"""

from promexico_portal.settings import *  # noqa: F403
from promexico_portal.settings import MIDDLEWARE

_PASSING = {
    "pavilion.page_cache.PageCacheMiddleware": "bench.middleware.PassablePageCacheMiddleware"
}
MIDDLEWARE = [
    "bench.middleware.CountSQLMiddleware",
    *(_PASSING.get(name, name) for name in MIDDLEWARE),
]
