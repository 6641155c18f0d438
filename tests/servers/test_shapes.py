"""The loopback services answer in the shapes of real answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.servers import spotify
from tests.servers.loopback import Asked
from tests.servers.music import songs
from tests.servers.spotify import SpotifySite

SONG = songs(1)[0]

#: Published answers leave out what the API gave later, or give more than is asked of it.
REAL = {
    "track": ("tracks/GetTrackRequest.json", []),
    "artist": ("artists/GetArtistRequest.json", []),
    "album": ("albums/GetAlbumRequest.json", []),
    "features": ("tracks/GetAudioFeaturesForTrackRequest.json", []),
    "play": ("player/GetCurrentUsersRecentlyPlayedTracksRequest.json", ["items", 0]),
    "recent": ("player/GetCurrentUsersRecentlyPlayedTracksRequest.json", []),
    "saved": ("library/GetUsersSavedTracksRequest.json", ["items", 0]),
    "search": ("search/SearchItemRequest.json", ["tracks"]),
    "top": ("personalization/simplified/GetUsersTopTracksRequest.json", []),
}
LEFT_OUT = {"tracks", "is_playable"}


def ours() -> dict[str, Any]:
    site = SpotifySite([SONG], plays=[("2026-01-01T00:00:00.000Z", SONG)], saved=[SONG], top=[SONG])
    headers = {"Authorization": f"Bearer {spotify.TOKEN}"}

    def ask(path: str, **params: str) -> Any:
        answer = site(Asked("GET", f"/v1/{path}", params, headers))
        assert answer.status == 200
        return answer.body

    query = f"track:{SONG.title} artist:{SONG.artist}"
    recent = ask("me/player/recently-played")
    return {
        "track": ask(f"tracks/{SONG.track_id}"),
        "artist": ask(f"artists/{SONG.artist_id}"),
        "album": ask(f"albums/{SONG.album_id}"),
        "features": ask(f"audio-features/{SONG.track_id}"),
        "play": recent["items"][0],
        "recent": recent,
        "saved": ask("me/tracks")["items"][0],
        "search": ask("search", q=query)["tracks"],
        "top": ask("me/top/tracks"),
    }


@pytest.mark.parametrize("what", REAL)
def test_ours_has_the_fields_of_a_real_answer(what: str, shared_data: Path) -> None:
    file, path = REAL[what]
    real = json.loads((shared_data / "spotify_api_json" / file).read_text(encoding="utf-8"))
    for part in path:
        real = real[part]
    assert set(real) - set(ours()[what]) <= LEFT_OUT


def test_the_search_found_something() -> None:
    assert ours()["search"]["items"][0]["id"] == SONG.track_id
