"""A row of bronze.audio_files from what was landed of a file and what decoding it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from lib.audio.decode import blocks, info
from lib.audio.intake import TELLERS, Line
from lib.audio.names import FACTS, told_by_file_name
from lib.audio.store import AudioStore
from lib.errors import AudioError
from lib.landing import sha256_hex

PROBE = "probe-1"
"""How files are probed; another number makes all of them be probed anew."""


def file_row(audio_id: str, documents: Sequence[str], store: AudioStore) -> dict[str, Any]:
    """The row of one file.

    Args:
        audio_id: the SHA-256 of its bytes, in hex.
        documents: the last landed line of each path at which it lay (see `lib.audio.intake`).
        store: keeps what decoding told, so that it is decoded once.

    Returns:
        The row, with `failure` where it cannot be decoded, and why.
    """
    lines = sorted((orjson.loads(text) for text in documents), key=lambda line: str(line["path"]))
    there = [line for line in lines if Path(line["path"]).is_file()]
    path = Path((there or lines)[0]["path"])
    row: dict[str, Any] = {
        "audio_id": audio_id,
        "path": str(path),
        "other_paths": [line["path"] for line in lines if line["path"] != str(path)],
        "file_name": path.name,
        "size_bytes": lines[0]["size"],
        "failure": None,
        **_names(lines, path),
    }
    if not store.place("probe", audio_id, PROBE).is_dir():
        line = next((line for line in there if _is_same(line)), None)
        if line is None:
            gone = "changed since it was ingested" if there else "no longer there"
            return row | {"failure": f"{gone}: ingest it again"}
        return row | store.result("probe", audio_id, PROBE, lambda: probe(line["path"]))
    return row | store.result("probe", audio_id, PROBE, dict)


def probe(path: str) -> dict[str, Any]:
    """What decoding a file from beginning to end tells: its facts, or `failure` and why."""
    try:
        told = asdict(info(path))
        told.pop("by")
        samples = sum(block.shape[1] for block in blocks(path))
    except AudioError as error:
        return {"failure": str(error)}
    if not samples:
        return {"failure": "holds no sound: not one sample"}
    return told | {"duration_s": float(np.round(samples / told["sample_rate"], 6))}


def _is_same(line: Line) -> bool:
    path = Path(line["path"])
    try:
        found = path.stat()
        if (found.st_size, found.st_mtime_ns) == (line["size"], line["mtime_ns"]):
            return True
        with path.open("rb") as stream:
            return sha256_hex(stream) == str(line["sha256"])
    except OSError:
        return False


def _names(lines: Sequence[Line], path: Path) -> dict[str, Any]:
    """Each fact by who is believed first and tells it; of copies, by the first in order."""
    tellings: list[tuple[str, Mapping[str, str]]] = [
        (teller, line[teller]) for teller in TELLERS for line in lines if line.get(teller)
    ]
    tellings.append(("file_name", told_by_file_name(path.name)))
    # A file's name tells no artist of a title that another tells.
    if any("title" in told for teller, told in tellings[:-1]):
        tellings.pop()
    facts = {fact: next((t[fact] for _, t in tellings if fact in t), None) for fact in FACTS}
    return {
        "title": facts["title"],
        "artist_name": facts["artist"],
        "album_name": facts["album"],
        "isrc": facts["isrc"],
        "track_id": facts["track_id"],
        "named_by": next((teller for teller, told in tellings if "title" in told), None),
    }
