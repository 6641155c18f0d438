"""Landed files in, Delta tables out."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import polars as pl
from deltalake import write_deltalake

from schemas.landing import Landing
from schemas.table import Table

_TYPES: dict[str, type[pl.DataType] | pl.DataType] = {
    "STRING": pl.String,
    "INT": pl.Int32,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us", "UTC"),
    "ARRAY<STRING>": pl.List(pl.String),
}


def landed(folder: Path, kind: Landing) -> list[Path]:
    """The landed files of a kind, whoever's they are."""
    return sorted((folder / "landing" / kind.kind).rglob(f"*.{kind.format}"))


def empty(table: Table) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema={column.name: _TYPES[column.type] for column in table.fields})


class Lake:
    """Writes tables while the next ones are made."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder that the layers' folders go to."""
        self._folder = folder
        self._writer = ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []

    def __enter__(self) -> Lake:
        """Nothing is to be done before the first table."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Writes no more."""
        self._writer.shutdown()

    def wait(self) -> None:
        """Waits until all tables are written."""
        for one in self._written:
            one.result()

    def write(self, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """Writes the frame's columns that the table declares; gives them back."""
        rows = frame.select(
            pl.col(column.name).cast(_TYPES[column.type]) for column in table.fields
        )
        path = self._folder / table.layer / table.short_name
        self._written.append(
            self._writer.submit(write_deltalake, str(path), rows, mode="overwrite")
        )
        return rows
