"""The audio store: what is made of audio files, each thing whole or not there, and made once.

A thing lies at `<root>/<stage>/<first two of audio_id>/<audio_id>/<recipe>/`. The audio_id names
the file it was made of by its content and the recipe names how it was made (engine or algorithm,
version, settings), so what is there is right, and what would be made otherwise lies elsewhere. A
run that was killed goes on from what is there.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import orjson

RESULT = "result.json"
"""The file in a thing's folder that holds its facts."""

_INCOMING = ".incoming"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]*")


@dataclass(frozen=True)
class AudioStore:
    """The store under one root, which every executor reaches.

    Attributes:
        root: its folder; made where there is none.
    """

    root: str

    def place(self, stage: str, audio_id: str, recipe: str) -> Path:
        """Where a thing lies once it is made.

        Raises:
            ValueError: a name is none that every file system takes.
        """
        if not all(_NAME.fullmatch(name) for name in (stage, audio_id, recipe)):
            raise ValueError(f"no name for a folder: {stage!r}, {audio_id!r} or {recipe!r}")
        return Path(self.root) / stage / audio_id[:2] / audio_id / recipe

    def kept(self, stage: str, audio_id: str, recipe: str, make: Callable[[Path], None]) -> Path:
        """The folder of a thing, as it is or else made now.

        Args:
            stage: what it is, e.g. `stems`.
            audio_id: the file it is made of.
            recipe: how it is made; a change to that is a change to this.
            make: fills an empty folder, which then appears in its place by one rename. What it
                raises is passed on, and nothing is kept.
        """
        target = self.place(stage, audio_id, recipe)
        if target.is_dir():
            return target
        incoming = Path(self.root) / _INCOMING
        item = f"{stage}-{audio_id}-{recipe}"[:180]
        _clear(incoming, item)
        folder = incoming / f"{item}@{socket.gethostname()}@{os.getpid()}@{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            make(folder)
            for file in folder.rglob("*"):
                _flush(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
        except OSError:
            # Another worker was first: what it made is the same.
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return target

    def result(
        self,
        stage: str,
        audio_id: str,
        recipe: str,
        make: Callable[[], Mapping[str, Any]],
    ) -> dict[str, Any]:
        """The facts of a thing that is nothing else, as they are or else found now."""

        def write(folder: Path) -> None:
            write_result(folder, make())

        return read_result(self.kept(stage, audio_id, recipe, write))


def write_result(folder: Path, facts: Mapping[str, Any]) -> None:
    """Writes a thing's facts into its folder; what is no number (NaN) becomes null."""
    text = orjson.dumps(dict(facts), option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS)
    (folder / RESULT).write_bytes(text)


def read_result(folder: Path) -> dict[str, Any]:
    """The facts in a thing's folder."""
    return cast(dict[str, Any], orjson.loads((folder / RESULT).read_bytes()))


def _clear(incoming: Path, item: str) -> None:
    """Deletes what a process of this machine that was killed left of the same thing."""
    for left in incoming.glob(f"{item}@{socket.gethostname()}@*"):
        if not _lives(int(left.name.split("@")[-2])):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _flush(file: Path) -> None:
    if file.is_file():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
