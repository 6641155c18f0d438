"""Gold: playlists of every listener: loved, new, by mood, by part of the day, and a lift."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, functions as F

from lib.camelot import camelot
from lib.heard import plays_of
from lib.job import Job
from lib.key_and_tempo import key_and_tempo
from lib.listening import is_authentic
from lib.playlists import FACTS, Playlists
from lib.user_blocks import in_blocks, on_workers
from schemas import gold, silver


def playlists(
    listening_with_features: DataFrame,
    songs: DataFrame,
    track_features: DataFrame,
    mood_clusters: DataFrame,
    user_recommendations: DataFrame,
    *,
    songs_per_list: int,
    per_artist: int,
    half_life_days: float,
) -> DataFrame:
    """The lists of every listener; a list that would have too few songs is not made.

    What is known of the songs that anyone heard or is recommended (about 200 bytes each) passes
    through the driver and is broadcast.

    Args:
        listening_with_features: silver.listening_with_features.
        songs: silver.songs.
        track_features: silver.track_features.
        mood_clusters: gold.mood_clusters.
        user_recommendations: gold.user_recommendations.
        songs_per_list: at most.
        per_artist: of these by one artist at most.
        half_life_days: a play this long before the listener's last one counts half.
    """
    plays = plays_of(listening_with_features)
    facts = _facts(plays, user_recommendations, songs, track_features, mood_clusters)
    maker = Playlists(facts, songs_per_list, per_artist, half_life_days)
    get = on_workers(songs.sparkSession, maker)

    def of_block(heard: pd.DataFrame, recommended: pd.DataFrame) -> pd.DataFrame:
        return get().rows_of(heard, recommended)

    return (
        in_blocks(plays)
        .cogroup(in_blocks(user_recommendations))
        .applyInPandas(of_block, gold.PLAYLISTS.ddl)
    )


def _facts(
    plays: DataFrame,
    recommended: DataFrame,
    songs: DataFrame,
    track_features: DataFrame,
    mood_clusters: DataFrame,
) -> pd.DataFrame:
    """What `lib.playlists` asks of songs, in the order of their ids."""
    wanted = F.broadcast(plays.select("song_id").union(recommended.select("song_id")).distinct())
    features = track_features.join(wanted, on="song_id", how="left_semi")
    moods = mood_clusters.filter(is_authentic()).select("song_id", "mood", "valence", "energy")
    keys = key_and_tempo(features).select("recording_id", "key", "mode", "tempo")
    told = (
        songs.join(wanted, on="song_id", how="left_semi")
        .join(moods, on="song_id", how="left")
        .join(keys, on="recording_id", how="left")
        .select(*(set(FACTS) - {"code"}), "key", "mode")
        .toPandas()
        .sort_values("song_id", ignore_index=True)
    )
    known = told["key"].notna().to_numpy()
    key, mode = (told[name].fillna(0).to_numpy(dtype=np.int64) for name in ("key", "mode"))
    told["code"] = np.where(known, camelot(key, mode), -1)
    told["duration_ms"] = told["duration_ms"].astype("Int64")
    for name in ("valence", "energy", "tempo"):
        told[name] = told[name].astype(float)
    return told[list(FACTS)]


JOB = Job(
    writes=gold.PLAYLISTS,
    reads=(
        silver.LISTENING_WITH_FEATURES,
        silver.SONGS,
        silver.TRACK_FEATURES,
        gold.MOOD_CLUSTERS,
        gold.USER_RECOMMENDATIONS,
    ),
    transform=playlists,
    settings={
        name: f"recommend.{name}" for name in ("songs_per_list", "per_artist", "half_life_days")
    },
)

if __name__ == "__main__":
    JOB.main()
