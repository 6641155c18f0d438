"""When two names mean one song: the normalised name key, and the songs that ids meet in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.windows import whole

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
_FEATURING = (
    r"\s*[(\[]\s*(?:feat|ft|featuring|with)\b\.?[^)\]]*[)\]]|\s+(?:feat|ft|featuring)\b\.?\s.*$"
)


#: Most titles have none of these and are spared the patterns above.
_MAY_HOLD_VERSION = r"[(\[]|\s[-–—]\s|\b(?:feat|ft|featuring)\b"
_GUESTS = r"\s+(?:feat|ft|featuring)\b\.?\s.*$"


def normalised(name: Column) -> Column:
    """A name in lower case, without Latin accents, punctuation or doubled blanks.

    A name of punctuation alone (the band "!!!") stays as it is.
    """

    def from_lower(low: Column) -> Column:
        is_ascii = F.octet_length(low) == F.char_length(low)
        plain = F.when(is_ascii, low).otherwise(_without_accents(low))
        plain = F.regexp_replace(F.regexp_replace(plain, "['.`’´]", ""), "&", " and ")
        words = F.trim(F.regexp_replace(plain, r"[^\p{L}\p{N}\p{M}]+", " "))
        return _unless_empty(words, low)

    return _let(F.lower(F.trim(name)), from_lower)


def normalised_title(title: Column) -> Column:
    """A title without what makes it another version of the same song."""

    def without_version(low: Column) -> Column:
        bare = low
        for pattern in (_FEATURING, _BRACKET, _SUFFIX):
            bare = _cut(bare, pattern)
        return F.when(low.rlike(_MAY_HOLD_VERSION), bare).otherwise(low)

    return normalised(_let(F.lower(title), without_version))


def normalised_artist(artist: Column) -> Column:
    """An artist without a leading "The" and featured guests."""
    return F.regexp_replace(normalised(_cut(F.lower(artist), _GUESTS)), r"^the (?=\S)", "")


def _without_accents(low: Column) -> Column:
    plain = F.translate(low, *map("".join, zip(*_MARKED, strict=True)))
    for letter, spelt in _SPELT_OUT.items():
        plain = F.replace(plain, F.lit(letter), F.lit(spelt))
    return F.regexp_replace(plain, "[\u0300-\u036f]", "")


def _cut(text: Column, pattern: str) -> Column:
    """The text without what the pattern finds, unless nothing would be left."""
    return _let(
        text, lambda whole: _unless_empty(F.trim(F.regexp_replace(whole, pattern, "")), whole)
    )


def _unless_empty(text: Column, otherwise: Column) -> Column:
    return _let(text, lambda found: F.when(found != "", found).otherwise(otherwise))


def _let(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use(value)` with `value` worked out once, however often `use` names it.

    Spark copies an expression to every place that names it; nested, copies double at each step.
    """
    return F.element_at(F.transform(F.array(value), use), 1)


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

    A song's label is the smallest 64-bit hash among its name keys. Labels travel from key to id
    and back twice: enough for ids that meet through one other name.

    Args:
        names: distinct `track_id` (may be NULL) and `name_key`.

    Returns:
        `id_type` (spotify or name), `id`, `song_id`; one row an id.
    """
    # Hashes sort faster than text. A name without an id meets nobody through its missing one.
    labelled = names.withColumn("key_hash", F.xxhash64("name_key")).withColumns(
        {
            "label": F.col("key_hash"),
            "id_hash": F.coalesce(
                F.when(F.col("track_id").isNotNull(), F.xxhash64("track_id")),
                F.xxhash64(F.lit("name"), "name_key"),
            ),
        }
    )
    for meeting in ("id_hash", "key_hash") * 2:
        labelled = labelled.withColumn("label", F.min("label").over(whole(meeting)))
    ids = F.array(
        F.struct(F.lit("name").alias("id_type"), F.col("name_key").alias("id")),
        F.struct(F.lit("spotify").alias("id_type"), F.col("track_id").alias("id")),
    )
    return (
        labelled.select(F.inline(ids), "label")
        .filter("id IS NOT NULL")
        .groupBy("id_type", "id")
        .agg(F.min("label").alias("label"))
        .select("id_type", "id", F.lower(F.lpad(F.hex("label"), 16, "0")).alias("song_id"))
    )


def recordings(song_ids: DataFrame) -> DataFrame:
    """Every exact version: one row a Spotify id, and one for a song that has none.

    Returns:
        `recording_id`, `track_id` (NULL where only names are known), `song_id`.
    """
    # Within a song, Spotify ids come before names.
    in_song = Window.partitionBy("song_id").orderBy(F.col("id_type").desc(), "id")
    has_id = F.first("id_type").over(in_song) == "spotify"
    by_id = F.col("id_type") == "spotify"
    return (
        song_ids.withColumns({"nth": F.row_number().over(in_song), "has_id": has_id})
        .filter(by_id | (~F.col("has_id") & (F.col("nth") == 1)))
        .select(
            F.when(by_id, F.col("id")).otherwise(F.col("song_id")).alias("recording_id"),
            F.when(by_id, F.col("id")).alias("track_id"),
            "song_id",
        )
    )
