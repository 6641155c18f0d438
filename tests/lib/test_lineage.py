from __future__ import annotations

from pathlib import Path

import pytest
from toy_jobs import build, pour, toy_places

import jobs
from lib.lineage import Origin, lineage
from lib.places import Places
from schemas import bronze, gold, ops

TRACK = dict.fromkeys(("track_id", "track_genre", "artists", "track_name"), "x")
MAKES = jobs.pipeline().jobs
CATALOGUE, SYNTHETIC = bronze.KAGGLE_TRACKS.name, bronze.SYNTHETIC_FEATURES.name


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake with the catalogue, and what is made from it though not all of that is there."""
    places = toy_places(tmp_path)
    for name in (CATALOGUE, SYNTHETIC):
        build(MAKES[name], places)
    return places


def by_name(origin: Origin) -> dict[str, Origin]:
    return {above.name: above for above in origin.inputs}


def test_a_table_goes_back_to_the_landed_files(places: Places) -> None:
    found = lineage(SYNTHETIC, places)
    assert set(by_name(found)) == {what.name for what in MAKES[SYNTHETIC].reads}
    catalogue = by_name(found)[CATALOGUE]
    assert [above.name for above in catalogue.inputs] == ["landing.kaggle"]
    assert catalogue.inputs[0].record is None


def test_each_input_says_the_state_that_was_read(places: Places) -> None:
    before = places.state(bronze.KAGGLE_TRACKS)["data"]
    build(MAKES[CATALOGUE], places, TRACK)
    assert before != places.state(bronze.KAGGLE_TRACKS)["data"]
    assert by_name(lineage(SYNTHETIC, places))[CATALOGUE].read == before


def test_it_says_which_run_code_and_settings_made_it(places: Places) -> None:
    record = lineage(SYNTHETIC, places).record
    assert record is not None
    assert (record["run"], record["settings"]["synthetic.scope"]) == ("a run", "missing")
    assert len(record["code"]) == 16


def test_what_is_not_there_was_made_from_nothing(places: Places) -> None:
    assert lineage(gold.MOOD_CLUSTERS.name, places) == Origin("gold.mood_clusters")
    pour(places.path(ops.JOB_RUNS), ops.JOB_RUNS)
    assert lineage("ops.job_runs", places) == Origin("ops.job_runs")
