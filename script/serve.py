"""Prepare what has changed, then run the web server and one background worker as one tree.

script/server runs this with --check on any Python, before the packages are there, and then for
good from .venv. Hence the standard library only.
"""
# ruff: noqa: S603, T201 - it starts the project's own programs and talks to a terminal

import contextlib
import fcntl
import hashlib
import http.client
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from processes import exit_on_signals, start, stop

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10  # a killed worker loses its task on the filesystem queue: let it finish
START_SECONDS = 60


def fail(message: str):
    print(f"\nerror: {message}", file=sys.stderr, flush=True)
    sys.exit(1)


def read_environment() -> dict[str, str]:
    """The environment over .env, as in the settings; only for the few names used here."""
    values = {}
    with contextlib.suppress(FileNotFoundError):
        for line in (ROOT / ".env").read_text().splitlines():
            with contextlib.suppress(ValueError):  # a quote within text: none of ours
                for word in shlex.split(line, comments=True):
                    name, equals, value = word.partition("=")
                    if equals:
                        values[name] = value
    return values | dict(os.environ)


ENV = read_environment()
PRODUCTION = ENV.get("ENVIRONMENT") == "production"
DATA_DIR = Path(ENV.get("DATA_DIR", ROOT / "var"))
LOGS = DATA_DIR / "log"
PREPARED = DATA_DIR / "stamps" / "prepared"
DEMO = DATA_DIR / "stamps" / "demo"  # `manage.py prepare` removes it when the database is empty
HOST = ENV.get("HOST", "127.0.0.1")
PORT = ENV.get("PORT", "8000")
LOCAL_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(HOST, HOST)  # noqa: S104 - not bound here
ADDRESS = f"http://{f'[{LOCAL_HOST}]' if ':' in LOCAL_HOST else LOCAL_HOST}:{PORT}"


# --- Before anything slow ------------------------------------------------------------------


def check_directories() -> None:
    needed = [DATA_DIR, DATA_DIR / "stamps", LOGS]
    if not (ROOT / ".venv").exists():
        needed.insert(0, ROOT)
    for directory in needed:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=directory):
                pass
        except OSError as error:
            fail(
                f"cannot write in {directory} ({error.strerror}).\n"
                + "Start as the user it belongs to"
                + ("." if directory is ROOT else ", or keep the data elsewhere: DATA_DIR=/path")
            )


def take_lock():
    """Two workers on one filesystem queue corrupt it, so one portal a data directory."""
    lock = (DATA_DIR / "server.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        fail(f"a portal with the data in {DATA_DIR} already runs: {lock.read().strip()}")
    lock.truncate(0)
    lock.write(f"{ADDRESS} (process {os.getpid()})\n")
    lock.flush()
    return lock


def check_port() -> None:
    if not PORT.isdecimal() or not 0 < int(PORT) < 65536:
        fail(f"PORT={PORT} is not a port; it takes a number from 1 to 65535.")
    try:
        found = socket.getaddrinfo(HOST, int(PORT), type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # As gunicorn does: a connection that lingers from the last run is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        fail(
            f"port {PORT} on {HOST} cannot be used ({error.strerror}).\n"
            "Stop what uses it, or choose another: PORT=8001 script/server"
        )


# --- Preparation ---------------------------------------------------------------------------


def manage(*arguments: str, **options) -> subprocess.CompletedProcess:
    done = subprocess.run([sys.executable, "manage.py", *arguments], check=False, **options)
    if done.returncode:
        fail(f"`manage.py {' '.join(arguments)}` failed; the reason is above.")
    return done


def fingerprint() -> str:
    """Changes with any file or variable that preparation depends on, or has written."""
    paths = [ROOT / ".env", ROOT / "promexico_portal/settings.py", ROOT / "requirements.lock"]
    for pattern in ("*/migrations/*.py", "locale/**/*.[pm]o", "static/**/*", "*/static/**/*"):
        paths += sorted(ROOT.glob(pattern))
    paths.append(DATA_DIR / "static/staticfiles.json")
    digest = hashlib.sha256(repr((sys.version, ENV.get("REDIS_URL"))).encode())
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            if not path.is_dir():
                status = path.stat()
                digest.update(repr((str(path), status.st_mtime_ns, status.st_size)).encode())
    return digest.hexdigest()


def prepare() -> None:
    # Only of the embedded database can one tell without asking it that nothing has changed.
    embedded = "DATABASE_URL" not in ENV and (DATA_DIR / "portal.sqlite3").exists()
    if not (embedded and PREPARED.exists() and PREPARED.read_text() == fingerprint()):
        print("Preparing translations, database and static files ...", flush=True)
        manage("prepare")
        PREPARED.write_text(fingerprint())
    if PRODUCTION or ENV.get("DEMO") == "0":
        return
    database = hashlib.sha256(ENV.get("DATABASE_URL", "").encode()).hexdigest()
    if not (DEMO.exists() and DEMO.read_text().startswith(database)):
        print("Loading the demo ...", flush=True)
        manage("demo", stdout=subprocess.DEVNULL)  # it would print the accounts a second time
        accounts = manage("demo", "--accounts", stdout=subprocess.PIPE, text=True).stdout
        DEMO.write_text(f"{database}\n{accounts}")


# --- The two processes ---------------------------------------------------------------------


def start_logged(name: str, module: str, *arguments: str) -> subprocess.Popen:
    path = LOGS / f"{name}.log"
    if path.exists() and path.stat().st_size > 10_000_000:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        return start([sys.executable, "-m", module, *arguments], stdout=log, stderr=log)


def start_web() -> subprocess.Popen:
    memory = "/dev/shm"  # noqa: S108 - gunicorn's heartbeat file: a slow disk must not stop it
    return start_logged(
        "web",
        "gunicorn",
        "promexico_portal.wsgi",
        f"--bind={f'[{HOST}]' if ':' in HOST else HOST}:{PORT}",
        "--worker-class=gthread",
        f"--workers={ENV.get('WEB_CONCURRENCY', '2')}",
        "--threads=4",
        "--preload",  # the application is imported once, not once a worker
        f"--graceful-timeout={STOP_SECONDS - 2}",
        "--no-control-socket",
        *([f"--worker-tmp-dir={memory}"] if os.access(memory, os.W_OK) else []),
    )


def start_worker() -> subprocess.Popen:
    return start_logged(
        "worker",
        "celery",
        "--app=promexico_portal.celery",
        "worker",
        "--beat",
        "--pool=prefork",  # solo would not enforce the tasks' time limit
        "--concurrency=1",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
    )


def check_alive(processes: dict[str, subprocess.Popen]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            path = LOGS / f"{name}.log"
            last_lines = b"\n".join(path.read_bytes().splitlines()[-15:]).decode(errors="replace")
            fail(
                f"{last_lines}\n\nThe {name} process ended (exit code {process.returncode}), "
                f"so the portal stops. Its last words are above and in {path}"
            )


def answers() -> bool:
    """Whether the web server answers at all; that all is well is /readyz's to say."""
    connection = http.client.HTTPConnection(LOCAL_HOST, int(PORT), timeout=5)
    host = urlsplit(ENV.get("SITE_URL", ADDRESS)).netloc
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status < 500
    return False


def announce() -> None:
    print(f"\nThe portal is ready: {ADDRESS}/")
    if DEMO.exists() and not PRODUCTION and ENV.get("DEMO") != "0":
        _, _, accounts = DEMO.read_text().partition("\n")
        print("", accounts.rstrip(), sep="\n")
    print(f"\nLogs: tail -f {LOGS.resolve()}/*.log    Stop: Ctrl-C", flush=True)


def main() -> None:
    os.chdir(ROOT)
    check_directories()
    lock = take_lock()
    check_port()
    if "--check" in sys.argv:
        return
    exit_on_signals()
    prepare()
    processes = {}
    try:
        processes["web"] = start_web()
        processes["worker"] = start_worker()
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            check_alive(processes)
            if time.monotonic() > deadline:
                fail(f"no answer from {ADDRESS}/healthz in {START_SECONDS} s; see {LOGS}/web.log")
            time.sleep(0.1)
        announce()
        while True:
            check_alive(processes)
            time.sleep(0.5)
    finally:
        print("\nStopping ...", file=sys.stderr, flush=True)
        stop(processes.values(), seconds=STOP_SECONDS)
        lock.close()


if __name__ == "__main__":
    main()
