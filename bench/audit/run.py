"""Look at the public pages with Lighthouse, and fail where one falls short. script/audit runs it.

The portal runs as script/server starts it, on a database of its own with the demonstration and an
open pavilion. A page that is too slow is looked at twice more: the median counts.
"""
# ruff: noqa: S603, T201 - it starts the project's own programs and talks to a terminal

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from processes import exit_on_signals, free_port, start, stop
from servers import LeftOut, chromium

from bench.audit import scores
from bench.stack import GUNICORN, ROOT, wait_until_it_answers

HERE = Path(__file__).parent
LANGUAGES = {"es": "", "en": "/en", "zh-hans": "/zh-hans"}
TRIES = 3


def main() -> int:
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="script/audit", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="pages whose name contains it")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the reports there")
    wanted = parser.parse_args()
    exit_on_signals()
    with contextlib.ExitStack() as resources:
        folder = tempfile.TemporaryDirectory(prefix="portal-audit-", ignore_cleanup_errors=True)
        temporary = Path(resources.enter_context(folder))
        try:
            lighthouse = Lighthouse(temporary, wanted.keep)
        except LeftOut as missing:
            print(f"error: {missing}", file=sys.stderr)
            return 2
        port = serve(temporary, resources)
        found = [
            lighthouse.judge(name, f"http://127.0.0.1:{port}{path}", device)
            for name, path, device in pages(port)
            if wanted.only in f"{name} {device}"
        ]
    print(f"\n{scores.table(found)}\n\n{scores.reasons(found)}")
    return int(any(each.short for each in found))


def pages(port: int) -> list[tuple[str, str, str]]:
    """Name, path and device of each look."""
    address = f"http://127.0.0.1:{port}/pavilion/"
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - of this machine
        shown = answer.read().decode()
    product = re.search(r'href="(/pavilion/products/[^/"]+/)"', shown)
    if not product:
        sys.exit("error: the pavilion shows no product")
    looks = []
    for language, prefix in LANGUAGES.items():
        looks += [
            (f"home, {language}", f"{prefix}/", "mobile"),
            (f"pavilion, {language}", f"{prefix}/pavilion/", "mobile"),
            (f"product, {language}", f"{prefix}{product[1]}", "mobile"),
            (f"pavilion, {language}", f"{prefix}/pavilion/", "desktop"),
        ]
    return looks


def serve(temporary: Path, resources: contextlib.ExitStack) -> int:
    """Start the portal; returns its port."""
    port = free_port()
    environment = os.environ | {
        "ENVIRONMENT": "demo",
        "DEBUG": "False",
        "DATA_DIR": str(temporary),
        "DATABASE_URL": f"sqlite:///{temporary / 'portal.sqlite3'}",
        "REDIS_URL": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
    }
    for arguments in (["prepare"], ["demo", "--approved", "100"]):
        print(f"manage.py {' '.join(arguments)} ...", file=sys.stderr, flush=True)
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    log = resources.enter_context((temporary / "web.log").open("wb"))
    process = start(
        [sys.executable, "-m", "gunicorn", "promexico_portal.wsgi", f"--bind=127.0.0.1:{port}"]
        + [*GUNICORN, "--no-control-socket"],
        env=environment,
        stdout=log,
        stderr=log,
    )
    resources.callback(stop, [process], seconds=10)
    wait_until_it_answers(port, "/healthz", temporary / "web.log")
    return port


class LookFailed(Exception):
    """Chromium lost the page; the next look may succeed."""


class Lighthouse:
    """Installed once for each lock file, outside the repository."""

    def __init__(self, temporary: Path, keep: Path | None):
        if not (shutil.which("node") and shutil.which("npm")):
            raise LeftOut("Node is not installed; apt-get install nodejs npm")
        self.environment = os.environ | {"CHROME_PATH": shutil.which(chromium())}
        self.folder = keep.resolve() if keep else temporary / "reports"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = _installed()
        self.looks = 0

    def judge(self, name: str, url: str, device: str) -> scores.Audited:
        found, errors = [], []
        while len(found) + len(errors) < TRIES:
            try:
                found.append(self._look(name, url, device))
            except LookFailed as error:
                errors.append(str(error))
            else:
                if "performance" not in found[-1].short:
                    break
        if not found:
            sys.exit(f"error: Lighthouse on {url}:\n{errors[-1]}")
        judged = scores.middle(found)
        numbers = " ".join(map(str, judged.scores.values()))
        print(f"{name}, {device}: {numbers}", file=sys.stderr, flush=True)
        return judged

    def _look(self, name: str, url: str, device: str) -> scores.Audited:
        self.looks += 1
        report = self.folder / f"{self.looks:02d}.json"
        flags = ["--headless=new"] + (["--no-sandbox"] if os.getuid() == 0 else [])
        done = subprocess.run(
            [
                str(self.program),
                url,
                "--output=json",
                f"--output-path={report}",
                f"--chrome-flags={' '.join(flags)}",
                f"--only-categories={','.join(scores.LEAST)}",
                "--no-enable-error-reporting",
                "--quiet",
                *(["--preset=desktop"] if device == "desktop" else []),
            ],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode or not report.exists():
            raise LookFailed(done.stdout + done.stderr)
        return scores.read(name, device, json.loads(report.read_text()))


def _installed() -> Path:
    """The program, in a folder of the user's cache that belongs to this lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "portal-audit" / hashlib.sha256(lock).hexdigest()[:12]
    program = folder / "node_modules/.bin/lighthouse"
    if (folder / "complete").exists():
        return program
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    print(f"Installing Lighthouse in {folder} ...", file=sys.stderr, flush=True)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)  # noqa: S607 - npm of the PATH
    if done.returncode:
        raise LeftOut(f"npm could not install Lighthouse. Is there a network?\n{done.stderr}")
    (folder / "complete").touch()
    return program


if __name__ == "__main__":
    sys.exit(main())
