from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.playlists import playlists
from schemas import gold, silver


def test_lists_tell_what_authentic_sources_know_of_their_songs(
    frame: Callable[..., DataFrame],
) -> None:
    songs = [
        {"song_id": song, "recording_id": f"r-{song}", "title": f"The {song}", "artist": song,
         "track_id": f"t-{song}", "duration_ms": 1_000}
        for song in ("old", "new", "made up")
    ]  # fmt: skip
    features = [
        {"song_id": song, "recording_id": f"r-{song}", "feature_source": source, "key": 0,
         "mode": 1, "tempo": 120.0, "energy": 0.5}
        for song, source in (("old", "kaggle"), ("new", "spotify"), ("made up", "synthetic"))
    ]  # fmt: skip
    moods = [
        {"song_id": song, "mood": "Calm", "valence": 0.25, "energy": 0.5, "feature_source": source}
        for song, source in (("old", "kaggle"), ("made up", "synthetic"))
    ]
    told = [
        {"user_id": "Me", "kind": kind, "rank": rank, "song_id": song, "reason": f"why {song}"}
        for kind, rank, song in (
            ("love", 1, "old"), ("discovery", 1, "made up"), ("discovery", 2, "new")
        )
    ]  # fmt: skip
    shown = playlists(
        frame(silver.LISTENING_WITH_FEATURES, {"user_id": "Me", "song_id": "old", "counts": True}),
        frame(silver.SONGS, *songs),
        frame(silver.TRACK_FEATURES, *features),
        frame(gold.MOOD_CLUSTERS, *moods),
        frame(gold.USER_RECOMMENDATIONS, *told),
        songs_per_list=10,
        per_artist=2,
        half_life_days=180.0,
    )
    assert_rows(
        shown,
        "user_id playlist kind position song_id title track_id duration_ms camelot tempo valence "
        "reason",
        ("Me", "More of what you love", "love", 1, "old", "The old", "t-old", 1_000, "8B", 120.0,
         0.25, "why old"),
        ("Me", "Discoveries", "discovery", 1, "made up", "The made up", "t-made up", 1_000, None,
         None, None, "why made up"),
        ("Me", "Discoveries", "discovery", 2, "new", "The new", "t-new", 1_000, "8B", 120.0, None,
         "why new"),
    )  # fmt: skip
