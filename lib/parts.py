"""The Parquet files of a table, as Python workers write them, and what is counted on the way."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Batches = Iterator[pa.RecordBatch]

#: Columns that a row may have beside its table's: the rule that it breaks, and how it came.
BROKEN, RAW = "_broken_rule", "raw"

#: Rows that are held until they are written as a row group.
_ROW_GROUP = 100_000


@dataclass(frozen=True)
class Part:
    """A file of rows.

    Attributes:
        path: where it lies.
        rows: how many it holds.
        stats: Delta's statistics of the columns that queries skip files by, as JSON.
    """

    path: str
    rows: int
    stats: str


@dataclass
class Told:
    """What a worker tells of its rows.

    Attributes:
        rows: how many there were.
        landing: the file of those that land, if any.
        rejected: the file of those that do not, if any.
        counts: of each measure, in how many rows it is true.
        nulls: columns that have no value in a row although they must.
    """

    rows: int = 0
    landing: Part | None = None
    rejected: Part | None = None
    counts: dict[str, int] = field(default_factory=dict)
    nulls: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """For the way to the driver."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Told:
        """As it was told."""
        told = json.loads(text)
        parts = {name: Part(**told[name]) for name in ("landing", "rejected") if told[name]}
        return cls(**told | parts)


@dataclass(frozen=True)
class PartWriter:
    """Writes the rows of one task at a time; sent to Python workers.

    Attributes:
        folder: where the files are to lie.
        schema: the table's columns.
        statistics: those of them that Delta keeps statistics of.
        measures: columns of truth values to be counted.
        make: makes the rows of what comes; by default they come as they are.
    """

    folder: str
    schema: pa.Schema
    statistics: Collection[str]
    measures: Collection[str] = ()
    make: Callable[[Batches], Batches] | None = None

    def __call__(self, batches: Batches) -> Batches:
        """Writes all rows, and yields one: what is told of them."""
        told = Told()
        landing = _File(f"{self.folder}/{uuid.uuid4().hex}.parquet", self.statistics)
        rejected = _File(f"{self.folder}/rejected-{uuid.uuid4().hex}.parquet", ())
        for batch in self.make(batches) if self.make else batches:
            told.rows += batch.num_rows
            for name in self.measures:
                true = pc.sum(batch[name]).as_py() or 0
                told.counts[name] = told.counts.get(name, 0) + true
            if BROKEN in batch.schema.names:
                lands = pc.is_null(batch[BROKEN])
                if RAW in batch.schema.names:
                    rejected.add(batch.filter(pc.is_valid(batch[RAW])).select([BROKEN, RAW]))
                batch = batch.filter(lands)
            landing.add(self._typed(batch, told))
        told.landing, told.rejected = landing.closed(), rejected.closed()
        yield pa.RecordBatch.from_pydict({"told": [told.as_json()]})

    def _typed(self, batch: pa.RecordBatch, told: Told) -> pa.RecordBatch:
        columns = [batch[column.name].cast(column.type) for column in self.schema]
        told.nulls += [
            column.name
            for column, values in zip(self.schema, columns, strict=True)
            if not column.nullable and values.null_count and column.name not in told.nulls
        ]
        return pa.RecordBatch.from_arrays(columns, names=self.schema.names)


class _File:
    """One file, made with its first row."""

    def __init__(self, path: str, statistics: Collection[str]) -> None:
        self._path, self._statistics = path, list(statistics)
        self._held: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._held.append(batch)
            if sum(map(len, self._held)) >= _ROW_GROUP:
                self._write()

    def closed(self) -> Part | None:
        if self._held:
            self._write()
        if self._writer is None:
            return None
        self._writer.close()
        rows, stats = _stats(pq.read_metadata(self._path), self._statistics)
        return Part(self._path, rows, stats)

    def _write(self) -> None:
        table = pa.Table.from_batches(self._held)
        self._held = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path, table.schema, write_statistics=self._statistics
            )
        self._writer.write_table(table, row_group_size=_ROW_GROUP)


def _stats(file: pq.FileMetaData, names: Collection[str]) -> tuple[int, str]:
    """Rows, and Delta's statistics, of what the file says of its row groups."""
    lowest: dict[str, Any] = {}
    highest: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for place in range(file.num_columns):
        name = file.schema.column(place).path
        groups = [file.row_group(n).column(place).statistics for n in range(file.num_row_groups)]
        if name not in names or not all(groups):
            continue
        nulls[name] = sum(group.null_count for group in groups)
        valued = [group for group in groups if group.has_min_max]
        if valued and all(group.has_min_max or not group.num_values for group in groups):
            lowest[name] = _told(min(group.min for group in valued))
            highest[name] = _told(max(group.max for group in valued))
    stats = {
        "numRecords": file.num_rows,
        "minValues": lowest,
        "maxValues": highest,
        "nullCount": nulls,
    }
    return file.num_rows, json.dumps(stats)


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    return value.isoformat() if isinstance(value, date) else value
