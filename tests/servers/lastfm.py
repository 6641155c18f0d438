"""Last.fm's API as last.fm/api documents its JSON; its errors come with HTTP statuses, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.loopback import Answer, Asked
from tests.servers.music import Song

Json = dict[str, Any]

API_KEY = "lastfm-api-key-of-the-test"
API_SECRET = "lastfm-api-secret-of-the-test"
SECRETS = (API_KEY, API_SECRET)

ERRORS: dict[int, tuple[int, str]] = {
    6: (404, "Track not found"),
    8: (500, "Operation failed - Most likely the backend service failed. Please try again."),
    10: (403, "Invalid API key - You must be granted a valid key by last.fm"),
    11: (503, "Service Offline - This service is temporarily offline. Try again later."),
    16: (503, "The service is temporarily unavailable, please try again."),
    17: (403, "Login: User required to be logged in"),
    26: (403, "API Key Suspended - This application is not allowed to make requests"),
    29: (429, "Rate Limit Exceeded - Your IP has made too many requests in a short period"),
}
"""Error code to the HTTP status it comes with, and its message."""


def error(code: int, what: str | None = None) -> Answer:
    """An error as the API tells it, with another message where `what` is one."""
    status, message = ERRORS[code]
    return Answer({"error": code, "message": what or message, "links": []}, status)


@dataclass
class LastfmSite:
    """Answers as Last.fm does.

    Attributes:
        songs: what it knows.
        scrobbles: a listener's: (epoch seconds, song), in any order; tests may add while they are
            read.
        user: the listener's name.
        private: whether only the listener may see them.
        now_playing: told first on each page, without a date.
        errors: codes to answer the next requests with, in this order.
        before_page: called with each page number before it is made.
    """

    songs: Sequence[Song]
    scrobbles: list[tuple[int, Song]] = field(default_factory=list)
    user: str = "listener"
    private: bool = False
    now_playing: Song | None = None
    errors: list[int] = field(default_factory=list)
    before_page: Any = None

    def __post_init__(self) -> None:
        self._of_names = {(song.artist.lower(), song.title.lower()): song for song in self.songs}

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        params = asked.params
        if params.get("api_key") != API_KEY:
            return error(10)
        if self.errors:
            return error(self.errors.pop(0))
        methods = {
            "track.getinfo": self._track_info,
            "track.search": self._words,
            "album.getinfo": self._album,
            "user.getrecenttracks": self._recent,
            "user.gettoptracks": self._user_top,
            "library.getartists": self._artists,
            "artist.gettoptracks": self._artist_top,
            "tag.gettoptracks": lambda p: self._top("tracks", {"tag": p.get("tag", "")}, p),
            "chart.gettoptracks": lambda p: self._top("tracks", {}, p),
        }
        method = methods.get(params.get("method", "").lower())
        if method is None or params.get("format") != "json":
            body = {"error": 3, "message": "Invalid Method - No method with that name"}
            return Answer(body, 400)
        return method(params)

    def _find(self, params: Mapping[str, str]) -> Song | None:
        return self._of_names.get(
            (params.get("artist", "").lower(), params.get("track", "").lower())
        )

    def _track_info(self, params: Mapping[str, str]) -> Answer:
        song = self._find(params)
        return Answer({"track": info(song)}) if song else error(6)

    def _words(self, params: Mapping[str, str]) -> Answer:
        words = params.get("track", "").lower().split()
        found = [
            _named(song) | {"artist": song.artist, "listeners": str(100 + song.n)}
            for song in self.songs
            if all(word in f"{song.artist} {song.title}".lower().split() for word in words)
        ]
        matches = {"track": found[: int(params.get("limit", 30))]}
        return Answer({"results": {"opensearch:totalResults": "1", "trackmatches": matches}})

    def _album(self, params: Mapping[str, str]) -> Answer:
        wanted = (params.get("artist", "").lower(), params.get("album", "").lower())
        found = [s for s in self.songs if (s.artist.lower(), s.album.lower()) == wanted]
        if not found:
            return error(6)
        tracks: Any = [_named(song) | {"duration": None} for song in found]
        if len(tracks) == 1:
            tracks = tracks[0]
        album = {"artist": found[0].artist, "name": found[0].album, "tracks": {"track": tracks}}
        return Answer({"album": album})

    def _recent(self, params: Mapping[str, str]) -> Answer:
        if self.private:
            return error(17)
        if params.get("user", "").lower() != self.user.lower():
            return error(6, "User not found")
        limit, page = int(params.get("limit", 50)), int(params.get("page", 1))
        if self.before_page:
            self.before_page(page)
        since, until = int(params.get("from", 0)), int(params.get("to", 2**40))
        told = sorted(
            (play for play in self.scrobbles if since <= play[0] <= until),
            key=lambda play: -play[0],
        )
        tracks = [_scrobble(song, at) for at, song in told[(page - 1) * limit : page * limit]]
        if self.now_playing:
            tracks.insert(0, _scrobble(self.now_playing, None))
        return Answer({"recenttracks": {"track": tracks, "@attr": self._attr(page, limit, told)}})

    def _user_top(self, params: Mapping[str, str]) -> Answer:
        if params.get("user", "").lower() != self.user.lower():
            return error(6, "User not found")
        counted: dict[Song, int] = {}
        for _, song in self.scrobbles:
            counted[song] = counted.get(song, 0) + 1
        ranked = sorted(counted, key=lambda song: (-counted[song], song.n))
        limit, page = int(params.get("limit", 50)), int(params.get("page", 1))
        tracks = [
            _named(song) | {"playcount": str(counted[song]), "@attr": {"rank": str(rank)}}
            for rank, song in enumerate(ranked[(page - 1) * limit : page * limit], 1)
        ]
        return Answer({"toptracks": {"track": tracks, "@attr": self._attr(page, limit, ranked)}})

    def _artists(self, params: Mapping[str, str]) -> Answer:
        if params.get("user", "").lower() != self.user.lower():
            return error(6, "User not found")
        counted = Counter(song.artist for _, song in self.scrobbles)
        names = sorted(counted, key=lambda name: (-counted[name], name))
        limit, page = int(params.get("limit", 50)), int(params.get("page", 1))
        shown = [{"name": name, "playcount": str(counted[name])} for name in names]
        artists = shown[(page - 1) * limit : page * limit]
        return Answer({"artists": {"artist": artists, "@attr": self._attr(page, limit, names)}})

    def _artist_top(self, params: Mapping[str, str]) -> Answer:
        of = [s for s in self.songs if s.artist.lower() == params.get("artist", "").lower()]
        limit, page = int(params.get("limit", 50)), int(params.get("page", 1))
        tracks = [_named(song) | {"listeners": "1"} for song in of[(page - 1) * limit :][:limit]]
        found = {"toptracks": {"track": tracks, "@attr": self._attr(page, limit, of)}}
        return Answer(found) if of else error(6)

    def _top(self, root: str, attributes: Json, params: Mapping[str, str]) -> Answer:
        limit, page = int(params.get("limit", 50)), int(params.get("page", 1))
        tag = attributes.get("tag")
        told = [song for song in self.songs if not tag or tag in song.tags]
        tracks = [
            _named(song) | {"duration": "0", "@attr": {"rank": str(rank)}}
            for rank, song in enumerate(told[(page - 1) * limit : page * limit], 1)
        ]
        return Answer(
            {root: {"track": tracks, "@attr": attributes | self._attr(page, limit, told)}}
        )

    def _attr(self, page: int, limit: int, told: Sequence[Any]) -> Json:
        return {
            "user": self.user,
            "page": str(page),
            "perPage": str(limit),
            "total": str(len(told)),
            "totalPages": str(-(-len(told) // limit)),
        }


def info(song: Song) -> Json:
    """A track as `track.getInfo` gives it: numbers are texts."""
    return {
        "name": song.title,
        "mbid": "",
        "url": f"https://www.last.fm/music/{song.n}",
        "duration": str(song.duration_ms // 1000 * 1000),
        "streamable": {"#text": "0", "fulltrack": "0"},
        "listeners": str(100 + song.n),
        "playcount": str(1000 + 3 * song.n),
        "artist": {"name": song.artist, "mbid": "", "url": "https://www.last.fm/music/a"},
        "album": {"artist": song.artist, "title": song.album, "mbid": "", "url": "", "image": []},
        "toptags": {"tag": [{"name": n, "url": f"https://www.last.fm/tag/{n}"} for n in song.tags]},
        "wiki": {"published": "01 Jan 2020, 00:00", "summary": "", "content": ""},
    }


def _named(song: Song) -> Json:
    return {
        "name": song.title,
        "mbid": "",
        "url": f"https://www.last.fm/music/{song.n}",
        "artist": {"name": song.artist, "mbid": "", "url": "https://www.last.fm/music/a"},
    }


def _scrobble(song: Song, at: int | None) -> Json:
    told: Json = {
        "artist": {"mbid": "", "#text": song.artist},
        "streamable": "0",
        "image": [],
        "mbid": "",
        "album": {"mbid": "", "#text": song.album},
        "name": song.title,
        "url": f"https://www.last.fm/music/{song.n}",
    }
    if at is None:
        return told | {"@attr": {"nowplaying": "true"}}
    written = datetime.fromtimestamp(at, UTC).strftime("%d %b %Y, %H:%M")
    return told | {"date": {"uts": str(at), "#text": written}}
