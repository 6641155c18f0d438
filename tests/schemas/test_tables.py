from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

import schemas
from jobs import pipeline
from schemas import TABLES, gold, silver
from schemas.table import Table

JOBS_FOLDER = Path(schemas.__file__).parents[1] / "jobs"

#: Tables that no job writes: every run does.
NO_JOB = {name for name in TABLES if name.startswith("ops.")}

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


@each_table
def test_every_column_says_what_it_means(table: Table) -> None:
    for column in table.fields:
        assert len(column.comment) >= 3, f"{table.name}.{column.name}"


@each_table
def test_a_table_says_what_a_row_is_and_what_makes_it_unique(table: Table) -> None:
    assert len(table.about) > 20
    assert table.key
    required = {column.name for column in table.fields if not column.nullable}
    assert set(table.key) <= required, "a key of NULLs makes no row unique"


@each_table
def test_the_columns_are_a_schema_that_spark_reads(table: Table, spark: SparkSession) -> None:
    read = StructType.fromDDL(table.ddl)
    assert [(field.name, field.nullable) for field in read] == [
        (column.name, column.nullable) for column in table.fields
    ]
    assert spark.createDataFrame([], read).columns == list(table.column_names)


@each_table
def test_rules_have_a_name_of_their_own(table: Table) -> None:
    names = [rule.name for rule in table.rules]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)


def test_a_table_lies_in_the_file_of_its_layer() -> None:
    for layer in ("bronze", "silver", "gold", "ops"):
        module = importlib.import_module(f"schemas.{layer}")
        declared = [value for value in vars(module).values() if isinstance(value, Table)]
        assert {table.name for table in declared} == {table.name for table in module.TABLES}
        assert {table.layer for table in declared} == {layer}
    assert len(TABLES) == sum(
        len(importlib.import_module(f"schemas.{layer}").TABLES)
        for layer in ("bronze", "silver", "gold", "ops")
    )


def test_every_table_has_its_job_file_and_every_job_file_its_table() -> None:
    files = {
        f"{path.parent.name}.{path.stem}"
        for path in JOBS_FOLDER.glob("*/*.py")
        if path.stem != "__init__"
    }
    assert files == set(TABLES) - NO_JOB
    assert files == set(pipeline().jobs)


def test_the_names_that_others_rely_on() -> None:
    listening = {
        "track_id", "song_id", "user_id", "played_at", "ms_played", "feature_source",
        "match_method", "hour_of_day", "part_of_day", "is_weekend",
    }  # fmt: skip
    assert listening <= set(silver.LISTENING_WITH_FEATURES.column_names)
    assert {"song_id", "track_id", "cluster_id", "mood"} <= set(gold.MOOD_CLUSTERS.column_names)
