"""Start and stop child processes so that none outlives its parent. Standard library only."""
# ruff: noqa: S603 - it starts the project's own programs

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h

if sys.platform == "linux":
    _prctl = ctypes.CDLL(None).prctl  # looked up here: after the fork may be too late


def end_with_parent() -> None:
    """For preexec_fn: should the parent be killed outright, its child is told to stop."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(argv, **options) -> subprocess.Popen:
    """Start a process in a group of its own: a Ctrl-C in the terminal reaches only the parent,
    which then stops its children in order."""
    return subprocess.Popen(
        argv,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=end_with_parent,
        **options,
    )


def stop(processes, *, seconds: float) -> None:
    """Ask all to stop, wait, then kill what is left of their groups."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def exit_on_signals() -> None:
    """Turn SIGTERM, SIGINT and SIGHUP into SystemExit, so that `finally` blocks run."""

    def leave(number, _frame):
        for other in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)  # an impatient second Ctrl-C changes nothing
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
