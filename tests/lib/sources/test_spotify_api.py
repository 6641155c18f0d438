"""What an account may ask is learned once, and said in one line."""

from __future__ import annotations

import socket
import threading
import urllib.request
from pathlib import Path

import pytest

from lib.clients.credentials import Credentials
from lib.collect.run import spotify_tokens
from lib.errors import ServiceError
from lib.sources.spotify_tokens import log_in
from tests.lib.collect.live_run import CREDENTIALS, collecting
from tests.servers import spotify
from tests.servers.faults import Faults
from tests.servers.live import live


def test_what_may_not_be_asked_at_once_is_asked_one_by_one(tmp_path: Path) -> None:
    with live(60) as services, collecting(services, tmp_path) as run:
        services.spotify.batch = False
        api = run.services.spotify
        assert api is not None
        ids = [song.track_id for song in services.songs]
        first = [reply for some in api.tracks(ids[:20]) for reply in some]
        again = [reply for some in api.tracks(ids[20:40]) for reply in some]
        artist = [reply for some in api.artists([services.songs[0].artist_id]) for reply in some]
        assert [reply.key for reply in first + again] == ids[:40]
        assert all(reply.state == "complete" for reply in [*first, *again, *artist])
        counts = services.spotify_server.counts()
        assert counts["/v1/tracks/"] == 1, "learned by one request"
        assert counts["/v1/artists/"] == 0, "and true of artists, too"
        assert len(run.lines) == 1


def test_403_on_audio_features_is_one_request_and_one_line(tmp_path: Path) -> None:
    with live(300) as services, collecting(services, tmp_path) as run:
        services.spotify.features = False
        api = run.services.spotify
        assert api is not None
        ids = [song.track_id for song in services.songs]
        for chunk in (ids[:100], ids[100:200], ids[200:]):
            assert [reply for some in api.audio_features(chunk) for reply in some] == []
        assert services.spotify_server.counts()["/v1/audio-features/"] == 1
        [line] = run.lines
        assert line.startswith("Spotify: this app may not read audio features (403")


def test_an_answer_is_matched_by_id_and_null_means_that_there_is_none(tmp_path: Path) -> None:
    with live(5) as services, collecting(services, tmp_path) as run:
        api = run.services.spotify
        assert api is not None
        ids = [song.track_id for song in services.songs]
        [replies] = api.tracks([ids[1], spotify.REFRESH[:22].replace("-", "x"), ids[0]])
        assert [reply.state for reply in replies] == ["complete", "absent", "complete"]
        assert replies[2].body is not None
        assert replies[2].body["name"] == services.songs[0].title


def test_search_takes_the_track_whose_names_are_most_alike(tmp_path: Path) -> None:
    with live(5) as services, collecting(services, tmp_path) as run:
        api = run.services.spotify
        assert api is not None
        song = services.songs[2]
        found = api.search(song.artist, song.title)
        assert found.body is not None
        assert found.body["id"] == song.track_id
        assert api.search(song.artist, "something else entirely").state == "absent"


def test_a_token_that_is_refused_is_renewed_once_for_all(tmp_path: Path) -> None:
    with live(5, faults=Faults()) as services, collecting(services, tmp_path) as run:
        api = run.services.spotify
        assert api is not None
        services.spotify_server.faults.script("401", path="/v1/tracks")
        [[reply]] = list(api.tracks([services.songs[0].track_id]))
        assert reply.state == "complete"
        assert services.spotify.renewed == 2


def test_a_login_that_ended_costs_few_requests(tmp_path: Path) -> None:
    with live(50, faults=Faults(share=1, kinds=["401"])) as services:
        with collecting(services, tmp_path) as run:
            api = run.services.spotify
            assert api is not None
            states = [api.search(song.artist, song.title).state for song in services.songs]
        assert states == ["failed"] * 50
        assert len(services.spotify_server.seen) < 40


@pytest.mark.parametrize("secret", [spotify.CLIENT_SECRET, None], ids=["secret", "pkce"])
def test_login_keeps_a_token_that_is_renewed_later(
    secret: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: urllib.request.urlopen(url).read(), daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    credentials = Credentials(spotify.CLIENT_ID, secret)
    shown: list[str] = []
    told = {"live__spotify__redirect_uri": f"http://127.0.0.1:{port}/callback"}
    with live(3) as services, collecting(services, tmp_path, CREDENTIALS, **told) as run:
        tokens = spotify_tokens(run.connections, credentials)
        assert not tokens.is_logged_in
        log_in(tokens, shown.append)
        assert tokens.is_logged_in
        token = tokens.get_access_token()
        tokens.renew(token)
        assert tokens.get_access_token() != token
    assert any("nothing opens" in line for line in shown)
    assert spotify.CODE not in "".join(shown)


def test_login_comes_back_to_where_the_app_says(tmp_path: Path) -> None:
    credentials = Credentials(spotify.CLIENT_ID, spotify_redirect="http://127.0.0.1:9090/back")
    with live(3) as services, collecting(services, tmp_path) as run:
        assert spotify_tokens(run.connections, credentials).login.redirect_uri.endswith("9090/back")


def test_login_needs_an_app(tmp_path: Path) -> None:
    with live(3) as services, collecting(services, tmp_path, Credentials()) as run:
        tokens = spotify_tokens(run.connections, Credentials())
        with pytest.raises(ServiceError, match=r"SPOTIPY_CLIENT_ID .* into \.env"):
            log_in(tokens, print)
