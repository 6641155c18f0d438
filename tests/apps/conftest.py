"""What tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from toy_jobs import THINGS, pour, toy, toy_places
from typer.testing import CliRunner, Result

import apps.show  # noqa: F401  # its console keeps for good to a width that a test sets
import jobs
from apps.cli import app
from lib.job import Job
from lib.pipeline import Pipeline
from lib.places import Places

Songlake = Callable[..., Result]


@pytest.fixture(scope="session")
def songlake() -> Songlake:
    """`songlake(WORD, …)`: the command line in this process."""

    def call(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="songlake")

    return call


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A lake whose jobs copy bronze.things to silver.boxes, and that to gold.piles."""
    copies = [(THINGS, toy("silver.boxes")), (toy("silver.boxes"), toy("gold.piles"))]
    made = [Job(writes=to, reads=(of,), transform=lambda rows: rows) for of, to in copies]
    monkeypatch.setattr(jobs, "pipeline", lambda: Pipeline(made))
    places = toy_places(tmp_path)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1})
    return places
