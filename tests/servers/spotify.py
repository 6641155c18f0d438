"""Spotify's Web API and its accounts service, in the shapes of developer.spotify.com."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.servers.loopback import Answer, Asked
from tests.servers.music import Song
from tests.servers.spotify_shapes import album, artist, features, listed_album, page, track

Json = dict[str, Any]

CLIENT_ID = "client-id-of-the-test"
CLIENT_SECRET = "client-secret-of-the-test"
CODE = "code-from-the-login-page"
TOKEN = "BQD-access-token-of-the-test"
REFRESH = "AQA-refresh-token-of-the-test"
SECRETS = (CLIENT_SECRET, CODE, TOKEN, REFRESH)


@dataclass
class SpotifySite:
    """Answers as Spotify does.

    Attributes:
        songs: what it knows.
        batch: whether the account may ask for several things at once.
        features: whether it may ask for audio features.
        search_most: search results given at most; more is refused.
        plays: the listener's plays: (played_at as the API writes it, song), in any order.
        saved: songs that the listener saved.
        top: songs that the listener plays most.
        previews: 30 s of some tracks, by track id.
        preview_url: where they are had, before the track id.
        playlists: what was added for the listener, by id: how it was asked for, and its items.
        renewed: how many tokens were given out.
    """

    songs: Sequence[Song]
    batch: bool = True
    features: bool = True
    search_most: int = 10
    plays: list[tuple[str, Song]] = field(default_factory=list)
    saved: list[Song] = field(default_factory=list)
    top: list[Song] = field(default_factory=list)
    previews: dict[str, bytes] = field(default_factory=dict)
    preview_url: str = ""
    playlists: dict[str, tuple[Json, list[str]]] = field(default_factory=dict)
    renewed: int = 0

    def __post_init__(self) -> None:
        self._of_id = {song.track_id: song for song in self.songs}
        self._of_artist = {song.artist_id: song for song in reversed(self.songs)}
        self._of_album = {song.album_id: song for song in reversed(self.songs)}
        self._of_names = {(song.artist.lower(), song.title.lower()): song for song in self.songs}
        self._challenge = ""

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        path = asked.path.rstrip("/")
        if path == "/authorize":
            return self._authorize(asked.params)
        if path == "/api/token":
            return self._token(asked)
        if path.startswith("/mp3-preview/"):
            sound = self.previews.get(path.removeprefix("/mp3-preview/"))
            return Answer(sound) if sound is not None else _error(404, "Not found")
        if not asked.headers.get("Authorization", "").startswith(f"Bearer {TOKEN}"):
            return _error(401, "No token provided")
        if asked.method == "POST":
            return self._playlist(path.removeprefix("/v1/"), asked)
        if path == "/v1/search":
            return self._search(asked.params)
        if path.startswith("/v1/me/"):
            return self._listener(path.removeprefix("/v1/me/"), asked)
        what, _, id_ = path.removeprefix("/v1/").partition("/")
        return self._catalogue(what, id_, asked.params)

    # ------------------------------------------------------------------------- the catalogue

    def _catalogue(self, what: str, id_: str, params: Mapping[str, str]) -> Answer:
        known = {
            "tracks": (self._of_id, track, 50),
            "artists": (self._of_artist, artist, 50),
            "albums": (self._of_album, album, 20),
            "audio-features": (self._of_id, features, 100),
        }
        if what not in known:
            return _error(404, "Service not found")
        if what == "audio-features" and not self.features:
            return _error(403, "Forbidden")
        if what == "albums" and id_.endswith("/tracks"):
            return self._tracks_of(id_.removesuffix("/tracks"), params)
        if what == "artists" and id_.endswith("/albums"):
            return self._albums_of(id_.removesuffix("/albums"), params)
        of_id, make, most = known[what]
        if id_:
            return Answer(make(of_id[id_])) if id_ in of_id else _error(404, "Non existing id")
        if not self.batch:
            return _error(403, "Forbidden")
        ids = [id_ for id_ in params.get("ids", "").split(",") if id_]
        if not ids or len(ids) > most:
            return _error(400, "Too many ids requested" if ids else "invalid id")
        made = [make(of_id[id_]) if id_ in of_id else None for id_ in ids]
        return Answer({what.replace("-", "_"): made})

    def _search(self, params: Mapping[str, str]) -> Answer:
        limit = int(params.get("limit", 5))
        if not 1 <= limit <= self.search_most:
            return _error(400, "Invalid limit")
        query = params.get("q", "")
        if params.get("type") == "album":
            return Answer({"albums": self._albums(query, limit)})
        if query.startswith("genre:"):
            tagged = [track(song) for song in self.songs if _field(query, "genre") in song.tags]
            offset = int(params.get("offset", 0))
            return Answer({"tracks": page("search", tagged, offset, limit, len(tagged))})
        if ":" not in query:
            return Answer({"tracks": self._words(query, limit)})
        wanted = {name: _field(query, name) for name in ("track", "artist")}
        found = self._of_names.get((wanted["artist"], wanted["track"]))
        items = [track(found)] if found else []
        return Answer({"tracks": page("search", items, 0, limit, len(items)) | {"items": items}})

    def _albums(self, query: str, limit: int) -> Json:
        wanted = (_field(query, "album"), _field(query, "artist"))
        of_id = {song.album_id: song for song in reversed(self.songs)}
        named = [s for s in of_id.values() if (s.album.lower(), s.artist.lower()) == wanted]
        items = [listed_album(song) for song in named]
        return page("search", items, 0, limit, len(items))

    def _words(self, query: str, limit: int) -> Json:
        words = query.lower().split()
        found = [
            track(song)
            for song in self.songs
            if all(word in f"{song.artist} {song.title}".lower().split() for word in words)
        ]
        return page("search", found, 0, limit, len(found))

    def _tracks_of(self, album_id: str, params: Mapping[str, str]) -> Answer:
        items = [track(song) for song in self.songs if song.album_id == album_id]
        plain = [{name: item[name] for name in item if name != "album"} for item in items]
        for item in plain:
            if item["id"] in self.previews:
                item["preview_url"] = f"{self.preview_url}/mp3-preview/{item['id']}"
        limit, offset = int(params.get("limit", 20)), int(params.get("offset", 0))
        return Answer(page(f"albums/{album_id}/tracks", plain, offset, limit, len(plain)))

    def _albums_of(self, artist_id: str, params: Mapping[str, str]) -> Answer:
        if artist_id not in self._of_artist:
            return _error(404, "Non existing id")
        of_artist = [song for song in self.songs if song.artist_id == artist_id]
        items = [
            listed_album(song) for song in {song.album_id: song for song in of_artist}.values()
        ]
        limit, offset = int(params.get("limit", 20)), int(params.get("offset", 0))
        return Answer(page(f"artists/{artist_id}/albums", items, offset, limit, len(items)))

    # -------------------------------------------------------------------------- the listener

    def _listener(self, path: str, asked: Asked) -> Answer:
        limit, offset = int(asked.params.get("limit", 20)), int(asked.params.get("offset", 0))
        if path == "player/recently-played":
            return Answer(self._recent(limit, asked.params))
        if path == "tracks":
            items = [{"added_at": "2025-06-01T10:00:00Z", "track": track(s)} for s in self.saved]
            return Answer(page("me/tracks", items, offset, limit, len(items)))
        if path == "top/tracks":
            items = [track(song) for song in self.top]
            return Answer(page("me/top/tracks", items, offset, limit, len(items)))
        return _error(404, "Service not found")

    def _playlist(self, path: str, asked: Asked) -> Answer:
        if path == "me/playlists":
            made = f"{len(self.playlists):022}"
            self.playlists[made] = (asked.sent, [])
            return Answer(asked.sent | {"id": made, "type": "playlist"}, 201)
        _, of_id, _ = path.split("/")
        if len(asked.sent) > 100:
            return _error(400, "You can add a maximum of 100 tracks per request.")
        self.playlists[of_id][1].extend(asked.sent)
        return Answer({"snapshot_id": "AAAA"}, 201)

    def _recent(self, limit: int, params: Mapping[str, str]) -> Json:
        after = int(params.get("after", 0))
        plays = sorted(self.plays, key=lambda play: _epoch_ms(play[0]), reverse=True)[:50]
        shown = [play for play in plays if _epoch_ms(play[0]) > after][:limit]
        items = [{"track": track(s), "played_at": at, "context": None} for at, s in shown]
        cursors = shown and {
            "after": str(_epoch_ms(shown[0][0])),
            "before": str(_epoch_ms(shown[-1][0])),
        }
        return {
            "items": items,
            "next": None,
            "cursors": cursors or None,
            "limit": limit,
            "href": "https://api.spotify.com/v1/me/player/recently-played",
        }

    # ------------------------------------------------------------------------------ accounts

    def _authorize(self, params: Mapping[str, str]) -> Answer:
        self._challenge = params.get("code_challenge", "")
        back = urlencode({"code": CODE, "state": params.get("state", "")})
        return Answer("", 302, {"Location": f"{params['redirect_uri']}?{back}"})

    def _token(self, asked: Asked) -> Answer:
        params = asked.params
        kind = params.get("grant_type")
        told = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        with_secret = asked.headers.get("Authorization") == f"Basic {told}"
        verifier = hashlib.sha256(params.get("code_verifier", "").encode()).digest()
        with_pkce = base64.urlsafe_b64encode(verifier).decode().rstrip("=") == self._challenge
        allowed = {
            "client_credentials": with_secret,
            "authorization_code": params.get("code") == CODE and (with_secret or with_pkce),
            "refresh_token": params.get("refresh_token") == REFRESH,
        }
        if not allowed.get(kind or ""):
            body = {"error": "invalid_grant", "error_description": "Invalid authorization code"}
            return Answer(body, 400)
        self.renewed += 1
        body = {"access_token": f"{TOKEN}{self.renewed}", "token_type": "Bearer"}
        body |= {"expires_in": 3600, "scope": params.get("scope", SCOPE)}
        if kind != "client_credentials":
            body |= {"refresh_token": REFRESH}
        return Answer(body)


SCOPE = "user-library-read user-read-recently-played user-top-read"


def _error(status: int, message: str) -> Answer:
    return Answer({"error": {"status": status, "message": message}}, status)


def _field(query: str, name: str) -> str:
    """What a search asks of a field: `track:"…"` or `track:…` up to the next field."""
    _, found, rest = query.partition(f"{name}:")
    if not found:
        return ""
    if rest.startswith('"'):
        return rest[1:].partition('"')[0].lower()
    return rest.split(" artist:")[0].split(" track:")[0].strip().lower()


def _epoch_ms(written: str) -> int:
    from datetime import datetime

    return round(datetime.fromisoformat(written).timestamp() * 1000)
