from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from schemas.table import Table
from tests.table_equality import lake_differences, table_difference

TABLE = Table(
    name="silver.examples",
    about="Examples.",
    columns="""
    id STRING NOT NULL COMMENT 'the id'
    tempo DOUBLE COMMENT 'BPM'
    genres ARRAY<STRING> COMMENT 'genres'
    landed_at STRING COMMENT 'when'
    """,
    key=("id",),
    changes_with_time=("landed_at",),
)
A = {"id": "a", "tempo": 120.0, "genres": ["pop"], "landed_at": "today"}
B: dict[str, Any] = {"id": "b", "tempo": None, "genres": [], "landed_at": "today"}
SCHEMA = pa.schema(
    {"id": pa.string(), "tempo": pa.float64(), "genres": pa.list_(pa.string()), "landed_at": "str"}
)


def difference(
    folder: Path, left: list[dict[str, Any]], right: list[dict[str, Any]], tolerance: float = 0.0
) -> str | None:
    for side, rows in (("left", left), ("right", right)):
        write_deltalake(str(folder / side), pa.Table.from_pylist(rows, schema=SCHEMA))
    return table_difference(TABLE, folder / "left", folder / "right", tolerance)


def test_order_and_columns_that_change_with_time_do_not_matter(tmp_path: Path) -> None:
    assert difference(tmp_path, [A, B], [B, A | {"landed_at": "tomorrow"}]) is None


@pytest.mark.parametrize(
    ("right", "told"),
    [
        ([A], "2 rows and 1 rows"),
        ([A, A], "id differs in 1 rows"),
        ([A, B | {"tempo": 1.0}], "tempo differs in 1 rows, as in {'id': 'b'}: None and 1.0"),
        ([A | {"genres": ["rock"]}, B], "genres differs"),
        ([A | {"tempo": 120.0000001}, B], "tempo differs"),
    ],
)
def test_what_differs_is_told(tmp_path: Path, right: list[dict[str, Any]], told: str) -> None:
    assert told in str(difference(tmp_path, [A, B], right))


def test_floats_within_the_tolerance_are_equal(tmp_path: Path) -> None:
    assert difference(tmp_path, [A, B], [A | {"tempo": 120.0 + 1e-8}, B], 1e-9) is None


def test_floats_beyond_the_tolerance_are_not(tmp_path: Path) -> None:
    assert difference(tmp_path, [A, B], [A | {"tempo": 120.0 + 1e-6}, B], 1e-9) is not None


def test_a_table_that_one_lake_lacks_is_told(tmp_path: Path) -> None:
    write_deltalake(str(tmp_path / "left/silver/plays"), pa.table({"play_id": ["a"]}))
    assert lake_differences(tmp_path / "right", tmp_path / "right") == {}
    assert list(lake_differences(tmp_path / "left", tmp_path / "right")) == ["silver.plays"]
