"""Silver: a play with its song's features, where they come from, and the listener's local time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame

from jobs.silver.plays import JOB as PLAYS, plays as find_songs
from jobs.silver.song_ids import song_ids as find_ids
from jobs.silver.songs import songs as describe_songs
from jobs.silver.track_features import JOB as TRACK_FEATURES, track_features as choose_features
from lib.job import Job
from lib.local_time import with_local_time
from schemas import bronze, silver


def listening_with_features(
    plays: DataFrame, track_features: DataFrame, *, timezone: str
) -> DataFrame:
    """Every play joined with the features chosen for its recording.

    Args:
        plays: silver.plays.
        track_features: silver.track_features.
        timezone: the listener's IANA time zone.
    """
    features = track_features.drop("song_id", "track_id")
    return plays.join(features, on="recording_id", how="left").transform(with_local_time, timezone)


def listening_from_bronze(
    history: DataFrame,
    real_features: DataFrame,
    synthetic_features: DataFrame,
    kaggle_features: DataFrame,
    library_items: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    aoty_albums: DataFrame,
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
    audio_analysis: DataFrame,
    *,
    timezone: str,
    preference: Sequence[str],
    synthetic_scope: str,
    **counting: Any,
) -> DataFrame:
    """The same rows from bronze alone: the silver steps in between are done in memory."""
    # Each is read several times.
    telling = (history, library_items, kaggle_features, spotify_tracks, lastfm_tracks)
    own_music = (audio_files, rekordbox_tracks)
    ids = find_ids(*telling, *own_music).localCheckpoint()
    songs = describe_songs(ids, *telling, aoty_albums, *own_music)
    heard = find_songs(history, library_items, ids, songs, timezone=timezone, **counting)
    features = choose_features(
        ids,
        real_features,
        synthetic_features,
        kaggle_features,
        audio_analysis,
        preference=preference,
        synthetic_scope=synthetic_scope,
    )
    return listening_with_features(heard.filter("NOT is_podcast"), features, timezone=timezone)


JOB = Job(
    writes=silver.LISTENING_WITH_FEATURES,
    reads=(silver.PLAYS, silver.TRACK_FEATURES),
    transform=listening_with_features,
    settings={"timezone": "timezone"},
)

FROM_BRONZE = Job(
    writes=silver.LISTENING_WITH_FEATURES,
    reads=(
        bronze.PLAYS,
        bronze.SPOTIFY_AUDIO_FEATURES,
        bronze.SYNTHETIC_FEATURES,
        bronze.KAGGLE_TRACKS,
        bronze.LIBRARY_ITEMS,
        bronze.SPOTIFY_TRACKS,
        bronze.LASTFM_TRACKS,
        bronze.AOTY_ALBUMS,
        bronze.AUDIO_FILES,
        bronze.REKORDBOX_TRACKS,
        silver.AUDIO_ANALYSIS,
    ),
    transform=listening_from_bronze,
    settings={**PLAYS.settings, **TRACK_FEATURES.settings},
    flags={
        "bronze.plays": "history",
        "bronze.spotify_audio_features": "real-features",
        "bronze.synthetic_features": "synthetic-features",
        "bronze.kaggle_tracks": "kaggle-features",
        "bronze.library_items": "library",
    },
)

if __name__ == "__main__":
    (FROM_BRONZE if any(a.startswith("--history-path") for a in sys.argv) else JOB).main()
