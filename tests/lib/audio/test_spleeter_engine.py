"""Spleeter's graph, run for real on made-up weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lib.audio.separation import spleeter
from lib.audio.separation.engine import Samples
from lib.audio.separation.spleeter import STEMS_OF, Spleeter, model_name
from lib.errors import SeparationError
from tests.spleeter_checkpoint import write_checkpoint

pytest.importorskip(
    "tensorflow", reason="Spleeter is not installed: SONGLAKE_SPLEETER=1 ./songlake test"
)

RATE = 44_100


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def two_stems(models: Path) -> Spleeter:
    folder = write_checkpoint(models, 2)
    return Spleeter(2, str(folder), model_name(folder))


def noise(seconds: float, channels: int = 2) -> Samples:
    """Pink-like noise with a rhythm, so that the nets have something to look at."""
    rng = np.random.default_rng(3)
    length = round(seconds * RATE)
    sound = rng.normal(0, 0.1, (channels, length)) * (1 + np.sin(np.arange(length) / 4_000))
    return sound.astype(np.float32)


def separated(engine: Spleeter, mix: Samples, block: int = 100_003) -> dict[str, Samples]:
    blocks = np.split(mix, range(block, mix.shape[1], block), axis=1)
    parts = list(engine.separate(blocks, RATE))
    return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("seconds", [0.01, 3.0])
def test_stems_are_as_long_as_the_mix_and_finite(
    two_stems: Spleeter, channels: int, seconds: float
) -> None:
    mix = noise(seconds, channels)
    stems = separated(two_stems, mix)
    assert tuple(stems) == STEMS_OF[2]
    for stem in stems.values():
        assert stem.shape == (min(channels, 2), mix.shape[1])
        assert stem.dtype == np.float32
        assert np.isfinite(stem).all()
    assert not np.allclose(stems["vocals"], stems["accompaniment"], atol=1e-3) or seconds < 1


def test_the_same_mix_gives_the_same_stems(two_stems: Spleeter) -> None:
    mix = noise(2.0)
    one, other = separated(two_stems, mix), separated(two_stems, mix, 7_919)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_windows_are_joined_without_a_seam(
    two_stems: Spleeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps between samples where windows meet are no larger than elsewhere; lengths hold."""
    monkeypatch.setattr(spleeter, "_WINDOW_SECONDS", 4)
    monkeypatch.setattr(spleeter, "_OVERLAP_SECONDS", 1)
    mix = noise(9.5)
    stems = separated(two_stems, mix)
    for stem in stems.values():
        assert stem.shape == mix.shape
        steps = np.abs(np.diff(stem)).max(axis=0)
        usual = np.percentile(steps, 99.9)
        for seam in (3 * RATE, 4 * RATE, 6 * RATE, 7 * RATE):
            assert steps[seam - 20 : seam + 20].max() < 2 * usual


@pytest.mark.slow
@pytest.mark.parametrize("stem_count", [4, 5])
def test_four_and_five_stems(models: Path, stem_count: int) -> None:
    folder = write_checkpoint(models, stem_count)
    stems = separated(Spleeter(stem_count, str(folder), model_name(folder)), noise(3.0))
    assert tuple(stems) == STEMS_OF[stem_count]
    assert all(np.isfinite(stem).all() and stem.any() for stem in stems.values())


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeparationError, match="holds no TensorFlow checkpoint"):
        Spleeter(2, str(tmp_path), "2stems")


def test_a_checkpoint_of_another_model_is_refused(two_stems: Spleeter, models: Path) -> None:
    with pytest.raises(SeparationError, match="of another model, not of 4 stems"):
        Spleeter(4, str(models / "2stems"), "4stems")
