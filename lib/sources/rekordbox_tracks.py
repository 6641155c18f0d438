"""Rows of bronze.rekordbox_tracks from a collection's XML: text made numbers, keys, places."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from lib.locations import decoded, spotify_id
from lib.sources.rekordbox import Entry, Listed, read
from lib.tonality import read_key

#: Type of a POSITION_MARK in words; a cue and a loop are `hot` where they have a pad's number.
_MARKS = {"1": "fade in", "2": "fade out", "3": "load"}
_CUE, _LOOP = "0", "4"
_PADS = "ABCDEFGHIJKLMNOP"
#: What Rekordbox calls the phrases it finds; collections carry them as the names of cues only.
_PHRASE = re.compile(
    r"(intro|verse|bridge|chorus|outro|up|down|build|drop|break)(?:\s*\d{1,2})?", re.IGNORECASE
)
#: A star is 51 of Rekordbox's 255.
_STAR = 51

Row = dict[str, Any]


def rows(file: Path) -> Iterator[Row]:
    """A row for each track of a collection file, without whose it is.

    The playlists come last in a file: it is read twice, and only they are held in memory.
    """
    lists: dict[tuple[bool, str], list[Listed]] = defaultdict(list)
    with file.open("rb") as stream:
        for found in read(stream):
            if isinstance(found, Listed):
                lists[found.is_location, found.key].append(found)
    with file.open("rb") as stream:
        for found in read(stream):
            if isinstance(found, Entry):
                told = found.told
                listed = lists.get((False, told.get("TrackID", "")), []) + lists.get(
                    (True, told.get("Location", "")), []
                )
                yield row(found, listed)


def row(entry: Entry, listed: list[Listed]) -> Row:
    """The row of a track that stands at these places of playlists."""
    told = entry.told
    location = decoded(told.get("Location", "")) or None
    key = read_key(told.get("Tonality"))
    return {
        "location": location,
        "rekordbox_id": _text(told, "TrackID"),
        "track_id": spotify_id(location) if location else None,
        "title": _text(told, "Name"),
        "artist_name": _text(told, "Artist"),
        "album_name": _text(told, "Album"),
        "composer": _text(told, "Composer"),
        "remixer": _text(told, "Remixer"),
        "label": _text(told, "Label"),
        "mix": _text(told, "Mix"),
        "genre": _text(told, "Genre"),
        "grouping": _text(told, "Grouping"),
        "comments": _text(told, "Comments"),
        "year": _positive(told, "Year"),
        "disc_number": _positive(told, "DiscNumber"),
        "track_number": _positive(told, "TrackNumber"),
        "tempo": _number(told, "AverageBpm") or None,
        "tonality": _text(told, "Tonality"),
        "key": key[0] if key else None,
        "mode": key[1] if key else None,
        "duration_ms": _times(_number(told, "TotalTime"), 1000) or None,
        "kind": _text(told, "Kind"),
        "size_bytes": _positive(told, "Size"),
        "bit_rate": _positive(told, "BitRate"),
        "sample_rate": _positive(told, "SampleRate"),
        "rating": _times(_number(told, "Rating"), 1 / _STAR),
        "play_count": _times(_number(told, "PlayCount"), 1),
        "colour": _text(told, "Colour"),
        "date_added": _day(told, "DateAdded"),
        "date_modified": _day(told, "DateModified"),
        "last_played": _day(told, "LastPlayed"),
        "playlists": [one.playlist for one in listed],
        "playlist_positions": [one.position for one in listed],
        **_grid(entry),
        **_cues(entry),
        "raw": orjson.dumps(dict(told)).decode(),
    }


def _grid(entry: Entry) -> Row:
    """Where the beat grid changes, in the order of time."""
    tempos = sorted(entry.tempos, key=lambda one: _number(one, "Inizio") or 0.0)
    return {
        "grid_starts_s": [_number(one, "Inizio") for one in tempos],
        "grid_tempos": [_number(one, "Bpm") for one in tempos],
        "grid_metres": [_text(one, "Metro") for one in tempos],
        "grid_beats": [_positive(one, "Battito") for one in tempos],
    }


def _cues(entry: Entry) -> Row:
    """Cues and loops, and the phrases that they are named after, in the order of time."""
    marks = sorted(entry.marks, key=lambda one: _number(one, "Start") or 0.0)
    phrases = [one for one in marks if _PHRASE.fullmatch(one.get("Name", "").strip())]
    return {
        "cue_kinds": [_kind(one) for one in marks],
        "cue_pads": [_pad(one) for one in marks],
        "cue_names": [_text(one, "Name") for one in marks],
        "cue_starts_s": [_number(one, "Start") for one in marks],
        "cue_ends_s": [_number(one, "End") for one in marks],
        "cue_colours": [_colour(one) for one in marks],
        "phrases": [one["Name"].strip().lower() for one in phrases],
        "phrase_starts_s": [_number(one, "Start") for one in phrases],
    }


def _kind(mark: Mapping[str, str]) -> str:
    kind = mark.get("Type", _CUE)
    if kind in _MARKS:
        return _MARKS[kind]
    is_loop = kind == _LOOP or "End" in mark
    return f"{'hot' if _pad(mark) else 'memory'} {'loop' if is_loop else 'cue'}"


def _pad(mark: Mapping[str, str]) -> str | None:
    number = _number(mark, "Num")
    return _PADS[int(number)] if number is not None and 0 <= number < len(_PADS) else None


def _colour(mark: Mapping[str, str]) -> str | None:
    parts = [_number(mark, name) for name in ("Red", "Green", "Blue")]
    if not all(part is not None and 0 <= part <= 255 for part in parts):
        return None
    return "#" + "".join(f"{int(part or 0):02x}" for part in parts)


def _text(told: Mapping[str, str], name: str) -> str | None:
    return told.get(name, "").strip() or None


def _number(told: Mapping[str, str], name: str) -> float | None:
    """The number written; converters write 320.0 where Rekordbox writes 320."""
    try:
        number = float(told.get(name, ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _times(number: float | None, by: float) -> int | None:
    """So many times a number, whole; NULL where no column holds it."""
    if number is None or not 0 <= number * by < 2**31:
        return None
    return round(number * by)


def _positive(told: Mapping[str, str], name: str) -> int | None:
    """The whole number written; 0 stands for unknown."""
    return _times(_number(told, name), 1) or None


def _day(told: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(told.get(name, "").strip()[:10])
    except ValueError:
        return None
