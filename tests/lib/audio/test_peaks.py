from __future__ import annotations

import numpy as np
import pytest

from lib.audio.listening import RATE, peaks

BINS, HERTZ = 4_097, RATE / 8_192


def hill(top: float, height: float) -> np.ndarray:
    """A spectrum with one peak, a parabola around a place between bins."""
    away = np.abs(np.arange(BINS) - top)
    return np.asarray(np.where(away < 2, height - away**2 / 10, 0), np.float32)


@pytest.mark.parametrize("top", [100.0, 100.3, 299.51, 900.75])
def test_a_peak_lies_between_bins(top: float) -> None:
    hertz, heights, frame = peaks(hill(top, 1.0)[:, None])
    assert hertz == pytest.approx([top * HERTZ], rel=1e-4)
    assert heights == pytest.approx([1.0], rel=1e-4)
    assert frame.tolist() == [0]


def test_each_frame_has_its_own_peaks_and_the_faint_ones_are_left_out() -> None:
    loud, faint = hill(200, 1.0), hill(400, 0.405)
    faint[faint < 0.4] = 0
    spectra = np.stack([loud + faint / 50, loud + faint, faint / 50, loud * 0], axis=1)
    hertz, _, frame = peaks(spectra)
    found = [(int(f), round(at / HERTZ)) for f, at in zip(frame, hertz, strict=True)]
    assert sorted(found) == [(0, 200), (1, 200), (1, 400), (2, 400)]


def test_a_plateau_is_one_peak_and_what_lies_outside_the_notes_none() -> None:
    flat = np.zeros((BINS, 1), np.float32)
    flat[300:303] = 1
    hertz, _, _ = peaks(flat)
    assert len(hertz) == 1
    assert len(peaks(hill(10, 1.0)[:, None])[0]) == 0, "27 Hz"
    assert len(peaks(hill(1_500, 1.0)[:, None])[0]) == 0, "4 kHz"
