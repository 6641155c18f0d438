"""Rows on their way into a table on this machine: written and checked by the pass that makes them.

Spark's own way takes three passes: rows are kept, counted, and written by the JVM. Here Python
workers count and write them (`lib.parts`). The files wait in a folder beside the table, become part
of it by renames and one commit (`lib.delta.commit`), or vanish.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pyspark.sql import DataFrame, SparkSession, functions as F
from pyspark.sql.pandas.types import to_arrow_schema

from lib import delta_table, quality
from lib.errors import TableError
from lib.parts import BROKEN, RAW, Batches, Part, PartWriter, Told
from schemas.table import Table


@dataclass(frozen=True)
class MadeByWorkers:
    """Rows that Python workers make, so that they can be written where they are made.

    Attributes:
        work: what they are made of, a row a piece of it.
        make: makes the rows of some of it, with the columns of a table and no more.
        schema: theirs, as DDL.
    """

    work: DataFrame
    make: Callable[[Batches], Batches]
    schema: str

    def frame(self) -> DataFrame:
        """The rows as any DataFrame."""
        return self.work.mapInArrow(self.make, self.schema)


def as_frame(made: DataFrame | MadeByWorkers) -> DataFrame:
    """What a job made as any DataFrame."""
    return made.frame() if isinstance(made, MadeByWorkers) else made


@dataclass(frozen=True)
class Staged:
    """Rows that wait to be committed.

    Attributes:
        parts: the files of rows that land.
        rejected: the files of those that go to quarantine, as `quality.mark` marks them.
        rows: how many the job made.
        counts: one entry for each rule.
    """

    parts: tuple[Part, ...]
    rejected: tuple[str, ...]
    rows: int
    counts: tuple[quality.RuleCount, ...]


def can_stage(spark: SparkSession, table: Table, path: str) -> bool:
    """Whether Python workers reach the table's folder, and its rows lie in no partitions."""
    here = (spark.sparkContext.master or "").startswith("local")
    return here and "://" not in path and not table.partition_by


@contextmanager
def staged(made: DataFrame | MadeByWorkers, table: Table, path: str) -> Iterator[Staged]:
    """Writes the rows of a job beside the table at `path`, and checks them.

    Raises:
        RuleError: a rule of severity `fail` is broken.
        TableError: the rows do not fit the table, or two that would land share a key.
    """
    place = Path(path)
    for left in place.parent.glob(f".staged-{place.name}-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    folder = place.parent / f".staged-{place.name}-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        yield _stage(made, table, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stage(made: DataFrame | MadeByWorkers, table: Table, folder: Path) -> Staged:
    flags: list[str] = []
    make: Callable[[Batches], Batches] | None = None
    if isinstance(made, MadeByWorkers) and not quality.divides(table):
        work, make = made.work, made.make
    else:
        work = _flagged(as_frame(made), table)
        flags = [_flag(rule.name) for rule in table.rules]
    schema = to_arrow_schema(delta_table.spark_schema(table), timezone="UTC")
    writer = PartWriter(str(folder), schema, tuple(delta_table.skipped_by(table)), flags, make)
    told = [Told.from_json(row.told) for row in work.mapInArrow(writer, "told STRING").collect()]
    if empty := sorted({name for one in told for name in one.nulls}):
        raise TableError(f"{table.name}: rows without {', '.join(empty)}. Nothing was committed.")
    rows = sum(one.rows for one in told)
    parts = tuple(one.landing for one in told if one.landing)
    if make:
        broken = _broken(work.sparkSession, table, parts)
    else:
        broken = {rule.name: _sum(told, _flag(rule.name)) for rule in table.rules}
    counts = quality.judged(table, rows, broken)
    quality.require_unique(table, sum(part.rows for part in parts), _keys(table, parts))
    rejected = tuple(one.rejected.path for one in told if one.rejected)
    return Staged(parts, rejected, rows, counts)


def _flagged(made: DataFrame, table: Table) -> DataFrame:
    """The table's columns, what tells rows that do not land, and a truth value for each rule."""
    delta_table.declared_columns(made, table)
    marked = quality.mark(made, table)
    more = [name for name in (BROKEN, RAW) if name in marked.columns] if table.rules else []
    flags = [breaks.alias(_flag(name)) for name, breaks in quality.measures(table).items()]
    return marked.select(*table.column_names, *more, *flags)


def _flag(rule: str) -> str:
    return f"breaks {rule}"


def _sum(told: Sequence[Told], flag: str) -> int:
    return sum(one.counts.get(flag, 0) for one in told)


def _broken(spark: SparkSession, table: Table, parts: Sequence[Part]) -> dict[str, int]:
    """Rows that break each rule, of rows that all land."""
    if not table.rules or not parts:
        return {}
    rows = quality.mark(spark.read.parquet(*[part.path for part in parts]), table)
    counts = [F.count_if(breaks).alias(name) for name, breaks in quality.measures(table).items()]
    found = rows.agg(*counts).first()
    assert found is not None
    return found.asDict()


def _keys(table: Table, parts: Sequence[Part]) -> int:
    """How many different keys there are."""
    if not parts:
        return 0
    key = ", ".join(f'"{name}"' for name in table.key)
    files = [part.path for part in parts]
    with duckdb.connect() as connection:
        query = f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM read_parquet($files))"
        [(keys,)] = connection.execute(query, {"files": files}).fetchall()
    return int(keys)
