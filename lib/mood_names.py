"""Names of moods, from where their centres lie in mood space.

Above all from the valence-energy plane: Russell's circumplex (A circumplex model of affect, 1980)
as music research uses it, with valence for pleasure and energy for arousal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lib.moods import SPACE, Matrix, coordinates


@dataclass(frozen=True)
class Prototype:
    """A mood that people have a word for, and where it lies in feature units."""

    mood: str
    about: str
    centre: tuple[float, ...]


#: valence, energy, danceability, acousticness, instrumentalness, tempo
PROTOTYPES = (
    Prototype("Euphoric", "bright and driving", (0.80, 0.85, 0.65, 0.10, 0.02, 130)),
    Prototype("Feel-good groove", "happy and made to move to", (0.78, 0.65, 0.75, 0.25, 0.02, 112)),
    Prototype("Sunny acoustic", "warm, light and unplugged", (0.68, 0.42, 0.58, 0.70, 0.02, 112)),
    Prototype("High energy", "fast, loud, in between", (0.45, 0.88, 0.58, 0.06, 0.05, 132)),
    Prototype("Dark and intense", "heavy, tense and loud", (0.22, 0.88, 0.42, 0.05, 0.20, 128)),
    Prototype("Club trance", "electronic drive without words", (0.30, 0.82, 0.66, 0.06, 0.75, 128)),
    Prototype("Instrumental groove", "wordless and cheerful", (0.70, 0.62, 0.66, 0.35, 0.75, 116)),
    Prototype("Laid-back", "easy, mid-paced, balanced", (0.48, 0.55, 0.64, 0.30, 0.03, 112)),
    Prototype("Bittersweet", "moody, with some drive", (0.28, 0.58, 0.56, 0.22, 0.04, 120)),
    Prototype("Melancholic", "low, soft and sad", (0.26, 0.32, 0.50, 0.72, 0.03, 112)),
    Prototype("Tender", "quiet and hopeful", (0.42, 0.28, 0.48, 0.85, 0.04, 108)),
    Prototype("Calm and wordless", "still, to focus or sleep", (0.22, 0.18, 0.36, 0.88, 0.82, 100)),
)  # fmt: skip

#: How a shade of a mood differs from it: word, feature, by how much.
_SHADES = (
    ("brighter", "valence", 0.15),
    ("darker", "valence", -0.15),
    ("livelier", "energy", 0.15),
    ("softer", "energy", -0.15),
    ("for dancing", "danceability", 0.2),
    ("more acoustic", "acousticness", 0.3),
    ("more electric", "acousticness", -0.3),
    ("with few words", "instrumentalness", 0.4),
    ("faster", "tempo", 30.0),
    ("slower", "tempo", -30.0),
)
#: What a shade costs against a plain name, as a squared distance in mood space: a plain name is
#: taken unless it is a misnomer (0.5 is a quarter of the whole range of valence).
_SHADE_COSTS = 0.5**2


def names(centres: Matrix, taken: Collection[str] = ()) -> list[Prototype]:
    """A different mood for each centre, so that all centres together lie nearest to their names.

    Where the plain names are taken, or lie far off, shades of them: `Tender, slower`.

    Args:
        centres: rows × the features of SPACE, in feature units.
        taken: names of other moods.
    """
    from scipy.optimize import linear_sum_assignment

    shades = [_shade(mood, *shade) for mood in PROTOTYPES for shade in _SHADES]
    offers = [mood for mood in (*PROTOTYPES, *shades) if mood.mood not in taken]
    ideal = coordinates(np.array([mood.centre for mood in offers], dtype=np.float64))
    costs = ((coordinates(centres)[:, None, :] - ideal[None, :, :]) ** 2).sum(axis=2)
    costs += [0.0 if mood in PROTOTYPES else _SHADE_COSTS for mood in offers]
    _, chosen = linear_sum_assignment(costs)
    return [offers[place] for place in chosen]


def _shade(mood: Prototype, word: str, feature: str, by: float) -> Prototype:
    place = list(SPACE).index(feature)
    centre = tuple(value + by * (place == number) for number, value in enumerate(mood.centre))
    return Prototype(f"{mood.mood}, {word}", f"{mood.about}, {word}", centre)
