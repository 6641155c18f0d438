"""Table and Rule: what a table is and what must hold in it, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Severity = Literal["reject", "fail", "warn", "skip"]

_COLUMN = re.compile(
    r"(?P<name>\w+)\s+(?P<type>[A-Z][\w<>(), :]*?)(?P<required>\s+NOT NULL)?"
    r"\s+COMMENT\s+'(?P<comment>(?:[^']|'')*)'"
)


@dataclass(frozen=True)
class Column:
    """One column: its SQL type, whether it may be NULL, and what it means."""

    name: str
    type: str
    nullable: bool
    comment: str


@dataclass(frozen=True)
class Rule:
    """A named SQL predicate that every row of a table should satisfy.

    A predicate that is NULL counts as broken. It may use columns that the job's frame has and
    the table has not (they are dropped before the write).

    Attributes:
        name: what holds when the predicate is true, e.g. `played_at_is_plausible`.
        predicate: a Spark SQL boolean expression.
        severity: what happens to a row that breaks it:
            `reject`: it goes to ops.quarantine with its raw form, the rest lands;
            `fail`: nothing is committed;
            `warn`: it lands and is counted;
            `skip`: it is no row of this table (a podcast among songs): counted, not landed.
        about: the reason, for people.
    """

    name: str
    predicate: str
    severity: Severity = "reject"
    about: str = ""


@dataclass(frozen=True)
class Table:
    """What a table is, apart from how its rows are made.

    Attributes:
        name: layer and name, e.g. `silver.plays`.
        about: what one row is and where it comes from, in a sentence or two.
        columns: DDL, one column a line: `name TYPE [NOT NULL] COMMENT 'unit, range, source'`.
        key: the columns that make a row unique; checked on every write.
        rules: what must hold in its rows.
        partition_by: partition columns; only for tables whose partitions reach about 1 GB.
        changes_with_time: columns that differ between equal runs (when a row landed).
    """

    name: str
    about: str
    columns: str
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    partition_by: tuple[str, ...] = ()
    changes_with_time: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses a declaration that does not parse or whose key is not among its columns."""
        lines = [line for line in self.columns.splitlines() if line.strip()]
        names = [column.name for column in self.fields]
        if len(names) != len(lines) or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: each line of columns declares one column")
        if missing := set(self.key + self.partition_by) - set(names):
            raise ValueError(f"{self.name}: no such column for its key or partitions: {missing}")

    @property
    def layer(self) -> str:
        """`bronze`, `silver`, `gold` or `ops`."""
        return self.name.partition(".")[0]

    @property
    def short_name(self) -> str:
        """The name without its layer."""
        return self.name.partition(".")[2]

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """The declared columns, in order."""
        columns = []
        for line in self.columns.splitlines():
            if match := _COLUMN.fullmatch(line.strip().rstrip(",")):
                comment = match["comment"].replace("''", "'")
                columns.append(
                    Column(match["name"], match["type"].strip(), not match["required"], comment)
                )
        return tuple(columns)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the declared columns, in order."""
        return tuple(column.name for column in self.fields)

    @property
    def ddl(self) -> str:
        """The columns as one DDL string that Spark reads as a schema."""
        return ", ".join(
            f"{c.name} {c.type}{'' if c.nullable else ' NOT NULL'}" for c in self.fields
        )
