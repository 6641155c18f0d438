"""Input files as they are found, and whose export they are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

import orjson

from lib.sources.account import USER_FILES, account_name


@dataclass(frozen=True)
class InputFile:
    """A file to look at.

    Attributes:
        source: where it is, for people: a path, or `zip!member`.
        place: its path inside the folder or zip it came in.
        size: bytes.
        open: opens it for reading at its beginning, as often as wanted while the walk stands at it.
        named: whether the person named this very file.
        path: where it is on this machine; None for a file inside a zip.
        user: the user name told by a Userdata.json, Identity.json or user.json of the same export.
    """

    source: str
    place: PurePosixPath
    size: int
    open: Callable[[], IO[bytes]]
    named: bool = False
    path: Path | None = None
    user: str | None = None

    @property
    def suffix(self) -> str:
        """The name's ending in lower case, e.g. `.json`."""
        return self.place.suffix.lower()

    @property
    def tells_user(self) -> bool:
        """Whether by its name this is a file that tells the user's name."""
        return self.place.name.lower() in USER_FILES


@dataclass(frozen=True)
class Unread:
    """A file or folder that was found but not handed on.

    Attributes:
        source: where it is, for people.
        reason: why, and what to do about it.
        broken: whether data may be missed by it.
    """

    source: str
    reason: str
    broken: bool = True


def with_users(
    entries: Iterable[InputFile | Unread], beside: Iterable[InputFile] = ()
) -> Iterator[InputFile | Unread]:
    """Tells each file of one folder or zip whose export it is part of.

    Args:
        entries: what the folder or zip holds.
        beside: further files that may tell a name, though nobody asked for them.
    """
    entries = list(entries)
    names = _names([*beside, *(entry for entry in entries if isinstance(entry, InputFile))])
    for entry in entries:
        if isinstance(entry, InputFile):
            entry = replace(entry, user=_nearest(entry.place, names) or entry.user)
        yield entry


def _names(files: Iterable[InputFile]) -> dict[PurePosixPath, str]:
    """The user's name by the folder in which a file tells it."""
    telling = [file for file in files if file.tells_user]
    telling.sort(key=lambda file: USER_FILES.index(file.place.name.lower()))
    names = {}
    for file in telling:
        try:
            with file.open() as stream:
                name = account_name(orjson.loads(stream.read()))
        except Exception:  # whatever is wrong with it is told when the file itself is looked at
            continue
        if name:
            names[file.place.parent] = name
    return names


def _nearest(place: PurePosixPath, names: dict[PurePosixPath, str]) -> str | None:
    """The name told in the file's own folder, or the only one told in the nearest folder around it.

    Spotify puts the plays and the account data in two folders side by side.
    """
    for folder in place.parents:
        told = {name for where, name in names.items() if where.is_relative_to(folder)}
        if folder in names or told:
            return names.get(folder) or (told.pop() if len(told) == 1 else None)
    return None
