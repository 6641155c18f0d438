"""Which ids and names mean one song: all that meets through an id or a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce

import pandas as pd
from pyspark.sql import Column, DataFrame, Window, functions as F
from pyspark.sql.types import ArrayType, BooleanType, StringType, StructField, StructType

from lib.collector import collector_paused
from lib.components import components
from lib.name_links import name_links
from lib.names import names
from lib.own_music import audio_tellings, rekordbox_tellings
from lib.versions import other_song
from lib.windows import whole

#: Ids of a recording: their type, and the column of a telling.
_IDS = {
    "spotify": "track_id",
    "isrc": "isrc",
    "musicbrainz": "recording_mbid",
    "audio": "audio_id",
}

#: Under these names go so many recordings that they link nothing.
SHARED_TITLES = (
    "bonus", "finale", "freestyle", "interlude", "intro", "medley", "outro", "overture", "prelude",
    "skit", "untitled",
)  # fmt: skip
NOBODY = (
    "anonymous",
    "traditional",
    "unknown",
    "unknown artist",
    "va",
    "various",
    "various artists",
)

_READ = [
    StructField("artists", ArrayType(StringType())),
    *(StructField(part, StringType()) for part in ("lead", "title", "short", "told", "version")),
    StructField("is_other", BooleanType()),
]


def tellings(
    plays: DataFrame,
    library_items: DataFrame,
    kaggle_tracks: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
) -> DataFrame:
    """Every combination of ids and names that a bronze table tells of a recording.

    Of a track that was searched for, only its own names count: the search may have found another.
    Last.fm answers one name with another's id, so of its tracks only the names count, too. A track
    of a collection is the audio file that lies there, else what its names say.

    Returns:
        Distinct `isrc`, `track_id`, `recording_mbid`, `audio_id`, `artist_name`, `track_name`;
        `duration_ms`.
    """
    names = ("artist_name", "track_name", "duration_ms")
    saved = library_items.filter("item_type = 'track' AND artist_name IS NOT NULL")
    saved = saved.withColumnRenamed("name", "track_name")
    listed = kaggle_tracks.withColumnRenamed("artists", "artist_name")
    described = spotify_tracks.withColumn("artist_name", F.array_join("artists", ";"))
    by_name = lastfm_tracks.select("artist_name", "track_name")
    tracks = rekordbox_tellings(rekordbox_tracks, audio_files)
    # By their names alone, too: so a playlist that names them finds their songs.
    named = tracks.select("artist_name", "track_name")
    own = [audio_tellings(audio_files), tracks, named]
    tables = [plays, saved, listed, described, by_name, *own]
    columns = (*_IDS.values(), *names)
    known = [table.select(*[c for c in columns if c in table.columns]) for table in tables]
    told = reduce(partial(DataFrame.unionByName, allowMissingColumns=True), known)
    of_one = [column for column in told.columns if column != "duration_ms"]
    return told.groupBy(*of_one).agg(F.max("duration_ms").alias("duration_ms"))


def best_id(told: DataFrame) -> DataFrame:
    """Adds `id_type` and `id`, under which silver.song_ids lists the telling.

    Args:
        told: `artist_name`, `track_name` and any of `isrc`, `track_id`, `recording_mbid` and
            `audio_id`.
    """
    offers = _ids_in(told) | {"name": _as_told()}
    kinds = [F.when(id_.isNotNull(), kind) for kind, id_ in offers.items()]
    return told.withColumns({"id_type": F.coalesce(*kinds), "id": F.coalesce(*offers.values())})


def _ids_in(told: DataFrame) -> dict[str, Column]:
    """The ids that the rows may have, by their type."""
    return {kind: F.col(column) for kind, column in _IDS.items() if column in told.columns}


def _as_told() -> Column:
    return F.concat_ws("::", "artist_name", "track_name")


def synthetic_id(id_type: Column, id_: Column) -> Column:
    """What features are made up for: an id itself, and of names 16 hex digits of their hash."""
    return F.when(id_type == "name", _hex(id_)).otherwise(id_)


def _hex(text: Column) -> Column:
    return F.lower(F.lpad(F.hex(F.xxhash64(text)), 16, "0"))


def link(told: DataFrame) -> DataFrame:
    """The song and the recording of every id, and of every name that was told without an id.

    Tellings are one song where they share an id or a name key, or where their names mean one song
    (see `name_links`); and so on from one to the next. They are one recording where they share an
    id, or are of one song and have the same title with its version.

    Args:
        told: as `tellings` gives them.

    Returns:
        The columns of silver.song_ids.
    """
    read = _read(told)
    id_links = _id_links(read)
    songs = components(id_links.union(_name_links(read))).toDF("node", "song_node")
    recordings = components(id_links).toDF("recording_node", "id_node")
    known = _known(read).join(songs, on="node", how="left")
    known = known.join(recordings, on="recording_node", how="left").withColumns(
        {
            "song_node": F.coalesce("song_node", "node"),
            "recording_node": F.coalesce("id_node", "recording_node"),
        }
    )
    return known.transform(_named, "song_node", "song_id", "name_key").transform(
        _named, "recording_node", "recording_id", "told_key"
    ).transform(_found)  # fmt: skip


def _has_id() -> Column:
    return F.col("id_type") != "name"


def _read(told: DataFrame) -> DataFrame:
    """Adds what the names mean, the name keys, and the nodes of the graph that a telling joins."""
    # Python reads each name once: several branches of the plan need what comes of it.
    schema = StructType([*told.schema.fields, *_READ])
    read = told.mapInPandas(_read_names, schema).localCheckpoint()
    artists = F.array_join("artists", " & ")
    name_key = F.concat_ws("::", artists, "title")
    # By artists and words alone, "Song Live" would be a recording of "Song" too.
    told_key = F.concat_ws("::", name_key, F.when(F.col("told") != F.col("title"), F.col("told")))
    is_shared = F.col("title").isin(*SHARED_TITLES) | artists.isin(*NOBODY)
    ids = F.array(*[_node(kind, id_) for kind, id_ in _ids_in(told).items()])
    keys = {
        "name_key": name_key,
        "told_key": told_key,
        "id_nodes": F.array_compact(ids),
    }
    name_node = F.when(~is_shared, _node("name", F.col("name_key")))
    return read.withColumns(keys).withColumn("name_node", name_node)


def _read_names(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        with collector_paused():
            read = names(batch["artist_name"], batch["track_name"])
        yield batch.assign(
            artists=pd.Series([list(n.artists) for n in read], index=batch.index),
            lead=[n.lead for n in read],
            title=[n.title for n in read],
            short=[n.short for n in read],
            told=[n.told for n in read],
            version=[n.version for n in read],
            is_other=[other_song(n.title) is not None for n in read],
        )


def _node(kind: str, id_: Column) -> Column:
    """A node of the graph. 64 bits: among 10 million ids two meet by chance once in 400,000."""
    return F.when(id_.isNotNull(), F.xxhash64(F.lit(kind), id_))


def _id_links(read: DataFrame) -> DataFrame:
    """Ids that one telling carries name one recording."""
    first, others = F.get("id_nodes", F.lit(0)), F.slice("id_nodes", 2, len(_IDS))
    several = read.filter(F.size("id_nodes") > 1)
    return several.select(first.alias("left"), F.explode(others).alias("right"))


def _name_links(read: DataFrame) -> DataFrame:
    """An id and the name it goes by; and names that mean one song."""
    named = read.filter("name_node IS NOT NULL")
    by_name = named.filter(F.size("id_nodes") > 0).select(
        F.get("id_nodes", F.lit(0)).alias("left"), F.col("name_node").alias("right")
    )
    return by_name.union(name_links(named))


def _known(read: DataFrame) -> DataFrame:
    """One row an id, and one a name that was told without any, with the nodes it belongs to."""
    by_id = [_entry(kind, id_) for kind, id_ in _ids_in(read).items()]
    as_told = F.when(F.size("id_nodes") == 0, _as_told())
    full = _node("told", F.col("told_key"))
    by_name = _entry("name", as_told, F.coalesce("name_node", full), full)
    # The fullest telling says most of what the recording is. Windows sort hashes faster than text.
    once = Window.partitionBy(F.xxhash64("id_type", "id")).orderBy(
        F.col("version") == "original", F.size("artists").desc(), "told", "name_key"
    )
    return (
        read.select(F.inline(F.array(*by_id, by_name)), *_TOLD, "artists")
        .filter("id IS NOT NULL")
        .withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .drop("nth", "artists")
    )


_TOLD = ("told", "version", "name_key", "told_key")


def _entry(
    kind: str, id_: Column, node: Column | None = None, recording_node: Column | None = None
) -> Column:
    own = _node(kind, id_)
    return F.struct(
        F.lit(kind).alias("id_type"),
        id_.alias("id"),
        (own if node is None else node).alias("node"),
        (own if recording_node is None else recording_node).alias("recording_node"),
    )


def _named(known: DataFrame, node: str, called: str, key: str) -> DataFrame:
    """Adds what the ids of a node are called: by an ISRC, else a Spotify id, else a hash."""
    group = whole(node)
    isrc, spotify, musicbrainz, audio = (
        F.min(F.when(F.col("id_type") == kind, F.col("id"))).over(group)
        for kind in ("isrc", "spotify", "musicbrainz", "audio")
    )
    # Of an id rather than a key: under a shared title other songs have the same key.
    hashed = _hex(F.coalesce(musicbrainz, audio, F.min(key).over(group)))
    return known.withColumn(called, F.coalesce(isrc, spotify, hashed))


def _found(known: DataFrame) -> DataFrame:
    """Leads names that link nothing to the song of their key, and names to their recording."""
    has_id = F.bool_or(_has_id())
    song_of_key = F.min(F.when(_has_id(), F.col("song_id"))).over(whole(F.xxhash64("name_key")))
    recording = F.min(F.when(_has_id(), F.col("recording_id"))).over(
        whole(F.xxhash64("song_id", "told"))
    )
    found_by = (
        F.when(_has_id(), "id")
        .when(F.col("key_song") == F.col("song_id"), "name_key")
        .when(F.col("has_id"), "near_name")
    )
    in_song = whole(F.xxhash64("song_id"))
    return (
        known.withColumns({"has_id": has_id.over(in_song), "key_song": song_of_key})
        .withColumn("song_id", F.when(_has_id() | F.col("has_id"), F.col("song_id")).otherwise(
            F.coalesce("key_song", "song_id")))
        .withColumn("recording_id", F.when(_has_id(), F.col("recording_id")).otherwise(
            F.coalesce(recording, "recording_id")))
        .select("id_type", "id", "song_id", "recording_id", "version", "name_key",
                found_by.alias("found_by"))
    )  # fmt: skip


def recordings(song_ids: DataFrame) -> DataFrame:
    """Every exact version of a song.

    Returns:
        `recording_id`, `song_id`, `version`, `track_id` (its smallest Spotify id; NULL where none
        is known).
    """
    spotify = F.when(F.col("id_type") == "spotify", F.col("id"))
    return song_ids.groupBy("recording_id", "song_id").agg(
        F.min("version").alias("version"), F.min(spotify).alias("track_id")
    )
