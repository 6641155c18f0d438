"""Windows of a long mix, joined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lib.audio.separation.engine import Samples, Stems
from lib.audio.separation.windows import in_windows

WINDOW, OVERLAP = 100, 20


def joined(mix: Samples, blocks: list[int], separate: object) -> dict[str, Samples]:
    cuts = np.split(mix, np.cumsum(blocks), axis=1)
    parts = list(in_windows(cuts, WINDOW, OVERLAP, separate))  # type: ignore[arg-type]
    return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}


@given(
    length=st.integers(1, 700),
    blocks=st.lists(st.integers(1, 300), max_size=5),
    channels=st.integers(1, 3),
)
def test_what_each_window_leaves_as_it_is_comes_out_as_it_went_in(
    length: int, blocks: list[int], channels: int
) -> None:
    mix = np.random.default_rng(length).normal(size=(channels, length)).astype(np.float32)
    seen: list[int] = []

    def halves(window: Samples) -> Stems:
        seen.append(window.shape[1])
        return {"a": window * np.float32(0.25), "b": window * np.float32(0.75)}

    stems = joined(mix, blocks, halves)
    assert np.array_equal(stems["a"], mix * np.float32(0.25))
    assert np.allclose(stems["a"] + stems["b"], mix, atol=1e-6)
    assert max(seen) <= WINDOW + OVERLAP
    assert len(seen) == 1 or min(seen) > OVERLAP


def test_windows_that_disagree_fade_into_one_another() -> None:
    """Each window gives another constant; the steps between samples stay small."""
    numbers = iter(range(100))

    def constant(window: Samples) -> Stems:
        return {"a": np.full_like(window, next(numbers))}

    stem = joined(np.zeros((1, 500), np.float32), [37] * 20, constant)["a"][0]
    assert stem[0] == 0
    assert stem[-1] == 5
    assert np.diff(stem).max() == pytest.approx(1 / (OVERLAP + 1), rel=1e-3)
    assert np.diff(stem).min() >= 0


def test_nothing_in_nothing_out() -> None:
    assert list(in_windows([], WINDOW, OVERLAP, lambda mix: {"a": mix})) == []
