"""Each song's best mixes by key, tempo and energy.

The score of a mix, 0-1, is

    0.5 · fit of the keys + 0.3 · (1 - |tempo change| / largest allowed) + 0.2 · (1 - |energy step|)

with the fit of `lib.camelot.RELATIONS`; an energy that is not known counts as a step of a half. The
tempo change is what the next song must be sped up by, in percent, so that its beat, every other
beat of it or half a beat of it meets the beat of the song that plays.

Songs of each Camelot code are sorted by tempo, three times over: as it is, doubled and halved. The
nearest in tempo of the same and the relative key give a song's list a bound; in every compatible
code it then looks only as far in tempo as a mix could still be above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.camelot import CODES, RELATIONS, Codes
from lib.computed_once import computed_once

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

KEY_SHARE, TEMPO_SHARE, ENERGY_SHARE = 0.5, 0.3, 0.2
UNKNOWN_STEP = 0.5
#: How a tempo may be counted: the next song's beats that fall on one of the song that plays.
MATCHES: tuple[tuple[str, float], ...] = (("same", 1.0), ("half", 2.0), ("double", 0.5))
#: Scores and percents are rounded before they are compared: the same on every machine.
_DECIMALS = 6
#: More than rounding can move a score or a percent.
_ROUNDED = 2e-6
#: Pairs that are scored at once, unless one song alone has more.
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Mixes:
    """Mixes, song by song, the best first: parallel arrays.

    Attributes:
        songs: the song that plays.
        following: the one to mix into.
        relations: place in RELATIONS.
        matches: place in MATCHES.
        changes: percent by which the next song must be sped up.
        scores: 0-1.
    """

    songs: Rows
    following: Rows
    relations: Rows
    matches: Rows
    changes: Floats
    scores: Floats

    @property
    def ranks(self) -> Rows:
        """Places in the songs' lists, from 1."""
        return np.arange(len(self.songs)) - np.searchsorted(self.songs, self.songs, "left") + 1


@dataclass(frozen=True)
class Crate:
    """Songs to mix, in the order of their ids.

    Attributes:
        codes: Camelot codes, as places in lib.camelot.CODES.
        tempos: BPM.
        energies: 0-1; NaN where not known.
        n: mixes told of each song.
        max_change: largest tempo change, percent.
    """

    codes: Codes
    tempos: Floats
    energies: Floats
    n: int
    max_change: float

    def mixes(self, songs: Rows) -> Mixes:
        """The best mixes of these songs, which are found fastest where they share their code."""
        codes = self.codes[songs]
        found = [self._of_code(songs[codes == code], int(code)) for code in np.unique(codes)]
        return self._best(found)

    def _of_code(self, songs: Rows, code: int) -> Mixes:
        """Mixes of songs of one code."""
        bound = self._bound(songs, code)
        windows = []
        for number, relation in enumerate(RELATIONS):
            best = KEY_SHARE * relation.fit + TEMPO_SHARE + ENERGY_SHARE
            # As far as a mix into a song of the very same energy is still above the bound.
            spare = (best - bound + _ROUNDED) / TEMPO_SHARE
            reach = self.max_change * np.minimum(spare, 1.0) + _ROUNDED
            for target in relation.targets(code):
                windows.append((number, target, *self._window(songs, target, reach)))
        pairs = sum(int((last - first).sum()) for *_, first, last in windows)
        if pairs > _AT_ONCE and len(songs) > 1:
            halves = (songs[: len(songs) // 2], songs[len(songs) // 2 :])
            return self._best([self._of_code(half, code) for half in halves])
        return self._best([self._scored(songs, *window, bound) for window in windows])

    def _bound(self, songs: Rows, code: int) -> Floats:
        """A score that the last of each list has at least: that of its nearest in tempo, or -inf.

        Those are of the codes of the perfect tier, to both sides, half and double time included.
        """
        near, unbounded = [], np.full(len(songs), -np.inf)
        for number, relation in enumerate(RELATIONS[:2]):
            (target,) = relation.targets(code)
            place = np.searchsorted(self._by_code[target].tempos, self.tempos[songs])
            count = len(self._by_code[target].tempos)
            first, last = np.maximum(place - self.n, 0), np.minimum(place + self.n, count)
            near.append(self._scored(songs, number, target, first, last, unbounded))
        best = self._best(near)
        bound = np.full(len(self.codes), -np.inf)
        last_of_list = best.ranks == self.n
        bound[best.songs[last_of_list]] = best.scores[last_of_list]
        return bound[songs]

    def _window(self, songs: Rows, target: int, reach: Floats) -> tuple[Rows, Rows]:
        """Where in a code's sorted tempos those lie that need at most so much change (percent)."""
        sorted_tempos, tempos = self._by_code[target].tempos, self.tempos[songs]
        first = np.searchsorted(sorted_tempos, tempos / (1 + np.maximum(reach, 0) / 100), "left")
        last = np.searchsorted(sorted_tempos, tempos / (1 - np.maximum(reach, 0) / 100), "right")
        return first, np.where(reach < 0, first, last)

    def _scored(
        self, songs: Rows, relation: int, target: int, first: Rows, last: Rows, bound: Floats
    ) -> Mixes:
        """Mixes within windows of a code that change no more than is allowed and reach a score."""
        shelf = self._by_code[target]
        counts = last - first
        rows = np.repeat(np.arange(len(songs)), counts)
        places = np.arange(len(rows)) + np.repeat(first - np.cumsum(counts) + counts, counts)
        these, those = songs[rows], shelf.songs[places]
        changes = np.round(100 * (self.tempos[these] / shelf.tempos[places] - 1), _DECIMALS)
        kept = (np.abs(changes) <= self.max_change) & (these != those)
        rows, these, those, changes, places = (
            column[kept] for column in (rows, these, those, changes, places)
        )
        steps = np.minimum(np.abs(self.energies[those] - self.energies[these]), 1.0)
        scores = np.round(
            KEY_SHARE * RELATIONS[relation].fit
            + TEMPO_SHARE * (1 - np.abs(changes) / (self.max_change or 1.0))
            + ENERGY_SHARE * (1 - np.where(np.isnan(steps), UNKNOWN_STEP, steps)),
            _DECIMALS,
        )
        good = scores >= bound[rows]
        columns = (these, those, np.full(len(these), relation), shelf.matches[places])
        return Mixes(*(column[good] for column in (*columns, changes, scores)))

    def _best(self, found: Sequence[Mixes]) -> Mixes:
        """The best n of each song; of equal ones those with the lower id."""
        columns = [np.concatenate(column) for column in zip(*map(_columns, found), strict=True)]
        if not columns:
            columns = [np.empty(0, np.int64)] * len(fields(Mixes))
        songs, following, scores = columns[0], columns[1], columns[5]
        order = np.lexsort((following, -scores, songs))
        ordered = songs[order]
        begins = np.searchsorted(ordered, ordered, "left")
        order = order[np.arange(len(order)) - begins < self.n]
        return Mixes(*(column[order] for column in columns))

    @computed_once
    def _by_code(self) -> list[_Shelf]:
        """Songs of each code by tempo, each of them as it is, in half and in double time."""
        shelves = []
        for code in range(len(CODES)):
            songs = np.flatnonzero(self.codes == code)
            tempos = np.concatenate([self.tempos[songs] * times for _, times in MATCHES])
            matches = np.repeat(np.arange(len(MATCHES)), len(songs))
            order = np.argsort(tempos, kind="stable")
            shelves.append(
                _Shelf(np.tile(songs, len(MATCHES))[order], tempos[order], matches[order])
            )
        return shelves


@dataclass(frozen=True)
class _Shelf:
    """Songs of one code by the tempo that they are counted in."""

    songs: Rows
    tempos: Floats
    matches: Rows


def _columns(mixes: Mixes) -> list[NDArray[Any]]:
    return [getattr(mixes, field.name) for field in fields(mixes)]
