"""Stems of files: written whole, checked to be complete, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from lib.audio.encode import Format
from lib.audio.separation.builtin import Builtin
from lib.audio.separation.engine import Samples, Stems
from lib.audio.separation.engines import ReadyEngine, ready_engine, stem_count
from lib.audio.stems import separate_file, stem_rows
from lib.audio.store import AudioStore
from lib.errors import SettingsError
from tests.audio_odd import odd_files
from tests.audio_songs import Plan, sing, write


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("song") / "song.wav", sing(Plan(seconds=4)))


def builtin(stems: int = 4) -> ReadyEngine:
    return ready_engine("builtin", stems, Path("unused"), "unused")


def file(path: Path, audio_id: str = "ab12") -> dict[str, Any]:
    return {"audio_id": audio_id, "path": str(path), "size_bytes": path.stat().st_size}


@pytest.mark.parametrize("form", ["flac", "wav"])
def test_stems_are_files_as_long_as_the_mix_and_sum_to_it(
    song: Path, tmp_path: Path, form: Format
) -> None:
    rows = list(stem_rows(file(song), builtin(), AudioStore(str(tmp_path)), form))
    assert [row["stem"] for row in rows] == ["vocals", "drums", "bass", "other"]
    mix, rate = soundfile.read(song, always_2d=True)
    total = np.zeros_like(mix)
    for row in rows:
        stem, stem_rate = soundfile.read(row["path"], always_2d=True)
        assert (stem.shape, stem_rate) == (mix.shape, rate)
        assert row["failure"] is None
        assert row["duration_s"] == len(mix) / rate
        assert row["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(stem).max()), abs=0.1)
        assert -70 < row["loudness_lufs"] < 0
        total += stem
    assert np.allclose(total, mix, atol=1e-3)


def test_stems_are_made_once_and_are_the_same_when_made_anew(song: Path, tmp_path: Path) -> None:
    first, second = AudioStore(str(tmp_path / "a")), AudioStore(str(tmp_path / "b"))
    rows = list(stem_rows(file(song), builtin(2), first, "flac"))
    made = [Path(row["path"]) for row in rows]
    before = [path.stat().st_mtime_ns for path in made]
    assert list(stem_rows(file(song), builtin(2), first, "flac")) == rows
    assert [path.stat().st_mtime_ns for path in made] == before
    for row, other in zip(rows, stem_rows(file(song), builtin(2), second, "flac"), strict=True):
        assert Path(row["path"]).read_bytes() == Path(other["path"]).read_bytes()


def test_what_is_above_full_scale_is_cut_and_not_wrapped(tmp_path: Path) -> None:
    loud = 4 * np.sin(np.arange(20_000) / 30)
    soundfile.write(tmp_path / "loud.wav", loud, 8_000, subtype="FLOAT")
    (tmp_path / "out").mkdir()
    facts = separate_file(tmp_path / "loud.wav", Copies(), tmp_path / "out", "flac")
    assert facts["stems"]["one"]["peak_dbfs"] == pytest.approx(20 * np.log10(4), abs=0.01)
    stem, _ = soundfile.read(tmp_path / "out" / "one.flac")
    assert np.allclose(stem, loud.clip(-1, 1), atol=1e-3)


class Copies:
    """An engine that gives the mix twice, or what a test makes of it."""

    name, version, model, sample_rate = "copies", "1", "none", None
    stems = ("one", "two")

    def __init__(self, change: Callable[[Samples], Stems] = lambda mix: {}) -> None:
        self.change = change

    def separate(self, blocks: Iterable[Samples], rate: int) -> Iterator[Stems]:
        for mix in blocks:
            made = {"one": mix, "two": mix} | self.change(mix)
            yield {name: stem for name, stem in made.items() if stem is not None}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda mix: {"two": None}, "the engine gave no two"),
        (lambda mix: {"two": mix[:, 1:]}, "two has"),
        (lambda mix: {"two": mix * 0}, "two is silent, and the mix is not"),
        (lambda mix: {"two": mix * np.nan}, "two: samples that are no numbers"),
    ],
)
def test_incomplete_stems_fail_and_leave_no_files(
    song: Path, tmp_path: Path, change: Callable[[Samples], Stems], why: str
) -> None:
    facts = separate_file(song, Copies(change), tmp_path, "flac")
    assert facts["failure"].startswith(why)
    assert list(tmp_path.iterdir()) == []


def test_silence_may_have_silent_stems(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros((8_000, 2)), 8_000)
    facts = separate_file(tmp_path / "silence.wav", Builtin(), tmp_path, "flac")
    assert facts["failure"] is None
    assert facts["stems"]["vocals"]["loudness_lufs"] is None


def test_odd_files_give_stems_or_a_reason(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    store = AudioStore(str(tmp_path / "store"))
    failures = {}
    for number, (what, path) in enumerate(odd_files(tmp_path / "odd").items()):
        rows = list(stem_rows(file(path, f"ab{number:02}"), builtin(), store, "flac"))
        assert len(rows) == 4
        (failures[what],) = {row["failure"] for row in rows}
        assert all((row["path"] is None) == (row["failure"] is not None) for row in rows)
    failed = {what for what, failure in failures.items() if failure}
    assert {what for what in failures if what.startswith("broken")} <= failed
    assert failed == {what for what in failures if what.startswith("broken")}


def test_a_file_that_changed_since_it_was_ingested_is_not_separated(
    song: Path, tmp_path: Path
) -> None:
    told = file(song) | {"size_bytes": 1}
    (row, *_) = stem_rows(told, builtin(), AudioStore(str(tmp_path)), "flac")
    assert "changed since it was ingested: ingest it again" in row["failure"]


def test_an_engine_that_cannot_be_had_fails_the_files_that_it_has_not_separated(
    song: Path, tmp_path: Path
) -> None:
    store = AudioStore(str(tmp_path))
    absent = ReadyEngine("builtin", 2, "none", "none", lacks="it is not installed: install it")
    rows = list(stem_rows(file(song), absent, store, "flac"))
    assert [row["stem"] for row in rows] == ["vocals", "accompaniment"]
    assert {(row["path"], row["failure"]) for row in rows} == {(None, absent.lacks)}
    made = [list(stem_rows(file(song), builtin(count), store, "flac")) for count in (2, 4)]
    assert list(stem_rows(file(song), absent, store, "flac")) == made[0]


@pytest.mark.parametrize(
    ("engine", "asked", "given"),
    [("builtin", 5, 4), ("builtin", None, 4), ("builtin", 2, 2), ("spleeter", 5, 5),
     ("spleeter", None, 5), ("spleeter", 4, 4)],
)  # fmt: skip
def test_an_engine_gives_as_many_stems_as_it_can(
    engine: str, asked: int | None, given: int
) -> None:
    assert stem_count(engine, asked) == given


@pytest.mark.parametrize(("engine", "asked"), [("demucs", 4), ("builtin", 3), ("spleeter", 0)])
def test_what_nobody_gives_is_refused(engine: str, asked: int) -> None:
    with pytest.raises(SettingsError, match="choose from"):
        stem_count(engine, asked)
