"""Silver: one canonical song with the facts of its best version."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, WindowSpec, functions as F

from lib.identity import best_id
from lib.job import Job
from lib.windows import whole
from schemas import bronze, silver

#: Who is asked first for a version's facts; the others fill what it does not tell.
_TRUST = ("spotify_tracks", "kaggle_tracks", "plays", "library_items", "lastfm_tracks")

#: What is told of a version, each by the first in that order who tells it.
_FACTS = (
    "track_id", "isrc", "album_name", "duration_ms", "popularity", "explicit", "release_date",
    "release_precision", "track_number", "album_total_tracks",
)  # fmt: skip

#: Facts that make a version more complete when it has them.
_COMPLETENESS = (
    "track_id", "album_name", "duration_ms", "popularity", "explicit", "release_date",
)  # fmt: skip

_IDS = ("isrc", "track_id", "recording_mbid")

#: Lengths that are further apart are a disagreement; services round and trim differently.
_LENGTHS_DIFFER_MS = 3_000


def songs(
    song_ids: DataFrame,
    plays: DataFrame,
    library_items: DataFrame,
    kaggle_tracks: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    aoty_albums: DataFrame,
) -> DataFrame:
    """Facts of each version from Spotify's API, else by the order of `_TRUST`; then the best one.

    The best version is the most complete, then the most popular, then the most played; ties are
    broken by its id. What Last.fm tells is of the song: of several names the most listened to.
    Album of the Year tells of the best version's album.
    """
    told = _from_kaggle(kaggle_tracks)
    for others in (
        _from_spotify(spotify_tracks),
        _from_plays(plays),
        _from_library(library_items),
        _from_lastfm(lastfm_tracks),
    ):
        told = told.unionByName(others, allowMissingColumns=True)
    told_best = Window.partitionBy("song_id", "recording_id").orderBy(
        _trust(),
        F.col("popularity").desc_nulls_last(),
        F.col("told_genres").desc(),
        "track_name",
        "artist_name",
        "album_name",
    )
    in_order = told_best.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    in_song, in_recording = whole("song_id"), whole("song_id", "recording_id")
    best = Window.partitionBy("song_id").orderBy(
        F.col("nth") != 1,
        _completeness().desc(),
        F.col("popularity").desc_nulls_last(),
        F.col("heard_in_all").desc(),
        F.col("recording_id").desc(),
    )
    filled = {name: F.first(name, ignorenulls=True).over(in_order) for name in _FACTS}
    as_told = {"told_ms": F.col("duration_ms"), "told_explicit": F.col("explicit")}
    counted = {
        "nth": F.row_number().over(told_best),
        "heard_in_all": F.sum("heard").over(in_recording),
    }
    return (
        told.transform(best_id)
        .join(song_ids, on=["id_type", "id"], how="inner")
        .repartition("song_id")
        .withColumns(as_told | counted)
        .withColumns(filled)
        .withColumn("otherwise", _otherwise())
        .withColumns(
            {
                "disagreements": _all_of("otherwise", in_recording),
                "genres": _all_of("told_genres", in_song),
                "sources": F.array_sort(F.collect_set("source").over(in_song)),
                "lastfm": F.max("lastfm").over(in_song),
                "versions": F.count_if(F.col("nth") == 1).over(in_song).cast("int"),
                "place": F.row_number().over(best),
            }
        )
        .filter("place = 1")
        .withColumn("artist", F.get("artists", F.lit(0)))
        .withColumnRenamed("track_name", "title")
        .withColumn(
            "spotify_url", F.concat(F.lit("https://open.spotify.com/track/"), F.col("track_id"))
        )
        .select("*", "lastfm.*")
        .transform(_with_album, aoty_albums)
    )


def _with_album(best: DataFrame, aoty_albums: DataFrame) -> DataFrame:
    """Adds the scores of the album, its genres, and its release date where nobody told it."""
    names = ("of_artist", "of_album")
    said = F.struct(
        "fetched_at", "critic_score", "user_score", "user_ratings", "release_date",
        "release_precision", "genres",
    )  # fmt: skip
    albums = aoty_albums.groupBy(
        F.lower("artist_name").alias(names[0]), F.lower("album_name").alias(names[1])
    ).agg(F.max(said).alias("page"))
    page = F.col("page")
    dated = F.col("release_date").isNotNull()
    year = F.year(page["release_date"])
    another_year = F.when(
        year != F.year("release_date"), F.array(F.concat(F.lit("aoty_albums: released "), year))
    )
    return (
        best.withColumns({"of_artist": F.lower("artist"), "of_album": F.lower("album_name")})
        .join(albums, on=list(names), how="left")
        .withColumns(
            {
                "disagreements": F.array_sort(
                    F.concat("disagreements", F.coalesce(another_year, F.array()))
                ),
                "aoty_score": page["critic_score"],
                "aoty_user_score": page["user_score"],
                "aoty_ratings": page["user_ratings"],
                "release_precision": F.when(dated, F.col("release_precision")).otherwise(
                    page["release_precision"]
                ),
                "release_date": F.coalesce("release_date", page["release_date"]),
                "genres": F.array_sort(
                    F.array_union("genres", F.coalesce(page["genres"], F.array()))
                ),
            }
        )
    )


def _trust() -> Column:
    return F.array_position(F.array(*map(F.lit, _TRUST)), F.col("source"))


def _completeness() -> Column:
    has = [F.col(name).isNotNull().cast("int") for name in _COMPLETENESS]
    return sum(has[1:], has[0])


def _otherwise() -> Column:
    """What a row tells otherwise than is said of its version."""
    length = F.concat_ws(" ", F.lit("length"), F.round(F.col("told_ms") / 1000).cast("bigint"),
                         F.lit("s"))  # fmt: skip
    differs = F.abs(F.col("told_ms") - F.col("duration_ms")) > _LENGTHS_DIFFER_MS
    said = F.array_compact(
        F.array(
            F.when(differs, length),
            F.when(
                F.col("told_explicit") != F.col("explicit"),
                F.concat_ws(" ", F.lit("explicit"), F.col("told_explicit").cast("string")),
            ),
        )
    )
    return F.transform(said, lambda one: F.concat_ws(": ", "source", one))


def _all_of(arrays: str, window: WindowSpec) -> Column:
    """What is in any of the arrays, sorted, each once."""
    return F.array_sort(F.array_distinct(F.flatten(F.collect_set(arrays).over(window))))


def _from_spotify(spotify_tracks: DataFrame) -> DataFrame:
    return spotify_tracks.select(
        F.lit("spotify_tracks").alias("source"),
        F.array_join("artists", ";").alias("artist_name"),
        "track_name",
        "artists",
        *_FACTS,
        F.col("genres").alias("told_genres"),
        F.lit(0).cast("bigint").alias("heard"),
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
        F.lit(0).cast("bigint").alias("heard"),
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
        F.lit(0).cast("bigint").alias("heard"),
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
            F.lit(0).cast("bigint").alias("heard"),
        )
        .distinct()
    )


JOB = Job(
    writes=silver.SONGS,
    reads=(
        silver.SONG_IDS,
        bronze.PLAYS,
        bronze.LIBRARY_ITEMS,
        bronze.KAGGLE_TRACKS,
        bronze.SPOTIFY_TRACKS,
        bronze.LASTFM_TRACKS,
        bronze.AOTY_ALBUMS,
    ),
    transform=songs,
)

if __name__ == "__main__":
    JOB.main()
