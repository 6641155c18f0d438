"""Parts: what a worker writes is what came, and what it tells of it is true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import lib.parts
from lib.parts import BROKEN, RAW, Batches, PartWriter, Told

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("size", pa.int32()),
        pa.field("share", pa.float64()),
        pa.field("day", pa.date32()),
        pa.field("seen_at", pa.timestamp("us", "UTC")),
        pa.field("tags", pa.list_(pa.string())),
    ]
)
COUNTED = ("id", "size", "share", "day", "seen_at")
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(
    lambda t: t.replace(tzinfo=UTC)
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text(max_size=5),
            "size": st.none() | st.integers(-(2**31), 2**31 - 1),
            "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "day": st.none() | st.dates(date(1970, 1, 1), date(2100, 1, 1)),
            "seen_at": st.none() | TIMES,
            "tags": st.none() | st.lists(st.text(max_size=3), max_size=2),
        }
    ),
    max_size=30,
)


def batches(rows: list[dict[str, Any]], size: int, schema: pa.Schema = SCHEMA) -> Batches:
    for start in range(0, len(rows), size):
        yield pa.RecordBatch.from_pylist(rows[start : start + size], schema=schema)


def written(writer: PartWriter, rows: Batches) -> Told:
    [told] = writer(rows)
    return Told.from_json(told["told"][0].as_py())


@given(ROWS, st.integers(1, 7))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_what_came_and_its_statistics_are_those_of_its_rows(
    tmp_path: Path, rows: list[dict[str, Any]], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lib.parts, "_ROW_GROUP", 10)
        told = written(PartWriter(str(tmp_path), SCHEMA, COUNTED), batches(rows, size))
    assert (told.rows, told.rejected, told.nulls) == (len(rows), None, [])
    if not rows:
        assert told.landing is None
        return
    assert told.landing is not None
    assert pq.read_table(told.landing.path).to_pylist() == rows
    stats = json.loads(told.landing.stats)
    assert stats["numRecords"] == told.landing.rows == len(rows)
    assert stats["nullCount"] == {n: sum(row[n] is None for row in rows) for n in COUNTED}
    for name in COUNTED:
        values = [row[name] for row in rows if row[name] is not None]
        assert (name in stats["minValues"]) == bool(values) == (name in stats["maxValues"])
        if values:
            assert as_value(stats["minValues"][name], values[0]) == min(values, key=order)
            assert as_value(stats["maxValues"][name], values[0]) == max(values, key=order)


def as_value(told: Any, like: Any) -> Any:
    if isinstance(like, datetime):
        return datetime.strptime(told, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return date.fromisoformat(told) if isinstance(like, date) else told


def order(value: Any) -> Any:
    """As Parquet orders them: texts by their bytes."""
    return value.encode() if isinstance(value, str) else value


MARKED = pa.schema([*SCHEMA, pa.field(BROKEN, pa.string()), pa.field(RAW, pa.string()),
                    pa.field("breaks x", pa.bool_())])  # fmt: skip


def test_rows_that_break_a_rule_lie_apart_or_nowhere(tmp_path: Path) -> None:
    rows = [
        {"id": "lands", "breaks x": True},
        {"id": "is skipped", BROKEN: "skips", "breaks x": False},
        {"id": "is rejected", BROKEN: "x", RAW: "{}", "breaks x": True},
        {"id": "lands, too"},
    ]
    writer = PartWriter(str(tmp_path), SCHEMA, COUNTED, ["breaks x"])
    told = written(writer, batches(rows, 3, MARKED))
    assert (told.rows, told.counts) == (4, {"breaks x": 2})
    assert told.landing is not None
    assert told.rejected is not None
    assert pq.read_table(told.landing.path)["id"].to_pylist() == ["lands", "lands, too"]
    assert pq.read_table(told.landing.path).column_names == SCHEMA.names
    assert pq.read_table(told.rejected.path).to_pylist() == [{BROKEN: "x", RAW: "{}"}]


def test_what_must_not_be_missing_is_named_once(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": None}, {"id": "a"}, {"id": None}]
    nullable = pa.schema([field.with_nullable(True) for field in SCHEMA])
    assert written(PartWriter(str(tmp_path), SCHEMA, ()), batches(rows, 1, nullable)).nulls == [
        "id"
    ]


def test_a_file_whose_groups_are_partly_without_values_keeps_its_range(tmp_path: Path) -> None:
    seen = datetime(2024, 1, 1, 12, tzinfo=UTC)
    rows = [{"id": "a", "seen_at": None}, {"id": "b", "seen_at": seen},
            {"id": "c", "seen_at": seen + timedelta(microseconds=1)}]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lib.parts, "_ROW_GROUP", 1)
        told = written(PartWriter(str(tmp_path), SCHEMA, COUNTED), batches(rows, 1))
    assert told.landing is not None
    assert pq.read_metadata(told.landing.path).num_row_groups == 3
    stats = json.loads(told.landing.stats)
    assert stats["minValues"]["seen_at"] == "2024-01-01T12:00:00.000000Z"
    assert stats["maxValues"]["seen_at"] == "2024-01-01T12:00:00.000001Z"


def test_rows_are_made_where_they_are_written(tmp_path: Path) -> None:
    def doubled(numbers: Iterator[pa.RecordBatch]) -> Batches:
        for batch in numbers:
            yield from batches([{"id": str(2 * n)} for n in batch["n"].to_pylist()], 9)

    writer = PartWriter(str(tmp_path), SCHEMA, (), make=doubled)
    told = written(writer, iter([pa.RecordBatch.from_pydict({"n": [1, 2]})]))
    assert told.landing is not None
    assert pq.read_table(told.landing.path)["id"].to_pylist() == ["2", "4"]
