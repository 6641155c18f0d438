"""Staleness: what makes a job run again and what does not, decided without Spark."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from deltalake import DeltaTable
from toy_jobs import THINGS, build, pour, toy, toy_places

from lib import delta_table
from lib.delta_log import commit_files
from lib.job import Job
from lib.places import Places, why_stale
from schemas.landing import KAGGLE, SPOTIFY_EXTENDED

BOXES = toy("silver.boxes")
JOB = Job(writes=BOXES, reads=(THINGS,), transform=lambda things, min_ms=0: things)
STRICT = Job(
    writes=BOXES,
    reads=(THINGS,),
    transform=JOB.transform,
    settings={"min_ms": "plays.min_ms"},
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake in which bronze.things has a row."""
    places = toy_places(tmp_path)
    pour(places.path(THINGS), THINGS, {"id": "a"})
    return places


def test_what_was_never_built_is_stale(places: Places) -> None:
    assert why_stale(JOB, places) == "not built yet"


def test_what_was_made_and_never_filled_is_stale(places: Places) -> None:
    delta_table.prepare(BOXES, places.path(BOXES))
    assert why_stale(JOB, places) == "not known what it was made from"


def test_rows_that_no_job_wrote_are_stale(places: Places) -> None:
    pour(places.path(BOXES), BOXES, {"id": "a"}, record={"run": "of something else"})
    assert why_stale(JOB, places) == "not known what it was made from"


def test_what_was_built_from_what_is_there_is_up_to_date(places: Places) -> None:
    build(JOB, places, {"id": "a"})
    assert why_stale(JOB, places) is None


def test_new_rows_above_make_it_stale_until_it_is_built_again(places: Places) -> None:
    build(JOB, places)
    pour(places.path(THINGS), THINGS, {"id": "b"})
    assert why_stale(JOB, places) == "new data in bronze.things"
    build(JOB, places)
    assert why_stale(JOB, places) is None


def test_an_input_that_is_built_only_now_makes_it_stale(tmp_path: Path) -> None:
    places = toy_places(tmp_path)
    build(JOB, places)
    assert why_stale(JOB, places) is None
    pour(places.path(THINGS), THINGS)
    assert why_stale(JOB, places) == "new data in bronze.things"


def test_an_input_that_was_moved_away_makes_it_stale(places: Places) -> None:
    build(JOB, places)
    Path(places.path(THINGS)).rename(Path(places.path(THINGS)).with_name("moved"))
    assert why_stale(JOB, places) == "new data in bronze.things"


def test_maintenance_above_leaves_it_up_to_date(places: Places) -> None:
    pour(places.path(THINGS), THINGS, {"id": "b"})
    build(JOB, places)
    DeltaTable(places.path(THINGS)).optimize.compact()
    DeltaTable(places.path(BOXES)).optimize.compact()
    assert why_stale(JOB, places) is None


def test_it_runs_once_more_where_history_no_longer_says_when_an_input_changed(
    places: Places,
) -> None:
    path = places.path(THINGS)
    pour(path, THINGS, {"id": "b"})
    build(JOB, places)
    DeltaTable(path).optimize.compact()
    DeltaTable(path).create_checkpoint()
    for _, file in commit_files(path)[1:]:
        Path(file).unlink()
    assert why_stale(JOB, places) == "new data in bronze.things"
    build(JOB, places)
    assert why_stale(JOB, places) is None
    DeltaTable(path).alter.set_table_properties({"delta.checkpointInterval": "20"})
    assert why_stale(JOB, places) == "new data in bronze.things"


def test_reading_more_or_less_makes_it_stale(places: Places) -> None:
    build(JOB, places)
    more = Job(writes=BOXES, reads=(THINGS, toy("bronze.other")), transform=JOB.transform)
    assert why_stale(more, places) == "new data in bronze.other"
    less = Job(writes=BOXES, reads=(), transform=JOB.transform)
    assert why_stale(less, places) == "new data in its inputs"


def test_a_setting_reruns_what_reads_it_and_nothing_else(places: Places) -> None:
    build(STRICT, places)
    assert why_stale(STRICT, places) is None
    longer = Places(toy_places(places.settings.data, plays__min_ms=1, moods__seed=1).settings)
    assert why_stale(STRICT, longer) == "setting plays.min_ms changed from 30000 to 1"
    other = Places(toy_places(places.settings.data, moods__seed=1, user="you").settings)
    assert why_stale(STRICT, other) is None


def transform_in(folder: Path, code: str) -> Job:
    folder.mkdir()
    (folder / "boxes.py").write_text(f"def boxes(things):\n    return {code}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("boxes", folder / "boxes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Job(writes=BOXES, reads=(THINGS,), transform=module.boxes)


def test_changed_code_makes_it_stale_and_a_copy_of_it_does_not(
    places: Places, tmp_path: Path
) -> None:
    build(transform_in(tmp_path / "one", "things"), places)
    assert why_stale(transform_in(tmp_path / "same", "things"), places) is None
    changed = transform_in(tmp_path / "changed", "things.distinct()")
    assert why_stale(changed, places) == "its code changed"


def test_landed_files_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    places = toy_places(tmp_path)
    job = Job(writes=BOXES, reads=(KAGGLE,), transform=lambda rows: rows)
    build(job, places)
    assert why_stale(job, places) is None
    landed = Path(places.path(KAGGLE)) / "0123456789abcdef-dataset.csv"
    landed.parent.mkdir(parents=True)
    landed.touch()
    assert why_stale(job, places) == "new data in landing.kaggle"
    build(job, places)
    other = Path(places.path(SPOTIFY_EXTENDED)) / "user=me" / "0123456789abcdef-history.json"
    other.parent.mkdir(parents=True)
    other.touch()
    assert why_stale(job, places) is None
    landed.unlink()
    assert why_stale(job, places) == "new data in landing.kaggle"


def test_inputs_and_tables_may_lie_elsewhere(tmp_path: Path) -> None:
    settings = toy_places(tmp_path).settings
    places = Places(settings, {THINGS.name: str(tmp_path / "else")})
    assert places.path(THINGS) == str(tmp_path / "else")
    assert places.path(BOXES) == f"{tmp_path}/lake/silver/boxes"
    assert places.path(KAGGLE) == f"{tmp_path}/landing/kaggle"
    pour(places.path(THINGS), THINGS, {"id": "a"})
    assert places.state(THINGS)["version"] == 1
    assert places.state(BOXES) == {"data": "absent", "version": None}
