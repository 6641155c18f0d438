"""Kaggle's Spotify Tracks Dataset (Maharshi Pandya, doi 10.34740/KAGGLE/DSV/4372070): a CSV.

Copies in circulation order the columns differently, drop the unnamed index column, begin with a
byte order mark, and write TRUE/FALSE or NA. All of them are taken as they come.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO

from lib.errors import InputError
from lib.sources.csv_records import csv_records
from lib.sources.recognised import Recognised, tally
from schemas.landing import KAGGLE

COLUMNS = (
    "track_id",
    "artists",
    "album_name",
    "track_name",
    "popularity",
    "duration_ms",
    "explicit",
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
    "track_genre",
)
INDEX_COLUMNS = frozenset({"", "Unnamed: 0"})


def is_likely(head: bytes) -> bool:
    """Whether the start of a file is a header with at least half of the dataset's columns."""
    text = head.decode("utf-8-sig", errors="replace")
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    return len(set(COLUMNS) & set(_names(header))) * 2 >= len(COLUMNS)


def recognise(stream: IO[bytes]) -> Recognised:
    """Reads a copy of the dataset to its end, a record at a time.

    Args:
        stream: the file, at its beginning; it stays open.

    Returns:
        Its counts; a record is one row, however many lines it takes.

    Raises:
        InputError: columns are missing or there twice, or the file is not UTF-8 or is cut off.
    """
    with csv_records(stream) as records:
        return _count(records, _names(next(records, [])))


def _count(records: Iterable[list[str]], names: list[str]) -> Recognised:
    _check_columns(names)
    rows = uneven = 0
    fields = len(names)
    for record in filter(None, records):  # the reader gives blank lines as empty records
        rows += 1
        fields = len(record)
        uneven += fields != len(names)
    if fields < len(names):
        raise InputError(
            f"cut off: its last row has {fields} fields of {len(names)}: download it again"
        )
    extra = [name for name in names if name not in COLUMNS and name not in INDEX_COLUMNS]
    notes = tally([(uneven, "row with too few or many fields", "rows with too few or many fields")])
    if extra:
        notes += (f"columns not used: {', '.join(extra)}",)
    return Recognised(KAGGLE, rows=rows, notes=notes)


def _check_columns(names: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise InputError(
            f"a CSV without the column{'s' * (len(missing) > 1)} {', '.join(missing)} of Kaggle's "
            "Spotify Tracks Dataset: download the dataset again, or name its columns so"
        )
    twice = [column for column in COLUMNS if names.count(column) > 1]
    if twice:
        raise InputError(f"a CSV with the column {twice[0]} twice: take one of them out")


def _names(header: list[str]) -> list[str]:
    return [name.strip() for name in header]
