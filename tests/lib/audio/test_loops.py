"""Where loops are cut, and that they can be repeated without a click."""

from __future__ import annotations

from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings, strategies as st

from lib.audio.loops import cuts, looped
from lib.audio.segments import LoopSettings, segment_rows
from lib.audio.store import AudioStore
from tests.audio_songs import Plan, sing, write

RATE = 22_050


def grid(tempo: float, count: int, start: float = 0.5) -> list[float]:
    return [start + n * 60 / tempo for n in range(count)]


def test_loops_begin_at_downbeats_one_behind_the_other() -> None:
    found = cuts(grid(120, 200), 2, 48)
    assert [cut.number for cut in found] == [1, 2, 3, 4]
    assert [cut.start_s for cut in found] == pytest.approx([1.5, 25.5, 49.5, 73.5])
    assert [cut.begins_at for cut in found] == ["phrase", "downbeat", "phrase", "downbeat"]
    assert {cut.tempo for cut in found} == {120.0}


def test_a_length_of_no_whole_bars_still_begins_at_downbeats() -> None:
    assert [cut.start_s for cut in cuts(grid(60, 20, 0), 0, 6)] == pytest.approx([0, 8])


@pytest.mark.parametrize(("count", "loops"), [(0, 0), (48, 0), (49, 1), (96, 1), (97, 2)])
def test_a_loop_needs_the_beat_that_ends_it(count: int, loops: int) -> None:
    assert len(cuts(grid(100, count), 0, 48)) == loops


@given(tempo=st.floats(80, 145), seed=st.integers(0, 99), rate=st.sampled_from([8_000, 44_100]))
def test_a_loop_is_as_long_as_its_beats_at_its_tempo(tempo: float, seed: int, rate: int) -> None:
    """Though trackers put beats some milliseconds off."""
    off = np.random.default_rng(seed).normal(0, 0.005, 100)
    for cut in cuts(list(np.array(grid(tempo, 100)) + off), 0, 48):
        assert cut.tempo == pytest.approx(tempo, rel=1e-3)
        assert abs(cut.samples(48, rate) - 48 * 60 / cut.tempo * rate) <= 0.5


def seam(loop: np.ndarray) -> float:
    return float(np.abs(loop[:, 0] - loop[:, -1]).max())


def steps(loop: np.ndarray) -> float:
    return float(np.percentile(np.abs(np.diff(loop)).max(axis=0), 99.9))


@settings(max_examples=50)
@given(
    before=st.integers(0, 600),
    after=st.integers(500, 600),
    fade=st.integers(80, 500),
    hertz=st.floats(20, 2_000),
)
def test_a_loop_of_any_tone_has_no_click(before: int, after: int, fade: int, hertz: float) -> None:
    length = 2_000
    tone = np.sin(2 * np.pi * hertz * np.arange(before + length + after) / 8_000)
    loop = looped(tone[None].astype(np.float32), before, length, fade)
    assert loop.shape == (1, length)
    assert seam(loop) <= 1.05 * steps(np.sqrt(2) * tone[None]) + 1e-3


def test_powers_are_kept_where_unlike_sounds_meet() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, (1, 200_000)).astype(np.float32)
    loop = looped(sound, 50_000, 100_000, 50_000)
    halves = [np.std(half) for half in np.split(loop[0], 10)]
    assert np.allclose(halves, 0.1, atol=0.005)


def test_the_first_hit_is_left_alone() -> None:
    sound = np.zeros((1, 1_000), np.float32)
    sound[0, 300] = 1
    assert looped(sound, 300, 400, 100)[0, 0] == 1


def source(path: Path, tempo: float | None = 110.0, **more: object) -> dict[str, object]:
    return {
        "audio_id": "ab12", "engine": "mix", "stem_count": 1, "stem": "mix", "path": str(path),
        "tempo": tempo, "beats": grid(tempo or 110, 40, 0.7), "first_downbeat": 0,
        "key": 9, "mode": 0, "title": "Gnü", "artist_name": "Ann", "duration_s": 12.0,
        "bits": 16, "grid_starts_s": None, "grid_tempos": None, "grid_metres": None,
        "grid_beats": None, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = Plan(tempo=110, seconds=12, start_s=0.7)
    return write(tmp_path_factory.mktemp("song") / "song.wav", sing(plan))


@pytest.mark.parametrize("form", ["flac", "wav"])
def test_loops_of_a_song_are_written_with_name_tempo_and_key(
    song: Path, tmp_path: Path, form: str
) -> None:
    how = LoopSettings(8, 80, 145, 20, form)  # type: ignore[arg-type]
    rows = list(segment_rows(source(song), how, AudioStore(str(tmp_path))))
    assert [row["number"] for row in rows] == [1, 2]
    assert {(row["camelot"], row["beats_from"]) for row in rows} == {("8A", "measured")}
    for row in rows:
        loop, rate = soundfile.read(row["path"], always_2d=True)
        assert abs(len(loop) - 8 * 60 / row["tempo"] * rate) <= 1
        assert len(loop) == row["samples"]
        assert seam(loop.T) <= steps(loop.T)
        tags = mutagen.File(row["path"])
        names = {
            "flac": ("TITLE", "ARTIST", "TRACKNUMBER", "BPM", "INITIALKEY"),
            "wav": ("TIT2", "TPE1", "TRCK", "TBPM", "TKEY"),
        }[form]
        told = [str(tags[name][0] if form == "flac" else tags[name]) for name in names]
        assert told == ["Gnü (loop)", "Ann", str(row["number"]), "110.00", "Am"]
    before = [Path(row["path"]).stat().st_mtime_ns for row in rows]
    again = list(segment_rows(source(song), how, AudioStore(str(tmp_path))))
    assert again == rows
    assert [Path(row["path"]).stat().st_mtime_ns for row in again] == before


def test_a_grid_says_where_and_how_fast(song: Path, tmp_path: Path) -> None:
    """Though other beats were heard, among them none at all for the tempo's range."""
    told = {"grid_starts_s": [2.7], "grid_tempos": [120.0], "grid_metres": ["4/4"],
            "grid_beats": [3], "key": None, "mode": None}  # fmt: skip
    how = LoopSettings(8, 80, 145, 20, "flac")
    rows = list(segment_rows(source(song, 60.0, **told), how, AudioStore(str(tmp_path))))
    assert [row["start_s"] for row in rows] == pytest.approx([1.7, 5.7], abs=1e-4)
    assert {(row["tempo"], row["beats_from"], row["camelot"]) for row in rows} == {
        (120.0, "rekordbox", None)
    }
    stem = source(song, stem="bass", engine="builtin", artist_name=None, title=None)
    (bass, *_) = segment_rows(stem, how, AudioStore(str(tmp_path)))
    assert mutagen.File(bass["path"])["TITLE"] == ["Untitled (bass loop)"]
    assert "INITIALKEY" not in mutagen.File(rows[0]["path"])


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"tempo": None}, "beats"),
        ({"tempo": float("nan"), "beats": None}, "beats"),
        ({"tempo": 79.9}, "tempo"),
        ({"tempo": 145.1}, "tempo"),
        ({"beats": grid(110, 8)}, "length"),
        ({"path": "/absent.wav"}, "sound"),
    ],
)
def test_what_gives_no_loops_says_what_it_lacks(
    song: Path, tmp_path: Path, change: dict[str, object], lacks: str
) -> None:
    how = LoopSettings(8, 80, 145, 20, "flac")
    rows = list(segment_rows(source(song) | change, how, AudioStore(str(tmp_path))))
    assert [row["lacks"] for row in rows] == [lacks]
    stem = source(song) | {"engine": "builtin"} | change
    assert list(segment_rows(stem, how, AudioStore(str(tmp_path)))) == []
