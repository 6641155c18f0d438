from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.harmonic_pairs import harmonic_pairs
from lib.staging import as_frame
from schemas import bronze, silver

#: A minor: 8A.
PLAIN = {"key": 9, "mode": 0, "tempo": 120.0, "energy": 0.5, "feature_source": "kaggle"}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """Pairs of songs that differ from a plain one in these features."""

    def make(*rekordbox: dict[str, Any], **told: dict[str, Any]) -> DataFrame:
        ids = [{"song_id": song, "recording_id": f"r-{song}"} for song in told]
        features = [
            {"song_id": song, "recording_id": f"r-{song}", **PLAIN, **values}
            for song, values in told.items()
        ]
        pairs = harmonic_pairs(
            frame(silver.SONGS, *ids),
            frame(silver.TRACK_FEATURES, *features),
            frame(silver.SONG_IDS, *_ids(told)),
            frame(bronze.REKORDBOX_TRACKS, *rekordbox),
            frame(bronze.AUDIO_FILES, {"audio_id": "file-a", "path": "/Music/a.mp3"}),
            n=20,
            max_tempo_change=6.0,
        )
        return as_frame(pairs)

    return make


def _ids(songs: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Each song by its name, and by that of another version; a's file by its content."""
    for song in songs:
        for title, recording in ((song, f"r-{song}"), (f"{song} (Live)", f"live-{song}")):
            yield {"id_type": "name", "id": f"x::{title}", "song_id": song,
                   "recording_id": recording}  # fmt: skip
    yield {"id_type": "audio", "id": "file-a", "song_id": "a", "recording_id": "r-a"}


def test_rekordbox_is_believed_first(made: Made) -> None:
    """Found by file, by name, and by another version's name; an energy is still the catalogue's."""
    mine = {"artist_name": "x", "key": 4, "mode": 0, "tempo": 122.0}
    shown = made(
        mine | {"title": "?", "location": "D:/Music/a.mp3", "tempo": 100.0},
        mine | {"title": "b", "location": "b"},
        mine | {"title": "b (Live)", "location": "bb", "key": 1, "play_count": 9},
        mine | {"title": "c (Live)", "location": "c", "key": 11, "play_count": 1},
        mine | {"title": "c (Live)", "location": "cc", "key": 2},
        mine | {"title": "d", "location": "d", "key": None, "mode": None},
        mine | {"title": "nobody knows it", "location": "e"},
        a={}, b={"energy": 0.9}, c={"feature_source": "synthetic"}, d={"tempo": 121.0},
    )  # fmt: skip
    assert_rows(
        shown.filter("tier <> 'optional'"),
        "song_id next_song_id camelot next_camelot tempo next_tempo energy_step",
        ("b", "c", "9A", "10A", 122.0, 122.0, None),
        ("c", "b", "10A", "9A", 122.0, 122.0, None),
        ("b", "d", "9A", "8A", 122.0, 121.0, -0.4),
        ("d", "b", "8A", "9A", 121.0, 122.0, 0.4),
    )


def test_a_pair_says_all_that_a_dj_asks(made: Made) -> None:
    shown = made(
        a={"energy": 0.5},
        b={"tempo": 61.5, "energy": 0.75, "key": 4},
        far={"tempo": 140.0},
        off_key={"key": 10},
    )
    assert_rows(
        shown,
        "song_id rank next_song_id camelot next_camelot tier relation tempo next_tempo "
        "tempo_match tempo_change energy_step score reason",
        ("a", 2, "b", "8A", "9A", "close", "adjacent", 120.0, 61.5, "half", -2.439024, 0.25,
         0.778049, "neighbouring key, to be slowed down in half time, more energy"),
        ("b", 1, "a", "9A", "8A", "close", "adjacent", 61.5, 120.0, "double", 2.5, -0.25,
         0.775, "neighbouring key, to be sped up in double time, less energy"),
        ("a", 1, "off_key", "8A", "3A", "optional", "boost +7", 120.0, 120.0, "same", 0.0, 0.0,
         0.8, "a semitone up, energy boost, same tempo"),
    )  # fmt: skip


def test_without_key_or_tempo_or_with_invented_ones_there_is_no_pair(made: Made) -> None:
    shown = made(
        a={},
        no_key={"key": None},
        no_mode={"mode": None},
        no_tempo={"tempo": None},
        zero={"tempo": 0.0},
        nan={"tempo": float("nan")},
        invented={"feature_source": "synthetic"},
    )
    assert shown.count() == 0


def test_an_unknown_energy_is_no_step(made: Made) -> None:
    assert_rows(
        made(a={}, b={"energy": None}),
        "song_id next_song_id energy_step score",
        ("a", "b", None, 0.9),
        ("b", "a", None, 0.9),
    )
