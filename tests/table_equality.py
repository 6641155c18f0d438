"""Whether two lakes, or two tables, hold the same rows: read by delta-rs, without Spark.

Rows are a multiset: their order and files do not matter, how often each is there does. Left out are
the ops tables and each table's `changes_with_time` columns, which differ between equal runs.
"""

from __future__ import annotations

import math
from itertools import compress
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from schemas import TABLES
from schemas.table import Table


def lake_differences(left: Path, right: Path, tolerance: float = 0.0) -> dict[str, str]:
    """What differs between two lakes, by the table's name; empty where they are equal.

    Args:
        left: folder of a lake.
        right: folder of another.
        tolerance: by how much two floats may differ and yet be equal: absolutely, or in
            proportion to the greater where that is above 1.
    """
    found = {
        table.name: table_difference(
            table,
            left / table.layer / table.short_name,
            right / table.layer / table.short_name,
            tolerance,
        )
        for table in TABLES.values()
        if table.layer != "ops"
    }
    return {name: difference for name, difference in found.items() if difference}


def table_difference(table: Table, left: Path, right: Path, tolerance: float = 0.0) -> str | None:
    """The first difference between two Delta tables declared by `table`, or None."""
    absent = [path for path in (left, right) if not DeltaTable.is_deltatable(str(path))]
    if absent:
        return None if len(absent) == 2 else f"there is no table at {absent[0]}"
    mine, other = _rows(table, left), _rows(table, right)
    if mine.num_rows != other.num_rows:
        return f"{mine.num_rows} rows and {other.num_rows} rows"
    for name in mine.column_names:
        if mine[name].equals(other[name]):
            continue
        pairs = list(zip(mine[name].to_pylist(), other[name].to_pylist(), strict=True))
        differ = [not _equal(one, another, tolerance) for one, another in pairs]
        if any(differ):
            first = differ.index(True)
            key = mine.select(list(table.key)).slice(first, 1).to_pylist()[0]
            one, another = next(compress(pairs, differ))
            return f"{name} differs in {sum(differ)} rows, as in {key}: {one!r} and {another!r}"
    return None


def _rows(table: Table, path: Path) -> pa.Table:
    """The rows in an order that equal tables share: by key, then by whatever can be sorted by."""
    columns = [name for name in table.column_names if name not in table.changes_with_time]
    rows = DeltaTable(str(path)).to_pyarrow_table(columns=columns)
    kinds = {field.name: field.type for field in rows.schema}
    plain = [name for name in columns if not pa.types.is_nested(kinds[name])]
    # Floats last: those that differ within the tolerance must not put the rest out of order.
    plain.sort(key=lambda name: (name not in table.key, pa.types.is_floating(kinds[name])))
    return rows.sort_by([(name, "ascending") for name in plain])


def _equal(one: Any, another: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(another, float):
        return math.isclose(one, another, rel_tol=tolerance, abs_tol=tolerance)
    return bool(one == another)
