"""Interactions from a file of users and items, or from the lake's own plays; without a JVM."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib import lake
from lib.errors import InputError
from lib.places import Places
from lib.recommend.interactions import Interactions, interactions
from lib.sources.csv_records import csv_records
from schemas.silver import PLAYS

_NEEDED = ("user_id", "item_id")
_KNOWN = (*_NEEDED, "weight", "seen_at")
_HEADER = (
    "it needs columns user_id and item_id, and may have weight (plays; 1 where left out) and "
    "seen_at (when)"
)

#: One row as read: where it stands, in words, and its values in the order of `_KNOWN`.
_Row = tuple[str, Sequence[object]]


def from_plays(places: Places) -> Interactions:
    """Plays that count in statistics: users and songs, a row a day of plays.

    Raises:
        TableError: there are none.
    """
    lake.require(places, PLAYS)
    found = lake.query(
        places,
        "SELECT user_id, song_id, count(*) AS plays, epoch(min(played_at)) AS seen_at "
        f"FROM {PLAYS.name} WHERE counts GROUP BY user_id, song_id, CAST(played_at AS DATE) "
        "ORDER BY ALL",
    )
    users, items, plays, seen_at = (column.to_numpy() for column in found.columns)
    return interactions(users, items, plays, seen_at.astype(np.float64))


def from_file(path: Path) -> Interactions:
    """A CSV (parted by comma, semicolon or tab) or Parquet file; rows of weight 0 are left out.

    Args:
        path: of a file with columns `user_id`, `item_id`, and perhaps `weight`, at least 0, and
            `seen_at`, epoch seconds or ISO 8601 (UTC where it names no offset). Others are not
            read.

    Raises:
        InputError: it cannot be read, with the file's name, the line and what to do.
    """
    read = _parquet_rows if path.suffix.lower() in (".parquet", ".pq") else _csv_rows
    try:
        return _collect(read(path))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}: give a readable file") from None
    except (InputError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: {error}") from None


def _collect(rows: Iterator[_Row]) -> Interactions:
    users, items, amounts, times = [], [], [], []
    for where, (user, item, weight, seen_at) in rows:
        for name, value in zip(_NEEDED, (user, item), strict=True):
            if value is None or value == "":
                raise InputError(f"{where}: no {name}: fill it in or remove the row")
        amount = _amount(where, weight)
        if amount > 0:
            users.append(str(user))
            items.append(str(item))
            amounts.append(amount)
            times.append(_seconds(where, seen_at))
    known = np.array(times, np.float64)
    has_times = len(known) > 0 and not np.isnan(known).any()
    return interactions(users, items, amounts, known if has_times else None)


def _amount(where: str, weight: object) -> float:
    try:
        amount = 1.0 if weight is None or weight == "" else float(str(weight))
    except ValueError:
        amount = math.nan
    if not 0 <= amount < math.inf:
        raise InputError(f"{where}: weight {weight!r} is no number from 0 up: mend or remove it")
    return amount


def _seconds(where: str, told: object) -> float:
    if told is None or told == "":
        return math.nan
    try:
        moment = told if isinstance(told, datetime) else None
        if moment is None:
            try:
                return float(str(told))
            except ValueError:
                moment = datetime.fromisoformat(str(told))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        raise InputError(
            f"{where}: seen_at {told!r} is no time: write epoch seconds, or 2024-12-31T23:59:00"
        ) from None


def _picker(header: Sequence[str]) -> Callable[[Sequence[object]], list[object]]:
    """What takes the known columns out of a row, in order; None for those that are not there."""
    names = [name.strip().lower() for name in header]
    if not set(_NEEDED) <= set(names):
        raise InputError(f"its columns are {', '.join(header) or 'none'}: {_HEADER}")
    places = [names.index(name) if name in names else None for name in _KNOWN]
    return lambda row: [None if place is None else row[place] for place in places]


def _csv_rows(path: Path) -> Iterator[_Row]:
    with path.open("rb") as stream:
        first = stream.readline().decode("utf-8", errors="replace")
        delimiter = max(",;\t", key=first.count)
        stream.seek(0)
        with csv_records(stream, delimiter) as records:
            header = next(records, [])
            pick = _picker(header)
            for line, record in enumerate(records, start=2):
                if not record:
                    continue
                if len(record) != len(header):
                    raise InputError(
                        f"line {line:,} has {len(record)} fields and the header {len(header)}: "
                        "mend or remove it"
                    )
                yield f"line {line:,}", [value.strip() for value in map(str, _texts(pick(record)))]


def _texts(values: Sequence[object]) -> Iterator[object]:
    return ("" if value is None else value for value in values)


def _parquet_rows(path: Path) -> Iterator[_Row]:
    with pq.ParquetFile(path) as file:
        header = file.schema_arrow.names
        pick = _picker(header)
        row = 0
        for batch in file.iter_batches(columns=[n for n in header if n.strip().lower() in _KNOWN]):
            pick = _picker(batch.schema.names)
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                yield f"row {row:,}", pick(values)
