"""How many SQL statements a request costs, and the way past the page cache."""

from django.db import connection

from bench.pages import ANSWER, COLD, WISH
from pavilion.page_cache import PageCacheMiddleware


class CountSQLMiddleware:
    """Outermost, so that nothing that a request asks of the database is left out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if WISH not in request.headers:
            return self.get_response(request)
        seen = 0

        def count(execute, *arguments):
            nonlocal seen
            seen += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[ANSWER] = str(seen)
        return response


class PassablePageCacheMiddleware(PageCacheMiddleware):
    """The page cache, which makes a page anew, and keeps it not, for who asks for that."""

    def __call__(self, request):
        if COLD in request.headers:
            return self.get_response(request)
        return super().__call__(request)
