"""What is measured in songs whose tempo, key and beats are known, and in odd files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lib.audio.listening import listen
from lib.audio.measures import ANALYSIS, analyse, measures
from lib.audio.store import AudioStore
from tests.audio_odd import odd_files
from tests.audio_songs import Plan, Sound, sing, write

PLAN = Plan(tempo=98.0, key=4, mode=1, start_s=0.7, seconds=14.0, timbre="organ", pattern="rock",
            noise_db=-80.0)  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    files = odd_files(tmp_path_factory.mktemp("odd"))
    return {n: analyse(str(path)) for n, path in files.items() if not n.startswith("broken")}


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return analyse(str(write(tmp_path_factory.mktemp("song") / "a.flac", sing(PLAN))))


def test_a_song_is_measured(song: dict[str, Any]) -> None:
    assert song["failure"] is None
    assert song["tempo"] == pytest.approx(98.0, rel=0.005)
    assert (song["key"], song["mode"], song["camelot"]) == (4, 1, "12B")
    assert song["duration_s"] == 14.0
    assert song["silence_start_s"] == pytest.approx(0.7, abs=0.05)
    off = np.abs(np.array(song["beats"])[:, None] - PLAN.beats[None]).min(axis=1)
    assert np.median(off) < 0.02
    downbeat = song["beats"][song["first_downbeat"]] - PLAN.start_s
    assert round(downbeat / (60 / PLAN.tempo)) % 4 == 0
    estimates = ("energy_estimate", "danceability_estimate", "acousticness_estimate")
    assert all(0 <= song[name] <= 1 for name in estimates)


def test_louder_is_louder_by_as_much(song: dict[str, Any], tmp_path: Path) -> None:
    quiet = analyse(str(write(tmp_path / "quiet.flac", sing(PLAN).mix / 10)))
    assert song["loudness_lufs"] - quiet["loudness_lufs"] == pytest.approx(20, abs=0.1)
    assert song["peak_dbfs"] - quiet["peak_dbfs"] == pytest.approx(20, abs=0.1)
    assert (song["tempo"], song["key"]) == pytest.approx((quiet["tempo"], quiet["key"]), rel=1e-3)
    assert quiet["energy_estimate"] < song["energy_estimate"]


def test_strokes_are_less_acoustic_than_chords(tmp_path: Path) -> None:
    stems = sing(PLAN).stems
    drums = analyse(str(write(tmp_path / "drums.flac", 3 * stems["drums"])))
    chords = analyse(str(write(tmp_path / "chords.flac", 3 * stems["other"])))
    assert chords["acousticness_estimate"] > drums["acousticness_estimate"] + 0.2
    assert drums["spectral_flatness"] > chords["spectral_flatness"]


def test_how_it_comes_in_blocks_makes_no_difference(tmp_path: Path) -> None:
    """More blocks than one, at a rate that is no multiple: no frame is lost or doubled."""
    song = sing(Plan(seconds=25.0), 44_100).mix
    whole = listen(write(tmp_path / "a.wav", song, 44_100))
    frames = round(25.0 * 22_050 / 256)
    assert whole.onsets.shape[1] == pytest.approx(frames, abs=1)
    assert whole.levels.shape[0] == whole.onsets.shape[1]
    assert whole.classes.shape[1] == pytest.approx(25.0 * 22_050 / 2_048, abs=1)


def test_odd_files_have_a_row_or_a_reason(odd: dict[str, dict[str, Any]]) -> None:
    for name, row in odd.items():
        assert "failure" in row, name
        numbers = [v for v in row.values() if isinstance(v, float)]
        assert np.isfinite(numbers).all(), name
        assert row["failure"] is None or "tempo" not in row, name
    assert odd["silence"]["failure"] == "silence"
    assert "less than 1 s" in odd["0.2 s"]["failure"]
    assert odd["constant"].keys().isdisjoint({"tempo", "key"})
    tone = odd["tone"]
    assert (tone["key"], tone["failure"]) == (9, None)
    told = {name for name, row in odd.items() if row["failure"] is None}
    assert told == set(odd) - {"silence", "0.2 s"}


def test_measures_are_kept_and_failures_to_decode_are_not(tmp_path: Path) -> None:
    store = AudioStore(str(tmp_path / "store"))
    file = tmp_path / "a.wav"
    missing = measures("ab" * 32, str(file), store)
    assert "No such file" in missing["failure"]
    write(file, _clicks())
    found = measures("ab" * 32, str(file), store)
    assert found["failure"] is None
    file.unlink()
    assert measures("ab" * 32, str(file), store) == found
    assert (found["audio_id"], found["version"]) == ("ab" * 32, ANALYSIS)


def _clicks() -> Sound:
    t = np.arange(4 * 22_050) / 22_050
    return (np.exp(-(t % 0.5) / 0.02) * np.sin(2 * np.pi * 330 * t))[None] * 0.5
