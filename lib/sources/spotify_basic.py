"""Spotify's account data: a year of plays by name, the library and the playlists.

Three kinds of JSON file are of use: StreamingHistory*.json (an array of plays with names only;
music and podcasts in one file until 2023, apart since), YourLibrary*.json and Playlist*.json, which
carry the URIs that the plays lack. Userdata.json and Identity.json tell whose data it is.
"""

from __future__ import annotations

from lib.sources.recognised import Recognised, tally
from schemas.landing import SPOTIFY_BASIC, SPOTIFY_LIBRARY

MUSIC = frozenset({"endTime", "msPlayed", "artistName", "trackName"})
PODCAST = frozenset({"endTime", "msPlayed", "podcastName", "episodeName"})
SAVED_TRACK = frozenset({"artist", "track", "uri"})


def recognise_history(content: object) -> Recognised | None:
    """Tells whether parsed JSON is a StreamingHistory file of the account data.

    Args:
        content: the whole file, parsed.

    Returns:
        Its counts, or None where no row of it is a play of this kind.
    """
    if not isinstance(content, list):
        return None
    objects = [row for row in content if isinstance(row, dict)]
    music = sum(row.keys() >= MUSIC for row in objects)
    podcasts = sum(row.keys() >= PODCAST for row in objects)
    if not music + podcasts:
        return None
    other = len(objects) - music - podcasts
    return Recognised(
        SPOTIFY_BASIC,
        rows=len(content),
        podcast_rows=podcasts,
        notes=tally(
            [
                (len(content) - len(objects), "row that is no object", "rows that are no objects"),
                (other, "row that is no play", "rows that are no plays"),
            ]
        ),
    )


def recognise_library(content: object) -> Recognised | None:
    """Tells whether parsed JSON is a library or playlist file of the account data.

    Playlists come as Spotify mails them (an object with `playlists`) or as a bare array of them.

    Args:
        content: the whole file, parsed.

    Returns:
        Its counts, a row being one saved track or one item of a playlist; or None where it holds
        no track in the shape of these files.
    """
    if isinstance(content, dict) and isinstance(content.get("tracks"), list):
        tracks = content["tracks"]
        good = sum(isinstance(row, dict) and row.keys() >= SAVED_TRACK for row in tracks)
        return _library(len(tracks), good, ())
    lists = content.get("playlists") if isinstance(content, dict) else content
    if not isinstance(lists, list):
        return None
    items = [item for playlist in lists for item in _items(playlist)]
    good = sum(map(_is_playlist_track, items))
    return _library(len(items), good, tally([(len(lists), "playlist", "playlists")]))


def _library(rows: int, good: int, notes: tuple[str, ...]) -> Recognised | None:
    if not good:
        return None
    # Podcast episodes and the listener's own files are items of a playlist too.
    others = tally([(rows - good, "row that is no track", "rows that are no tracks")])
    return Recognised(SPOTIFY_LIBRARY, rows=rows, notes=notes + others)


def _items(playlist: object) -> list[object]:
    items = playlist.get("items") if isinstance(playlist, dict) else None
    return items if isinstance(items, list) else []


def _is_playlist_track(item: object) -> bool:
    track = item.get("track") if isinstance(item, dict) else None
    return isinstance(track, dict) and "trackName" in track and "trackUri" in track
