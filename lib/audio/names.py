"""What an audio file is called: by its tags, by a manifest, or by its own name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import mutagen

from lib.sources.csv_records import csv_records

FACTS = ("title", "artist", "album", "isrc", "track_id")
"""What may be told of a file; also the names of a manifest's columns beside `path`."""

Told = dict[str, str]
"""Some of `FACTS`, each of them with a text."""

_ALIASES = {
    "path": "path",
    "file": "path",
    "file_name": "path",
    "filename": "path",
    "title": "title",
    "track_name": "title",
    "name": "title",
    "artist": "artist",
    "artist_name": "artist",
    "artists": "artist",
    "album": "album",
    "album_name": "album",
    "isrc": "isrc",
    "track_id": "track_id",
    "spotify_id": "track_id",
    "uri": "track_id",
}
#: Names of tags in ID3 (mp3, wav, aiff), MP4 and Vorbis comments (flac, ogg).
_TAGS = {
    "title": ("TIT2", "\xa9nam", "title"),
    "artist": ("TPE1", "\xa9ART", "artist"),
    "album": ("TALB", "\xa9alb", "album"),
    "isrc": ("TSRC", "----:com.apple.iTunes:ISRC", "isrc"),
}
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_TRACK_ID = re.compile(r"(?:.*spotify.*track[/:])?([0-9A-Za-z]{22})(?:\?.*)?")
#: "07 - ", "07. ", "A1 " at the beginning of a file's name is its place on the record.
_PLACE = re.compile(r"^(?:\d{1,3}|[A-D]\d)(?:\s*[-.)_]\s*|\s+)(?=\S)")


def told_by_tags(path: Path) -> Told:
    """What the tags in a file tell; nothing where there are none that can be read."""
    try:
        tags = getattr(mutagen.File(path), "tags", None)
    except Exception:  # mutagen raises what it likes on broken tags; the sound may be fine
        return {}
    return tidy({fact: _tag(tags, names) for fact, names in _TAGS.items()}) if tags else {}


def told_by_file_name(name: str) -> Told:
    """What `Artist - Title.mp3`, or else `Title.mp3`, tells; a number before it is left out."""
    stem = re.sub(r"(\.stem)?\.\w+$", "", name).replace("_", " ").strip()
    stem = _PLACE.sub("", stem)
    artist, dash, title = stem.partition(" - ")
    return tidy({"artist": artist, "title": title} if dash else {"title": stem})


def is_manifest(head: bytes) -> bool:
    """Whether the start of a file is the header of a manifest: a path and something told of it."""
    text = head.decode("utf-8-sig", errors="replace")
    found = _columns(next(csv.reader(io.StringIO(text, newline="")), []))
    return "path" in found and len(found) > 1


def manifest_rows(stream: IO[bytes], folder: Path) -> Iterator[tuple[Path, Told]]:
    """The rows of a manifest: where each file lies, and what is told of it.

    Args:
        stream: a CSV with the columns `path` and any of `FACTS`, at its beginning; it stays open.
        folder: what its paths are relative to.

    Raises:
        InputError: it is not UTF-8, no CSV or cut off.
    """
    with csv_records(stream) as records:
        columns = _columns(next(records, []))
        for record in filter(None, records):
            row = {name: record[at] for name, at in columns.items() if at < len(record)}
            if path := row.pop("path", "").strip():
                yield folder / path.replace("\\", "/"), tidy(row)


def tidy(told: Mapping[str, Any]) -> Told:
    """Texts without blanks around them; ISRCs and Spotify ids in one spelling, or left out."""
    found = {}
    for fact, value in told.items():
        text = " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())
        if fact == "isrc":
            text = re.sub(r"[-\s]", "", text).upper()
            text = text if _ISRC.fullmatch(text) else ""
        if fact == "track_id":
            match = _TRACK_ID.fullmatch(text)
            text = match[1] if match else ""
        if text:
            found[fact] = text
    return found


def _columns(header: list[str]) -> dict[str, int]:
    """Where each thing stands in a record; of several columns for one the first."""
    found: dict[str, int] = {}
    for at, name in enumerate(header):
        meant = _ALIASES.get(re.sub(r"[\s-]+", "_", name.strip().lower()))
        if meant:
            found.setdefault(meant, at)
    return found


def _tag(tags: Any, names: tuple[str, ...]) -> str:
    for name in names:
        try:
            value = tags.get(name)
        except (KeyError, ValueError):  # no name for this kind of tags
            continue
        value = getattr(value, "text", value)
        if isinstance(value, list | tuple):
            value = value[0] if value else None
        if isinstance(value, bytes):
            value = value.decode("utf-8", errors="replace")
        if value:
            return str(value)
    return ""
