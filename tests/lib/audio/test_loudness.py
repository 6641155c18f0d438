"""Loudness by blocks is what pyloudnorm finds of the whole, and what the standard says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyloudnorm
import pytest

from lib.audio.loudness import LoudnessMeter
from tests.audio_songs import Plan, Sound, sing


def measured(sound: Sound, rate: int, block: int = 7_777) -> float | None:
    meter = LoudnessMeter(rate, len(sound))
    for part in pieces(sound, block):
        meter.add(part.astype(np.float32))
    return meter.integrated()


def pieces(sound: Sound, size: int) -> Iterator[Sound]:
    for at in range(0, sound.shape[1], size):
        yield sound[:, at : at + size]


def test_a_full_scale_sine_at_997_hz_in_one_channel_is_3_01_below_full_scale() -> None:
    """ITU-R BS.1770-4, the example it gives."""
    t = np.arange(5 * 48_000) / 48_000
    assert measured(np.sin(2 * np.pi * 997 * t)[None], 48_000) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_it_is_what_pyloudnorm_finds(rate: int) -> None:
    sound = sing(Plan(seconds=6.0), rate).mix
    quiet = np.concatenate([sound, 0.01 * sound, np.zeros((2, rate))], axis=1)  # to be gated
    wanted = pyloudnorm.Meter(rate).integrated_loudness(quiet.T)
    assert measured(quiet, rate) == pytest.approx(wanted, abs=0.1)


def test_blocks_make_no_difference() -> None:
    sound = sing(Plan(seconds=4.0)).mix
    assert measured(sound, 22_050, 999) == pytest.approx(measured(sound, 22_050, 10**6), abs=1e-9)


def test_silence_a_constant_and_a_moment_have_none() -> None:
    assert measured(np.zeros((2, 22_050)), 22_050) is None
    assert measured(0.1 * np.ones((1, 500)), 22_050) is None
    assert measured(np.zeros((1, 0)), 22_050) is None


def test_low_frequency_effects_do_not_count_and_surround_counts_more() -> None:
    t = np.arange(2 * 48_000) / 48_000
    tone = 0.1 * np.sin(2 * np.pi * 997 * t)

    def of_channel(number: int) -> float | None:
        sound = np.zeros((6, len(t)))
        sound[number] = tone
        return measured(sound, 48_000)

    front, surround = of_channel(0), of_channel(4)
    assert of_channel(3) is None
    assert front is not None
    assert surround is not None
    assert surround - front == pytest.approx(1.5, abs=0.02)
