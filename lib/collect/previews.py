"""30-second previews of artists' tracks, downloaded once and landed as audio files."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import requests

from lib.audio.intake import AudioIntake
from lib.audio.names import tidy
from lib.clients.answers import Fault, judge_status
from lib.clients.clock import StoppedError
from lib.clients.connections import Connections
from lib.clients.reply import Json
from lib.clients.session import ServiceSession
from lib.collect.metadata import Bar
from lib.collect.run import Collected, Services, fetch
from lib.collect.wanted import Wanted
from lib.errors import InputError, ServiceError
from lib.landing import prepare
from lib.places import Places
from lib.sources.spotify_api import SpotifyApi

_ARTIST = re.compile(r"(?:spotify:artist:|open\.spotify\.com/(?:\S*/)?artist/)([0-9A-Za-z]{22})")


@dataclass
class Previews:
    """What came of asking for previews.

    Attributes:
        artists: how many were asked for.
        unknown: ids of artists that Spotify does not know.
        tracks: how many tracks they have.
        downloaded: previews that came now.
        there: previews that were there already.
        without: tracks for which Spotify gives no preview.
        failed: (track id, reason) of previews that did not come.
        metadata: what came of asking for the tracks' metadata.
        is_whole: whether it came to its end; otherwise the next time goes on.
    """

    artists: int = 0
    unknown: list[str] = field(default_factory=list)
    tracks: int = 0
    downloaded: int = 0
    there: int = 0
    without: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    metadata: Collected | None = None
    is_whole: bool = True


@dataclass(frozen=True)
class _Preview:
    track: Json
    file: Path


def artists_in(file: Path) -> list[str]:
    """Ids of the artists whose URIs or links stand anywhere in a JSON file, each once, in order.

    Raises:
        InputError: it cannot be read, is no JSON, or names no artist.
    """
    try:
        text = orjson.dumps(orjson.loads(file.read_bytes())).decode()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}): check the path") from None
    except orjson.JSONDecodeError as error:
        raise InputError(f"{file}: broken JSON ({error}): mend it or write it anew") from None
    found = list(dict.fromkeys(_ARTIST.findall(text)))
    if not found:
        raise InputError(
            f"{file}: names no artist of Spotify: it takes URIs such as "
            '"spotify:artist:0OdUWJ0sBjDrqHygGUXeCF" anywhere in JSON'
        )
    return found


def fetch_previews(
    places: Places,
    connections: Connections,
    services: Services,
    artists: Iterable[str],
    bar: Bar,
) -> Previews:
    """Downloads and lands the previews of artists' tracks, and lands the tracks' metadata.

    A preview lies at `<audio>/previews/<artist>/<track id>.mp3` once it is there whole; those that
    are there are not asked for again. Stopped, by `Connections.stop` or Ctrl-C, what came is kept.

    Args:
        places: the lake.
        connections: of this run.
        services: Spotify among them.
        artists: ids of artists.
        bar: shows how far it is.
    """
    assert services.spotify is not None
    made = Previews()
    prepare(places.settings.landing)
    intake = AudioIntake(places.settings.landing)
    try:
        wanted = _wanted(places, connections, services.spotify, list(artists), made, bar)
        only = Services(spotify=services.spotify, tokens=services.tokens)
        ids = [preview.track["id"] for preview in wanted]
        made.metadata = fetch(places, connections, only, Wanted(track_ids=ids), bar)
        made.is_whole = made.metadata.is_whole
        if made.is_whole:
            _download(connections, wanted, made, intake, bar)
    except (KeyboardInterrupt, StoppedError):
        made.is_whole = False
    finally:
        intake.land()
    return made


def _wanted(
    places: Places,
    connections: Connections,
    spotify: SpotifyApi,
    artists: list[str],
    made: Previews,
    bar: Bar,
) -> list[_Preview]:
    """Every artist's tracks, and where the preview of each is to lie."""
    found: dict[str, _Preview] = {}
    for done, artist in enumerate(artists, 1):
        made.artists += 1
        try:
            for track in spotify.artist_tracks(artist):
                folder = places.audio / "previews" / _folder_name(track, artist)
                found.setdefault(track["id"], _Preview(track, folder / f"{track['id']}.mp3"))
        except ServiceError as error:
            if error.kind != "absent":
                raise
            made.unknown.append(artist)
            connections.notice(f"Spotify knows no artist {artist}.")
        bar("Spotify artists' tracks", done, len(artists))
    made.tracks = len(found)
    return list(found.values())


def _download(
    connections: Connections,
    wanted: list[_Preview],
    made: Previews,
    intake: AudioIntake,
    bar: Bar,
) -> None:
    given = [preview for preview in wanted if isinstance(preview.track.get("preview_url"), str)]
    made.without = len(wanted) - len(given)
    live = connections.settings.live.spotify
    # Kept as files, not as answers; and not of the API, whose limit is not theirs.
    conf = live.model_copy(update={"url": "https://p.scdn.co", "keep_days": 0.0})
    session = connections.session("Spotify previews", conf, _judge_sound)
    with ThreadPoolExecutor(live.at_once) as pool:
        try:
            work = {pool.submit(_take, session, preview): preview for preview in given}
            for done, future in enumerate(as_completed(work), 1):
                preview = work[future]
                try:
                    came = future.result()
                except ServiceError as error:
                    made.failed.append((preview.track["id"], error.reason))
                else:
                    made.downloaded += came
                    made.there += not came
                    intake.take(preview.file)
                    intake.tell(preview.file, "preview", _told(preview.track))
                bar("Previews", done, len(given))
        except BaseException:
            connections.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    made.failed.sort()


def _take(session: ServiceSession, preview: _Preview) -> bool:
    """Downloads a preview, whole or not at all; says whether it was not there before."""
    if preview.file.is_file():
        return False
    sound = session.get(preview.track["preview_url"]).content
    preview.file.parent.mkdir(parents=True, exist_ok=True)
    part = preview.file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(sound)
        part.replace(preview.file)
    finally:
        part.unlink(missing_ok=True)
    return True


def _judge_sound(response: requests.Response) -> Fault | None:
    if fault := judge_status(response):
        return fault
    if not response.content or response.content.lstrip()[:1] == b"<":
        return Fault("transient", "a page in place of sound" if response.content else "no sound")
    return None


def _told(track: Json) -> dict[str, str]:
    by = [artist.get("name") for artist in track.get("artists") or []]
    return tidy(
        {
            "title": track.get("name"),
            "artist": by[0] if by else None,
            "album": track["album"].get("name"),
            "track_id": track["id"],
        }
    )


def _folder_name(track: Json, artist_id: str) -> str:
    """The artist's name as every file system takes it, and the id, for names are not unique."""
    names = {a.get("id"): a.get("name") for a in track.get("artists") or []}
    plain = re.sub(r"[^\w-]+", "_", str(names.get(artist_id) or "")).strip("_")[:60]
    return f"{plain}-{artist_id}" if plain else artist_id
