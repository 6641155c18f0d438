"""Which plays a listener keeps out of the statistics, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, functions as F

from lib.names import artists, name, normalised
from lib.spans import read_span

_SPOTIFY_LINK = re.compile(
    r"(?:spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)?track/)(\w+)\S*"
)
_ISRC = re.compile(r"[A-Za-z]{2}-?[0-9A-Za-z]{3}-?\d{2}-?\d{5}")


def not_counted(
    *,
    min_ms: int,
    min_ms_of: Mapping[str, int],
    count_private: bool,
    exclude: Mapping[str, Sequence[str]],
    timezone: str,
) -> Column:
    """Why a play is not counted: `private`, `excluded` or `short`; NULL for plays that count.

    Needs the columns `source`, `ms_played`, `incognito`, `started_at`, `name_key`, `genres` and
    `is_excluded_song`.

    Args:
        min_ms: a play counts when it lasted this long, or its length is not known.
        min_ms_of: the same for the sources named here.
        count_private: whether plays of private sessions count.
        exclude: `artists`, `genres` and `spans`, as in conf/local.yaml.
        timezone: IANA time zone of the spans.
    """
    least = F.lit(min_ms)
    for source, ms in min_ms_of.items():
        least = F.when(F.col("source") == source, ms).otherwise(least)
    is_private = F.lit(not count_private) & F.coalesce("incognito", F.lit(False))
    return (
        F.when(is_private, "private")
        .when(_is_excluded(exclude, timezone), "excluded")
        .when(F.col("ms_played") < least, "short")
    )


def _is_excluded(exclude: Mapping[str, Sequence[str]], timezone: str) -> Column:
    reasons = [F.coalesce("is_excluded_song", F.lit(False)), *_by_name_or_genre(exclude)]
    local = F.from_utc_timestamp("started_at", timezone)
    for text in exclude["spans"]:
        begin, end = read_span(text)
        reasons.append((local >= F.lit(begin.isoformat(" "))) & (local < F.lit(end.isoformat(" "))))
    return reduce(Column.__or__, reasons)


def _by_name_or_genre(exclude: Mapping[str, Sequence[str]]) -> list[Column]:
    """Whether it is by an artist or of a genre that is excluded, from `name_key` and `genres`."""
    by = F.split(F.substring_index("name_key", "::", 1), " & ")
    reasons = []
    for text in exclude["artists"]:
        # A band's name may list several: of "Simon & Garfunkel" neither goes alone.
        listed = F.array(*map(F.lit, artists(text)))
        reasons.append(F.size(F.array_except(listed, by)) == 0)
    if genres := [normalised(text) for text in exclude["genres"]]:
        told = F.transform("genres", lambda genre: F.regexp_replace(F.lower(genre), r"\W+", " "))
        reasons.append(
            F.coalesce(F.arrays_overlap(told, F.array(*map(F.lit, genres))), F.lit(False))
        )
    return reasons


def with_exclusions(
    songs: DataFrame, song_ids: DataFrame, exclude: Mapping[str, Sequence[str]]
) -> DataFrame:
    """Adds `is_excluded`: the song, one of its artists or a genre of it is.

    Args:
        songs: silver.songs.
        song_ids: silver.song_ids; under any of its names a song is excluded.
        exclude: `artists`, `songs` and `genres`, as in conf/local.yaml.
    """
    if not any(exclude[what] for what in ("artists", "songs", "genres")):
        return songs.withColumn("is_excluded", F.lit(False))
    named = (
        song_ids.join(songs.select("song_id", "genres"), on="song_id", how="inner")
        .filter(reduce(Column.__or__, _by_name_or_genre(exclude), F.lit(False)))
        .select("song_id")
    )
    excluded = named.union(excluded_songs(song_ids, exclude["songs"]).select("song_id")).distinct()
    return songs.join(
        F.broadcast(excluded.withColumn("found", F.lit(True))), on="song_id", how="left"
    ).withColumn("is_excluded", F.coalesce("found", F.lit(False)))


def excluded_songs(song_ids: DataFrame, references: Sequence[str]) -> DataFrame:
    """The songs that a listener excludes, with all their versions.

    Args:
        song_ids: silver.song_ids.
        references: as `song_reference` takes them.

    Returns:
        `song_id`, `is_excluded_song` (true).
    """
    wanted = [song_reference(text) for text in references]
    named = [F.col(column).isin(*wanted) for column in ("id", "name_key", "song_id")]
    found = song_ids.filter(named[0] | named[1] | named[2]) if wanted else song_ids.limit(0)
    return found.select("song_id").distinct().withColumn("is_excluded_song", F.lit(True))


def song_reference(text: str) -> str:
    """A song as written in the settings, as a table's column holds it.

    Args:
        text: `Artist :: Title`, a Spotify link, URI or track id, an ISRC, or a song_id.
    """
    artist, parted, title = text.partition("::")
    if parted:
        return name(artist, title).key
    text = text.strip()
    if _ISRC.fullmatch(text):
        return text.replace("-", "").upper()
    link = _SPOTIFY_LINK.fullmatch(text)
    return link.group(1) if link else text
