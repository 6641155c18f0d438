"""The tables without a JVM: DuckDB over delta-rs, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from lib import delta_log
from lib.errors import TableError
from lib.places import Places
from schemas import TABLES
from schemas.table import Table


def connect(places: Places) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that knows every table of the lake by name, e.g. `gold.mood_clusters`.

    Filters and columns are pushed down to the files. Timestamps are shown in UTC.
    """
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        path = places.path(table)
        if delta_log.commit_files(path):
            view = f"{table.layer}__{table.short_name}"
            connection.register(view, DeltaTable(path).to_pyarrow_dataset())
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.layer}")
            connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM {view}")
    return connection


def is_built(places: Places, table: Table) -> bool:
    """Whether a table is there with all the columns it is declared with: an old one may lack some.

    A query of our own can then be asked.
    """
    path = places.path(table)
    if not delta_log.commit_files(path):
        return False
    there = {field.name for field in DeltaTable(path).schema().fields}
    return there.issuperset(column.name for column in table.fields)


def require(places: Places, *tables: Table) -> None:
    """Sees that queries of our own can be asked of these tables.

    Raises:
        TableError: one of them is not built; see `is_built`.
    """
    for table in tables:
        if not is_built(places, table):
            raise TableError(f"{table.name} is not built yet: run `songlake run` first")


def query(places: Places, sql: str, values: Mapping[str, Any] | None = None) -> pa.Table:
    """The answer to one SQL query; of columns with one name, the later are told apart by a number.

    Args:
        places: where the tables are.
        sql: one SELECT.
        values: what stands for `$name` in it.

    Raises:
        TableError: the query cannot be understood, names a table that is not there, or would write.
    """
    connection = connect(places)
    try:
        asked = connection.extract_statements(sql)
        if [statement.type for statement in asked] != [duckdb.StatementType.SELECT]:
            raise TableError("Tables are read only: ask one question, with SELECT.")
        answer = connection.sql(sql, params=values).to_arrow_table()
    except duckdb.Error as error:
        raise TableError(_explain(connection, str(error))) from None
    return answer.rename_columns(_told_apart(answer.column_names))


def rows(places: Places, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The answer to one SQL query as dictionaries."""
    return list(query(places, sql, values).to_pylist())


def _told_apart(names: Iterable[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" if number else name for number in count())
        made.append(next(new for new in numbered if new not in made))
    return made


def _explain(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    found = connection.sql(
        "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE schema_name IN "
        "('bronze', 'silver', 'gold', 'ops') ORDER BY 1"
    ).fetchall()
    there = ", ".join(name for (name,) in found) or "none yet: run `songlake run` first"
    return f"{message.splitlines()[0]}\nTables there are: {there}"
