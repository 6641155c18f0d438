from __future__ import annotations

import pytest

from schemas.table import Column, Table


def table(columns: str, key: tuple[str, ...] = ("a",), **more: tuple[str, ...]) -> Table:
    return Table("silver.things", "One thing.", columns, key, **more)


def test_what_a_line_declares() -> None:
    things = table(
        """
        a STRING NOT NULL COMMENT 'the thing''s id',
        b ARRAY<STRING> COMMENT 'names (any, all)'
        c BIGINT COMMENT 'milliseconds, 0-10'
        """
    )
    assert things.fields == (
        Column("a", "STRING", False, "the thing's id"),
        Column("b", "ARRAY<STRING>", True, "names (any, all)"),
        Column("c", "BIGINT", True, "milliseconds, 0-10"),
    )
    assert things.column_names == ("a", "b", "c")
    assert things.ddl == "a STRING NOT NULL, b ARRAY<STRING>, c BIGINT"
    assert (things.layer, things.short_name) == ("silver", "things")


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param("a STRING", id="no comment"),
        pytest.param("a STRING COMMENT 'one'\na INT COMMENT 'two'", id="a name twice"),
        pytest.param("a STRING COMMENT 'one' b INT COMMENT 'two'", id="two on a line"),
        pytest.param("a string COMMENT 'one'", id="a type in lower case"),
        pytest.param("a STRING COMMENT 'it's'", id="a quote that is not doubled"),
    ],
)
def test_a_line_that_declares_no_column_is_refused(columns: str) -> None:
    with pytest.raises(ValueError, match=r"silver\.things: each line of columns declares one"):
        table(columns)


@pytest.mark.parametrize("more", [{"key": ("b",)}, {"partition_by": ("b",)}])
def test_a_key_or_partition_of_no_column_is_refused(more: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match=r"no such column for its key or partitions: \{'b'\}"):
        table("a STRING COMMENT 'one'", **more)
