from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame

from jobs.silver.song_ids import song_ids
from schemas import bronze


def test_one_song_under_the_names_and_ids_of_three_tables(frame: Callable[..., DataFrame]) -> None:
    made = song_ids(
        frame(
            bronze.PLAYS,
            {"track_id": "p", "artist_name": "The Kinks", "track_name": "Lola - Mono"},
            {"artist_name": "Kinks", "track_name": "LOLA"},
            {"track_id": "q", "artist_name": "The Kinks", "track_name": "Victoria"},
        ),
        frame(
            bronze.LIBRARY_ITEMS,
            {"item_type": "track", "track_id": "l", "artist_name": "Kinks", "name": "Lola (Live)"},
        ),
        frame(
            bronze.KAGGLE_TRACKS, {"track_id": "k", "artists": "The Kinks", "track_name": "Lola"}
        ),
    )
    songs: dict[str, set[str]] = {}
    for row in made.collect():
        songs.setdefault(row.song_id, set()).add(f"{row.id_type} {row.id}")
    assert sorted(map(sorted, songs.values())) == [
        ["name kinks::lola", "spotify k", "spotify l", "spotify p"],
        ["name kinks::victoria", "spotify q"],
    ]
