"""Bronze: made-up but deterministic features, a pure function of an id."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from lib.identity import best_id, synthetic_id, tellings
from lib.job import Job
from schemas import bronze

_UNIT = ("danceability", "energy", "acousticness", "instrumentalness", "valence")


def synthetic_features(
    plays: DataFrame,
    library_items: DataFrame,
    kaggle_tracks: DataFrame,
    spotify_audio_features: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
    *,
    allowed: bool,
    scope: str,
) -> DataFrame:
    """Features for ids that no authentic source covers, or for all.

    Args:
        plays: bronze.plays.
        library_items: bronze.library_items.
        kaggle_tracks: bronze.kaggle_tracks.
        spotify_audio_features: bronze.spotify_audio_features.
        spotify_tracks: bronze.spotify_tracks.
        lastfm_tracks: bronze.lastfm_tracks.
        audio_files: bronze.audio_files.
        rekordbox_tracks: bronze.rekordbox_tracks.
        allowed: without it there are no rows.
        scope: `missing` (ids that no authentic source tells of) or `all`.
    """
    told = tellings(
        plays, library_items, kaggle_tracks, spotify_tracks, lastfm_tracks, audio_files,
        rekordbox_tracks,
    )  # fmt: skip
    told = told.transform(best_id)
    wanted = told.select("track_id", synthetic_id(F.col("id_type"), F.col("id")).alias("made_for"))
    if scope == "missing":
        covered = kaggle_tracks.select("track_id").union(spotify_audio_features.select("track_id"))
        wanted = wanted.join(covered, on="track_id", how="left_anti")
    made_for = F.col("made_for")
    wanted = wanted.filter(F.lit(allowed)).select("made_for").distinct()
    return wanted.select(made_for.alias("track_id"), *made_up(made_for))


def made_up(track_id: Column) -> list[Column]:
    """The features of an id: 32-bit slices of SHA-512 of its UTF-8 bytes, scaled to their ranges.

    Any language can make the same numbers: slice i is hex digits 8i to 8i+7, u = slice / 2**32;
    0-1 features are u rounded to 4 places, tempo is 60 + 120 u rounded to 2, key is floor(12 u)
    and mode is floor(2 u).
    """
    digest = F.sha2(track_id.cast("binary"), 512)

    def u(place: int) -> Column:
        return F.conv(F.substring(digest, 8 * place + 1, 8), 16, 10).cast("double") / F.lit(2.0**32)

    unit = [F.round(u(place), 4).alias(name) for place, name in enumerate(_UNIT)]
    return [
        *unit,
        F.round(F.lit(60.0) + F.lit(120.0) * u(5), 2).alias("tempo"),
        F.floor(F.lit(12) * u(6)).cast("int").alias("key"),
        F.floor(F.lit(2) * u(7)).cast("int").alias("mode"),
    ]


JOB = Job(
    writes=bronze.SYNTHETIC_FEATURES,
    reads=(
        bronze.PLAYS,
        bronze.LIBRARY_ITEMS,
        bronze.KAGGLE_TRACKS,
        bronze.SPOTIFY_AUDIO_FEATURES,
        bronze.SPOTIFY_TRACKS,
        bronze.LASTFM_TRACKS,
        bronze.AUDIO_FILES,
        bronze.REKORDBOX_TRACKS,
    ),
    transform=synthetic_features,
    settings={"allowed": "allow_synthetic", "scope": "synthetic.scope"},
)

if __name__ == "__main__":
    JOB.main()
