"""Where inputs and tables lie, and what state they are in: all that can be known without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib import delta_log, landing
from lib.fingerprint import code_fingerprint
from lib.job import Input, Job
from lib.settings import Settings
from schemas.landing import Landing

ABSENT = "absent"


@dataclass(frozen=True)
class Places:
    """Where each table and landing kind lies.

    Attributes:
        settings: gives the usual place.
        paths: other places, by the name of a table or landing kind.
    """

    settings: Settings
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def audio(self) -> Path:
        """The root of the audio store and of downloaded previews."""
        return Path(self.settings.audio)

    def path(self, what: Input) -> str:
        """The folder of a table, or of a landing kind."""
        if what.name in self.paths:
            return self.paths[what.name]
        if isinstance(what, Landing):
            return str(self.settings.landing / what.kind)
        return self.settings.table_path(what.name)

    def state(self, what: Input) -> dict[str, Any]:
        """What identifies an input's contents now: `data`, and for tables the `version` to read."""
        if isinstance(what, Landing):
            return {"data": landing.fingerprint(Path(self.path(what)).parent, what)}
        log = delta_log.read_log(self.path(what))
        if log is None:
            return {"data": ABSENT, "version": None}
        # Where history no longer reaches back to the last change, only this very version is known.
        return {"data": log.data or f"unknown before {log.version}", "version": log.version}


def record_of(job: Job, places: Places, inputs: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    """What a commit of the job says it was made from."""
    return {
        "run": run_id,
        "inputs": dict(inputs),
        "code": code_fingerprint(job),
        "settings": {
            job.settings[name]: value for name, value in job.arguments(places.settings).items()
        },
    }


def why_stale(job: Job, places: Places) -> str | None:
    """Why the job must run, in words, or None where its table is what it would make.

    Decided from the Delta logs: no JVM is needed.
    """
    log = delta_log.read_log(places.path(job.writes))
    if log is None:
        return "not built yet"
    if log.record is None or "code" not in log.record:
        return "not known what it was made from"
    inputs = {what.name: places.state(what) for what in job.reads}
    now = record_of(job, places, inputs, "")
    before = log.record
    if before["code"] != now["code"]:
        return "its code changed"
    for name in sorted(set(before["settings"]) | set(now["settings"])):
        old, new = before["settings"].get(name), now["settings"].get(name)
        if old != new:
            return f"setting {name} changed from {old} to {new}"
    changed = [
        name
        for name, state in inputs.items()
        if state["data"] != before["inputs"].get(name, {}).get("data")
    ]
    if changed or set(before["inputs"]) != set(inputs):
        return f"new data in {', '.join(changed) or 'its inputs'}"
    return None
