"""Silver: real plays, each with its song and with all who told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame, functions as F

from lib.exclusions import excluded_songs, not_counted
from lib.identity import best_id, recordings
from lib.job import Job
from lib.tellers import merged
from schemas import bronze, silver


def plays(
    plays: DataFrame,
    library_items: DataFrame,
    song_ids: DataFrame,
    songs: DataFrame,
    *,
    tellers: Sequence[str],
    min_ms: int,
    min_ms_of: Mapping[str, int],
    count_private: bool,
    exclude: Mapping[str, Sequence[str]],
    timezone: str,
) -> DataFrame:
    """Finds the song of each play, joins what several sources told of it, and says if it counts.

    Args:
        plays: bronze.plays.
        library_items: bronze.library_items; a person's own library comes before other versions.
        song_ids: silver.song_ids.
        songs: silver.songs; gives the best version's id where no other is known, and genres.
        tellers: sources, that of most detail first.
        min_ms: a play counts when it lasted this long, or its length is not known.
        min_ms_of: the same for the sources named here.
        count_private: whether plays of private sessions count.
        exclude: `artists`, `songs`, `genres` and `spans` that do not count.
        timezone: IANA time zone of the spans.

    Returns:
        The table's columns, and `is_podcast` for names that are a show of the person's library.
    """
    best = songs.select("song_id", F.col("track_id").alias("best_track_id"), "genres")
    told = plays.withColumn("started_at", _started_at()).transform(
        _with_song, library_items, song_ids
    )
    why_not = not_counted(
        min_ms=min_ms,
        min_ms_of=min_ms_of,
        count_private=count_private,
        exclude=exclude,
        timezone=timezone,
    )
    return (
        merged(told, tellers)
        .join(best, on="song_id", how="left")
        .join(excluded_songs(song_ids, exclude["songs"]), on="song_id", how="left")
        .join(_shows(library_items), on=["user_id", "artist_name"], how="left")
        .withColumn("is_podcast", F.col("track_id").isNull() & F.col("is_show").isNotNull())
        .withColumn("track_id", F.coalesce("track_id", "found_track_id", "best_track_id"))
        .withColumn("not_counted", why_not)
        .withColumn("counts", F.col("not_counted").isNull())
    )


def _started_at() -> Column:
    # Of a play that ended, and was not told how long it was, the track's length says most.
    length = F.make_dt_interval(secs=F.coalesce("ms_played", "duration_ms", F.lit(0)) / 1000)
    return F.when(F.col("stamp") == "end", F.col("played_at") - length).otherwise(
        F.col("played_at")
    )


def _with_song(plays: DataFrame, library_items: DataFrame, song_ids: DataFrame) -> DataFrame:
    """Adds the song and recording of each telling; of one by names, what the library knows.

    Of a name, the person's own library decides: first that of the same version, then the recording
    of that very title, then any that the library has of the song.
    """
    exact = recordings(song_ids).select("recording_id", F.col("track_id").alias("exact_track_id"))
    found = (
        plays.transform(best_id)
        .join(song_ids, on=["id_type", "id"], how="left")
        .join(exact, on="recording_id", how="left")
    )
    # Of a shared title the name finds the person's own song; else a track goes by other names too.
    for key in ("name_key", "song_id"):
        tracks = _library_tracks(library_items, song_ids, key)
        found = found.join(tracks, on=["user_id", key], how="left")
    lists = [F.coalesce(f"by_{key}", F.array()) for key in ("name_key", "song_id")]
    found = found.withColumn("in_library", F.concat(*lists))
    by_name = F.col("id_type") == "name"
    same_version = F.get(
        F.filter("in_library", lambda track: track["version"] == F.col("version")), F.lit(0)
    )
    any_version = F.when(F.col("exact_track_id").isNull(), F.get("in_library", F.lit(0)))
    of_library = F.when(by_name, F.coalesce(same_version, any_version))
    return found.withColumn("own", of_library).withColumns(
        {
            "song_id": F.coalesce("own.song_id", "song_id"),
            "recording_id": F.coalesce("own.recording_id", "recording_id"),
            "version": F.coalesce("own.version", "version"),
            "found_track_id": F.coalesce("own.track_id", "exact_track_id"),
            "id_method": F.when(~by_name, "told")
            .when(F.col("own").isNotNull(), "library")
            .otherwise(F.col("found_by")),
        }
    )  # fmt: skip


def _library_tracks(library_items: DataFrame, song_ids: DataFrame, key: str) -> DataFrame:
    """The tracks under each key of a person's library; saved tracks come before playlists."""
    track = F.struct(
        (F.col("list_name") != "library").alias("is_listed"),
        *("track_id", "song_id", "recording_id", "version"),
    )
    known = song_ids.filter("id_type = 'spotify'").withColumnRenamed("id", "track_id")
    return (
        library_items.filter("item_type = 'track'")
        .join(known, on="track_id", how="inner")
        .groupBy("user_id", key)
        .agg(F.sort_array(F.collect_set(track)).alias(f"by_{key}"))
    )


def _shows(library_items: DataFrame) -> DataFrame:
    """Names of the shows in a person's library: as `artist` of a play they mean a podcast."""
    show = F.when(F.col("item_type") == "show", F.col("name")).when(
        F.col("item_type") == "episode", F.col("artist_name")
    )
    named = library_items.select("user_id", show.alias("artist_name"), F.lit(True).alias("is_show"))
    return named.filter("artist_name IS NOT NULL").distinct()


JOB = Job(
    writes=silver.PLAYS,
    reads=(bronze.PLAYS, bronze.LIBRARY_ITEMS, silver.SONG_IDS, silver.SONGS),
    transform=plays,
    settings={
        "tellers": "plays.tellers",
        "min_ms": "plays.min_ms",
        "min_ms_of": "plays.min_ms_of",
        "count_private": "plays.count_private",
        "exclude": "plays.exclude",
        "timezone": "timezone",
    },
)

if __name__ == "__main__":
    JOB.main()
