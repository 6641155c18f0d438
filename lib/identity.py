"""When two names mean one song: the normalised name key, and the songs that ids meet in."""

from __future__ import annotations

import unicodedata

from pyspark.sql import Column, DataFrame, Window, functions as F

#: Latin letters with a mark, and what they are without it. Other scripts keep their marks: a
#: Japanese voicing mark or a Cyrillic breve makes another letter.
_MARKED = [
    (chr(code), plain)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if (plain := unicodedata.normalize("NFD", chr(code))[0]) != chr(code) and plain.isascii()
]
_SPELT_OUT = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}

#: Words that make a bracket or a suffix after " - " another version of the same song.
_VERSION = (
    r"(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?re-?master(?:ed|izado)?|mono|stereo|deluxe|expanded|"
    r"radio edit|single version|album version|original version|live|acoustic|unplugged|"
    r"explicit|clean|bonus track"
)
#: Words that make it another song, whatever stands beside them.
_OTHER_SONG = r"remix|mix|instrumental|karaoke|cover|tribute|sped up|slowed|nightcore|8d"

_BRACKET = rf"\s*[(\[](?![^)\]]*\b(?:{_OTHER_SONG})\b)[^)\]]*\b(?:{_VERSION})\b[^)\]]*[)\]]"
_SUFFIX = rf"\s+[-–—]\s+(?!.*\b(?:{_OTHER_SONG})\b)(?:[^-–—]*\b)?(?:{_VERSION})\b[^-–—]*$"
_FEATURING = r"\s*[(\[]\s*(?:feat|ft|featuring|with)\b\.?[^)\]]*[)\]]|\s+(?:feat|ft|featuring)\b\.?\s.*$"


def normalised(name: Column) -> Column:
    """A name in lower case, without Latin accents, punctuation or doubled blanks.

    A name of punctuation alone (the band "!!!") stays as it is.
    """
    plain = F.translate(F.lower(name), *map("".join, zip(*_MARKED, strict=True)))
    for letter, spelt in _SPELT_OUT.items():
        plain = F.replace(plain, F.lit(letter), F.lit(spelt))
    plain = F.regexp_replace(plain, "[\u0300-\u036f'’`´.]", "")
    plain = F.regexp_replace(plain, "&", " and ")
    words = F.trim(F.regexp_replace(plain, r"[^\p{L}\p{N}\p{M}]+", " "))
    return F.when(words != "", words).otherwise(F.lower(F.trim(name)))


def normalised_title(title: Column) -> Column:
    """A title without what makes it another version of the same song."""
    bare = F.lower(title)
    for pattern in (_FEATURING, _BRACKET, _SUFFIX):
        shorter = F.trim(F.regexp_replace(bare, pattern, ""))
        bare = F.when(shorter != "", shorter).otherwise(bare)
    return normalised(bare)


def normalised_artist(artist: Column) -> Column:
    """An artist without a leading "The" and featured guests."""
    bare = F.lower(artist)
    alone = F.regexp_replace(bare, r"\s+(?:feat|ft|featuring)\b\.?\s.*$", "")
    plain = normalised(F.when(F.trim(alone) != "", alone).otherwise(bare))
    without_the = F.regexp_replace(plain, r"^the (?=\S)", "")
    return without_the


def name_key(artist: Column, title: Column) -> Column:
    """The key under which plays that carry only names find their song: `artist::title`."""
    return F.concat_ws("::", normalised_artist(artist), normalised_title(title))


def known_names(plays: DataFrame, library_items: DataFrame, kaggle_tracks: DataFrame) -> DataFrame:
    """Every (track id or NULL, name key) that a bronze table tells.

    Returns:
        Distinct `track_id`, `name_key`.
    """
    first_artist = F.element_at(F.split("artists", ";"), 1)
    names = (
        plays.select("track_id", F.col("artist_name").alias("artist"), "track_name")
        .union(
            library_items.filter("item_type = 'track' AND artist_name IS NOT NULL").select(
                "track_id", "artist_name", "name"
            )
        )
        .union(kaggle_tracks.select("track_id", first_artist, "track_name"))
        .distinct()
    )
    key = name_key(F.col("artist"), F.col("track_name"))
    return names.select("track_id", key.alias("name_key")).distinct()


def link(names: DataFrame) -> DataFrame:
    """The song of every id: ids that share a name key, and keys that share an id, are one song.

    A song's label is the smallest 64-bit hash among its name keys. Almost every id has one key, so
    labels travel only along the ids that have several: twice from key to id and back, enough for
    ids that meet through one other name.

    Args:
        names: distinct `track_id` (may be NULL) and `name_key`.

    Returns:
        `id_type` (spotify or name), `id`, `song_id`; one row an id.
    """
    hashed = names.withColumn("key_hash", F.xxhash64("name_key"))
    merged = _merged_keys(hashed)
    labelled = hashed.join(merged, on="key_hash", how="left").withColumn(
        "label", F.coalesce("merged_label", "key_hash")
    )
    by_key = labelled.groupBy(F.lit("name").alias("id_type"), F.col("name_key").alias("id"))
    by_id = labelled.filter("track_id IS NOT NULL").groupBy(
        F.lit("spotify").alias("id_type"), F.col("track_id").alias("id")
    )
    smallest = F.min("label").alias("label")
    song_id = F.lower(F.lpad(F.hex("label"), 16, "0")).alias("song_id")
    return by_key.agg(smallest).union(by_id.agg(smallest)).select("id_type", "id", song_id)


def _merged_keys(hashed: DataFrame) -> DataFrame:
    """Keys that meet another through an id, with the label that they share."""
    of_ids = hashed.filter("track_id IS NOT NULL")
    several = of_ids.groupBy("track_id").agg(
        F.min("key_hash").alias("first"), F.max("key_hash").alias("last")
    )
    edges = of_ids.join(several.filter("first <> last"), on="track_id", how="left_semi")
    edges = edges.select("track_id", "key_hash", F.col("key_hash").alias("label"))
    for _ in range(2):
        for meeting in ("track_id", "key_hash"):
            group = Window.partitionBy(meeting).rowsBetween(
                Window.unboundedPreceding, Window.unboundedFollowing
            )
            edges = edges.withColumn("label", F.min("label").over(group))
    return edges.groupBy("key_hash").agg(F.min("label").alias("merged_label"))


def recordings(song_ids: DataFrame) -> DataFrame:
    """Every exact version: one row a Spotify id, and one for a song that has none.

    Returns:
        `recording_id`, `track_id` (NULL where only names are known), `song_id`.
    """
    by_id = song_ids.filter("id_type = 'spotify'").select(
        F.col("id").alias("recording_id"), F.col("id").alias("track_id"), "song_id"
    )
    names_only = (
        song_ids.groupBy("song_id")
        .agg(F.bool_or(F.col("id_type") == "spotify").alias("has_id"))
        .filter("NOT has_id")
        .select(F.col("song_id").alias("recording_id"), F.lit(None).cast("string"), "song_id")
    )
    return by_id.union(names_only)
