"""`songlake previews` against Spotify on the loopback."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from lib.audio.intake import known_lines
from lib.collect.previews import artists_in
from lib.errors import InputError
from tests.apps.conftest import Songlake
from tests.audio_songs import Plan, sing
from tests.servers.live import Live, live


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Twenty songs of three artists, two in three of them with a preview."""
    with live(20) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        made.spotify.preview_url = made.spotify_server.url
        for number, song in enumerate(made.songs):
            if number % 3:
                sound = io.BytesIO()
                mix = sing(Plan(seconds=0.3, seed=number)).mix
                soundfile.write(sound, mix.T, 22_050, format="MP3")
                made.spotify.previews[song.track_id] = sound.getvalue()
        yield made


def catalogue(folder: Path, services: Live) -> Path:
    ids = list(dict.fromkeys(song.artist_id for song in services.songs))
    told = {
        "artists": [{"name": "One", "uri": f"spotify:artist:{ids[0]}"}],
        "more": {"deeper": [f"https://open.spotify.com/intl-de/artist/{ids[1]}?si=1"]},
        "again": f"spotify:artist:{ids[0]}",
        "unknown": "spotify:artist:0000000000000000000000",
    }
    file = folder / "artist_catalogue.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_previews_come_once_with_their_track(
    songlake: Songlake, tmp_path: Path, services: Live
) -> None:
    file, data = catalogue(tmp_path, services), tmp_path / "data"
    answer = songlake("previews", file, "--data", data, "--json")
    assert answer.exit_code == 0, answer.output
    made = json.loads(answer.stdout)
    asked = {song.artist_id for song in services.songs[:16]}
    songs = [song for song in services.songs if song.artist_id in asked]
    given = {s.track_id: s for s in songs if s.track_id in services.spotify.previews}
    assert (made["artists"], made["unknown"]) == (3, ["0000000000000000000000"])
    assert (made["tracks"], made["without"]) == (len(songs), len(songs) - len(given))
    assert (made["downloaded"], made["there"], made["failed"]) == (len(given), 0, [])

    files = {path.stem: path for path in (data / "audio" / "previews").rglob("*.mp3")}
    assert set(files) == set(given)
    assert {path.parent.name.rpartition("-")[2] for path in files.values()} == asked
    for id_, path in files.items():
        assert path.read_bytes() == services.spotify.previews[id_]
    told = {line["preview"]["track_id"]: line for line in known_lines(data / "landing").values()}
    assert set(told) == set(given)
    for id_, song in given.items():
        assert told[id_]["preview"]["title"] == song.title
        assert told[id_]["preview"]["artist"] == song.artist
    assert list((data / "landing" / "spotify_api_tracks").iterdir())

    before = len(services.spotify_server.seen)
    again = json.loads(songlake("previews", file, "--data", data, "--json").stdout)
    assert (again["downloaded"], again["there"]) == (0, len(given))
    paths = [path for path, _, _ in services.spotify_server.seen[before:]]
    assert not any("preview" in path or "tracks" in path for path in paths), paths
    assert services.violations == []


def test_one_that_fails_is_told_and_comes_the_next_time(
    songlake: Songlake, tmp_path: Path, services: Live
) -> None:
    file, data = catalogue(tmp_path, services), tmp_path / "data"
    id_ = services.songs[1].track_id
    sound = services.spotify.previews[id_]
    services.spotify.previews[id_] = b"<html>Be right back"
    answer = songlake("previews", file, "--data", data, "--set", "live.attempts=2")
    assert answer.exit_code == 1
    told = " ".join(answer.output.split())
    assert f"{id_}: a page in place of sound" in told
    assert told.count("gives no preview of") == 1
    services.spotify.previews[id_] = sound
    again = json.loads(songlake("previews", file, "--data", data, "--json").stdout)
    assert (again["downloaded"], again["failed"]) == (1, [])


def test_without_credentials_it_says_how_to_connect(songlake: Songlake, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('["spotify:artist:0OdUWJ0sBjDrqHygGUXeCF"]', encoding="utf-8")
    answer = songlake("previews", file, "--data", tmp_path / "data")
    assert answer.exit_code == 1
    assert "put SPOTIPY_CLIENT_ID" in " ".join(answer.output.split())


@pytest.mark.parametrize(
    ("text", "reason"),
    [("[]", "names no artist"), ('{"a": ', "broken JSON"), (None, "cannot be read")],
)
def test_a_file_without_artists_is_refused(text: str | None, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        artists_in(file)
