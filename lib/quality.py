"""Checking a table's rules on the rows of a job, in one pass, and telling good rows from bad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, functions as F

from lib.errors import RuleError, TableError
from lib.parts import BROKEN, RAW
from schemas.table import Rule, Table


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
    rows: int
    counts: tuple[RuleCount, ...]

    @property
    def good(self) -> DataFrame:
        """The rows that land."""
        return self.frame.filter(F.col(BROKEN).isNull())

    @property
    def rejected(self) -> DataFrame | None:
        """The rows that go to quarantine, if any."""
        return self.frame.filter(F.col(RAW).isNotNull()) if rejected(self.counts) else None


def mark(frame: DataFrame, table: Table) -> DataFrame:
    """Adds to each row the name of the first `skip`, then `reject` rule that it breaks, or NULL.

    Where rows may be rejected, `raw` is the raw form of those that are: as it came, else as JSON.
    """
    order = sorted(_dividing(table), key=lambda rule: rule.severity != "skip")
    if not order:
        return frame.withColumn(BROKEN, F.lit(None).cast("string"))
    broken = F.coalesce(*[F.when(~_holds(rule), F.lit(rule.name)) for rule in order])
    as_json = F.to_json(F.struct(*frame.columns), {"ignoreNullFields": "false"})
    raw = F.coalesce(F.col(RAW), as_json) if RAW in frame.columns else as_json
    rejects = [rule.name for rule in order if rule.severity == "reject"]
    return frame.withColumn(BROKEN, broken).withColumn(
        RAW, F.when(F.col(BROKEN).isin(rejects), raw)
    )


def measures(table: Table) -> dict[str, Column]:
    """For each rule, by its name, whether a marked row counts as breaking it."""
    lands = F.col(BROKEN).isNull()
    dividing = _dividing(table)
    return {
        rule.name: F.coalesce(F.col(BROKEN) == rule.name, F.lit(False))
        if rule in dividing
        else lands & ~_holds(rule)
        for rule in table.rules
    }


def check(marked: DataFrame, table: Table) -> Checked:
    """Counts every rule over rows that `mark` has marked, and checks that the key is unique.

    Raises:
        RuleError: a rule of severity `fail` is broken.
        TableError: two rows that would land share a key.
    """
    lands = F.col(BROKEN).isNull()
    broken = {f"broken: {name}": F.count_if(breaks) for name, breaks in measures(table).items()}
    totals = {
        "rows": F.count(F.lit(1)),
        "landing": F.count_if(lands),
        "keys": F.count_distinct(F.when(lands, F.struct(*table.key))),
    }
    asked = [measure.alias(name) for name, measure in (totals | broken).items()]
    found = marked.agg(*asked).first()
    assert found is not None
    counts = judged(
        table, found["rows"], {rule.name: found[f"broken: {rule.name}"] for rule in table.rules}
    )
    require_unique(table, found["landing"], found["keys"])
    return Checked(marked, found["rows"], counts)


def judged(table: Table, rows: int, broken: Mapping[str, int]) -> tuple[RuleCount, ...]:
    """What was counted of each rule.

    Args:
        table: whose rules.
        rows: how many were checked.
        broken: rows that break each rule, by its name; none of one that is not named.

    Raises:
        RuleError: a rule of severity `fail` is broken.
    """
    skipped = sum(broken.get(rule.name, 0) for rule in table.rules if rule.severity == "skip")
    counts = tuple(
        RuleCount(
            rule, rows - (0 if rule.severity == "skip" else skipped), broken.get(rule.name, 0)
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
    return counts


def require_unique(table: Table, landing: int, keys: int) -> None:
    """Sees that so many rows that would land have as many keys.

    Raises:
        TableError: two of them share a key.
    """
    if keys != landing:
        raise TableError(
            f"{table.name}: {landing - keys} rows repeat the key "
            f"({', '.join(table.key)}). Nothing was committed: the job must make each key once."
        )


def rejected(counts: Iterable[RuleCount]) -> int:
    """How many rows go to quarantine."""
    return sum(count.broken for count in counts if count.rule.severity == "reject")


def divides(table: Table) -> bool:
    """Whether a rule keeps rows from landing."""
    return bool(_dividing(table))


def _dividing(table: Table) -> list[Rule]:
    return [rule for rule in table.rules if rule.severity in ("reject", "skip")]


def _holds(rule: Rule) -> Column:
    return F.coalesce(F.expr(rule.predicate), F.lit(False))
