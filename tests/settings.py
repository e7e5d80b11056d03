"""The portal's settings with nothing shared: files, queue, cache and mail are of this run.

The database is the one that DATABASE_URL names (a test database beside it is made), else
SQLite in memory. REDIS_URL, where it is given, serves the cache; never the queue.
"""

import atexit
import os
import shutil
import tempfile

DATA = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

# Before the import below, and stronger than a developer's .env.
os.environ |= {
    "ENVIRONMENT": "demo",
    "DEBUG": "False",
    "DATA_DIR": DATA,
    "MEDIA_ROOT": f"{DATA}/media",
    "PRIVATE_MEDIA_ROOT": f"{DATA}/private",
    "SECRET_KEY": "for-tests-only-" * 5,
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CLAMAV_HOST": "",
    "STAFF_MFA_REQUIRED": "False",
    "LOG_LEVEL": "WARNING",
}
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DATA}/portal.sqlite3")
os.environ.setdefault("REDIS_URL", "")

from promexico_portal.settings import *  # noqa: E402, F403 - the environment comes first
from promexico_portal.settings import DATA_DIR, POST_OFFICE, STORAGES, TEMPLATES  # noqa: E402
from tests.strict_variables import StrictVariables  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; real ones are slow
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
(DATA_DIR / "static").mkdir()
POST_OFFICE["LOCK_FILE_NAME"] = str(DATA_DIR / "post_office")  # else one for the whole machine
POST_OFFICE["BACKENDS"] = {"default": "django.core.mail.backends.locmem.EmailBackend"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = StrictVariables()

CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    f"{name}_folder{side}": str(DATA_DIR / "test-queue" / name)
    for name, side in (("data", "_in"), ("data", "_out"), ("control", ""))
}
for _folder in CELERY_BROKER_TRANSPORT_OPTIONS.values():
    os.makedirs(_folder, exist_ok=True)
