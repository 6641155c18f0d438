"""Tempo and beats of clicks whose times are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lib.audio.listening import ONSET_RATE
from lib.audio.tempo import Array, beats_of


def strokes(
    times: Array, seconds: float, heights: Array | None = None, noise: float = 0.02, seed: int = 0
) -> Array:
    """Onsets in three bands, [3, frames]: a rise at each time."""
    frames = np.arange(round(seconds * ONSET_RATE)) / ONSET_RATE
    curve = noise * np.random.default_rng(seed).random(len(frames))
    for time, height in zip(
        times, np.ones(len(times)) if heights is None else heights, strict=True
    ):
        # Frames see a rise a little before its middle, as lib.audio.tempo accounts for.
        curve += height * np.exp(-0.5 * ((frames - time + 0.0127) / 0.012) ** 2)
    return np.stack([curve, 0.5 * curve, 0.25 * curve])


@settings(max_examples=25, deadline=None)
@given(tempo=st.floats(66.0, 150.0), start=st.floats(0.0, 1.0))
def test_even_beats_are_found_with_their_tempo(tempo: float, start: float) -> None:
    times = np.arange(start, 20.0, 60 / tempo)
    found = beats_of(strokes(times, 20.0), ONSET_RATE)
    assert found is not None
    assert found.tempo == pytest.approx(tempo, rel=0.005)
    off = np.abs(found.times[:, None] - times[None]).min(axis=1)
    assert np.median(off) < 0.01
    assert len(found.times) >= 0.9 * len(times)
    assert (np.diff(found.times) > 0).all()


@pytest.mark.parametrize("tempo", [62.0, 75.0, 93.0, 120.0, 145.0, 172.0])
def test_strokes_between_beats_do_not_double_the_tempo(tempo: float) -> None:
    beats = np.arange(0.3, 20.0, 60 / tempo)
    between = beats[:-1] + 30 / tempo
    times = np.concatenate([beats, between])
    heights = np.concatenate([np.ones(len(beats)), np.full(len(between), 0.35)])
    found = beats_of(strokes(times, 20.0, heights), ONSET_RATE)
    assert found is not None
    assert found.tempo == pytest.approx(tempo, rel=0.01)


def test_a_tempo_that_drifts_is_followed() -> None:
    steps = 60 / np.linspace(118.0, 124.0, 120)
    times = 0.5 + np.cumsum(steps)
    found = beats_of(strokes(times, float(times[-1]) + 1), ONSET_RATE)
    assert found is not None
    off = np.abs(found.times[:, None] - times[None]).min(axis=1)
    assert np.mean(off < 0.03) > 0.95
    assert 117 < found.tempo < 125


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_the_downbeat_is_where_the_bass_and_new_chords_are(first: int) -> None:
    times = np.arange(0.4, 24.0, 0.5)
    strong = np.where(np.arange(len(times)) % 4 == first, 1.6, 1.0)
    onsets = strokes(times, 24.0)
    onsets[0] = strokes(times, 24.0, strong)[0]
    found = beats_of(onsets, ONSET_RATE)
    assert found is not None
    assert found.first_downbeat is not None
    at = found.times[found.first_downbeat]
    assert round((at - 0.4) / 0.5) % 4 == first
    assert found.downbeat_confidence is not None
    assert found.downbeat_confidence > 0.3


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.5, 1.0, 8.0])
def test_where_nothing_rises_there_are_no_beats(seconds: float) -> None:
    assert beats_of(np.zeros((3, round(seconds * ONSET_RATE))), ONSET_RATE) is None


@pytest.mark.parametrize("times", [[1.0], [0.2, 3.1], [0.1, 0.2, 0.3, 5.0]])
def test_a_few_strokes_do_no_harm(times: list[float]) -> None:
    found = beats_of(strokes(np.array(times), 6.0, noise=0.0), ONSET_RATE)
    assert found is None or 30 < found.tempo < 300


def test_beats_that_stand_out_are_more_sure_than_noise() -> None:
    clear = beats_of(strokes(np.arange(0, 20, 0.5), 20.0), ONSET_RATE)
    noise = beats_of(np.random.default_rng(1).random((3, 1_700)), ONSET_RATE)
    assert clear is not None
    assert clear.confidence > 0.6
    assert noise is None or noise.confidence < clear.confidence
