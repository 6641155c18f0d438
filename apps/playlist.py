"""`songlake playlist`: a listener's playlists, without a JVM."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from apps.listeners import whose
from apps.recommend import matched
from apps.show import console, grid
from lib import lake
from lib.errors import SettingsError, TableError
from lib.places import Places
from lib.sentences import duration
from schemas.gold import PLAYLISTS
from schemas.silver import SONG_IDS, SONGS

#: What a song is taken to last where no source tells: about what songs last.
_USUAL_MS, _USUAL = 210_000, "3 min 30 s"

_LISTS = """
SELECT playlist, kind, count(*) AS songs, round(sum(coalesce(duration_ms, $usual)) / 60000, 1) AS
    minutes, count(*) - count(duration_ms) AS lengths_unknown
FROM gold.playlists WHERE user_id = $user GROUP BY playlist, kind
ORDER BY list_position(['love', 'discovery', 'mood', 'part_of_day', 'lift'], kind), playlist
"""
_SONGS = """
SELECT lists.* EXCLUDE (user_id, playlist), songs.album_name AS album, ids.isrc
FROM gold.playlists AS lists LEFT JOIN silver.songs AS songs USING (song_id) LEFT JOIN (
    SELECT recording_id, min(id) AS isrc FROM silver.song_ids WHERE id_type = 'isrc' GROUP BY 1
) AS ids USING (recording_id)
WHERE lists.user_id = $user AND lists.playlist = $playlist ORDER BY position
"""


def find_playlists(places: Places, user: str | None = None) -> list[dict[str, Any]]:
    """Each list of a listener: `playlist`, `kind`, `songs`, `minutes`, `lengths_unknown`.

    Raises:
        TableError: there is none; the message says why.
    """
    lake.require(places, PLAYLISTS, SONGS, SONG_IDS)
    name = whose(places, user)
    lists = lake.rows(places, _LISTS, {"user": name, "usual": _USUAL_MS})
    if not lists:
        raise TableError(
            f"There are no playlists for {name}: too little is known of what they hear. Ingest "
            "more plays, or the Kaggle catalogue (dataset.csv), then `songlake run`."
        )
    return lists


def find_playlist(
    places: Places, name: str, user: str | None = None, length: str | None = None
) -> dict[str, Any]:
    """A list with its songs in order.

    Args:
        places: where the tables are.
        name: its name, however it is cased, or a part that no other list has.
        user: whose; see `apps.listeners.whose`.
        length: `60m`, `1h30m`: songs are left out so that it lasts no longer. The end goes, of a
            path from mood to mood steps in between.

    Raises:
        SonglakeError: there is no such list, or the length is none.
    """
    most = None if length is None else milliseconds(length)
    lists = {row["playlist"]: row for row in find_playlists(places, user)}
    found = lists[matched(name, list(lists), "playlist", "playlists")]
    values = {"user": whose(places, user), "playlist": found["playlist"]}
    songs = lake.rows(places, _SONGS, values)
    if most is not None:
        songs = _trimmed(songs, most, is_path=found["kind"] == "lift")
    if not songs:
        raise SettingsError(f"--length {length}: no song of the list is that short")
    return {
        "playlist": found["playlist"],
        "kind": found["kind"],
        "minutes": round(sum(map(_length, songs)) / 60_000, 1),
        "lengths_unknown": sum(song["duration_ms"] is None for song in songs),
        "songs": songs,
    }


def milliseconds(length: str) -> int:
    """`60m`, `1h30m`, `2h`, or minutes alone.

    Raises:
        SettingsError: it is none of these.
    """
    told = re.fullmatch(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m?(?:in)?)?", length.strip().lower())
    hours, minutes = (int(part or 0) for part in told.groups()) if told else (0, 0)
    if not hours and not minutes:
        raise SettingsError(f"--length {length}: write it as 60m, 1h30m or 2h")
    return (60 * hours + minutes) * 60_000


def _length(song: Mapping[str, Any]) -> int:
    return int(song["duration_ms"] or _USUAL_MS)


def _trimmed(songs: Sequence[dict[str, Any]], most: int, is_path: bool) -> list[dict[str, Any]]:
    """As many songs, in their order, as fit: the first ones, or evenly spread over a path."""
    for count in range(len(songs), 0, -1):
        kept = (
            np.linspace(0, len(songs) - 1, count).round().astype(int) if is_path else range(count)
        )
        chosen = [songs[place] for place in kept]
        if sum(map(_length, chosen)) <= most:
            return chosen
    return []


def show_playlists(lists: Sequence[Mapping[str, Any]]) -> None:
    """A row a list."""
    rows = [
        {
            "playlist": row["playlist"],
            "kind": row["kind"].replace("_", " "),
            "songs": row["songs"],
            "lasts": _lasts(row),
        }
        for row in lists
    ]
    console.print(grid("", rows))
    console.print("One of them: [bold]songlake playlist NAME[/]; as a file: --export m3u or csv")


def show_playlist(found: Mapping[str, Any]) -> None:
    """The songs in order, with what makes them flow."""
    rows = [
        {
            "": place,
            "title": song["title"],
            "artist": song["artist"],
            "key": song["camelot"],
            "BPM": "" if song["tempo"] is None else f"{song['tempo']:.0f}",
            "why": song["reason"],
        }
        for place, song in enumerate(found["songs"], 1)
    ]
    console.print(grid(f"{found['playlist']}: {_lasts(found)}", rows))
    if unknown := found["lengths_unknown"]:
        console.print(f"The lengths of {unknown:,} songs are not known: counted as {_USUAL} each.")


def _lasts(row: Mapping[str, Any]) -> str:
    return ("about " if row["lengths_unknown"] else "") + duration(row["minutes"])
