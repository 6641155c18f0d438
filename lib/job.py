"""Job: which table it writes, what it reads, how it writes, and the function in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame

from lib.delta import Mode, Replace
from lib.settings import Settings
from lib.staging import MadeByWorkers
from schemas.landing import Landing
from schemas.table import Table

Input = Table | Landing


@dataclass(frozen=True)
class Job:
    """How the rows of one table are made.

    Attributes:
        writes: the table.
        reads: its inputs, handed to `transform` as DataFrames in this order.
        transform: the pure function from those, and from what `settings` and `timed` add as
            keyword arguments, to a DataFrame with at least the table's columns, or to rows that
            Python workers make.
        mode: how the rows land.
        settings: keyword argument of `transform` to the dotted name of a setting; the job is
            stale when one of these changes, and only then.
        timed: whether `transform` takes `now`, the UTC time at which the run began.
        remembers: whether `transform` takes `earlier`, the table's own rows of before as a
            DataFrame; without rows at first, and where tables are made anew. They never make the
            job stale. See docs/adr/0016-moods-that-last.md.
        flags: names for `--<name>-path` on the command line, where not the input's own.
    """

    writes: Table
    reads: tuple[Input, ...]
    transform: Callable[..., DataFrame | MadeByWorkers]
    mode: Mode = field(default_factory=Replace)
    settings: Mapping[str, str] = field(default_factory=dict)
    timed: bool = False
    remembers: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the table it writes."""
        return self.writes.name

    def arguments(self, settings: Settings) -> dict[str, Any]:
        """The settings that `transform` takes, by argument name."""
        return {name: settings.value(dotted) for name, dotted in self.settings.items()}

    def main(self) -> None:
        """Runs the job by itself, as spark-submit does; see `--help` of any job file."""
        from lib.job_main import main

        main(self)
