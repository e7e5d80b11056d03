"""Starts what is measured: servers of its own, the yardstick and the portal beside it."""
# ruff: noqa: S603 - it starts the project's own programs

import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from processes import free_port, start, stop
from servers import postgresql, redis

ROOT = Path(__file__).resolve().parent.parent
# What a production server of two cores has; fsync stays off, as for the yardstick.
POSTGRESQL = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
    "autovacuum": "off",  # the runner analyses when it has filled; nothing runs between rounds
}
GUNICORN = ("--worker-class=gthread", "--workers=2", "--threads=4", "--preload")
YARDSTICK_ROWS = 10_000


class Stack:
    """The two web servers; `fill` and `prepare` change what is in the portal's database."""

    def __init__(self, temporary: Path, resources: contextlib.ExitStack, say):
        self.say = say
        self.temporary = temporary
        database = postgresql(temporary, resources, **POSTGRESQL)
        queue = redis(temporary, resources)
        data = temporary / "data"
        data.mkdir()
        self.port, self.yardstick_port = free_port(), free_port()
        self.environment = {
            "ENVIRONMENT": "demo",
            "DEBUG": "False",
            "DATA_DIR": str(data),
            "DATABASE_URL": _named(database, "portal"),
            "REDIS_URL": queue,
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": self.url(""),
            "STAFF_MFA_REQUIRED": "True",
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(data),
            "LIMIT_PG": _named(database, "yardstick"),
            "LIMIT_REDIS": queue.removesuffix("/0") + "/1",
            "LIMIT_STATIC": str(temporary / "yardstick-static"),
        }
        self.production = {
            "ENVIRONMENT": "production",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "SECURE_SSL_REDIRECT": "False",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "DEFAULT_FROM_EMAIL": "portal@portal.example",
        }
        self._create_databases(database)
        self.manage("prepare")
        self.manage("demo", "--approved", "100")
        self._run("-m", "bench.limit_app", "setup", str(YARDSTICK_ROWS))
        self._serve(resources)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def yardstick(self, path: str) -> str:
        return f"http://127.0.0.1:{self.yardstick_port}{path}"

    def manage(self, *arguments: str) -> None:
        began = time.monotonic()
        self._run("manage.py", *arguments)
        self.say(f"manage.py {' '.join(arguments)}: {time.monotonic() - began:.0f} s")

    def fill(self, *, products: int, applications: int) -> None:
        self.manage("demo", "--products", str(products), "--volume", str(applications))
        self._sql("portal", "VACUUM ANALYZE")

    def prepared(self, what: str) -> dict:
        """What bench/prepare.py prints."""
        return json.loads(self._run("-m", "bench.prepare", what).splitlines()[-1])

    def memory_mb(self) -> float:
        """Of the portal's largest web process, as the kernel counts its resident pages."""
        children = Path(f"/proc/{self.portal.pid}/task/{self.portal.pid}/children").read_text()
        sizes = [
            int(line.split()[1])
            for child in children.split()
            for line in Path(f"/proc/{child}/status").read_text().splitlines()
            if line.startswith("VmRSS:")
        ]
        return max(sizes) / 1024

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"error: {' '.join(arguments)}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def _sql(self, database: str, statement: str) -> None:
        import psycopg2

        with contextlib.closing(psycopg2.connect(_named(self.server, database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def _create_databases(self, server: str) -> None:
        self.server = server
        for name in ("portal", "yardstick"):
            self._sql("postgres", f"CREATE DATABASE {name}")

    def _serve(self, resources: contextlib.ExitStack) -> None:
        self.portal = self._gunicorn(
            resources, "promexico_portal.wsgi", self.port, self.environment | self.production
        )
        self._gunicorn(
            resources, "bench.limit_app:application", self.yardstick_port, self.environment
        )
        wait_until_it_answers(self.port, "/healthz", self.temporary / "promexico_portal.wsgi.log")
        wait_until_it_answers(
            self.yardstick_port, "/none/plain", self.temporary / "bench.limit_app.log"
        )

    def _gunicorn(self, resources, application: str, port: int, environment) -> subprocess.Popen:
        log = resources.enter_context(
            (self.temporary / f"{application.partition(':')[0]}.log").open("wb")
        )
        process = start(
            [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}"]
            + [*GUNICORN, "--no-control-socket"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
        )
        resources.callback(stop, [process], seconds=10)
        return process


def _named(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


def wait_until_it_answers(port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    sys.exit(f"error: no answer from port {port}:\n{log.read_text()[-3000:]}")
