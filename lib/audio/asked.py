"""What was asked to be separated: which files a person means, and the lines that are landed of it.

A landed line is a JSON object: `{"audio_id": "…", "engine": "builtin", "stems": 4}`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from lib.audio.intake import TELLERS, known_lines
from lib.audio.names import told_by_file_name
from lib.errors import InputError
from lib.landing import kind_folder, land, landed_files, prepare
from schemas.landing import SEPARATIONS

#: An audio_id may be told by so many of its first digits.
_FEWEST_DIGITS = 8
#: Files that an ambiguous name is answered with.
_MEANT = 10

Line = Mapping[str, Any]


def meant(landing: Path, tracks: Sequence[str]) -> list[str]:
    """The audio_ids of the files that are meant, in order.

    Args:
        landing: the landing folder.
        tracks: paths of files or folders that were ingested, audio_ids or their first eight digits
            or more, or words of a file's artist and title; none means all files.

    Raises:
        InputError: no file is meant, or a name fits several.
    """
    known = known_lines(landing)
    if not known:
        raise InputError("no audio files are known: songlake ingest PATH takes them in")
    found: set[str] = set() if tracks else {line["sha256"] for line in known.values()}
    for track in tracks:
        found |= _at_path(known, track) or _by_id(known, track) or {_by_name(known, track)}
    return sorted(found)


def land_separations(landing: Path, asked: Iterable[tuple[str, str, int]]) -> int:
    """Lands what was asked for and is new, as lines of audio_id, engine and number of stems.

    Returns:
        How many are new.

    Raises:
        InputError: they cannot be written.
    """
    prepare(landing)
    before = {
        line for file in landed_files(landing, SEPARATIONS) for line in file.read_bytes().split()
    }
    lines = {
        orjson.dumps({"audio_id": audio_id, "engine": engine, "stems": stems})
        for audio_id, engine, stems in asked
    }
    if new := sorted(lines - before):
        data = b"".join(line + b"\n" for line in new)
        digest = hashlib.sha256(data).hexdigest()
        folder = kind_folder(landing, SEPARATIONS, None)
        land(io.BytesIO(data), digest, folder, "separations.jsonl", landing)
    return len(new)


def _at_path(known: Mapping[str, Line], track: str) -> set[str]:
    path = os.path.abspath(Path(track).expanduser())  # noqa: PTH100 as it was ingested
    inside = path.rstrip(os.sep) + os.sep
    return {
        line["sha256"] for name, line in known.items() if name == path or name.startswith(inside)
    }


def _by_id(known: Mapping[str, Line], track: str) -> set[str]:
    digits = track.lower()
    if len(digits) < _FEWEST_DIGITS or set(digits) - set("0123456789abcdef"):
        return set()
    return {line["sha256"] for line in known.values() if line["sha256"].startswith(digits)}


def _by_name(known: Mapping[str, Line], track: str) -> str:
    words = track.casefold().replace("::", " ").replace(" - ", " ").split()
    fits: dict[str, str] = {
        line["sha256"]: name
        for name, line in known.items()
        if words and all(word in _names(name, line) for word in words)
    }
    if len(fits) == 1:
        return next(iter(fits))
    if not fits:
        raise InputError(
            f"{track}: no file that was ingested lies there or has such a name. Ingest it first "
            '(songlake ingest), or look: songlake query "SELECT * FROM bronze.audio_files"'
        )
    some = "\n".join(f"  {found[:12]}  {name}" for found, name in sorted(fits.items())[:_MEANT])
    raise InputError(f"{track}: {len(fits):,} files have that name. Give the id of one:\n{some}")


def _names(path: str, line: Line) -> str:
    """All that a file is called by, for words to be looked for in."""
    told = [line.get(teller) or {} for teller in TELLERS]
    told.append(told_by_file_name(Path(path).name))
    return " ".join(value for each in told for value in each.values()).casefold()
