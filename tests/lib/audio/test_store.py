"""Things in the audio store are whole or not there, and made once."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest

from lib.audio.store import AudioStore, read_result, write_result

SONG = "ab" * 32


@pytest.fixture
def store(tmp_path: Path) -> AudioStore:
    return AudioStore(str(tmp_path))


def files(store: AudioStore) -> list[str]:
    root = Path(store.root)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_thing_is_made_once(store: AudioStore) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "vocals.wav").write_bytes(b"la")

    first = store.kept("stems", SONG, "engine-1", make)
    assert first == store.kept("stems", SONG, "engine-1", make)
    assert first == store.place("stems", SONG, "engine-1")
    assert len(made) == 1
    assert files(store) == [f"stems/ab/{SONG}/engine-1/vocals.wav"]
    store.kept("stems", SONG, "engine-2", make)
    assert len(made) == 2


def test_what_fails_leaves_nothing_and_may_be_tried_again(store: AudioStore) -> None:
    def fail(folder: Path) -> None:
        (folder / "half.wav").write_bytes(b"l")
        raise RuntimeError("no more memory")

    with pytest.raises(RuntimeError, match="no more memory"):
        store.kept("stems", SONG, "engine", fail)
    assert files(store) == []
    assert store.result("stems", SONG, "engine", lambda: {"tempo": 120.0}) == {"tempo": 120.0}


def test_who_comes_second_takes_what_the_first_made(store: AudioStore) -> None:
    def make_and_be_overtaken(folder: Path) -> None:
        store.result("analysis", SONG, "1", lambda: {"by": "the other"})
        write_result(folder, {"by": "me"})

    place = store.kept("analysis", SONG, "1", make_and_be_overtaken)
    assert read_result(place) == {"by": "the other"}
    assert len(files(store)) == 1


def test_what_a_killed_process_left_is_cleared(store: AudioStore) -> None:
    child = os.fork()
    if child == 0:

        def die(folder: Path) -> None:
            (folder / "half.wav").write_bytes(b"l")
            os._exit(9)

        store.kept("stems", SONG, "engine", die)
    os.waitpid(child, 0)
    assert [Path(name).name for name in files(store)] == ["half.wav"]
    store.result("stems", SONG, "engine", dict)
    assert files(store) == [f"stems/ab/{SONG}/engine/result.json"]


def test_facts_come_back_as_they_were(store: AudioStore) -> None:
    facts: dict[str, Any] = {"tempo": 0.1 + 0.2, "beats": [0.5, 1.0], "key": None, "a": "é"}
    store.result("analysis", SONG, "1", lambda: facts)
    assert store.result("analysis", SONG, "1", dict) == facts
    assert store.result("analysis", SONG, "2", lambda: {"x": math.nan}) == {"x": None}


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", ".hidden"])
def test_a_name_that_is_no_folder_is_refused(name: str, store: AudioStore) -> None:
    with pytest.raises(ValueError, match="no name for a folder"):
        store.place("stems", SONG, name)
