"""Bronze: tracks as Spotify's Web API tells them."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.fetched import fetched, first_day, latest
from lib.job import Job
from lib.told_plays import isrc
from schemas import bronze, landing

_TRACK = (
    "STRUCT<id: STRING, name: STRING, duration_ms: STRING, explicit: STRING, popularity: STRING, "
    "track_number: STRING, disc_number: STRING, preview_url: STRING, "
    "external_ids: STRUCT<isrc: STRING>, artists: ARRAY<STRUCT<id: STRING, name: STRING>>, "
    "album: STRUCT<id: STRING, name: STRING, album_type: STRING, total_tracks: STRING, "
    "release_date: STRING, release_date_precision: STRING>>"
)
_ARTIST = "STRUCT<id: STRING, genres: ARRAY<STRING>>"


def spotify_tracks(tracks: DataFrame, artists: DataFrame) -> DataFrame:
    """The last answer for each track, with the genres of its artists.

    Args:
        tracks: fetched lines, asked by id or by artist and title.
        artists: fetched lines.
    """
    body, asked = F.col("body"), F.col("asked")
    answers = fetched(tracks, _TRACK).withColumn("track_id", F.coalesce("asked.id", "body.id"))
    # A track that is asked for by id is that track; one found by names may be found by others.
    known = latest(answers.filter("track_id IS NOT NULL"), "track_id").withColumns(
        {
            "artist_ids": F.transform(body["artists"], lambda artist: artist["id"]),
            "artists": F.transform(body["artists"], lambda artist: artist["name"]),
        }
    )
    return known.join(_genres(known, artists), on="track_id", how="left").select(
        "track_id",
        body["name"].alias("track_name"),
        F.get("artists", F.lit(0)).alias("artist_name"),
        F.coalesce("artists", F.array()).alias("artists"),
        F.coalesce("artist_ids", F.array()).alias("artist_ids"),
        isrc(body["external_ids"]["isrc"]).alias("isrc"),
        body["album"]["id"].alias("album_id"),
        body["album"]["name"].alias("album_name"),
        F.lower(body["album"]["album_type"]).alias("album_type"),
        body["album"]["total_tracks"].try_cast("int").alias("album_total_tracks"),
        first_day(body["album"]["release_date"]).alias("release_date"),
        body["album"]["release_date_precision"].alias("release_precision"),
        *[
            body[name].try_cast(kind).alias(name)
            for name, kind in (
                ("track_number", "int"), ("disc_number", "int"), ("duration_ms", "bigint"),
                ("explicit", "boolean"), ("popularity", "int"),
            )
        ],
        F.coalesce("genres", F.array().cast("array<string>")).alias("genres"),
        body["preview_url"].alias("preview_url"),
        F.concat(F.lit("https://open.spotify.com/track/"), "track_id").alias("spotify_url"),
        asked["artist"].alias("asked_artist"),
        asked["title"].alias("asked_title"),
        F.col("at").alias("fetched_at"),
        "raw",
    )  # fmt: skip


def _genres(known: DataFrame, artists: DataFrame) -> DataFrame:
    """The genres of each track's artists."""
    told = latest(fetched(artists, _ARTIST).withColumn("artist_id", F.col("asked.id")), "artist_id")
    genre = told.select("artist_id", F.explode("body.genres").alias("genre"))
    return (
        known.select("track_id", F.explode("artist_ids").alias("artist_id"))
        .join(genre, on="artist_id", how="inner")
        .groupBy("track_id")
        .agg(F.array_sort(F.collect_set(F.lower("genre"))).alias("genres"))
    )


JOB = Job(
    writes=bronze.SPOTIFY_TRACKS,
    reads=(landing.SPOTIFY_API_TRACKS, landing.SPOTIFY_API_ARTISTS),
    transform=spotify_tracks,
)

if __name__ == "__main__":
    JOB.main()
