"""The Camelot wheel: keys as codes on a clock face, and which of them mix.

Mark Davis's wheel numbers the circle of fifths from 1 to 12, minor keys with A and major ones with
B, so that neighbours share all notes but one. One step up the wheel is a fifth (+7 semitones), two
are a whole tone (+2 semitones), seven a semitone (+1): the last two lift a room, and are the energy
boosts that DJs mix by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

#: Codes in the order of their numbers: 1A, 1B, 2A … 12B.
CODES: tuple[str, ...] = tuple(f"{hour}{letter}" for hour in range(1, 13) for letter in "AB")

#: Number of C major (8B) on the wheel; one semitone up is seven steps on.
_C_MAJOR = 8
#: A minor key has the notes of the major one three semitones above, and its number.
_RELATIVE = 3


@dataclass(frozen=True)
class Relation:
    """A way from one key to another that mixes.

    Attributes:
        name: for people.
        tier: `perfect`, `close` or `optional`.
        steps: how far around the wheel it may lead.
        other_letter: whether it leads from minor to major or back.
        fit: how well the keys go together, 0-1, for a mix's score.
    """

    name: str
    tier: str
    steps: tuple[int, ...]
    other_letter: bool
    fit: float

    def targets(self, code: int) -> list[int]:
        """Numbers of the codes that it leads to."""
        hour, letter = divmod(code, 2)
        return [(hour + step) % 12 * 2 + (letter ^ self.other_letter) for step in self.steps]


#: What mixes, best first. The order of fits is the DJ's; their sizes are a choice of ours.
RELATIONS: tuple[Relation, ...] = (
    Relation("same", "perfect", (0,), False, 1.0),
    Relation("relative", "perfect", (0,), True, 0.95),
    Relation("adjacent", "close", (-1, 1), False, 0.9),
    Relation("diagonal", "optional", (-1, 1), True, 0.7),
    Relation("boost +2", "optional", (2,), False, 0.65),
    Relation("boost +7", "optional", (7,), False, 0.6),
)


def camelot(key: Codes, mode: Codes) -> Codes:
    """Numbers (places in CODES) of keys.

    Args:
        key: pitch classes of the tonics, 0 (C) to 11 (B).
        mode: 1 major, 0 minor.
    """
    major = np.where(mode == 1, key, key + _RELATIVE)
    hour = (_C_MAJOR - 1 + 7 * major) % 12
    return np.asarray(hour * 2 + mode, dtype=np.int64)
