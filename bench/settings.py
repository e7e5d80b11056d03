"""The portal's settings as they stand, and the number of SQL statements for who asks for it."""

from promexico_portal.settings import *  # noqa: F403
from promexico_portal.settings import MIDDLEWARE

MIDDLEWARE = ["bench.counting.CountSQLMiddleware", *MIDDLEWARE]
