"""How set-up talks: to the programs it starts, and to the person who waits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class SetupError(Exception):
    """Set-up cannot go on. `str(error)` is the whole message, remedy included.

    It stands outside `lib.errors` because set-up runs before the project's own Python is there.
    """


def say(text: str) -> None:
    """Tells the person what is going on, on stderr: stdout belongs to the command asked for."""
    print(f"songlake: {text}", file=sys.stderr, flush=True)


def answer(command: Sequence[str | Path]) -> str | None:
    """What a quick command prints (both streams), or None where it fails or does not exist."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def run(command: Sequence[str | Path], failing: str) -> None:
    """Runs one step of the set-up.

    Args:
        command: The program and its arguments.
        failing: What to say where it fails: what could not be done, and the remedy.

    Raises:
        SetupError: It did not exit with 0; the message ends with the cause it gave.
    """
    # uv and pip trust their own list of certificates unless told that the machine's counts.
    environment = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ}
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment,
        close_fds=False,  # hands on the lock: an orphan of a killed set-up still keeps others out
    )
    if done.returncode:
        raise SetupError(f"{failing} ({_cause(done.stdout)})")


def _cause(output: str) -> str:
    """The line of a failed program's output that says most."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it said nothing"]
    telling = ("error", "cause", "caused by", "server access error", "no space left")
    told = [line for line in lines if line.lower().startswith(telling)]
    return (told or lines)[-1]
