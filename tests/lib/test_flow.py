"""An order that flows, against brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings, strategies as st

from lib.camelot import CODES, RELATIONS
from lib.flow import Steps, flow, total

NAN = float("nan")
songs = st.lists(
    st.tuples(
        st.integers(-1, len(CODES) - 1),
        st.sampled_from([NAN, 60.0, 90.0, 100.0, 120.0, 128.0, 180.0]),
        st.sampled_from([NAN, 0.0, 0.25, 0.5, 1.0]),
    ),
    max_size=12,
)


def steps(*told: tuple[int, float, float]) -> Steps:
    codes, tempos, energies = zip(*told, strict=True) if told else ((), (), ())
    return Steps(
        np.array(codes, np.int64), np.array(tempos, np.float64), np.array(energies, np.float64)
    )


def fit_by_hand(one: tuple[int, float, float], other: tuple[int, float, float]) -> float:
    key = 0.5
    if one[0] >= 0 and other[0] >= 0:
        key = max(
            [relation.fit for relation in RELATIONS if other[0] in relation.targets(one[0])],
            default=0.0,
        )
    tempo = 0.5
    if one[1] == one[1] and other[1] == other[1]:
        change = min(abs(one[1] / (other[1] * times) - 1) for times in (0.5, 1, 2))
        tempo = 1 - min(change / 0.2, 1)
    energy = 0.5
    if one[2] == one[2] and other[2] == other[2]:
        energy = 1 - abs(one[2] - other[2])
    return 0.5 * key + 0.3 * tempo + 0.2 * energy


@given(songs)
@settings(deadline=None)
def test_fits_are_those_worked_out_one_by_one(told: list[tuple[int, float, float]]) -> None:
    fits = steps(*told).fits()
    expected = [[fit_by_hand(one, other) for other in told] for one in told]
    np.testing.assert_allclose(fits, np.array(expected).reshape(len(told), len(told)), atol=1e-8)


@given(songs)
@settings(deadline=None)
def test_an_order_has_each_song_once_begins_with_the_first_and_is_no_worse(
    told: list[tuple[int, float, float]],
) -> None:
    fits = steps(*told).fits()
    order = flow(fits)
    assert sorted(order) == list(range(len(told)))
    assert list(order[:1]) == [0][: len(told)]
    assert total(fits, order) >= total(fits, np.arange(len(told)))


@given(songs)
@settings(max_examples=50, deadline=None)
def test_no_stretch_gains_by_being_turned_round(told: list[tuple[int, float, float]]) -> None:
    fits = steps(*told).fits()
    order = flow(fits)
    for first in range(1, len(order)):
        for last in range(first + 1, len(order)):
            turned = order.copy()
            turned[first : last + 1] = turned[first : last + 1][::-1]
            assert total(fits, turned) <= total(fits, order) + 1e-8


def test_of_a_few_songs_it_is_nearly_the_best_order_there_is() -> None:
    draw = np.random.default_rng(5)
    shares = []
    for _ in range(20):
        fits = steps(
            *zip(draw.integers(0, 24, 7), draw.uniform(80, 140, 7), draw.random(7), strict=True)
        ).fits()
        best = max(total(fits, np.array((0, *rest))) for rest in permutations(range(1, 7)))
        shares.append(total(fits, flow(fits)) / best)
    assert np.mean(shares) > 0.97


def test_songs_of_which_nothing_is_known_stay_as_they_came() -> None:
    assert list(flow(steps(*[(-1, NAN, NAN)] * 5).fits())) == [0, 1, 2, 3, 4]
