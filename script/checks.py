"""Run every check and test, then exit 1 if one failed. script/test runs this from .venv.

All stages run whatever fails before them. The summary is printed before the last test run, so that
the output ends with pytest's own closing line.
"""
# ruff: noqa: S603, S607, T201 - it starts the project's own programs and talks to a terminal

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from processes import end_with_parent, exit_on_signals
from servers import LeftOut, chromium, postgresql, redis

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NO_TESTS_COLLECTED = 5  # pytest's exit code


@dataclass
class Stage:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    passed: bool = True


def python_environment(data: Path, **values: str) -> dict[str, str]:
    """The embedded default in `data`, whatever .env or the caller's environment says."""
    data.mkdir()
    return {
        "ENVIRONMENT": "demo",
        "DEBUG": "False",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'portal.sqlite3'}",
        "REDIS_URL": "",
        "TMPDIR": str(data),  # what a test leaves behind goes with the rest
        **values,
    }


def code_stages(temporary: Path) -> list[Stage]:
    manage = [sys.executable, "manage.py"]
    embedded = python_environment(temporary / "checks")
    production = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",  # never connected to
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "DEFAULT_FROM_EMAIL": "portal@portal.example",
    }
    return [
        Stage("code: ruff check", [BIN / "ruff", "check"]),
        Stage("code: ruff format", [BIN / "ruff", "format", "--check"]),
        Stage("templates: djlint", [BIN / "djlint", "templates", "--lint", "--quiet"]),
        Stage("imports between apps", [BIN / "lint-imports"]),
        Stage("translations", [*manage, "compile_catalogs"], embedded),
        Stage("migrations", [*manage, "makemigrations", "--check", "--dry-run"], embedded),
        Stage(
            "production settings",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            embedded | production,
        ),
    ]


def servers(temporary: Path, resources: contextlib.ExitStack) -> dict[str, str]:
    return {
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or postgresql(temporary, resources),
        "REDIS_URL": os.environ.get("TEST_REDIS_URL") or redis(temporary, resources),
    }


# --- Stages --------------------------------------------------------------------------------


def test_stages(temporary, resources, arguments, *, quick) -> tuple[list[Stage], list[str]]:
    """The test runs that are possible here, and a line for each that is not."""
    paths = [word for word in arguments if Path(word.partition("::")[0]).exists()]
    for_browser = [path for path in paths if path.startswith("tests/browser")]
    pytest = [sys.executable, "-m", "pytest"]
    plain = [*pytest, "-n", "2", "--ignore=tests/browser", *([] if paths else ["tests"])]
    browser = [*pytest, *([] if paths else ["tests/browser"])]
    left_out = []
    stages = []

    def add(name: str, command: list[str], **environment: str) -> None:
        data = temporary / f"data-{len(stages)}"
        environment = python_environment(data, **environment)
        stages.append(Stage(name, [*command, *arguments], environment))

    if not for_browser:
        add("tests: SQLite", plain)
    if quick:
        return stages, ["by --quick: PostgreSQL and Redis; browser"]
    real = {}
    try:
        real = servers(temporary, resources)
        if not for_browser:
            add("tests: PostgreSQL and Redis", plain, **real)
    except LeftOut as missing:
        left_out.append(f"everything on PostgreSQL and Redis: {missing}")
    if not paths or for_browser:
        try:
            environment = {"CHROMIUM": chromium()}
            add("browser: SQLite", browser, **environment)
            if real:
                add("browser: PostgreSQL and Redis", browser, **environment, **real)
        except LeftOut as missing:
            left_out.append(f"browser tests: {missing}")
    return stages, left_out


def run(stage: Stage, *, narrowed: bool) -> None:
    print(f"\n--- {stage.name}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        stage.command,
        check=False,
        env=os.environ | stage.environment,
        preexec_fn=end_with_parent,
    )
    stage.seconds = time.monotonic() - began
    # With arguments such as -k, a run in which nothing fits is no failure.
    fine = (0, NO_TESTS_COLLECTED) if narrowed else (0,)
    stage.passed = done.returncode in fine


def summarise(stages: list[Stage], left_out: list[str], *, everything: bool) -> None:
    print("\n--- Summary before the last run")
    for stage in stages:
        print(f"{'ok' if stage.passed else 'FAILED':<8}{stage.seconds:7.1f} s  {stage.name}")
    for line in left_out:
        print(f"left out           {line}")
    if left_out and everything:
        print("                   with --all this is a failure")
    sys.stdout.flush()
    failed = [stage.name for stage in stages if not stage.passed]
    if failed:
        print(f"FAILED: {'; '.join(failed)}", file=sys.stderr, flush=True)


def main() -> int:
    os.chdir(ROOT)
    arguments = sys.argv[1:]
    quick, everything = "--quick" in arguments, "--all" in arguments
    arguments = [word for word in arguments if word not in {"--quick", "--all"}]
    exit_on_signals()
    with contextlib.ExitStack() as resources:
        temporary = Path(
            resources.enter_context(
                tempfile.TemporaryDirectory(prefix="portal-checks-", ignore_cleanup_errors=True)
            )
        )
        temporary.chmod(0o711)  # the database server's user must reach its folder
        code = code_stages(temporary)
        tests, left_out = test_stages(temporary, resources, arguments, quick=quick)
        *before_last, last = [*code, *tests]
        for stage in before_last:
            run(stage, narrowed=bool(arguments))
        summarise(before_last, left_out, everything=everything)
        run(last, narrowed=bool(arguments))
    failed = not all(stage.passed for stage in [*before_last, last])
    return int(failed or (everything and bool(left_out)))


if __name__ == "__main__":
    sys.exit(main())
