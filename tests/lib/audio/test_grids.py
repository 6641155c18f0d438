"""Whose beats loops are cut at: Rekordbox's where its grid is steady, else those measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lib.audio.grids import beats_of

LOSSLESS, LOSSY = 16.0, float("nan")


def file(*grid: tuple[float | None, float, str, int], **more: object) -> dict[str, object]:
    """A file of a minute, heard at 100 BPM, with a grid as Spark hands it over."""
    starts, tempos, metres, beats = map(list, zip(*grid, strict=True)) if grid else ([],) * 4
    return {
        "tempo": 100.0, "beats": np.arange(0.3, 60, 0.6), "first_downbeat": 1.0,
        "duration_s": 60.0, "bits": LOSSLESS, "grid_starts_s": np.array(starts, object),
        "grid_tempos": np.array(tempos), "grid_metres": np.array(metres, object),
        "grid_beats": np.array(beats), **more,
    }  # fmt: skip


@given(
    start=st.floats(0, 50),
    tempo=st.sampled_from([60.0, 87.5, 124.0, 174.0]),
    beat=st.integers(1, 4),
)
def test_a_grid_reaches_from_the_beginning_to_the_end(
    start: float, tempo: float, beat: int
) -> None:
    """Wherever in the file its one mark lies, and whichever beat of the bar it is."""
    told = beats_of(file((start, tempo, "4/4", beat)))
    assert told
    period = 60 / tempo
    times = np.array(told.times)
    assert np.allclose(np.diff(times), period)
    assert -1e-6 <= times[0] <= period + 1e-6
    assert 60 - period - 1e-6 <= times[-1] <= 60 + 1e-6
    marked = int(np.argmin(np.abs(times - start)))
    assert times[marked] == pytest.approx(start, abs=1e-6)
    assert (marked - told.first_downbeat) % 4 == beat - 1
    assert 0 <= told.first_downbeat < 4
    assert (told.told_by, told.tempo) == ("rekordbox", tempo)


def test_marks_that_repeat_a_steady_grid_are_one() -> None:
    """As in Rekordbox's own demo track, whose places are rounded to milliseconds."""
    told = beats_of(file((0.025, 120, "4/4", 1), (48.026, 120, "4/4", 1), (48.525, 120, "4/4", 2)))
    assert told
    assert told.told_by == "rekordbox"
    assert list(told.times[:2]) == pytest.approx([0.025, 0.525])


@pytest.mark.parametrize(
    "grid",
    [
        [],
        [(0.1, 120, "4/4", 1), (30.1, 121, "4/4", 1)],
        [(0.1, 120, "4/4", 1), (30.3, 120, "4/4", 1)],
        [(0.1, 120, "4/4", 1), (30.1, 120, "4/4", 3)],
        [(0.1, 120, "3/4", 1)],
        [(0.1, 120, None, 1)],
        [(None, 120, "4/4", 1)],
        [(0.1, 120, "4/4", float("nan"))],
        [(0.1, 0, "4/4", 1)],
        [(0.1, 1e9, "4/4", 1)],
    ],
)
def test_another_grid_leaves_it_to_what_was_heard(
    grid: list[tuple[float | None, float, str, int]],
) -> None:
    told = beats_of(file(*grid))
    assert told
    assert (told.told_by, told.tempo, told.first_downbeat) == ("measured", 100, 1)
    assert list(told.times) == list(np.arange(0.3, 60, 0.6))


def test_a_file_of_no_collection_has_no_grid() -> None:
    none = dict.fromkeys(("grid_starts_s", "grid_tempos", "grid_metres", "grid_beats"))
    told = beats_of(file(**none))
    assert told
    assert told.told_by == "measured"
    assert beats_of(file(**none, tempo=float("nan"), beats=None, first_downbeat=None)) is None


def test_a_grid_is_enough_where_nothing_could_be_measured() -> None:
    unheard = {"tempo": float("nan"), "beats": None, "first_downbeat": float("nan")}
    told = beats_of(file((0.1, 120, "4/4", 1), bits=LOSSY, **unheard))
    assert told
    assert told.times[0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("bits", "heard_s", "begins_s"),
    [
        (LOSSY, 0.126, 0.126),  # this decoder leaves 26 ms of silence more than Rekordbox's
        (LOSSY, 0.05, 0.05),
        (LOSSY, 0.35, 0.1),  # heard on the off-beat: the DJ is right
        (LOSSLESS, 0.126, 0.1),
    ],
)
def test_places_in_lossy_files_are_those_of_this_decoder(
    bits: float, heard_s: float, begins_s: float
) -> None:
    heard = np.arange(heard_s, 60, 0.5) + np.random.default_rng(0).normal(0, 0.004, 120)
    told = beats_of(file((0.1, 120, "4/4", 1), beats=heard, tempo=120.0, bits=bits))
    assert told
    assert told.times[0] == pytest.approx(begins_s, abs=0.003)


def test_beats_of_another_tempo_shift_no_grid() -> None:
    told = beats_of(file((0.1, 121, "4/4", 1), beats=np.arange(0.13, 60, 0.6), bits=LOSSY))
    assert told
    assert told.times[0] == pytest.approx(0.1)
