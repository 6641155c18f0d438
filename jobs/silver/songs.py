"""Silver: one canonical song with the facts of its best version."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.identity import best_id
from lib.job import Job
from lib.song_facts import FACTS, TRUST, told_of_songs
from lib.windows import all_rows
from schemas import bronze, silver

#: Facts that make a version more complete when it has them.
_COMPLETENESS = (
    "track_id", "album_name", "duration_ms", "popularity", "explicit", "release_date",
)  # fmt: skip

#: What stays a telling's own.
_OF_TELLING = (
    "song_id", "recording_id", "version", "source", "track_name", "artists", "told_genres",
    "lastfm",
)  # fmt: skip

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
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
) -> DataFrame:
    """Facts of each version from Spotify's API, else by the order of `TRUST`; then the best one.

    The best version is one that Spotify knows, then the most complete, the most popular, the most
    played; ties are broken by its id. What Last.fm tells is of the song: of several names the most
    listened to. Album of the Year tells of the best version's album.
    """
    told = told_of_songs(
        plays, library_items, kaggle_tracks, spotify_tracks, lastfm_tracks, audio_files,
        rekordbox_tracks,
    )  # fmt: skip
    return (
        told.transform(best_id)
        .join(song_ids, on=["id_type", "id"], how="inner")
        .repartition("song_id")
        .transform(_with_facts_of_version)
        .transform(_best_version)
        .withColumn("artist", F.get("artists", F.lit(0)))
        .withColumnRenamed("track_name", "title")
        .withColumn(
            "spotify_url", F.concat(F.lit("https://open.spotify.com/track/"), F.col("track_id"))
        )
        .select("*", "lastfm.*")
        .transform(_with_album, aoty_albums)
    )


def _with_facts_of_version(told: DataFrame) -> DataFrame:
    """Gives each telling all that is known of its version, and its place among those of it."""
    # Windows copy every column of each row they sort: what nobody needs is left behind.
    told_best = Window.partitionBy("song_id", "recording_id").orderBy(
        _trust(),
        F.col("popularity").desc_nulls_last(),
        F.col("told_genres").desc(),
        "track_name",
        "artist_name",
        "album_name",
    )
    in_order = all_rows(told_best)
    filled = [F.first(name, ignorenulls=True).over(in_order).alias(name) for name in FACTS]
    return told.select(
        *_OF_TELLING,
        *filled,
        F.row_number().over(told_best).alias("nth"),
        F.sum("heard").over(in_order).alias("heard_in_all"),
        F.col("duration_ms").alias("told_ms"),
        F.col("explicit").alias("told_explicit"),
    ).select(*_OF_TELLING, *FACTS, "nth", "heard_in_all", _otherwise().alias("otherwise"))


def _best_version(told: DataFrame) -> DataFrame:
    """One row a song: its best version, and what is known of all of them."""
    best = Window.partitionBy("song_id").orderBy(
        F.col("nth") != 1,
        F.col("track_id").isNull(),
        _completeness().desc(),
        F.col("popularity").desc_nulls_last(),
        F.col("heard_in_all").desc(),
        F.col("recording_id").desc(),
    )
    in_song = all_rows(best)
    of_version = F.when(F.size("otherwise") > 0, F.struct("recording_id", "otherwise"))
    of_best = F.filter("differing", lambda one: one["recording_id"] == F.col("recording_id"))
    return (
        told.withColumns(
            {
                "differing": F.collect_set(of_version).over(in_song),
                "genres": F.collect_set("told_genres").over(in_song),
                "sources": F.sort_array(F.collect_set("source").over(in_song)),
                "lastfm": F.max("lastfm").over(in_song),
                "versions": F.count_if(F.col("nth") == 1).over(in_song).cast("int"),
                "place": F.row_number().over(best),
            }
        )
        .filter("place = 1")
        .withColumns(
            {"genres": _all_of(F.col("genres")), "disagreements": _all_of(of_best["otherwise"])}
        )
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
                "disagreements": F.sort_array(
                    F.concat("disagreements", F.coalesce(another_year, F.array()))
                ),
                "aoty_score": page["critic_score"],
                "aoty_user_score": page["user_score"],
                "aoty_ratings": page["user_ratings"],
                "release_precision": F.when(dated, F.col("release_precision")).otherwise(
                    page["release_precision"]
                ),
                "release_date": F.coalesce("release_date", page["release_date"]),
                "genres": F.sort_array(
                    F.array_union("genres", F.coalesce(page["genres"], F.array()))
                ),
            }
        )
    )


def _trust() -> Column:
    return F.array_position(F.array(*map(F.lit, TRUST)), F.col("source"))


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


def _all_of(arrays: Column) -> Column:
    """What is in any of the arrays, sorted, each once."""
    return F.sort_array(F.array_distinct(F.flatten(arrays)))


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
        bronze.AUDIO_FILES,
        bronze.REKORDBOX_TRACKS,
    ),
    transform=songs,
)

if __name__ == "__main__":
    JOB.main()
