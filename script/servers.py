"""A PostgreSQL, a Redis and a browser for checks, measurements and audits, as this machine has them."""
# ruff: noqa: S603 - it starts the programs it has found

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

from processes import free_port, start, stop

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class LeftOut(Exception):
    """Why something cannot run here, and what would change that."""


def postgresql(temporary: Path, resources: contextlib.ExitStack, **more_settings) -> str:
    """The URL of a PostgreSQL of our own, stopped with `resources`."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    path = os.pathsep.join([os.environ["PATH"], *map(str, reversed(installed))])
    server, initdb = shutil.which("postgres", path=path), shutil.which("initdb", path=path)
    if not (server and initdb):
        raise LeftOut("PostgreSQL is not installed; apt-get install postgresql")
    home = temporary / "postgresql"
    home.mkdir()
    options = {"cwd": home}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            raise LeftOut("PostgreSQL cannot run as root, and no user is named postgres") from None
        os.chown(home, user.pw_uid, user.pw_gid)
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    log = resources.enter_context((home / "log").open("w"))
    options |= {"stdout": log, "stderr": log}
    subprocess.run(
        [initdb, "-D", home / "data", "-U", "portal", "-A", "trust", "-E", "UTF8"]
        + ["--locale=C.UTF-8", "--no-sync"],
        check=True,
        **options,
    )
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": home,
        "max_connections": 200,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        **more_settings,
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    process = start([server, "-D", home / "data", *words], **options)
    resources.callback(stop, [process], seconds=10)
    url = f"postgres://portal@127.0.0.1:{port}/postgres"
    wait_for("PostgreSQL", home / "log", lambda: psycopg_connects(url))
    return url


def psycopg_connects(url: str) -> bool:
    import psycopg2

    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(url).close()
        return True
    return False


def redis(temporary: Path, resources: contextlib.ExitStack) -> str:
    """The URL of a Redis of our own, stopped with `resources`."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if not server:
        raise LeftOut("Redis is not installed; apt-get install redis-server")
    home = temporary / "redis"
    home.mkdir()
    port = free_port()
    log = resources.enter_context((home / "log").open("w"))
    process = start(
        [server, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", home],
        stdout=log,
        stderr=log,
    )
    resources.callback(stop, [process], seconds=10)
    url = f"redis://127.0.0.1:{port}/0"
    wait_for("Redis", home / "log", lambda: redis_answers(url))
    return url


def redis_answers(url: str) -> bool:
    from redis import Redis
    from redis.exceptions import RedisError

    with contextlib.suppress(RedisError), Redis.from_url(url) as client:
        return client.ping()
    return False


def wait_for(name: str, log: Path, ready) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"error: {name} did not start:\n{log.read_text()}")
        time.sleep(0.1)


def chromium() -> str:
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else BROWSERS:
        if found := shutil.which(name):
            return found
    raise LeftOut(f"{named or 'Chromium'} is not installed; apt-get install chromium")
