"""An order of songs in which neighbours go together, as a DJ would lay them out.

How well one song follows another, 0-1, is weighed as in lib/harmonic.py: half by key, three tenths
by tempo (half and double time count as the same), the rest by energy. What is not known of either
counts half: such songs part what would clash rather than what fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.camelot import CODES, RELATIONS
from lib.harmonic import ENERGY_SHARE, KEY_SHARE, MATCHES, TEMPO_SHARE

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_UNKNOWN = 0.5
#: Percent of tempo change that a list, which is not beat-matched, still takes as a step at all.
_WIDEST_STEP = 20.0
#: Below them lie the last bits of other machines.
_DECIMALS = 9


@dataclass(frozen=True)
class Steps:
    """What is known of the songs of one list.

    Attributes:
        codes: Camelot codes, as places in lib.camelot.CODES; -1 where no key is known.
        tempos: BPM; NaN where not known.
        energies: 0-1; NaN where not known.
    """

    codes: Rows
    tempos: Floats
    energies: Floats

    def fits(self) -> Floats:
        """How well each song (column) follows each other one (row), 0-1."""
        keys = _key_fits()[self.codes[:, None], self.codes[None, :]]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.tempos[:, None] / self.tempos[None, :]
        change = np.min([np.abs(ratio / times - 1) for _, times in MATCHES], axis=0)
        tempo = 1 - np.minimum(100 * change / _WIDEST_STEP, 1)
        energy = 1 - np.minimum(np.abs(self.energies[:, None] - self.energies[None, :]), 1)
        known = [np.where(np.isfinite(part), part, _UNKNOWN) for part in (keys, tempo, energy)]
        fits = KEY_SHARE * known[0] + TEMPO_SHARE * known[1] + ENERGY_SHARE * known[2]
        return np.asarray(np.round(fits, _DECIMALS))


def _key_fits() -> Floats:
    """Fits of each code to each other; the last row and column are those of no code."""
    fits = np.zeros((len(CODES) + 1, len(CODES) + 1))
    for relation in RELATIONS:
        for code in range(len(CODES)):
            fits[code, relation.targets(code)] = relation.fit
    fits[-1], fits[:, -1] = np.nan, np.nan
    return fits


def flow(fits: Floats) -> Rows:
    """An order that begins with the first song, with a sum of fits no less than as they came.

    Always on to the song that fits best; then stretches are turned round while that gains.

    Args:
        fits: as `Steps.fits` gives them.
    """
    count = len(fits)
    if count < 3:
        return np.arange(count)
    given, greedy = np.arange(count), _greedy(fits)
    order = greedy if total(fits, greedy) > total(fits, given) else given
    for _ in range(2 * count):
        first, last, gain = _best_turn(fits[np.ix_(order, order)])
        if gain <= 0:
            break
        order[first : last + 1] = order[first : last + 1][::-1].copy()
    return order


def total(fits: Floats, order: Rows) -> float:
    """Sum of the fits of neighbours."""
    return float(np.round(fits[order[:-1], order[1:]].sum(), _DECIMALS))


def _greedy(fits: Floats) -> Rows:
    left = fits.copy()
    order = np.zeros(len(fits), dtype=np.int64)
    for place in range(1, len(fits)):
        left[:, order[place - 1]] = -1
        order[place] = left[order[place - 1]].argmax()
    return order


def _best_turn(fits: Floats) -> tuple[int, int, float]:
    """The stretch, from and to its places, that gains most when turned round, and how much."""
    count = len(fits)
    after = np.zeros((count, count + 1))  # nothing follows the last song
    after[:, :count] = fits
    every = np.arange(count)
    onward = np.concatenate([[0], np.cumsum(fits[every[:-1], every[1:]])])
    backward = np.concatenate([[0], np.cumsum(fits[every[1:], every[:-1]])])
    before = np.roll(every, 1)  # the first song stays, so its row is never looked at
    now = fits[before, every][:, None] + after[every, every + 1][None, :]
    turned = fits[before, :] + after[:, 1:]
    inside = (backward - onward)[None, :] - (backward - onward)[:, None]
    gains = np.round(turned - now + inside, _DECIMALS)
    gains[0], gains[np.tri(count, dtype=bool)] = 0, 0
    first, last = np.unravel_index(gains.argmax(), gains.shape)
    return int(first), int(last), float(gains[first, last])
