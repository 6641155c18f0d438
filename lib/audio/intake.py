"""`songlake ingest` of audio files: facts of them are landed, the files stay where they are.

A landed line is a JSON object that tells all that was known of a path at a time:

    {"path": "/music/a.mp3", "sha256": "…", "size": 1, "mtime_ns": 2, "at": "2024-01-01T00:00:00Z",
     "tags": {…}, "manifest": {…}, "preview": {…}}

where the last three hold what each of them tells (see `lib.audio.names.FACTS`). Of lines for one
path the last one is true.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import orjson

from lib.audio.names import Told, told_by_tags
from lib.errors import InputError
from lib.landing import kind_folder, land, landed_files, sha256_hex
from schemas.landing import AUDIO_FILES

TELLERS = ("preview", "manifest", "tags")
"""Who may tell what a file is called, who is believed first; else its name does."""

SUFFIXES = frozenset(
    (".wav", ".wave", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".aif",
     ".aiff", ".aifc", ".caf", ".wma")
)  # fmt: skip
_MAGIC = (b"fLaC", b"OggS", b"ID3", b"caff")
#: So many files are hashed before their lines are landed: what a stopped ingest has to do again.
_AT_ONCE = 500

Line = dict[str, Any]


def is_audio(head: bytes, suffix: str) -> bool:
    """Whether a file is sound, by its beginning or by its name's ending."""
    in_riff = head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"
    in_form = head[:4] == b"FORM" and head[8:11] == b"AIF"
    return suffix in SUFFIXES or in_riff or in_form or head.startswith(_MAGIC)


class AudioIntake:
    """What is known of audio files in the landing area, and what is added to it.

    Args:
        landing: the landing folder, which `lib.landing.prepare` has seen.
        clock: the time, UTC.
    """

    def __init__(
        self, landing: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._landing, self._clock = landing, clock
        self._before = known_lines(landing)
        self._now = dict(self._before)
        self._new: set[str] = set()

    def take(self, path: Path) -> Literal["landed", "already"]:
        """Notes a file; one that has not changed since it was landed is not read again.

        Raises:
            InputError: its name is no text that can be written.
            OSError: it cannot be read.
        """
        name = str(path)
        if any(0xD800 <= ord(char) < 0xE000 for char in name):
            raise InputError("its name is not UTF-8: rename it")
        found = path.stat()
        seen = {"path": name, "size": found.st_size, "mtime_ns": found.st_mtime_ns}
        known = self._now.get(name, {})
        if any(known.get(what) != value for what, value in seen.items()):
            with path.open("rb") as stream:
                seen["sha256"] = sha256_hex(stream)
            self._note(name, known | seen | {"tags": told_by_tags(path)})
        return self._status(name)

    def tell(
        self, path: Path, teller: Literal["preview", "manifest"], told: Told
    ) -> Literal["landed", "already"]:
        """Notes what somebody tells of a file that was taken."""
        known = self._now[str(path)]
        if told and known.get(teller) != told:
            self._note(str(path), known | {teller: told})
        return self._status(str(path))

    def land(self) -> None:
        """Lands what is new. To be called when all files were taken.

        Raises:
            InputError: it cannot be written.
        """
        if not self._new:
            return
        at = self._clock().isoformat()
        lines = [orjson.dumps(self._now[name] | {"at": at}) + b"\n" for name in sorted(self._new)]
        data = b"".join(lines)
        digest = hashlib.sha256(data).hexdigest()
        folder = kind_folder(self._landing, AUDIO_FILES, None)
        land(io.BytesIO(data), digest, folder, "audio_files.jsonl", self._landing)
        self._new.clear()

    def _note(self, name: str, line: Line) -> None:
        self._now[name] = line
        self._new.add(name)
        if len(self._new) >= _AT_ONCE:
            self.land()

    def _status(self, name: str) -> Literal["landed", "already"]:
        return "already" if self._now[name] == self._before.get(name) else "landed"


def known_lines(landing: Path) -> dict[str, Line]:
    """The last landed line of each path, without the time at which it was landed."""
    told: list[Line] = []
    for file in landed_files(landing, AUDIO_FILES):
        told += [orjson.loads(line) for line in file.read_bytes().splitlines() if line.strip()]
    told.sort(key=lambda line: str(line["at"]))
    return {line["path"]: _without_time(line) for line in told}


def _without_time(line: Mapping[str, Any]) -> Line:
    return {name: value for name, value in line.items() if name != "at"}
