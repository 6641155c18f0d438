"""What a table was made from, as its commits say, back to the landed files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lib import delta_log
from lib.places import Places
from schemas import TABLES


@dataclass(frozen=True)
class Origin:
    """One table or landing kind, and what its newest rows were made from.

    Attributes:
        name: of the table or landing kind.
        read: the state that the job above read: `version@milliseconds`, or a hash of files.
        record: the record in its newest commit; None for landing kinds and unbuilt tables.
        inputs: what it was made from.
    """

    name: str
    read: str = ""
    record: dict[str, Any] | None = None
    inputs: tuple[Origin, ...] = field(default=())


def lineage(name: str, places: Places, read: str = "") -> Origin:
    """The tree of a table's inputs, each as of the version that was read."""
    if name not in TABLES:
        return Origin(name, read)
    log = delta_log.read_log(places.path(TABLES[name]))
    if log is None or log.record is None:
        return Origin(name, read)
    inputs = tuple(
        lineage(above, places, state["data"])
        for above, state in sorted(log.record.get("inputs", {}).items())
    )
    return Origin(name, read, log.record, inputs)
