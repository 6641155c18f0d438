"""What each source tells of a recording, in the same columns."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, functions as F

from lib.own_music import audio_tellings, rekordbox_tellings

#: Who is asked first for a version's facts; the others fill what it does not tell.
TRUST = (
    "spotify_tracks", "kaggle_tracks", "plays", "library_items", "audio_files", "rekordbox_tracks",
    "lastfm_tracks",
)  # fmt: skip

#: What is told of a version, each by the first in that order who tells it.
FACTS = (
    "track_id", "isrc", "album_name", "duration_ms", "popularity", "explicit", "release_date",
    "release_precision", "track_number", "album_total_tracks",
)  # fmt: skip

_IDS = ("isrc", "track_id", "recording_mbid")


def told_of_songs(
    plays: DataFrame,
    library_items: DataFrame,
    kaggle_tracks: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
) -> DataFrame:
    """All that the bronze tables tell, a row a telling.

    Returns:
        `source` (of TRUST), ids, `artist_name`, `track_name`, `artists`, FACTS, `told_genres`,
        `heard` (plays) and `lastfm` (what it alone tells); NULL where a source does not tell.
    """
    told = _from_kaggle(kaggle_tracks)
    for others in (
        _from_spotify(spotify_tracks),
        _from_plays(plays),
        _from_library(library_items),
        _from_lastfm(lastfm_tracks),
        *_from_own_music(audio_files, rekordbox_tracks),
    ):
        told = told.unionByName(others, allowMissingColumns=True)
    return told


def _from_spotify(spotify_tracks: DataFrame) -> DataFrame:
    return spotify_tracks.select(
        F.lit("spotify_tracks").alias("source"),
        F.array_join("artists", ";").alias("artist_name"),
        "track_name",
        "artists",
        *FACTS,
        F.col("genres").alias("told_genres"),
        _unheard(),
    )


def _from_lastfm(lastfm_tracks: DataFrame) -> DataFrame:
    said = F.struct(
        F.col("listeners").alias("lastfm_listeners"),
        F.col("playcount").alias("lastfm_playcount"),
        "tags",
        "moods",
    )
    return lastfm_tracks.select(
        F.lit("lastfm_tracks").alias("source"),
        "artist_name",
        "track_name",
        F.array("artist_name").alias("artists"),
        "album_name",
        "duration_ms",
        F.col("genres").alias("told_genres"),
        _unheard(),
        said.alias("lastfm"),
    )


def _from_kaggle(kaggle_tracks: DataFrame) -> DataFrame:
    return kaggle_tracks.select(
        F.lit("kaggle_tracks").alias("source"),
        "track_id",
        F.col("artists").alias("artist_name"),
        "track_name",
        F.transform(F.split("artists", ";"), lambda name: F.trim(name)).alias("artists"),
        "album_name",
        "duration_ms",
        "popularity",
        "explicit",
        F.array("track_genre").alias("told_genres"),
        _unheard(),
    )


def _from_plays(plays: DataFrame) -> DataFrame:
    return (
        plays.groupBy(*_IDS, "artist_name", "track_name", "album_name")
        .agg(F.count(F.lit(1)).alias("heard"), F.max("duration_ms").alias("duration_ms"))
        .select(
            F.lit("plays").alias("source"),
            *_IDS,
            "artist_name",
            "track_name",
            F.array("artist_name").alias("artists"),
            "album_name",
            "duration_ms",
            "heard",
        )
    )


def _from_library(library_items: DataFrame) -> DataFrame:
    return (
        library_items.filter("item_type = 'track' AND artist_name IS NOT NULL")
        .select(
            F.lit("library_items").alias("source"),
            "track_id",
            "artist_name",
            F.col("name").alias("track_name"),
            F.array("artist_name").alias("artists"),
            "album_name",
            _unheard(),
        )
        .distinct()
    )


def _from_own_music(audio_files: DataFrame, rekordbox_tracks: DataFrame) -> Sequence[DataFrame]:
    """Audio files and a DJ's collection."""
    names = ("artist_name", "track_name", F.array("artist_name").alias("artists"))
    facts = ("track_id", "audio_id", "album_name", "duration_ms")
    year = F.make_date("year", F.lit(1), F.lit(1))
    return (
        audio_tellings(audio_files).select(
            F.lit("audio_files").alias("source"), *names, *facts, "isrc", _unheard()
        ),
        rekordbox_tellings(rekordbox_tracks, audio_files).select(
            F.lit("rekordbox_tracks").alias("source"),
            *names,
            *facts,
            F.when(F.col("year") < 10_000, year).alias("release_date"),
            F.when(F.col("year") < 10_000, "year").alias("release_precision"),
            "track_number",
            _genres().alias("told_genres"),
            _unheard(),
        ),
    )


def _genres() -> Column:
    """The genres that a DJ's one field lists; none where it is empty."""
    listed = F.split(F.lower(F.coalesce("genre", F.lit(""))), r"\s*[/;,|]\s*")
    return F.filter(F.transform(listed, lambda name: F.trim(name)), lambda name: name != "")


def _unheard() -> Column:
    return F.lit(0).cast("bigint").alias("heard")
