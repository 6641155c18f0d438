"""Bronze: plays as each source told them. Exact repeats are kept out, nothing else."""

from __future__ import annotations

from datetime import datetime
from functools import reduce

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.delta import AppendNew
from lib.fetched import lastfm_plays, spotify_plays
from lib.job import Job
from lib.sources import lastfm
from lib.told_plays import as_told, epoch, isrc, named, spotify_id, time_as_written, uuid, whole
from schemas import bronze, landing

#: Everything as text: a number where text should be is its digits, and nothing fails to parse.
_EXTENDED = (
    "ts STRING, username STRING, platform STRING, ms_played STRING, conn_country STRING, "
    "master_metadata_track_name STRING, master_metadata_album_artist_name STRING, "
    "master_metadata_album_album_name STRING, spotify_track_uri STRING, episode_name STRING, "
    "spotify_episode_uri STRING, audiobook_uri STRING, reason_start STRING, reason_end STRING, "
    "shuffle STRING, skipped STRING, offline STRING, incognito_mode STRING"
)
_BASIC = (
    "endTime STRING, artistName STRING, trackName STRING, msPlayed STRING, "
    "podcastName STRING, episodeName STRING"
)
_LISTEN = (
    "listened_at STRING, track_metadata STRUCT<artist_name STRING, track_name STRING, "
    "release_name STRING, mbid_mapping STRUCT<recording_mbid STRING>, "
    "additional_info STRUCT<recording_mbid STRING, isrc STRING, spotify_id STRING, "
    "origin_url STRING, duration_ms STRING, duration STRING, ms_played STRING, "
    "duration_played STRING, submission_client STRING, music_service STRING>>"
)
_DAY_MS = 86_400_000
_TELL_LENGTH = ("spotify_extended", "spotify_basic")


def plays(
    extended: DataFrame,
    basic: DataFrame,
    scrobbles: DataFrame,
    listens: DataFrame,
    listens_array: DataFrame,
    spotify_api: DataFrame,
    lastfm_api: DataFrame,
    now: datetime,
) -> DataFrame:
    """The plays of every source.

    Args:
        extended: landed files of Spotify's extended streaming history, one document a row.
        basic: landed StreamingHistory files of Spotify's account data.
        scrobbles: records of Last.fm's CSV files, columns named as `lastfm.column_name` does.
        listens: lines of ListenBrainz' JSON Lines.
        listens_array: ListenBrainz' older exports, one document a row.
        spotify_api: lines of what Spotify's API told.
        lastfm_api: lines of what Last.fm's API told.
        now: when this run began.

    Returns:
        The table's columns; `is_podcast` and `ms_played_raw`, which its rules read; and `raw`,
        the row as the source gave it.
    """
    lines = listens.withColumnRenamed("document", "raw").filter(F.trim("raw") != "")
    told = [
        _from_extended(_parsed(_elements(extended), _EXTENDED)),
        _from_basic(_parsed(_elements(basic), _BASIC)),
        _from_lastfm(scrobbles),
        _from_listenbrainz(_parsed(lines.unionByName(_elements(listens_array)), _LISTEN)),
        spotify_plays(spotify_api),
        lastfm_plays(lastfm_api),
    ]
    once = Window.partitionBy("play_id").orderBy("source_file", "raw")
    return (
        reduce(DataFrame.unionByName, told)
        .withColumn("play_id", _play_id())
        .withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .withColumn("landed_at", F.lit(now))
    )


def _play_id() -> Column:
    identity = [
        F.coalesce(F.col(name).cast("string"), F.lit("\0"))
        for name in ("user_id", "source", "played_at", "track_id", "artist_name", "track_name")
    ]
    # A row that cannot be read is told apart by its text, so that no two pass for one another.
    # Only Spotify's exports always tell how long a play was.
    lacks_length = F.col("source").isin(*_TELL_LENGTH) & F.col("ms_played").isNull()
    unread = F.when(F.col("played_at").isNull() | lacks_length, F.col("raw"))
    length = F.coalesce(F.col("ms_played").cast("string"), F.lit("\0"))
    return F.substring(F.sha2(F.concat_ws("\n", *identity, length, unread), 256), 1, 32)


def _elements(documents: DataFrame) -> DataFrame:
    """One row for each element of each document's array, in `raw`."""
    each = F.explode(F.from_json("document", "array<string>")).alias("raw")
    return documents.select(each, "source_file", "user_id")


def _parsed(rows: DataFrame, schema: str) -> DataFrame:
    """The fields of the object in `raw`."""
    row = F.from_json("raw", schema).alias("row")
    return rows.select("source_file", "user_id", "raw", row).select(
        "source_file", "user_id", "raw", "row.*"
    )


def _from_extended(rows: DataFrame) -> DataFrame:
    uri = F.col("spotify_track_uri")
    episode = F.coalesce("spotify_episode_uri", "episode_name", "audiobook_uri")
    return as_told(
        rows,
        source=F.lit("spotify_extended"),
        played_at=F.try_to_timestamp("ts"),
        stamp=F.lit("end"),
        ms_played=F.col("ms_played").try_cast("bigint"),
        ms_played_raw=F.col("ms_played"),
        track_id=F.regexp_replace(uri, "^spotify:track:", ""),
        track_name=F.col("master_metadata_track_name"),
        artist_name=F.col("master_metadata_album_artist_name"),
        album_name=F.col("master_metadata_album_album_name"),
        reason_start=F.col("reason_start"),
        reason_end=F.col("reason_end"),
        shuffle=F.col("shuffle").try_cast("boolean"),
        skipped=F.col("skipped").try_cast("boolean"),
        offline=F.col("offline").try_cast("boolean"),
        incognito=F.col("incognito_mode").try_cast("boolean"),
        platform=F.col("platform"),
        country=F.col("conn_country"),
        is_podcast=uri.isNull() & episode.isNotNull(),
    )


def _from_basic(rows: DataFrame) -> DataFrame:
    episode = F.coalesce("podcastName", "episodeName")
    return as_told(
        rows,
        source=F.lit("spotify_basic"),
        played_at=F.try_to_timestamp("endTime", F.lit("yyyy-MM-dd HH:mm")),
        stamp=F.lit("end"),
        ms_played=F.col("msPlayed").try_cast("bigint"),
        ms_played_raw=F.col("msPlayed"),
        track_name=F.col("trackName"),
        artist_name=F.col("artistName"),
        is_podcast=F.col("trackName").isNull() & episode.isNotNull(),
    )


def _from_lastfm(records: DataFrame) -> DataFrame:
    given = [name for name in records.columns if name not in ("source_file", "user_id")]

    def of(names: tuple[str, ...]) -> list[Column]:
        return [named(F.col(name)) for name in names if name in given] or [F.lit(None)]

    raw = F.to_json(F.struct(*given)) if given else F.lit(None).cast("string")
    return as_told(
        records.withColumn("raw", raw),
        source=F.lit("lastfm"),
        played_at=F.coalesce(*[time_as_written(F.trim(told)) for told in of(lastfm.TIME)]),
        stamp=F.lit("start"),
        track_name=F.coalesce(*of(lastfm.TRACK)),
        artist_name=F.coalesce(*of(lastfm.ARTIST)),
        album_name=F.coalesce(*of(lastfm.ALBUM)),
        recording_mbid=F.coalesce(*[uuid(told) for told in of(lastfm.MBID)]),
    )


def _from_listenbrainz(rows: DataFrame) -> DataFrame:
    track, info = F.col("track_metadata"), F.col("track_metadata.additional_info")
    # Its importer of Spotify's export keeps Spotify's stamp, which is the end of the play.
    is_spotifys = (info["submission_client"] == "ListenBrainz Archive Importer") & (
        info["music_service"] == "spotify.com"
    )
    is_heard_ms = F.coalesce(whole(info["ms_played"]), whole(info["duration_played"], 1000))
    length = F.coalesce(whole(info["duration_ms"]), whole(info["duration"], 1000))
    return as_told(
        rows,
        source=F.lit("listenbrainz"),
        played_at=epoch(F.col("listened_at")),
        stamp=F.when(is_spotifys, "end").otherwise("start"),
        ms_played=F.when(is_heard_ms.between(0, _DAY_MS), is_heard_ms),
        duration_ms=F.when(length.between(1, _DAY_MS), length),
        track_id=F.coalesce(spotify_id(info["spotify_id"]), spotify_id(info["origin_url"])),
        isrc=isrc(info["isrc"]),
        recording_mbid=F.coalesce(
            uuid(info["recording_mbid"]), uuid(track["mbid_mapping"]["recording_mbid"])
        ),
        track_name=named(track["track_name"]),
        artist_name=named(track["artist_name"]),
        album_name=named(track["release_name"]),
    )


JOB = Job(
    writes=bronze.PLAYS,
    reads=(
        landing.SPOTIFY_EXTENDED,
        landing.SPOTIFY_BASIC,
        landing.LASTFM,
        landing.LISTENBRAINZ,
        landing.LISTENBRAINZ_ARRAY,
        landing.SPOTIFY_API_PLAYS,
        landing.LASTFM_API_PLAYS,
    ),
    transform=plays,
    mode=AppendNew(),
    timed=True,
)

if __name__ == "__main__":
    JOB.main()
