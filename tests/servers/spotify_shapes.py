"""A song as Spotify's Web API tells of it: tracks, artists, albums, features, pages of them."""

from __future__ import annotations

from typing import Any

from tests.servers.music import Song

Json = dict[str, Any]


def track(song: Song) -> Json:
    """A track as `GET /tracks/{id}` gives it."""
    return {
        "album": listed_album(song),
        "artists": [named_artist(song)],
        "available_markets": ["DE", "US"],
        "disc_number": 1,
        "duration_ms": song.duration_ms,
        "explicit": song.n % 7 == 0,
        "external_ids": {"isrc": song.isrc},
        "external_urls": {"spotify": f"https://open.spotify.com/track/{song.track_id}"},
        "href": f"https://api.spotify.com/v1/tracks/{song.track_id}",
        "id": song.track_id,
        "is_local": False,
        "name": song.title,
        "popularity": song.popularity,
        "preview_url": None,
        "track_number": 1 + song.n % 4,
        "type": "track",
        "uri": f"spotify:track:{song.track_id}",
    }


def artist(song: Song) -> Json:
    """An artist as `GET /artists/{id}` gives it."""
    return named_artist(song) | {
        "followers": {"href": None, "total": 1000},
        "genres": ["indie folk", "slowcore"][: 1 + len(song.artist) % 2],
        "images": [],
        "popularity": 50,
    }


def album(song: Song) -> Json:
    """An album as `GET /albums/{id}` gives it, without its tracks."""
    return listed_album(song) | {
        "copyrights": [],
        "external_ids": {"upc": "000000000000"},
        "genres": [],
        "label": "Loopback",
        "popularity": 40,
    }


def features(song: Song) -> Json:
    """Audio features as `GET /audio-features/{id}` gives them."""
    return song.features | {
        "type": "audio_features",
        "id": song.track_id,
        "uri": f"spotify:track:{song.track_id}",
        "track_href": f"https://api.spotify.com/v1/tracks/{song.track_id}",
        "analysis_url": f"https://api.spotify.com/v1/audio-analysis/{song.track_id}",
        "duration_ms": song.duration_ms,
    }


def named_artist(song: Song) -> Json:
    """An artist as tracks and albums name theirs."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{song.artist_id}"},
        "href": f"https://api.spotify.com/v1/artists/{song.artist_id}",
        "id": song.artist_id,
        "name": song.artist,
        "type": "artist",
        "uri": f"spotify:artist:{song.artist_id}",
    }


def listed_album(song: Song) -> Json:
    """An album as tracks and searches tell of it."""
    day, precision = [("2019-05-17", "day"), ("2011", "year"), ("2003-09", "month")][song.n % 3]
    return {
        "album_type": "album",
        "artists": [named_artist(song)],
        "available_markets": ["DE", "US"],
        "external_urls": {"spotify": f"https://open.spotify.com/album/{song.album_id}"},
        "href": f"https://api.spotify.com/v1/albums/{song.album_id}",
        "id": song.album_id,
        "images": [],
        "name": song.album,
        "release_date": day,
        "release_date_precision": precision,
        "total_tracks": 4,
        "type": "album",
        "uri": f"spotify:album:{song.album_id}",
    }


def page(path: str, items: list[Json], offset: int, limit: int, total: int) -> Json:
    """A page of items as lists come in."""
    url = f"https://api.spotify.com/v1/{path}?limit={limit}&offset="
    more = offset + limit < total
    return {
        "href": f"{url}{offset}",
        "items": items[offset : offset + limit],
        "limit": limit,
        "next": f"{url}{offset + limit}" if more else None,
        "offset": offset,
        "previous": f"{url}{max(0, offset - limit)}" if offset else None,
        "total": total,
    }
