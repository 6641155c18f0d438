"""Every file under the paths a person names: folders are walked and zips are looked into."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lib.inputs import InputFile, Unread, with_users
from lib.unzip import unzipped, why_unreadable


def walk(path: Path, landing: Path) -> Iterator[InputFile | Unread]:
    """Every file at a path, those in its folders and zips included, in the order of their names.

    Nothing is written, and trouble with one file is told as `Unread` and does not end the walk.

    Args:
        path: a file, a folder or a zip.
        landing: the landing folder, which is never walked: its files have been landed.
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            found = with_users(_entries(path, landing))
        else:
            found = with_users([_entry(path, path.parent, named=True)], _beside(path))
    except FileNotFoundError:
        found = iter([Unread(str(path), "no such file or folder: check the path")])
    except OSError as error:
        found = iter([Unread(str(path), why_unreadable(error))])
    for entry in found:
        if isinstance(entry, InputFile):
            yield from unzipped(entry)
        else:
            yield entry


def _entries(root: Path, landing: Path) -> Iterator[InputFile | Unread]:
    errors: list[OSError] = []
    seen = {_identity(landing)}
    for folder, subfolders, names in os.walk(root, onerror=errors.append, followlinks=True):
        here = Path(folder)
        if _identity(here) in seen:
            yield Unread(folder, "a folder that was read or landed already", broken=False)
            subfolders.clear()
            continue
        seen.add(_identity(here))
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            yield _entry(here / name, root)
    for error in errors:
        yield Unread(str(error.filename), why_unreadable(error))


def _entry(path: Path, root: Path, named: bool = False) -> InputFile | Unread:
    if path.name.startswith(".") and not named:
        return Unread(str(path), "a hidden file", broken=False)
    try:
        found = path.stat()
    except OSError as error:
        return Unread(str(path), why_unreadable(error))
    # Opening a pipe or a device could wait for ever.
    if not stat.S_ISREG(found.st_mode):
        return Unread(str(path), "neither a file nor a folder: name a file", broken=named)
    place = PurePosixPath(path.relative_to(root).as_posix())
    return InputFile(str(path), place, found.st_size, lambda: path.open("rb"), named, path)


def _beside(path: Path) -> list[InputFile]:
    """The files next to one that may tell its user."""
    entries = (_entry(entry, path.parent) for entry in sorted(path.parent.iterdir()))
    return [entry for entry in entries if isinstance(entry, InputFile) and entry.tells_user]


def _identity(folder: Path) -> tuple[int, int] | None:
    """What stays the same by whatever path a folder is reached; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
