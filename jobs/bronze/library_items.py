"""Bronze: what a person saved or put on a playlist, from Spotify's account data and its API."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.fetched import library_items as fetched_items
from lib.job import Job
from schemas import bronze, landing

_SAVED = (
    "tracks ARRAY<STRUCT<artist STRING, album STRING, track STRING, uri STRING>>, "
    "shows ARRAY<STRUCT<name STRING, publisher STRING, uri STRING>>, "
    "episodes ARRAY<STRUCT<name STRING, show STRING, uri STRING>>"
)
_PLAYLIST = (
    "STRUCT<name STRING, playlist STRING, items ARRAY<STRUCT<addedDate STRING, "
    "track STRUCT<trackName STRING, artistName STRING, albumName STRING, trackUri STRING>, "
    "episode STRUCT<episodeName STRING, showName STRING, episodeUri STRING>>>>"
)


def library_items(documents: DataFrame, fetched: DataFrame) -> DataFrame:
    """Every saved or listed track, show and episode, once for each list.

    Args:
        documents: landed library and playlist files, one document a row.
        fetched: lines of what Spotify's API told of saved tracks and those played most.
    """
    told = _saved(documents).unionByName(_listed(documents)).unionByName(fetched_items(fetched))
    items = told.filter("uri IS NOT NULL")
    once = Window.partitionBy("user_id", "list_name", "uri").orderBy(
        "added_on", "name", "artist_name", "album_name"
    )
    is_track = F.col("item_type") == "track"
    return (
        items.withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .withColumn("track_id", F.when(is_track, F.element_at(F.split("uri", ":"), -1)))
    )


def _saved(documents: DataFrame) -> DataFrame:
    library = F.from_json("document", _SAVED)
    parts = [
        _items("track", F.col("item.track"), F.col("item.artist"), F.col("item.album")),
        _items("show", F.col("item.name"), F.col("item.publisher")),
        _items("episode", F.col("item.name"), F.col("item.show")),
    ]
    frames = [
        documents.withColumn("library", library)
        .withColumn("item", F.explode(f"library.{field}"))
        .withColumn("list_name", F.lit("library"))
        .withColumn("uri", F.col("item.uri"))
        .withColumn("added_on", F.lit(None).cast("date"))
        .select("user_id", "list_name", "uri", "added_on", *columns)
        for field, columns in zip(("tracks", "shows", "episodes"), parts, strict=True)
    ]
    return frames[0].union(frames[1]).union(frames[2])


def _listed(documents: DataFrame) -> DataFrame:
    """Items of playlists, mailed as {"playlists": […]} or as the bare array."""
    playlists = F.coalesce(
        F.from_json("document", f"STRUCT<playlists: ARRAY<{_PLAYLIST}>>")["playlists"],
        F.from_json("document", f"ARRAY<{_PLAYLIST}>"),
    )
    each = (
        documents.select("user_id", F.explode(playlists).alias("list"))
        .withColumn("list_name", F.coalesce("list.name", "list.playlist", F.lit("playlist")))
        .withColumn("entry", F.explode("list.items"))
    )
    added_on = F.col("entry.addedDate").try_cast("date").alias("added_on")
    track, episode = F.col("entry.track"), F.col("entry.episode")
    tracks = each.select(
        "user_id",
        "list_name",
        track["trackUri"].alias("uri"),
        added_on,
        *_items("track", track["trackName"], track["artistName"], track["albumName"]),
    )
    episodes = each.select(
        "user_id",
        "list_name",
        episode["episodeUri"].alias("uri"),
        added_on,
        *_items("episode", episode["episodeName"], episode["showName"]),
    )
    return tracks.union(episodes)


def _items(kind: str, name: Column, artist: Column, album: Column | None = None) -> list[Column]:
    return [
        F.lit(kind).alias("item_type"),
        name.alias("name"),
        artist.alias("artist_name"),
        (F.lit(None).cast("string") if album is None else album).alias("album_name"),
    ]


JOB = Job(
    writes=bronze.LIBRARY_ITEMS,
    reads=(landing.SPOTIFY_LIBRARY, landing.SPOTIFY_API_LIBRARY),
    transform=library_items,
)

if __name__ == "__main__":
    JOB.main()
