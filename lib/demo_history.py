"""An invented listener for `songlake demo`: eighteen months of plays, as Spotify exports them.

The listener lives in London and listens in sittings, each at one of the week's usual moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lib.demo_catalogue import Track, spotify_id
from lib.demo_listener import MOMENTS, Library, Moment
from lib.demo_names import SHOWS, episode_name

TIMEZONE = "Europe/London"
DAYS = 547

Row = dict[str, str | int | bool | None]

_NO_NAMES: Row = dict.fromkeys(
    (
        "master_metadata_track_name",
        "master_metadata_album_artist_name",
        "master_metadata_album_album_name",
        "spotify_track_uri",
        "episode_name",
        "episode_show_name",
        "spotify_episode_uri",
        "audiobook_title",
        "audiobook_uri",
        "audiobook_chapter_uri",
        "audiobook_chapter_title",
    )
)
_SKIPS = ("fwdbtn", "endplay", "backbtn")  # these ends, and no others, Spotify calls skipped


class _Session(NamedTuple):
    start: int  # seconds since 1970
    day: int  # since the history began
    month: int
    moment: Moment
    plays: int


class _Item(NamedTuple):
    """What can be put on: the fields that name it, and whether it is new to the listener."""

    names: dict[str, str]
    duration_ms: int
    new: bool


def make_history(
    rng: Random, listed: Sequence[Track], unlisted: Sequence[Track], plays: int, until: date
) -> list[Row]:
    """Plays of the `DAYS` days up to and including `until`, as rows of Spotify's export.

    Args:
        rng: where chance comes from.
        listed: tracks of the catalogue.
        unlisted: tracks that Spotify knows and the catalogue lacks: about 15 % of the plays.
        plays: number of rows, podcast episodes included; about 25,000 fit into the time.
        until: the last day, in the listener's time zone.

    Returns:
        The rows in order of time, none overlapping another.
    """
    library = Library(rng, listed, unlisted, DAYS)
    rows: list[Row] = []
    free = 0
    for session in _sessions(rng, plays, until):
        free = _listen(rng, session, library, max(free, session.start), rows)
    return rows


def _sessions(rng: Random, plays: int, until: date) -> list[_Session]:
    """Draws the sittings, the more appealing the likelier, until they hold `plays` plays."""
    midnight = datetime.combine(until, time(), ZoneInfo(TIMEZONE)) - timedelta(days=DAYS - 1)
    chances = []
    for day in range(DAYS):
        today = midnight + timedelta(days=day)
        for moment in MOMENTS:
            last_night = day == DAYS - 1 and moment.start > 20  # would end after `until`
            if today.weekday() in moment.days and not last_night:
                chances.append((rng.expovariate(moment.appeal), day, today, moment))
    sessions = []
    for _, day, today, moment in sorted(chances, key=lambda chance: chance[0]):
        start = today + timedelta(hours=moment.start + rng.gauss(0, moment.spread))
        count = min(plays, max(2, round(rng.gauss(moment.plays, moment.plays / 4))))
        sessions.append(_Session(int(start.timestamp()), day, today.month, moment, count))
        plays -= count
        if plays == 0:
            break
    return sorted(sessions, key=lambda session: session.start)


def _listen(rng: Random, session: _Session, library: Library, now: int, rows: list[Row]) -> int:
    """Appends a session's plays from second `now` on; returns the second it is over."""
    moment = session.moment
    about = {
        "shuffle": rng.random() < 0.6,
        "offline": moment.device == "ios" and rng.random() < 0.06,
        "incognito_mode": rng.random() < 0.01,
    }
    podcast = moment is MOMENTS[0] and rng.random() < 0.15
    item = _episode(rng, session.day) if podcast else _song(library, session)
    reason_start = rng.choice(("clickrow", "playbtn", "appload"))
    for left in reversed(range(session.plays)):
        reason_end, ms_played = _ending(rng, item, left == 0)
        ended = now + -(-ms_played // 1000)
        rows.append(
            {
                "ts": datetime.fromtimestamp(ended, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "platform": moment.device,
                "ms_played": ms_played,
                "conn_country": "GB",
                "ip_addr": None,
                **_NO_NAMES,
                **item.names,
                "reason_start": reason_start,
                "reason_end": reason_end,
                "shuffle": about["shuffle"],
                "skipped": reason_end in _SKIPS,
                "offline": about["offline"],
                "offline_timestamp": now,
                "incognito_mode": about["incognito_mode"],
            }
        )
        now = ended + rng.choice((0, 0, 0, 1, 2))
        reason_start = "clickrow" if reason_end == "endplay" else reason_end
        if reason_end != "backbtn":
            item = _song(library, session)
    return now


def _ending(rng: Random, item: _Item, last: bool) -> tuple[str, int]:
    """How a play ends and after how many milliseconds: to the end, or skipped at once or later."""
    chance = rng.random() - 0.12 * item.new
    later = rng.randrange(30_000, item.duration_ms)
    if chance < 0.22:
        return rng.choice(("fwdbtn", "fwdbtn", "endplay")), 300 + int(29_000 * rng.random() ** 1.6)
    if last and chance < 0.60:
        return rng.choice(("logout", "logout", "unexpected-exit-while-paused")), later
    if chance < 0.28:
        return rng.choice(_SKIPS), later
    return "trackdone", item.duration_ms


def _song(library: Library, session: _Session) -> _Item:
    track, new = library.pick(session.moment, session.month, session.day)
    names = {
        "master_metadata_track_name": track.track_name,
        "master_metadata_album_artist_name": track.artists.split(";")[0],
        "master_metadata_album_album_name": track.album_name,
        "spotify_track_uri": f"spotify:track:{track.track_id}",
    }
    return _Item(names, track.duration_ms, new)


def _episode(rng: Random, day: int) -> _Item:
    names = {
        "episode_name": episode_name(rng, 100 + day),
        "episode_show_name": rng.choice(SHOWS),
        "spotify_episode_uri": f"spotify:episode:{spotify_id(rng)}",
    }
    return _Item(names, rng.randrange(900_000, 2_100_000), new=False)
