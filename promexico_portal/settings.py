"""All settings, read from the environment. With no environment at all: the embedded demo.

The table of variables is in docs/settings.md. `ENVIRONMENT=production` refuses to start
without its secrets.
"""

import secrets
from decimal import Decimal
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("ENVIRONMENT", "demo")
if ENVIRONMENT not in {"demo", "production"}:
    raise ImproperlyConfigured("ENVIRONMENT must be 'demo' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")

# Everything the portal writes in the embedded default lives here: database, files, queue, keys.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _required_in_production(name: str, demo_value: str) -> str:
    value = env.str(name, "")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} must be set when ENVIRONMENT=production.")
    return value or demo_value


def _demo_secret_key() -> str:
    path = DATA_DIR / "secret_key"
    try:
        with path.open("x") as file:
            file.write(secrets.token_urlsafe(64))
        path.chmod(0o600)
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 50 random characters when ENVIRONMENT=production."
    )
SECRET_KEY = SECRET_KEY or _demo_secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and "ALLOWED_HOSTS" not in env.ENVIRON:
    raise ImproperlyConfigured("ALLOWED_HOSTS must be set when ENVIRONMENT=production.")
SITE_URL = _required_in_production("SITE_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The agency that runs the programme changed once already (ProMéxico, extinct in 2019).
AGENCY_NAME = env.str("AGENCY_NAME", "ProMéxico")
PROGRAMME_NAME = env.str("PROGRAMME_NAME", "México Exporta EnUnClick")
# Where journalists write to; without it the press page names no address.
PRESS_EMAIL = env.str("PRESS_EMAIL", "" if PRODUCTION else "prensa@enunclick.example")

# --- The programme's rules ------------------------------------------------------------------

# How long a document serves, in days from its issue. 32-D: assumption, no published rule was
# found; proof of address: three months, common practice.
TAX_OPINION_VALID_DAYS = env.int("TAX_OPINION_VALID_DAYS", 30)
ADDRESS_PROOF_VALID_DAYS = env.int("ADDRESS_PROOF_VALID_DAYS", 92)
# A company that is asked for changes: calendar days after which it is reminded, and after
# which its application is closed. Both happen on working days only.
CHANGES_REMINDER_DAYS = (7, 14, 21)
CHANGES_EXPIRE_DAYS = env.int("CHANGES_EXPIRE_DAYS", 30)
# A draft that nobody touches: calendar days after which its team is reminded.
DRAFT_REMINDER_DAYS = (7, 30)
# Calendar days before the end of a document's validity when people are warned.
DOCUMENT_WARNING_DAYS = 5
# A claimed file on which nobody works goes back to the queue after so many working days.
CLAIM_IDLE_WORKING_DAYS = env.int("CLAIM_IDLE_WORKING_DAYS", 5)
# An approval whose subsidy is above this needs a second person (USD; an assumption).
SECOND_PERSON_ABOVE_USD = Decimal(env.str("SECOND_PERSON_ABOVE_USD", "2000"))

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose modules need the language columns
    "promexico_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "phonenumber_field",
    "simple_history",
    "post_office",
    "csp",
    "django_htmx",
    "import_export",
    "core",
    "exporters",
    "memberships",
    "pavilion",
    "demo",
    "promexico_portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "promexico_portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "promexico_portal.middleware.ResponseHeadersMiddleware",
    "promexico_portal.middleware.ContentPolicyMiddleware",
    "pavilion.api.middleware.PublicApiMiddleware",
    "pavilion.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "promexico_portal.middleware.RequestLimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "promexico_portal.middleware.StaffSecurityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "promexico_portal.urls"
WSGI_APPLICATION = "promexico_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "promexico_portal.context_processors.portal",
            ],
            "builtins": ["core.templatetags.portal"],
        },
    },
    {
        # post_office renders stored mail with an engine of this alias.
        "NAME": "post_office",
        "BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates",
        "APP_DIRS": True,
        "DIRS": [],
        "OPTIONS": {"context_processors": []},
    },
]

# --- Database -------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {"connect_timeout": 3}

# --- Cache, queue ---------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", "")
if PRODUCTION and not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL must be set when ENVIRONMENT=production.")

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "core.cache.TolerantRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
    CACHES["pages"] = CACHES["default"]  # pavilion.page_cache
    CELERY_BROKER_URL = REDIS_URL
    # Fail at once when the broker is down: the row is stored and a periodic sweep picks it up.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "visibility_timeout": 300,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "django_cache",
        },
        # Not among the counters of the rate limits: it is emptied when it is full.
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pages",
            "OPTIONS": {"MAX_ENTRIES": 500},
        },
    }
    _queue = DATA_DIR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,  # seconds
    }

# Parts of the frame of a page, as long as a process lives: a deploy starts new ones.
CACHES["frame"] = {
    "BACKEND": f"django.core.cache.backends.{'dummy.DummyCache' if DEBUG else 'locmem.LocMemCache'}",
    "LOCATION": "frame",
    "OPTIONS": {"MAX_ENTRIES": 3000},
}

CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "America/Mexico_City"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "core.tasks.beat_heart", "schedule": 15.0},
    "mail": {"task": "core.tasks.send_mail", "schedule": 30.0},
    "documents": {"task": "exporters.tasks.check_pending_documents", "schedule": 60.0},
    "launch": {"task": "pavilion.tasks.announce_launch", "schedule": 60.0},
    "share_pictures": {"task": "pavilion.tasks.draw_share_pictures", "schedule": 60.0},
    "handovers": {"task": "pavilion.tasks.make_handovers", "schedule": 60.0},
    "enquiries": {"task": "pavilion.tasks.remind_of_enquiries", "schedule": crontab(minute="*/10")},
    "enquiry-digests": {
        "task": "pavilion.tasks.send_enquiry_digests",
        "schedule": crontab(hour=8, minute=5),
    },
    "enquiry-erasure": {
        "task": "pavilion.tasks.erase_enquiries",
        "schedule": crontab(hour=3, minute=50),
    },
    "promotions": {"task": "memberships.tasks.end_promotions", "schedule": crontab(minute=5)},
    "chasers": {"task": "exporters.tasks.chase", "schedule": crontab(hour="9-17", minute=20)},
    "digests": {"task": "exporters.tasks.send_digests", "schedule": crontab(hour=8, minute=0)},
    "memberships": {"task": "memberships.tasks.tend_memberships", "schedule": crontab(minute=20)},
    "ledger": {"task": "memberships.tasks.check_ledger", "schedule": crontab(hour=3, minute=30)},
    # Every day, so that one on which no worker ran is made up for: a quarter is published once.
    "register": {
        "task": "memberships.tasks.publish_register",
        "schedule": crontab(hour=6, minute=0),
    },
    "listings": {
        "task": "pavilion.tasks.rebuild_listings",
        "schedule": crontab(hour=4, minute=20),
    },
    # After midnight: a certificate is shown until the end of its last day.
    "certificates": {
        "task": "exporters.tasks.tend_certificates",
        "schedule": crontab(hour=0, minute=10),
    },
    "sessions": {"task": "core.tasks.clear_sessions", "schedule": crontab(hour=4, minute=0)},
}

# --- Mail -----------------------------------------------------------------------------------

EMAIL_BACKEND = "core.mail.OutboxBackend"
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _required_in_production(
    "DEFAULT_FROM_EMAIL", "México Exporta EnUnClick <portal@enunclick.example>"
)
if PRODUCTION and "EMAIL_URL" not in env.ENVIRON:
    raise ImproperlyConfigured("EMAIL_URL must be set when ENVIRONMENT=production.")
# Without EMAIL_URL mail goes nowhere but the outbox, where the demo's mailbox page shows it.
MAILBOX_PAGE = not PRODUCTION
POST_OFFICE = {
    "BACKENDS": {
        "default": "django.core.mail.backends.smtp.EmailBackend"
        if "EMAIL_URL" in env.ENVIRON
        else "django.core.mail.backends.dummy.EmailBackend"
    },
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,  # core.mail dispatches on commit and survives a dead broker
    "MESSAGE_ID_ENABLED": True,
}

# --- Accounts -------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["promexico_portal.backend.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "exporters:dashboard"
ACCOUNT_ADAPTER = "promexico_portal.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "promexico_portal.accounts.SignupFields"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/key,20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = PROGRAMME_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", PRODUCTION)
STAFF_IDLE_SECONDS = 30 * 60
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24

# --- Languages, time, place -----------------------------------------------------------------

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English"), ("zh-hans", "简体中文")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "es"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("es", "en", "zh-hans")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Mexico_City"
USE_TZ = True
FORMAT_MODULE_PATH = ["promexico_portal.formats"]
USE_THOUSAND_SEPARATOR = True
PHONENUMBER_DEFAULT_REGION = "MX"
PHONENUMBER_DB_FORMAT = "E164"

# --- Files ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(DATA_DIR / "media")))
PRIVATE_MEDIA_ROOT = Path(env.str("PRIVATE_MEDIA_ROOT", str(DATA_DIR / "private")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "core.uploads.PrivateStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT},
    },
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
IMAGE_MAX_PIXELS = 25_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024  # what is larger lies on disk (core.uploads)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
CLAMAV_HOST = env.str("CLAMAV_HOST", "")
CLAMAV_PORT = env.int("CLAMAV_PORT", 3310)
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Web security ---------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "promexico_portal.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_TLS_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "celery.beat": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # the queue in files has no host to name
        "celery.app.trace": {"level": "WARNING"},
        "post_office": {"level": "WARNING"},
    },
}
