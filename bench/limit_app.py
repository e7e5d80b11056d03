"""The physical limit: the least Django work that each kind of page can be.

One self-contained Django project in one file, served by any WSGI server, with
several middleware stacks side by side in the same process, chosen by the first
part of the path, so every comparison is made in one run on one server:

    /none/...      no middleware           /default/...  startproject's stack
    /cond/...      ConditionalGet only     /gzip/...     GZip only
    /brotli/...    brotli (quality 4) only /static/...   WhiteNoise only

    plain    60 KB constant body           redis    body from one cache GET
    etag     constant body, known ETag     packed   pre-compressed body from the cache
    cards1   1 query + 60-card template    cards5   5 queries + the same template
    session  signed-in user's page: session and user loaded (default stack)
    upload   POST body spooled to a temporary file (no CSRF)

    python limit_app.py setup 10000       create tables, rows, cached bodies
    python limit_app.py queries           SQL statements a view
    gunicorn -w 2 limit_app:application

Environment: LIMIT_PG (postgresql://user@host:port/db), LIMIT_REDIS
(redis://host:port/0), LIMIT_CONN_MAX_AGE (seconds; default 600), LIMIT_STATIC
(a directory).
"""

import gzip
import os
import pathlib
import sys
import tempfile
from importlib.util import find_spec
from urllib.parse import urlsplit

import django
from django.conf import settings

HERE = pathlib.Path(__file__).resolve().parent
STATIC = pathlib.Path(os.environ.get("LIMIT_STATIC", HERE / "limit_static"))
PG = urlsplit(os.environ.get("LIMIT_PG", "postgresql://postgres@127.0.0.1:55432/limit"))
REDIS = os.environ.get("LIMIT_REDIS", "redis://127.0.0.1:56379/0")
SIZE = 60 * 1024

DEFAULT_STACK = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
STACKS = {
    "none": [],
    "default": DEFAULT_STACK,
    "cond": ["django.middleware.http.ConditionalGetMiddleware"],
    "gzip": ["django.middleware.gzip.GZipMiddleware"],
    **({"brotli": [f"{__name__}.brotli_middleware"]} if find_spec("brotli") else {}),
    "static": ["whitenoise.middleware.WhiteNoiseMiddleware"],
}

TEMPLATE = """<!doctype html><html lang="es"><head><meta charset="utf-8">
<title>{{ title }}</title></head><body><nav>{% for c in categories %}
<a href="/c/{{ c.slug }}">{{ c.name }} ({{ c.total }})</a>{% endfor %}</nav>
<p>{{ total }} productos</p><main>{% for p in products %}
<article class="card" id="p{{ p.pk }}"><a href="/p/{{ p.slug }}">
<img src="/media/{{ p.slug }}.webp" alt="{{ p.name }}" width="320" height="240" loading="lazy">
<h2>{{ p.name }}</h2></a><p>{{ p.summary }}</p><p class="meta">{{ p.category.name }} ·
{{ p.company }} · <data value="{{ p.hs_code }}">{{ p.hs_code }}</data></p>
<a class="more" href="/p/{{ p.slug }}#contacto">Contactar</a></article>{% endfor %}
</main></body></html>"""

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="benchmark only",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        LANGUAGES=[("es", "es"), ("en", "en"), ("zh-hans", "zh")],
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": PG.path.lstrip("/"),
                "USER": PG.username or "",
                "PASSWORD": PG.password or "",
                "HOST": PG.hostname or "",
                "PORT": str(PG.port or ""),
                "CONN_MAX_AGE": int(os.environ.get("LIMIT_CONN_MAX_AGE", "600")),
            }
        },
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": REDIS,
            }
        },
        SESSION_ENGINE="django.contrib.sessions.backends.db",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                ("django.template.loaders.locmem.Loader", {"cards.html": TEMPLATE}),
                            ],
                        )
                    ]
                },
            }
        ],
        STATIC_URL="/static/",
        STATIC_ROOT=str(STATIC),
        WHITENOISE_MAX_AGE=3600,
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    )
    django.setup()

from django.core.cache import cache  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from django.views.decorators.http import etag  # noqa: E402


class Category(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField(unique=True)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "limit"


class Product(models.Model):
    category = models.ForeignKey(Category, models.CASCADE)
    company = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True, max_length=140)
    summary = models.TextField()
    hs_code = models.CharField(max_length=12)

    class Meta:
        app_label = "limit"


def html(size: int = SIZE) -> bytes:
    """Card-like markup of about `size` bytes that compresses as real pages do."""
    out, number = ["<!doctype html><title>x</title>"], 0
    length = len(out[0])
    while length < size:
        card = (
            f'<article class="card" id="p{number}"><h2>Producto {number * 7919 % 9973}'
            f"</h2><p>Aguacate Hass {number * 104729 % 99991} calibre "
            f"{number % 70}, Michoacán; 牛油果 {number * 31 % 97}</p></article>\n"
        )
        out.append(card)
        length += len(card.encode())
        number += 1
    return "".join(out).encode()


BODY = html()


def plain(request):
    return HttpResponse(BODY)


def redis(request):
    return HttpResponse(cache.get("body"))


@etag(lambda request: '"limit"')
def known_etag(request):
    return HttpResponse(BODY)


def packed(request):
    """The page as compressed once when it was stored: no work when served."""
    return HttpResponse(
        cache.get("packed"), headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    )


def card_list():
    return list(Product.objects.select_related("category").order_by("-pk")[:60])


def cards1(request):
    return render(request, "cards.html", {"products": card_list()})


def cards5(request):
    products = card_list()
    first = products[0]
    return render(
        request,
        "cards.html",
        {
            "products": products,
            "categories": Category.objects.order_by("name"),
            "total": Category.objects.aggregate(n=models.Sum("total"))["n"],
            "title": Product.objects.get(slug=first.slug).name,
            "more": list(Product.objects.filter(category_id=1).order_by("pk")[:6]),
        },
    )


def session(request):
    return HttpResponse(
        BODY if request.user.is_authenticated else b"anonymous",
        status=200 if request.user.is_authenticated else 403,
    )


@csrf_exempt
def upload(request):
    with tempfile.TemporaryFile() as out:
        while chunk := request.read(1 << 16):
            out.write(chunk)
        return HttpResponse(str(out.tell()))


VIEWS = {
    "plain": plain,
    "redis": redis,
    "etag": known_etag,
    "packed": packed,
    "cards1": cards1,
    "cards5": cards5,
    "session": session,
    "upload": upload,
}
urlpatterns = [path(f"{stack}/{name}", view) for stack in STACKS for name, view in VIEWS.items()]


def brotli_middleware(get_response):
    import brotli

    def middleware(request):
        response = get_response(request)
        if "br" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            response.content = brotli.compress(response.content, quality=4)
            response["Content-Encoding"] = "br"
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware


def build_application():
    """A handler a stack; Django fixes a handler's chain when it is made."""
    handlers = {}
    for name, stack in STACKS.items():
        with override_settings(MIDDLEWARE=stack):
            handlers[name] = WSGIHandler()

    def application(environ, start_response):
        stack = environ["PATH_INFO"].split("/", 2)[1]
        if stack == "wsgi":  # the server alone, no Django at all
            start_response(
                "200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))]
            )
            return [BODY]
        return handlers.get(stack, handlers["none"])(environ, start_response)

    return application


def setup(rows: int) -> None:
    from django.contrib.auth import get_user_model, login
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.http import HttpRequest

    STATIC.mkdir(exist_ok=True)
    (STATIC / "page.html").write_bytes(BODY)
    call_command("migrate", verbosity=0)
    tables = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in (Category, Product):
            if model._meta.db_table not in tables:
                editor.create_model(model)
    if not Product.objects.exists():
        categories = Category.objects.bulk_create(
            Category(name=f"Categoría {n}", slug=f"c{n}", total=rows // 12) for n in range(12)
        )
        Product.objects.bulk_create(
            (
                Product(
                    category=categories[n % 12],
                    company=f"Empresa {n % 800}",
                    name=f"Aguacate Hass {n} 牛油果",
                    slug=f"producto-{n}",
                    summary="Fruto fresco de exportación, calibre uniforme. " * 3,
                    hs_code=f"{n % 99:02}.{n % 9999:04}",
                )
                for n in range(rows)
            ),
            batch_size=2000,
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    cache.set("body", BODY, None)
    cache.set("packed", gzip.compress(BODY, 6), None)
    user, _ = get_user_model().objects.get_or_create(username="bench")
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    print(f"sessionid={request.session.session_key}")


def queries() -> None:
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with override_settings(MIDDLEWARE=[]):
        client = Client()
        for name in ("plain", "redis", "cards1", "cards5"):
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(f"/none/{name}")
            print(f"{name}: {len(seen)} queries, {len(answer.content)} bytes")


if __name__ == "__main__":
    if sys.argv[1:2] == ["setup"]:
        setup(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    elif sys.argv[1:2] == ["queries"]:
        queries()
    else:
        sys.exit(__doc__)
else:
    application = build_application()
