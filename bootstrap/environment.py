"""`.venv`: uv, Python 3.11 and the packages of the hash-locked requirements files."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from bootstrap.command import SetupError, answer, run, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = VENV / "lib" / "python3.11" / "site-packages"
REQUIREMENTS = ROOT / "requirements"
TOOLS = ROOT / ".venv-tools"
"""What set-up itself needs: the lock, and a private uv where the machine has none."""

OLDEST_UV = (0, 5)
AGAIN = (
    "check the network (or its proxy) and the disk's free space, then run the same command again"
)


def find_uv() -> Path:
    """The machine's uv, else a private one, installed by hash into `.venv-tools`.

    Raises:
        SetupError: There is no uv and python3 has no means to install one, or no network.
    """
    found = shutil.which("uv")
    if found and _version(answer([found, "--version"])) >= OLDEST_UV:
        return Path(found)
    lock = REQUIREMENTS / "uv.txt"
    locked = re.search(r"^uv==(\S+)", lock.read_text(), re.MULTILINE)
    private = TOOLS / f"uv-{locked.group(1) if locked else 'locked'}"
    if not private.exists():
        _install_uv(lock, private)
    return private


def _version(told: str | None) -> tuple[int, ...]:
    number = re.search(r"(\d+)\.(\d+)", told or "")
    return tuple(map(int, number.groups())) if number else ()


def _install_uv(lock: Path, private: Path) -> None:
    say("fetching uv, the installer")
    workshop = TOOLS / "uv-workshop"
    shutil.rmtree(workshop, ignore_errors=True)
    install = ["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    if answer([sys.executable, "-m", "venv", workshop]) is not None:
        command: list[str | Path] = [workshop / "bin" / "python", "-m", "pip", *install]
    elif answer([sys.executable, "-m", "pip", "--version"]) is not None:
        shutil.rmtree(workshop, ignore_errors=True)
        command = [sys.executable, "-m", "pip", *install, "--target", workshop]
    else:
        raise SetupError(
            f"{sys.executable} has neither venv nor pip: install one of them "
            "(Debian: apt install python3-venv) or uv, and run the same command again"
        )
    run([*command, "-r", lock], f"uv cannot be installed: {AGAIN}")
    (workshop / "bin" / "uv").replace(private)  # whole or not there, if killed before
    shutil.rmtree(workshop, ignore_errors=True)


def make(uv: Path) -> None:
    """Lays an empty `.venv` of Python 3.11, which uv finds or brings; an older one is removed."""
    say("making .venv: once; some 700 MB to fetch, 1.5 GB on disk")
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [uv, "venv", "--quiet", "--no-project", "--python", "3.11", VENV],
        f"Python 3.11 was neither found nor fetched: install it, or {AGAIN}",
    )


def sync(uv: Path, profile: str) -> None:
    """Makes `.venv` hold exactly the packages of `requirements/<name>.txt`, of each name."""
    files = [f"{name}.txt" for name in profile.split()]
    size = "; 2 GB on disk" if "spleeter.txt" in files else ""
    say(f"installing the packages of requirements/{' and '.join(files)}{size}")
    run(
        # Bytecode is compiled here: every start is quick, in a read-only image too.
        [*_pip(uv, "sync"), "--compile-bytecode", *(REQUIREMENTS / file for file in files)],
        f"the Python packages cannot be installed: {AGAIN}",
    )
    # Relative, so that the project may move: `import lib` works from anywhere, in workers too.
    relative = os.path.relpath(ROOT, SITE_PACKAGES)
    (SITE_PACKAGES / "songlake.pth").write_text(relative + "\n")


def add(uv: Path, name: str, failing: str) -> None:
    """Installs `requirements/<name>.txt` beside what `.venv` holds."""
    run([*_pip(uv, "install"), "-r", REQUIREMENTS / f"{name}.txt"], failing)


def _pip(uv: Path, verb: str) -> list[str | Path]:
    build = REQUIREMENTS / "build.txt"
    hashes = ["--require-hashes", "--build-constraints"]
    return [uv, "pip", verb, "--quiet", "--python", PYTHON, *hashes, build]
