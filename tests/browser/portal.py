"""The real portal as a process tree of its own: script/serve.py on data that nobody else uses."""
# ruff: noqa: S603 - it starts the project's own programs

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg2
from redis import Redis

from script.processes import end_with_parent, free_port, start, stop

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 90
STOP_SECONDS = 30


class PostgresServer:
    """Databases with names of our own on the server that DATABASE_URL names."""

    def __init__(self, url: str):
        self.url = url
        self.made = []

    def create(self, template: str = "") -> str:
        """The URL of a new database; a copy of `template`, the URL of another."""
        name = f"portal_browser_{uuid.uuid4().hex[:12]}"
        copy = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{copy}')
        self.made.append(name)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_all(self) -> None:
        while self.made:
            self._execute(f'DROP DATABASE IF EXISTS "{self.made.pop()}" WITH (FORCE)')

    def _execute(self, sql: str) -> None:
        connection = psycopg2.connect(self.url)
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)


class RedisServer:
    """Numbered databases that were empty, on the server that REDIS_URL names."""

    def __init__(self, url: str):
        self.url = url
        self.taken = []

    def take(self) -> str:  # noqa: RET503 - the loop counts without end
        for number in itertools.count(1):
            url = urlunsplit(urlsplit(self.url)._replace(path=f"/{number}"))
            # Fails with the server's own words when it has no such number.
            with contextlib.closing(Redis.from_url(url)) as client:
                if not client.dbsize() and client.set("taken-by-browser-tests", 1, nx=True):
                    self.taken.append(url)
                    return url

    def empty_all(self) -> None:
        while self.taken:
            with contextlib.closing(Redis.from_url(self.taken.pop())) as client:
                client.flushdb()


class Servers:
    """What DATABASE_URL and REDIS_URL name; without them the embedded default."""

    def __init__(self):
        database = os.environ.get("DATABASE_URL", "")
        redis = os.environ.get("REDIS_URL", "")
        self.postgres = PostgresServer(database) if database.startswith("postgres") else None
        self.redis = RedisServer(redis) if redis else None

    def database(self, home: Path, template: str = "") -> str:
        return (
            self.postgres.create(template) if self.postgres else f"sqlite:///{home}/portal.sqlite3"
        )

    def clean_up(self) -> None:
        for clean in (
            self.postgres and self.postgres.drop_all,
            self.redis and self.redis.empty_all,
        ):
            if clean:
                clean()


class Portal:
    """A prepared data directory with its database; `start` runs the portal on it."""

    def __init__(self, home: Path, servers: Servers, copy_of: "Portal | None" = None, **settings):
        self.home = home
        self.process = self.stage_hand = None
        self.read = {}  # how much of each log `errors` has told
        if copy_of:
            shutil.copytree(copy_of.home, home)
        else:
            home.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = servers.database(home, copy_of.database_url if copy_of else "")
        # Stronger than a developer's .env and than tests/settings.py, which shares this process.
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "promexico_portal.settings",
            "ENVIRONMENT": "demo",
            "DEBUG": "False",
            "DATA_DIR": str(home),
            "MEDIA_ROOT": str(home / "media"),
            "PRIVATE_MEDIA_ROOT": str(home / "private"),
            "SECRET_KEY": "",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": servers.redis.take() if servers.redis else "",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "CLAMAV_HOST": "",
            "STAFF_MFA_REQUIRED": "False",
            "LOG_LEVEL": "INFO",
            "DEMO": "0",  # the story is told once, in the portal that the others copy
            **settings,
        }

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def stage(self, scene: str, **values):
        """Have tests/browser/stage.py do something in this portal's Django; what it returns."""
        if self.stage_hand is None:
            with (self.home / "stage.log").open("w") as log:
                self.stage_hand = subprocess.Popen(
                    [sys.executable, "-m", "tests.browser.stage"],
                    cwd=ROOT,
                    env=self.environment,
                    start_new_session=True,
                    preexec_fn=end_with_parent,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    bufsize=1,
                )
        self.stage_hand.stdin.write(json.dumps([scene, values]) + "\n")
        answer = self.stage_hand.stdout.readline()
        assert answer, (self.home / "stage.log").read_text()
        return json.loads(answer)

    def start(self) -> None:
        with self.log.open("w") as log:
            self.process = start(
                [sys.executable, "script/serve.py"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self._wait("/healthz")
        # The worker's clock leaves its first sign of life after 15 seconds; ask for one now.
        self.stage("ask_for_sign_of_life")
        self._wait("/readyz")

    @property
    def log(self) -> Path:
        return self.home / "serve.log"

    def _wait(self, path: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers(path):
            assert self.process.poll() is None, f"The portal ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"{path} never was 200:\n{self.log.read_text()}"
            time.sleep(0.1)

    def _answers(self, path: str) -> bool:
        try:
            with urlopen(self.url + path, timeout=5) as response:  # noqa: S310 - our own address
                return response.status == 200
        except (URLError, OSError):
            return False

    def errors(self) -> list[str]:
        """What the portal's processes have logged as an error since the last call."""
        told = []
        for path in sorted((self.home / "log").glob("*.log")):
            content = path.read_bytes()
            fresh = content[self.read.get(path, 0) :].decode(errors="replace")
            self.read[path] = len(content)
            told += [
                f"{path.name}: {line[:3000]}"
                for line in fresh.splitlines()
                if ('"ERROR"' in line or '"CRITICAL"' in line or "[ERROR]" in line)
                and "/readyz" not in line  # it says 503 until the worker has started
            ]
        return told


def stop_all(portals: list[Portal]) -> None:
    processes = [each for p in portals for each in (p.process, p.stage_hand) if each]
    for process in processes:
        process.terminate()
    stop(processes, seconds=STOP_SECONDS)
    for process in processes:
        for pipe in filter(None, (process.stdin, process.stdout)):
            pipe.close()
