"""Last.fm scrobbles as CSV. Last.fm itself has no export; these exporters are in common use.

- lastfm-to-csv (benjaminbenben.com): no header; artist, album, track, `dd Mon yyyy HH:MM` in UTC.
- mainstream.ghan.nl: uts, utc_time, artist, artist_mbid, album, album_mbid, track, track_mbid.
- lastfmstats.com: `Artist;Album;AlbumId;Track;Date#username`, with epoch milliseconds.

Others have the same columns under other names: a file is taken where its header names an artist, a
track and a time, or where it has no header and four columns of which the last is a time.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from lib.errors import InputError
from lib.sources.csv_records import csv_records
from lib.sources.recognised import Recognised, tally
from schemas.landing import LASTFM

ARTIST = ("artist", "artist_name", "artistname")
TRACK = ("track", "track_name", "trackname", "track_title", "title", "song", "song_name", "name")
ALBUM = ("album", "album_name", "albumname", "release", "release_name")
TIME = (
    "uts", "timestamp", "unix_timestamp", "date_uts", "date", "datetime", "utc_time", "time",
    "date_time", "scrobbled_at", "listened_at",
)  # fmt: skip
MBID = ("track_mbid", "recording_mbid", "mbid")
"""Names that a column of each meaning goes by, as `column_name` writes them, best first."""

HEADERLESS = ("artist", "album", "track", "date")

EPOCH = r"-?\d{1,14}"
DAY_FIRST = r"\d{1,2} [A-Za-z]{3} \d{4},? \d{1,2}:\d{2}(:\d{2})?"
ISO = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?"
"""The ways in which a time is written, each a regular expression for Python and Spark."""

_DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 50
_WRITTEN = re.compile(f"({EPOCH}|{DAY_FIRST}|{ISO})")
_UNKNOWN = re.compile(r"0+|0?1 Jan 1970.*|1970-01-01.*")


@dataclass(frozen=True)
class Layout:
    """How a file is written.

    Attributes:
        delimiter: what parts its fields.
        columns: a name for each column, no two alike.
        header: whether the first record names the columns.
        user: the user's name, where the header tells it.
    """

    delimiter: str
    columns: tuple[str, ...]
    header: bool = True
    user: str | None = None

    def places(self, names: Iterable[str]) -> tuple[int, ...]:
        """Where the columns of one meaning stand, best first."""
        return tuple(self.columns.index(name) for name in names if name in self.columns)


def layout_of(head: bytes) -> Layout | None:
    """How a file of scrobbles is written, told from its start; None where it is none."""
    for delimiter in _DELIMITERS:
        rows = first_rows(head, delimiter)
        if not rows:
            continue
        columns = _unlike(column_name(name) for name in rows[0])
        layout = Layout(delimiter, columns, user=_user(rows[0]))
        if all(layout.places(names) for names in (ARTIST, TRACK, TIME)):
            return layout
        if _is_headerless(rows):
            return Layout(delimiter, HEADERLESS, header=False)
    return None


def first_rows(head: bytes, delimiter: str) -> list[list[str]]:
    """The first records of a file, from its start; the last of them may be cut off."""
    text = io.StringIO(head.decode("utf-8-sig", errors="replace"), newline="")
    try:
        return list(islice(filter(None, csv.reader(text, delimiter=delimiter)), _LOOKED_AT))
    except csv.Error:
        return []


def column_name(header: str) -> str:
    """A header's name in lower case and with underscores; what follows a `#` is no part of it."""
    return re.sub(r"\W+", "_", header.partition("#")[0].strip().lower()).strip("_")


def other_csv(head: bytes) -> str:
    """Says what a CSV of something else has, and what it lacks to be scrobbles."""
    headers = [row for each in _DELIMITERS for row in first_rows(head, each)[:1]]
    header = [name.strip() for name in max(headers, key=len, default=[])]
    has = {column_name(name) for name in header}
    wanted = {"artist": ARTIST, "track": TRACK, "date": TIME}
    lacks = [name for name, known in wanted.items() if not has & set(known)]
    return (
        f"a CSV of something else (its first line is {', '.join(header[:8])}): to be scrobbles of "
        f"Last.fm it lacks the column{'s' * (len(lacks) > 1)} {', '.join(lacks)}"
    )


def recognise(stream: IO[bytes], layout: Layout) -> Recognised:
    """Reads a file of scrobbles to its end, a record at a time.

    Args:
        stream: the file, at its beginning; it stays open.
        layout: how it is written.

    Raises:
        InputError: it is not UTF-8 or cut off, or none of its times can be read.
    """
    with csv_records(stream, layout.delimiter) as records:
        return _count(filter(None, records), layout)


def _count(records: Iterator[list[str]], layout: Layout) -> Recognised:
    if layout.header:
        next(records, None)
    places = layout.places(TIME)
    times: Counter[str] = Counter()
    uneven, fields, odd = 0, len(layout.columns), ""
    for record in records:
        fields = len(record)
        uneven += fields != len(layout.columns)
        written = [record[place].strip() for place in places if place < fields]
        found = _read(written)
        times[found] += 1
        odd = odd or (written[0] if found == "unreadable" else "")
    if fields < len(layout.columns):
        raise InputError(
            f"cut off: its last row has {fields} fields of {len(layout.columns)}: export it again"
        )
    rows = times.total()
    if not rows:
        return Recognised(None, notes=("holds nothing: a header and no scrobbles",))
    if not times["read"] + times["unknown"]:
        shown = f"the first is {odd!r}" if odd else "all are empty"
        raise InputError(
            f"scrobbles of which no date can be read ({shown}): export them again with dates as "
            "epoch seconds, '31 Dec 2024, 23:59' or '2024-12-31 23:59:00', in UTC"
        )
    return Recognised(LASTFM, rows=rows, user=layout.user, notes=_notes(times, uneven))


def _notes(times: Counter[str], uneven: int) -> tuple[str, ...]:
    return tally(
        [
            (times["none"], "row without a date (now playing)", "rows without a date"),
            (times["unknown"], "row of unknown time (1970)", "rows of unknown time (1970)"),
            (times["unreadable"], "row with an odd date", "rows with odd dates"),
            (uneven, "row with too few or many fields", "rows with too few or many fields"),
        ]
    )


def _read(written: list[str]) -> str:
    """Whether one of a row's times can be read: `read`, `unknown` (1970), `unreadable`, `none`."""
    told = [text for text in written if text]
    readable = [text for text in told if _WRITTEN.fullmatch(text)]
    if not readable:
        return "unreadable" if told else "none"
    return "unknown" if _UNKNOWN.fullmatch(readable[0]) else "read"


def _is_headerless(rows: list[list[str]]) -> bool:
    """Whether the first record is a scrobble and not a header; one now playing has no date."""
    whole = [row for row in rows if len(row) == len(HEADERLESS)]
    if rows[0] not in whole or len(whole) * 2 < len(rows):  # some may be cut off or torn
        return False
    dates = [row[3].strip() for row in whole]
    first_is_row = not dates[0] or _WRITTEN.fullmatch(dates[0]) is not None
    named = any(re.search(r"[^\W\d]", row[0]) and re.search(r"[^\W\d]", row[2]) for row in whole)
    return named and first_is_row and any(_WRITTEN.fullmatch(date) for date in dates)


def _user(header: list[str]) -> str | None:
    """The name in a header `Date#name`."""
    for name in header:
        if found := re.fullmatch(r"date#(.+)", name.strip(), flags=re.IGNORECASE):
            return found[1].strip() or None
    return None


def _unlike(names: Iterable[str]) -> tuple[str, ...]:
    """The names with a number where one is empty or there already."""
    made: list[str] = []
    for place, name in enumerate(names):
        made.append(name if name and name not in made else f"{name}_{place}")
    return tuple(made)
