"""Sound comes out of every kind of file, in blocks, as it went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from lib.audio.decode import blocks, info, load
from lib.errors import AudioError
from tests.audio_odd import odd_files, write_mp4
from tests.audio_songs import Plan, Sound, sing, write

RATE = 22_050


@pytest.fixture(scope="module")
def sound() -> Sound:
    return sing(Plan(seconds=3.0)).mix


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return odd_files(tmp_path_factory.mktemp("odd"))


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff"])
def test_what_was_written_is_read(name: str, sound: Sound, tmp_path: Path) -> None:
    path = write(tmp_path / name, sound)
    told = info(path)
    assert (told.sample_rate, told.channels) == (RATE, 2)
    assert told.duration_s == pytest.approx(3.0, abs=0.06)
    found, rate = load(path)
    assert rate == RATE
    assert found.dtype == np.float32
    assert np.corrcoef(found[0, :60_000], sound[0, :60_000])[0, 1] > 0.95


def test_mp4_is_read_by_ffmpeg_and_its_first_stream_is_the_mix(
    sound: Sound, tmp_path: Path
) -> None:
    path = write_mp4(tmp_path / "a.stem.mp4", sound, RATE, streams=3)
    told = info(path)
    assert (told.format, told.codec, told.bits, told.by) == ("mp4", "aac", None, "av")
    found, _ = load(path)
    assert np.corrcoef(found[1, :60_000], sound[1, :60_000])[0, 1] > 0.95
    assert np.abs(found).max() == pytest.approx(np.abs(sound).max(), rel=0.1)


def test_a_part_of_an_mp4_is_the_same_part_of_it_whole(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.m4a", sing(Plan(seconds=6.0)).mix, RATE)
    whole, _ = load(path)
    part, _ = load(path, offset_s=3.0, duration_s=1.0)
    assert part.shape == (2, RATE)
    np.testing.assert_allclose(part, whole[:, 3 * RATE : 4 * RATE], atol=0.02)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
def test_a_part_is_the_same_part_of_the_whole(name: str, sound: Sound, tmp_path: Path) -> None:
    path = write(tmp_path / name, sound)
    whole, _ = load(path)
    part, _ = load(path, offset_s=1.0, duration_s=0.5)
    np.testing.assert_allclose(part, whole[:, RATE : RATE + RATE // 2], atol=1e-4)


def test_blocks_are_of_one_length_and_add_up(sound: Sound, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", sound)
    found = list(blocks(path, block_s=0.4))
    assert {block.shape[1] for block in found[:-1]} == {8_820}
    assert 0 < found[-1].shape[1] <= 8_820
    np.testing.assert_array_equal(np.concatenate(found, axis=1), load(path)[0])


def test_resampling_by_blocks_keeps_length_and_pitch(tmp_path: Path) -> None:
    t = np.arange(3 * 48_000) / 48_000
    path = write(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 1_000 * t)[None], 48_000)
    found, rate = load(path, sample_rate=RATE)
    assert rate == RATE
    assert found.shape[1] == pytest.approx(3 * RATE, abs=2)
    wanted = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(3 * RATE) / RATE)
    np.testing.assert_allclose(found[0, 500:60_000], wanted[500:60_000], atol=2e-3)


def test_mono_is_the_mean_of_the_channels(sound: Sound, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", sound, subtype="FLOAT")
    np.testing.assert_allclose(load(path, mono=True)[0][0], sound.mean(axis=0), atol=1e-6)


def test_what_holds_sound_is_decoded_however_odd(odd: dict[str, Path]) -> None:
    for name, path in odd.items():
        if not name.startswith("broken"):
            found, rate = load(path)
            assert found.shape[1] > 0.15 * rate, name
            assert np.isfinite(found).all(), name
            assert found.shape[0] == info(path).channels, name
    assert info(odd["96 kHz 24 bit"]).bits == 24
    assert info(odd["six channels"]).channels == 6


def test_what_holds_none_is_told_why(odd: dict[str, Path]) -> None:
    reasons = {}
    for name, path in odd.items():
        if name.startswith("broken") and name != "broken, no samples":
            with pytest.raises(AudioError) as told:
                load(path)
            reasons[name] = str(told.value)
    assert reasons["broken, empty"] == "an empty file"
    assert "Invalid data" in reasons["broken, text"]
    assert all(reasons.values())
    assert load(odd["broken, no samples"])[0].shape == (1, 0)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(AudioError, match="No such file"):
        info("/nowhere/at all.wav")


def test_a_header_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(100), 10)
    with pytest.raises(AudioError, match="10 Hz"):
        load(path)


def test_past_the_end_there_is_nothing(sound: Sound, tmp_path: Path) -> None:
    for path in (write(tmp_path / "a.wav", sound), write_mp4(tmp_path / "a.m4a", sound, RATE)):
        assert load(path, offset_s=60.0)[0].shape == (2, 0)
