"""Gold: harmonic pairs by numpy: songs of a code sorted by tempo, windows scored as matrices.

Songs of one code that lie next to each other in tempo have nearly the same windows in the codes
that mix. So a block of them is scored against the union of its windows at once: first in its own
code, where the last of the best gives a bound, then in the others, of which little is above it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from jobs.gold.harmonic_pairs import reasons
from lib.camelot import CODES, RELATIONS, camelot
from lib.harmonic import ENERGY_SHARE, KEY_SHARE, MATCHES, TEMPO_SHARE

N, MAX_CHANGE = 20, 6.0
_CORES = 2
#: Songs scored at once: with their windows, a matrix that stays in a core's cache.
_BLOCK = 128
#: More than rounding to 6 decimals moves a score or a percent.
_ROUNDED = 2e-6

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Pairs = tuple[Rows, Rows, Rows, Rows]


def harmonic_pairs(songs: pl.DataFrame, track_features: pl.DataFrame) -> pl.DataFrame:
    """The best mixes of each song whose key and tempo the catalogue knows, and its energy."""
    told = track_features.filter(
        (pl.col("feature_source") == "kaggle")
        & pl.col("key").is_between(0, 11)
        & pl.col("mode").is_in([0, 1])
        & (pl.col("tempo") > 0)
    )
    known = (
        songs.select("song_id", "recording_id")
        .join(
            told.select("recording_id", "key", "mode", "tempo", "energy"),
            on="recording_id",
            how="inner",
        )
        .sort("song_id")
    )
    codes = camelot(known["key"].to_numpy().astype(np.int64), known["mode"].to_numpy())
    crate = _Crate(codes, known["tempo"].to_numpy(), known["energy"].to_numpy())
    with ThreadPoolExecutor(_CORES) as threads:
        found = list(threads.map(crate.mixes_of_code, range(len(CODES))))
    return _rows(crate, known["song_id"], pl.concat(found).sort("song", "rank"))


def _rows(crate: _Crate, song_ids: pl.Series, mixes: pl.DataFrame) -> pl.DataFrame:
    these, those, relations, matches, changes = (
        mixes[name].to_numpy() for name in ("song", "next", "relation", "match", "change")
    )
    steps = np.round(crate.energies[those] - crate.energies[these], 6)
    said = reasons(relations, matches, changes, steps)
    return pl.DataFrame(
        {
            "song_id": song_ids.gather(these),
            "rank": mixes["rank"],
            "next_song_id": song_ids.gather(those),
            "camelot": _words(CODES, crate.codes[these]),
            "next_camelot": _words(CODES, crate.codes[those]),
            "tier": _words([relation.tier for relation in RELATIONS], relations),
            "relation": _words([relation.name for relation in RELATIONS], relations),
            "tempo": crate.tempos[these],
            "next_tempo": crate.tempos[those],
            "tempo_match": _words([name for name, _ in MATCHES], matches),
            "tempo_change": changes,
            "energy_step": steps,
            "score": mixes["score"],
            "reason": pa.chunked_array([said]),
        }
    )


def _words(words: list[str] | tuple[str, ...], places: Rows) -> pl.Series:
    return pl.Series(words).gather(places)


@dataclass(frozen=True)
class _Shelf:
    """Songs of one code by tempo, each as it is, in half and in double time."""

    songs: Rows
    tempos: Floats
    energies: Floats
    matches: Rows


class _Crate:
    """Songs to mix, in the order of their ids."""

    def __init__(self, codes: Rows, tempos: Floats, energies: Floats) -> None:
        self.codes, self.tempos, self.energies = codes, tempos, energies
        self._shelves = [self._shelf(code) for code in range(len(CODES))]

    def _shelf(self, code: int) -> _Shelf:
        songs = np.flatnonzero(self.codes == code)
        tempos = np.concatenate([self.tempos[songs] * times for _, times in MATCHES])
        order = np.argsort(tempos, kind="stable")
        all_songs = np.tile(songs, len(MATCHES))[order]
        matches = np.repeat(np.arange(len(MATCHES)), len(songs))[order]
        return _Shelf(all_songs, tempos[order], self.energies[all_songs], matches)

    def mixes_of_code(self, code: int) -> pl.DataFrame:
        """The best mixes of all songs of a code."""
        songs = np.flatnonzero(self.codes == code)
        songs = songs[np.argsort(self.tempos[songs], kind="stable")]
        pairs = [
            pair
            for start in range(0, len(songs), _BLOCK)
            for pair in self._of_block(songs[start : start + _BLOCK], code)
        ]
        columns = [np.concatenate(column) for column in zip(*pairs, strict=True)] or [
            np.empty(0, np.int64)
        ] * 4
        return self._best(*columns)

    def _of_block(self, songs: Rows, code: int) -> list[Pairs]:
        """Pairs that may be among the best mixes of songs next to each other in tempo."""
        scores, window = self._scores(songs, self._shelves[code], RELATIONS[0].fit)
        own = window.songs[None, :] == songs[:, None]
        scores[own] = -np.inf
        bounds = np.full((len(songs), 1), -np.inf)
        if scores.shape[1] >= N:
            bounds = np.partition(scores, -N, axis=1)[:, -N, None] - _ROUNDED
        found = [_above(songs, scores, bounds, window, 0)]
        for number, relation in enumerate(RELATIONS[1:], start=1):
            for target in relation.targets(code):
                scores, window = self._scores(songs, self._shelves[target], relation.fit)
                found.append(_above(songs, scores, bounds, window, number))
        return found

    def _scores(self, songs: Rows, shelf: _Shelf, fit: float) -> tuple[Floats, _Shelf]:
        """Scores of songs (rows) with those of a shelf that are near enough to any of them."""
        tempos, limit = self.tempos[songs], (MAX_CHANGE + _ROUNDED) / 100
        first = np.searchsorted(shelf.tempos, tempos[0] / (1 + limit), "left")
        last = np.searchsorted(shelf.tempos, tempos[-1] / (1 - limit), "right")
        some = slice(first, last)
        window = _Shelf(
            shelf.songs[some], shelf.tempos[some], shelf.energies[some], shelf.matches[some]
        )
        change = np.abs(np.multiply.outer(tempos, 1 / window.tempos) - 1)
        step = np.abs(np.subtract.outer(self.energies[songs], window.energies))
        far = change > limit
        change *= -TEMPO_SHARE * 100 / MAX_CHANGE
        step *= ENERGY_SHARE
        change -= step
        change += KEY_SHARE * fit + TEMPO_SHARE + ENERGY_SHARE
        change[far] = -np.inf
        return change, window

    def _best(self, these: Rows, those: Rows, relations: Rows, matches: Rows) -> pl.DataFrame:
        """The best n of each song, scored as Songlake does it; of equal ones those of lower id."""
        times = np.array([factor for _, factor in MATCHES])[matches]
        changes = np.round(100 * (self.tempos[these] / (self.tempos[those] * times) - 1), 6)
        steps = np.minimum(np.abs(self.energies[those] - self.energies[these]), 1.0)
        scores = np.round(
            KEY_SHARE * np.array([relation.fit for relation in RELATIONS])[relations]
            + TEMPO_SHARE * (1 - np.abs(changes) / MAX_CHANGE)
            + ENERGY_SHARE * (1 - steps),
            6,
        )
        pairs = pl.DataFrame(
            {
                "song": these,
                "next": those,
                "relation": relations,
                "match": matches,
                "change": changes,
                "score": scores,
            }
        )
        return (
            pairs.filter(pl.col("change").abs() <= MAX_CHANGE)
            .sort("song", -pl.col("score"), "next")
            .with_columns(rank=pl.int_range(1, pl.len() + 1).over("song"))
            .filter(pl.col("rank") <= N)
        )


def _above(songs: Rows, scores: Floats, bounds: Floats, window: _Shelf, relation: int) -> Pairs:
    """The pairs of a matrix of scores that reach the bounds."""
    near = np.flatnonzero((scores >= bounds) & (scores > -np.inf))
    rows, columns = np.divmod(near, max(1, scores.shape[1]))
    return (
        songs[rows],
        window.songs[columns],
        np.full(len(rows), relation),
        window.matches[columns],
    )
