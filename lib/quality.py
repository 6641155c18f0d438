"""Checking a table's rules on the rows of a job, in one pass, and telling good rows from bad."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import Column, DataFrame, functions as F

from lib.errors import RuleError, TableError
from schemas.table import Rule, Table

_BROKEN = "_broken_rule"


@dataclass(frozen=True)
class RuleCount:
    """How many of the checked rows broke a rule."""

    rule: Rule
    checked: int
    broken: int


@dataclass(frozen=True)
class Checked:
    """Rows with the first rule that each broke, and what was counted.

    Attributes:
        frame: the rows; those of rules `reject` and `skip` are marked.
        rows: how many the job made.
        counts: one entry for each rule.
    """

    frame: DataFrame
    table: Table
    rows: int
    counts: tuple[RuleCount, ...]

    @property
    def good(self) -> DataFrame:
        """The rows that land."""
        return self.frame.filter(F.col(_BROKEN).isNull())

    @property
    def rejected(self) -> int:
        """How many rows go to quarantine."""
        return sum(c.broken for c in self.counts if c.rule.severity == "reject")

    def quarantine(self, now: datetime) -> DataFrame:
        """The rejected rows as ops.quarantine keeps them, each once."""
        names = [rule.name for rule in self.table.rules if rule.severity == "reject"]
        rows = self.frame.filter(F.col(_BROKEN).isin(names))
        columns = [name for name in rows.columns if name != _BROKEN]
        as_json = F.to_json(F.struct(*columns), {"ignoreNullFields": "false"})
        raw = F.coalesce(F.col("raw"), as_json) if "raw" in columns else as_json
        return (
            rows.select(
                F.lit(self.table.name).alias("table_name"),
                F.col(_BROKEN).alias("rule"),
                raw.alias("raw"),
                F.lit(now).alias("quarantined_at"),
            )
            .withColumn(
                "quarantine_id", F.sha2(F.concat_ws("\n", "table_name", "rule", "raw"), 256)
            )
            .distinct()
        )


def mark(frame: DataFrame, table: Table) -> DataFrame:
    """Adds to each row the name of the first `skip`, then `reject` rule that it breaks, or NULL.

    A row's raw form is kept only where it is needed: making it costs more than checking the row.
    """
    order = sorted(_dividing(table), key=lambda rule: rule.severity != "skip")
    if not order:
        return frame.withColumn(_BROKEN, F.lit(None).cast("string"))
    broken = F.coalesce(*[F.when(~_holds(rule), F.lit(rule.name)) for rule in order])
    marked = frame.withColumn(_BROKEN, broken)
    if "raw" in frame.columns:
        marked = marked.withColumn("raw", F.when(F.col(_BROKEN).isNotNull(), F.col("raw")))
    return marked


def check(marked: DataFrame, table: Table) -> Checked:
    """Counts every rule over rows that `mark` has marked, and checks that the key is unique.

    Raises:
        RuleError: a rule of severity `fail` is broken.
        TableError: two rows that would land share a key.
    """
    lands = F.col(_BROKEN).isNull()
    measures: dict[str, Column] = {
        "rows": F.count(F.lit(1)),
        "landing": F.count_if(lands),
        "keys": F.count_distinct(F.when(lands, F.struct(*table.key))),
    }
    for rule in table.rules:
        if rule in _dividing(table):
            measures[_measure(rule)] = F.count_if(F.col(_BROKEN) == rule.name)
        else:
            measures[_measure(rule)] = F.count_if(lands & ~_holds(rule))
    found = marked.agg(*[measure.alias(name) for name, measure in measures.items()]).first()
    assert found is not None
    skipped = sum(found[_measure(rule)] for rule in table.rules if rule.severity == "skip")
    counts = tuple(
        RuleCount(
            rule,
            found["rows"] - (0 if rule.severity == "skip" else skipped),
            found[_measure(rule)],
        )
        for rule in table.rules
    )
    for count in counts:
        if count.rule.severity == "fail" and count.broken:
            raise RuleError(
                f"{table.name}: rule {count.rule.name} is broken by {count.broken} of "
                f"{count.checked} rows ({count.rule.predicate}). Nothing was committed. "
                "Look at the job's inputs; its rules are in schemas/."
            )
    if found["keys"] != found["landing"]:
        raise TableError(
            f"{table.name}: {found['landing'] - found['keys']} rows repeat the key "
            f"({', '.join(table.key)}). Nothing was committed: the job must make each key once."
        )
    return Checked(marked, table, found["rows"], counts)


def _dividing(table: Table) -> list[Rule]:
    return [rule for rule in table.rules if rule.severity in ("reject", "skip")]


def _measure(rule: Rule) -> str:
    return f"broken: {rule.name}"


def _holds(rule: Rule) -> Column:
    return F.coalesce(F.expr(rule.predicate), F.lit(False))
