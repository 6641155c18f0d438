"""The notebooks, from top to bottom, on a small demo lake."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from scratch_lake import ScratchLake

from lib.demo import write_demo_inputs
from lib.settings import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))

Ran = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def built(
    make_lake: Callable[..., ScratchLake], tmp_path_factory: pytest.TempPathFactory
) -> ScratchLake:
    """A lake with the tables that the notebooks ask."""
    folder = tmp_path_factory.mktemp("demo")
    lake = make_lake(folder)
    lake.ingest(*write_demo_inputs(folder / "inputs", tracks=500, plays=800), user="demo")
    report = lake.run("gold.mood_clusters", "gold.harmonic_pairs", "listening_with_features")
    assert report.ok, report
    return lake


@pytest.fixture
def ran(built: ScratchLake, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Runs a notebook as it is; tells what an expression is worth at its end, and its plots."""
    monkeypatch.setenv("SONGLAKE_DATA", str(built.folder))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel's own puts plots in the outputs

    def run(name: str, asked: str) -> dict[str, Any]:
        notebook = nbformat.read(PROJECT / "notebooks" / name, as_version=4)
        told = f"import json\nprint(json.dumps({asked}, default=str))"
        notebook.cells.append(nbformat.v4.new_code_cell(told))
        folder = {"metadata": {"path": str(PROJECT / "notebooks")}}
        NotebookClient(notebook, timeout=240, kernel_name="python3", resources=folder).execute()
        shown = [out for cell in notebook.cells for out in cell.get("outputs", [])]
        plots = sum("image/png" in out.get("data", {}) for out in shown)
        return json.loads(shown[-1]["text"]) | {"plots": plots}

    return run


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_there_are_the_two() -> None:
    assert [path.name for path in NOTEBOOKS] == ["dj_set.ipynb", "listener_year.ipynb"]


def test_a_listeners_year(ran: Ran, built: ScratchLake) -> None:
    told = ran(
        "listener_year.ipynb",
        "{'this': this, 'plays': int(totals['plays'].item()), 'week': week.tolist(),"
        " 'shares': shares.sum(axis=1).tolist(), 'moods': sorted(moods.columns),"
        " 'placed': int(moods.to_numpy().sum()),"
        " 'artists': artists['plays'].to_dict(),"
        " 'new_songs': int(discoveries['songs'].sum())}",
    )
    assert told["this"]["user"] == "demo"
    assert told["plots"] == 4

    plays = built.rows(
        "SELECT user_id, local_date, day_of_week, hour_of_day, song_id, artist_name, counts "
        "FROM silver.listening_with_features"
    )
    plays = [play for play in plays if play["counts"]]
    of_year = [play for play in plays if play["local_date"].year == told["this"]["year"]]
    assert told["plays"] == len(of_year) > len(plays) / 2
    week = [[0] * 24 for _ in range(7)]
    counted: dict[str, int] = {}
    for play in of_year:
        week[play["day_of_week"] - 1][play["hour_of_day"]] += 1
        counted[play["artist_name"]] = counted.get(play["artist_name"], 0) + 1
    assert told["week"] == week
    top = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:10]
    assert list(told["artists"].items()) == top
    earlier = {p["song_id"] for p in plays if p["local_date"].year < told["this"]["year"]}
    assert told["new_songs"] == len({play["song_id"] for play in of_year} - earlier) > 0

    moods = {
        row["song_id"]: row["mood"]
        for row in built.rows("FROM gold.mood_clusters WHERE feature_source <> 'synthetic'")
    }
    heard = [moods[play["song_id"]] for play in of_year if play["song_id"] in moods]
    assert told["placed"] == len(heard) > 0
    assert told["moods"] == sorted(set(heard))
    assert told["shares"] == pytest.approx([1.0] * len(told["shares"]))


def test_a_dj_set_by_sql_and_by_spark(ran: Ran, built: ScratchLake) -> None:
    told = ran(
        "dj_set.ipynb",
        "{'path': path, 'arc': arc.tolist(), 'tiers': tiers.to_dict(),"
        " 'set': dj_set.reset_index().to_dict('records')}",
    )
    mixes = {
        (row["song_id"], row["next_song_id"]): row for row in built.rows("FROM gold.harmonic_pairs")
    }
    assert told["plots"] == 1
    rows = told["set"]
    assert [row["song_id"] for row in rows] == told["path"]
    assert len({row["artist"] for row in rows}) == len(rows) == 12
    for song, following in pairwise(rows):
        mix = mixes[song["song_id"], following["song_id"]]
        assert (song["camelot"], following["camelot"]) == (mix["camelot"], mix["next_camelot"])
        assert following["tempo"] == mix["next_tempo"]
        assert (following["tier"], following["pitch"]) == (mix["tier"], mix["tempo_change"])
    gaps = [abs(row["energy"] - wanted) for row, wanted in zip(rows, told["arc"], strict=True)]
    assert sum(gaps) / len(gaps) < 0.1
    tiers: dict[str, int] = {}
    for mix in mixes.values():
        tiers[mix["tier"]] = tiers.get(mix["tier"], 0) + 1
    assert told["tiers"] == tiers
