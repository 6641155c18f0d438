"""Which Java runs Spark: one of the machine's, else the one that a Python wheel carries."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from bootstrap.command import answer

VERSIONS = ("17", "21")
"""The Java versions that Spark 4.2 and Delta 4.4 are tried on here."""

VECTOR_MODULE = "--add-modules=jdk.incubator.vector"
"""What Spark's launcher asks of every Java; a runtime cut down to fewer modules refuses it."""

INSTALLED = Path("/usr/lib/jvm")
MAC_CHOOSER = Path("/usr/libexec/java_home")


def find_java(environment: Mapping[str, str]) -> Path | None:
    """The home of the first Java that fits: JAVA_HOME, PATH, macOS's chooser, /usr/lib/jvm."""
    for java in _candidates(environment):
        home = fitting_home(java)
        if home:
            return home
    return None


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    if environment.get("JAVA_HOME"):
        yield Path(environment["JAVA_HOME"], "bin", "java")
    on_path = shutil.which("java", path=environment.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path)
    if MAC_CHOOSER.exists():
        homes = (answer([MAC_CHOOSER, "-v", version]) for version in VERSIONS)
        yield from (Path(home.strip(), "bin", "java") for home in homes if home)
    yield from sorted(INSTALLED.glob("*/bin/java"))


def fitting_home(java: Path) -> Path | None:
    """Asks a Java for its version and home (which a link or a shim on PATH does not show).

    Returns:
        Its home where Spark can start on it, else None.
    """
    told = answer([java, VECTOR_MODULE, "-XshowSettings:properties", "-version"]) or ""
    facts = dict(re.findall(r"^\s*java\.(home|specification\.version) = (.+?)\s*$", told, re.M))
    fits = facts.get("specification.version") in VERSIONS
    return Path(facts["home"]) if fits and "home" in facts else None


def make_shim(home: Path, java: Path) -> None:
    """Makes `home` a JAVA_HOME for Spark from a Java that lacks the vector module.

    Args:
        home: The folder to make; its `bin/java` drops VECTOR_MODULE and hands on the rest.
        java: The executable to hand on to; a path below `home`'s parent, so that both may move.
    """
    shim = home / "bin" / "java"
    shim.parent.mkdir(parents=True, exist_ok=True)
    unfinished = shim.with_suffix(".new")
    unfinished.write_text(
        "#!/bin/sh\n"
        "for word do\n"
        "    shift\n"
        f'    [ "$word" = {VECTOR_MODULE} ] || set -- "$@" "$word"\n'
        "done\n"
        f'exec "${{0%/*}}/{os.path.relpath(java, shim.parent)}" "$@"\n'
    )
    unfinished.chmod(0o755)
    unfinished.replace(shim)
