"""Rules: each row lands, is rejected or is skipped; nothing is lost and nothing counted twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession
from table_frames import assert_rows, frame as make_frame
from toy_jobs import THINGS, toy

from lib.errors import RuleError, TableError
from lib.quality import Checked, check, mark, rejected
from lib.quarantine import as_quarantined
from schemas import ops
from schemas.table import Rule, Table

NOW = datetime(2024, 5, 1, tzinfo=UTC)
RULES = (
    Rule("not_huge", "size < 100", "warn"),
    Rule("not_negative", "size >= 0"),
    Rule("is_measured", "size <> 7", "skip"),
    Rule("is_even", "size % 2 = 0"),
)
TABLE = toy("silver.boxes", rules=RULES)


def checked(spark: SparkSession, *sizes: int | None, table: Table = TABLE) -> Checked:
    """Rows a0, a1… of these sizes after their rules were checked."""
    rows = [{"id": f"a{number}", "size": size} for number, size in enumerate(sizes)]
    return check(mark(make_frame(spark, table, *rows), table), table)


def quarantine_of(found: Checked) -> DataFrame:
    assert found.rejected is not None
    return as_quarantined(found.rejected, TABLE, NOW)


def counts(found: Checked) -> dict[str, tuple[int, int]]:
    return {count.rule.name: (count.checked, count.broken) for count in found.counts}


def first_broken(size: int | None) -> str | None:
    """What the rules above say, in Python: `skip` before `reject`, then in order; NULL breaks."""
    if size is None or size == 7:
        return "is_measured"
    if size < 0:
        return "not_negative"
    return "is_even" if size % 2 else None


@given(st.lists(st.none() | st.integers(-9, 109) | st.just(7), max_size=25))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_row_lands_or_is_rejected_or_skipped(
    spark: SparkSession, sizes: list[int | None]
) -> None:
    found = checked(spark, *sizes)
    told = [first_broken(size) for size in sizes]
    landing = [size for size in sizes if first_broken(size) is None]
    kept = len(sizes) - told.count("is_measured")
    assert found.rows == len(sizes)
    assert rejected(found.counts) == told.count("not_negative") + told.count("is_even")
    assert (found.rejected is None) == (not rejected(found.counts))
    assert counts(found) == {
        "not_huge": (kept, sum(size >= 100 for size in landing if size is not None)),
        "not_negative": (kept, told.count("not_negative")),
        "is_measured": (len(sizes), told.count("is_measured")),
        "is_even": (kept, told.count("is_even")),
    }
    assert len(landing) + rejected(found.counts) + told.count("is_measured") == found.rows
    assert_rows(found.good, "size", *[(size,) for size in landing])


def test_the_first_broken_rule_is_named_and_skip_comes_before_reject(spark: SparkSession) -> None:
    found = checked(spark, -3, 3, 7, 2)
    quarantine = quarantine_of(found)
    assert_rows(
        quarantine.selectExpr("rule", "get_json_object(raw, '$.size') AS size", "table_name"),
        "rule size table_name",
        ("not_negative", "-3", "silver.boxes"),
        ("is_even", "3", "silver.boxes"),
    )
    assert set(quarantine.columns) == set(ops.QUARANTINE.column_names)


def test_a_rejected_row_is_kept_whole_as_json_where_its_source_gave_no_raw_form(
    spark: SparkSession,
) -> None:
    quarantine = quarantine_of(checked(spark, -2))
    assert_rows(quarantine, "quarantined_at", ("2024-05-01 00:00:00",))
    [kept] = quarantine.select("raw").collect()
    assert json.loads(kept["raw"]) == {"id": "a0", "size": -2, "seen_at": None}


def test_the_raw_form_is_kept_as_it_came(spark: SparkSession) -> None:
    raw = '{"Size": "-2 m", "Colour": null}'
    rows = spark.createDataFrame([("a", -2, None, raw)], f"{TABLE.ddl}, raw STRING")
    [kept] = quarantine_of(check(mark(rows, TABLE), TABLE)).collect()
    assert kept["raw"] == raw


def test_two_rejected_rows_that_are_equal_are_kept_once(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("a", -2, None, "raw")] * 2, f"{TABLE.ddl}, raw STRING")
    found = check(mark(rows, TABLE), TABLE)
    assert rejected(found.counts) == 2
    assert quarantine_of(found).count() == 1


def test_a_rule_may_ask_a_column_that_does_not_land(spark: SparkSession) -> None:
    table = toy("silver.boxes", rules=(Rule("source_is_known", "source = 'us'"),))
    rows = spark.createDataFrame(
        [("a", 1, None, "us"), ("b", 1, None, "?")], f"{table.ddl}, source STRING"
    )
    assert_rows(check(mark(rows, table), table).good, "id", ("a",))


def test_a_broken_rule_of_severity_fail_stops_everything(spark: SparkSession) -> None:
    table = toy("silver.boxes", rules=(Rule("is_small", "size < 5", "fail"),))
    assert counts(checked(spark, 1, 2, table=table)) == {"is_small": (2, 0)}
    with pytest.raises(RuleError, match=r"silver\.boxes: rule is_small is broken by 2 of 3 rows"):
        checked(spark, 1, 9, None, table=table)


@pytest.mark.parametrize(
    ("rows", "repeated"),
    [
        ([("a", 2), ("a", 4), ("b", 2)], 1),
        ([("a", 2), ("a", 2), ("a", 2)], 2),
    ],
)
def test_keys_that_land_twice_stop_everything(
    rows: list[tuple[Any, ...]], repeated: int, spark: SparkSession
) -> None:
    frame = make_frame(spark, TABLE, *[{"id": id_, "size": size} for id_, size in rows])
    with pytest.raises(TableError, match=rf"silver\.boxes: {repeated} rows repeat the key \(id\)"):
        check(mark(frame, TABLE), TABLE)


def test_a_key_may_repeat_among_rows_that_do_not_land(spark: SparkSession) -> None:
    rows = [{"id": "a", "size": size} for size in (2, -2, 7, None)]
    found = check(mark(make_frame(spark, TABLE, *rows), TABLE), TABLE)
    assert_rows(found.good, "id size", ("a", 2))


def test_a_table_without_rules_takes_every_row(spark: SparkSession) -> None:
    found = checked(spark, None, -1, 7, table=THINGS)
    assert (found.rows, found.rejected, found.counts) == (3, None, ())
    assert found.good.count() == 3
