"""The landing area: input files byte for byte as they came (see `schemas/landing.py`).

A landed file's name begins with its own hash, so landing the same bytes twice changes nothing; and
it is moved into its place whole, so no reader ever sees half of one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote, unquote

from lib.errors import InputError, SettingsError
from schemas.landing import Landing

INCOMING = ".incoming"
"""Folder under landing/ for files on their way in; what reads landing/ skips hidden names."""

STALE_SECONDS = 86_400
"""A file that has been on its way in for a day was left behind by a run that was killed."""

MAX_USER_CHARS = 200
"""Of an encoded user name: common file systems take names of 255 bytes, `user=` included."""

_HASH_CHARS = 16
_LANDED = re.compile(rf"[0-9a-f]{{{_HASH_CHARS}}}-")


def prepare(landing: Path) -> None:
    """Makes the landing folder ready to take files in, and clears what a killed run left behind.

    Raises:
        SettingsError: it cannot be written to.
    """
    incoming = landing / INCOMING
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        for left in incoming.iterdir():
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(landing, error.strerror) from None
    if not os.access(incoming, os.W_OK | os.X_OK):
        raise _unwritable(landing, "not writable")


def user_folder(user: str) -> str:
    """The folder of a user's files: `user=` and the name, percent-encoded but for [A-Za-z0-9._@-].

    Raises:
        InputError: the name is empty or too long for a folder.
    """
    encoded = quote(user, safe="@", errors="surrogateescape").replace("~", "%7E")
    if not user.strip() or len(encoded) > MAX_USER_CHARS:
        raise InputError(
            f"a user's name has 1 to {MAX_USER_CHARS} letters (fewer where they are not ASCII), "
            f"which {user[:20]!r} has not: give another with --user NAME"
        )
    return f"user={encoded}"


def user_of(folder: str) -> str:
    """The user's name that `user_folder` made a folder's name of."""
    return unquote(folder.removeprefix("user="), errors="surrogateescape")


def kind_folder(landing: Path, kind: Landing, user: str | None) -> Path:
    """Where the files of a kind, and of a user where the kind is personal, lie."""
    folder = landing / kind.kind
    return folder / user_folder(user) if kind.personal and user else folder


def sha256_hex(stream: IO[bytes]) -> str:
    """The SHA-256 of what a stream holds."""
    digest = hashlib.sha256()
    for block in iter(partial(stream.read, 2**20), b""):
        digest.update(block)
    return digest.hexdigest()


def copies(landing: Path, kind: Landing, digest: str) -> list[Path]:
    """Every landed file that holds the bytes with this SHA-256 (hex), whoever's it is."""
    return [path for path in landed_files(landing, kind) if path.name.startswith(_prefix(digest))]


def land(stream: IO[bytes], digest: str, folder: Path, name: str, landing: Path) -> Path:
    """Copies a file into the landing area: whole or, if anything goes wrong, not at all.

    Args:
        stream: the file, at its beginning.
        digest: the SHA-256 of its bytes, in hex.
        folder: where it shall lie; made where there is none.
        name: what it shall be called after its hash; made safe for every file system and for Spark.
        landing: the landing folder, which `prepare` has seen.

    Raises:
        InputError: it cannot be written, or it changed since its hash was taken.
    """
    incoming = landing / INCOMING / uuid.uuid4().hex
    target = folder / f"{_prefix(digest)}{_safe(name)}"
    copied = hashlib.sha256()
    try:
        with incoming.open("xb") as out:
            while block := stream.read(2**20):
                copied.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if copied.hexdigest() != digest:
            raise InputError("changed while it was read: ingest it again")
        folder.mkdir(parents=True, exist_ok=True)
        incoming.replace(target)
    except OSError as error:
        remedy = "free some space there" if error.errno == errno.ENOSPC else "check that folder"
        raise InputError(
            f"not copied to {landing} ({error.strerror}): {remedy} and ingest it again"
        ) from None
    finally:
        incoming.unlink(missing_ok=True)
    return target


def landed_files(landing: Path, kind: Landing) -> list[Path]:
    """The landed files of a kind, sorted."""
    return sorted(Path(entry.path) for entry in _landed(landing, kind))


def fingerprint(landing: Path, kind: Landing) -> str:
    """The version of a kind's files as an input: a hash over their names (with user) and sizes.

    A file's name begins with the hash of its bytes, so none of them is opened.
    """
    folder = landing / kind.kind
    lines = [
        f"{PurePosixPath(entry.path).relative_to(folder)}\0{entry.stat().st_size}\n"
        for entry in _landed(landing, kind)
    ]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _landed(landing: Path, kind: Landing) -> Iterator[os.DirEntry[str]]:
    folder = landing / kind.kind
    folders = folder.glob("user=*") if kind.personal else [folder]
    for place in folders:
        if place.is_dir():
            with os.scandir(place) as entries:
                yield from (entry for entry in entries if _LANDED.match(entry.name))


def _prefix(digest: str) -> str:
    return f"{digest[:_HASH_CHARS]}-"


def _safe(name: str) -> str:
    """A name without what Spark reads as a pattern, and of bounded length, its suffix kept."""
    path = PurePosixPath(re.sub(r"[^A-Za-z0-9._-]+", "_", name))
    return path.stem[:80] + path.suffix[:8]


def _unwritable(landing: Path, reason: str | None) -> SettingsError:
    return SettingsError(
        f"{landing}: cannot be written to ({reason}): mend its permissions, "
        "or set SONGLAKE_DATA to a folder that can"
    )
