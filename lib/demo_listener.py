"""The taste of the demo's invented listener: what a moment of the week and the season asks for.

Quick pop on the way to work, calm instrumentals at the desk, something acoustic in the evening
(sadder in winter, livelier in summer), dance music on Friday and Saturday nights. New songs
come in over time and are played often at first.
"""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Iterable
from itertools import accumulate
from math import cos, exp, pi
from random import Random
from typing import NamedTuple

from lib.demo_catalogue import Track, spotify_id

_WORKDAYS, _WEEKEND, _NIGHTS_OUT = range(5), range(5, 7), range(4, 6)
_TASTE = {"indie-pop": 3.0, "acoustic": 2.2, "house": 2.0, "ambient": 1.8, "hip-hop": 1.5}
_USUAL_TASTE = 0.7


class Moment(NamedTuple):
    """A habit: when it starts, how often and how long, and the music it asks for (0-1)."""

    days: range  # 0 is Monday
    start: float  # local hour
    spread: float  # of the start, in hours
    appeal: float  # how likely against the other habits
    plays: int
    device: str
    energy: float
    valence: float
    acousticness: float
    instrumentalness: float
    season: float = 0.6  # how far winter and summer move the wish


MOMENTS = (
    Moment(_WORKDAYS, 7.9, 0.25, 0.95, 8, "ios", 0.68, 0.60, 0.2, 0.0),
    Moment(_WORKDAYS, 9.8, 0.5, 0.50, 13, "osx", 0.30, 0.30, 0.7, 0.7, season=0.2),
    Moment(_WORKDAYS, 14.0, 0.6, 0.45, 12, "osx", 0.40, 0.38, 0.6, 0.5, season=0.2),
    Moment(_WORKDAYS, 17.5, 0.3, 0.90, 8, "ios", 0.75, 0.58, 0.15, 0.0),
    Moment(range(7), 20.3, 0.9, 0.60, 11, "ios", 0.48, 0.46, 0.5, 0.1, season=1.6),
    Moment(range(7), 23.4, 0.7, 0.08, 7, "ios", 0.28, 0.24, 0.75, 0.3, season=1.0),
    Moment(_WEEKEND, 10.4, 0.9, 0.60, 10, "ios", 0.50, 0.60, 0.4, 0.0, season=1.0),
    Moment(_WEEKEND, 15.0, 1.0, 0.50, 10, "ios", 0.62, 0.62, 0.25, 0.0, season=1.0),
    Moment(_NIGHTS_OUT, 22.0, 0.6, 0.40, 13, "ios", 0.88, 0.66, 0.05, 0.1, season=0.3),
)


class Library:
    """The songs the listener comes to know, and which of them a moment calls for."""

    def __init__(
        self, rng: Random, listed: Iterable[Track], unlisted: Iterable[Track], days: int
    ) -> None:
        self._rng = rng
        self._tracks = _favourites(rng, listed, unlisted)
        # The dearest and nearly half are known from the start, the rest is found day by day.
        self._since = [
            0 if place < 8 or rng.random() < 0.45 else rng.randrange(days)
            for place in range(len(self._tracks))
        ]
        self._found = sorted(range(len(self._tracks)), key=lambda place: self._since[place])
        self._found_on = [self._since[place] for place in self._found]
        self._wishes: dict[tuple[Moment, int], list[float]] = {}
        self._lately: deque[int] = deque(maxlen=5)

    def pick(self, moment: Moment, month: int, day: int) -> tuple[Track, bool]:
        """Chooses a song for a moment on the given day of the history, in a month of the year.

        Returns:
            The song, and whether it is new: found less than two weeks before.
        """
        wishes = self._wished(moment, month)
        newest = bisect(self._found_on, day)
        while True:
            if self._rng.random() < 0.08:  # whatever was found last is on repeat
                place = self._found[self._rng.randrange(max(0, newest - 8), newest)]
            else:
                place = bisect(wishes, self._rng.random() * wishes[-1])
            age = day - self._since[place]
            if age >= 0 and place not in self._lately:
                self._lately.append(place)
                return self._tracks[place], age < 14 <= day

    def _wished(self, moment: Moment, month: int) -> list[float]:
        """Cumulative weights: favourites first, the nearer to the moment's wish the likelier."""
        if (moment, month) not in self._wishes:
            winter = cos(2 * pi * (month - 1) / 12) * moment.season
            energy, valence = moment.energy - 0.1 * winter, moment.valence - 0.12 * winter
            acousticness = moment.acousticness + 0.2 * winter
            weights = (
                (place + 8) ** -0.75
                * (
                    0.02
                    + exp(
                        -8 * (track.sound.energy - energy) ** 2
                        - 8 * (track.sound.valence - valence) ** 2
                        - 4 * (track.sound.acousticness - acousticness) ** 2
                        - 3 * (track.sound.instrumentalness - moment.instrumentalness) ** 2
                    )
                )
                for place, track in enumerate(self._tracks)
            )
            self._wishes[moment, month] = list(accumulate(weights))
        return self._wishes[moment, month]


def _favourites(rng: Random, listed: Iterable[Track], unlisted: Iterable[Track]) -> list[Track]:
    """The library, dearest first: of 20 songs 3 are not in the catalogue, 2 other versions."""
    love: dict[str, float] = {}

    def dearest_first(tracks: Iterable[Track]) -> list[Track]:
        order = []
        for track in tracks:
            artist = track.artists.split(";")[0]
            if artist not in love:
                love[artist] = rng.paretovariate(1.2)
            taste = _TASTE.get(track.genres[0], _USUAL_TASTE) * love[artist]
            order.append((rng.expovariate(taste), track))
        return [track for _, track in sorted(order, key=lambda pair: pair[0])]

    known, unknown = dearest_first(listed), iter(dearest_first(unlisted))
    library = []
    for place, track in enumerate(known[: len(known) * 2 // 5]):
        if place % 20 in (2, 8, 15):
            library.append(next(unknown))
        elif place % 20 in (5, 12):
            library.append(_other_version(rng, track, remastered=place % 20 == 5))
        else:
            library.append(track)
    return library


def _other_version(rng: Random, track: Track, remastered: bool) -> Track:
    """The same song under another id: a remaster of it, or the very names on another album."""
    other = track._replace(track_id=spotify_id(rng), album_name=f"{track.album_name} (Deluxe)")
    if remastered:
        name, year = track.track_name.split(" - ")[0], rng.randint(2005, 2022)
        other = other._replace(track_name=f"{name} - Remastered {year}")
    return other
