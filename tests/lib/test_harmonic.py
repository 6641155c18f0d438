from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from lib.camelot import CODES, RELATIONS, camelot
from lib.harmonic import Crate

#: The wheel as DJs print it: pitch class and mode to code.
PRINTED = {
    (0, 1): "8B", (7, 1): "9B", (2, 1): "10B", (9, 1): "11B", (4, 1): "12B", (11, 1): "1B",
    (6, 1): "2B", (1, 1): "3B", (8, 1): "4B", (3, 1): "5B", (10, 1): "6B", (5, 1): "7B",
    (9, 0): "8A", (4, 0): "9A", (11, 0): "10A", (6, 0): "11A", (1, 0): "12A", (8, 0): "1A",
    (3, 0): "2A", (10, 0): "3A", (5, 0): "4A", (0, 0): "5A", (7, 0): "6A", (2, 0): "7A",
}  # fmt: skip


def relation(a: str, b: str) -> tuple[str, str] | None:
    """Tier and relation of two codes, by counting on the printed wheel."""
    up = (int(b[:-1]) - int(a[:-1])) % 12
    if a[-1] == b[-1]:
        found = {0: ("perfect", "same"), 1: ("close", "adjacent"), 11: ("close", "adjacent"),
                 2: ("optional", "boost +2"), 7: ("optional", "boost +7")}  # fmt: skip
    else:
        diagonal = ("optional", "diagonal")
        found = {0: ("perfect", "relative"), 1: diagonal, 11: diagonal}
    return found.get(up)


FIT = {"same": 1, "relative": 0.95, "adjacent": 0.9, "diagonal": 0.7, "boost +2": 0.65,
       "boost +7": 0.6}  # fmt: skip


def naive(crate: Crate, song: int) -> list[tuple[int, str, str, float, float]]:
    """Every other song, one by one: (song, relation, match, change, score), the best first."""
    mixes = []
    for other in range(len(crate.codes)):
        related = relation(CODES[crate.codes[song]], CODES[crate.codes[other]])
        if other == song or related is None:
            continue
        for match, times in {"same": 1.0, "half": 2.0, "double": 0.5}.items():
            change = round(100 * (crate.tempos[song] / (crate.tempos[other] * times) - 1), 6)
            if abs(change) > crate.max_change:
                continue
            step = abs(crate.energies[other] - crate.energies[song])
            closeness = 1 - abs(change) / (crate.max_change or 1)
            score = 0.5 * FIT[related[1]] + 0.3 * closeness
            score += 0.2 * (0.5 if np.isnan(step) else 1 - step)
            mixes.append((other, related[1], match, change, round(score, 6)))
    return sorted(mixes, key=lambda mix: (-mix[4], mix[0]))[: crate.n]


def found(crate: Crate, songs: list[int]) -> dict[int, list[tuple[int, str, str, float, float]]]:
    mixes = crate.mixes(np.array(songs, dtype=np.int64))
    rows: dict[int, list[tuple[int, str, str, float, float]]] = {song: [] for song in songs}
    names = ("same", "half", "double")
    for song, rank, other, by, match, change, score in zip(
        mixes.songs, mixes.ranks, mixes.following, mixes.relations, mixes.matches, mixes.changes,
        mixes.scores, strict=True,
    ):  # fmt: skip
        rows[int(song)].append(
            (int(other), RELATIONS[by].name, names[match], float(change), float(score))
        )
        assert rank == len(rows[int(song)])
    return rows


def assert_as_naive(crate: Crate, songs: list[int]) -> None:
    for song, mixes in found(crate, songs).items():
        expected = naive(crate, song)
        # Two ways to add the same numbers may differ in the sixth decimal.
        assert [mix[4] for mix in mixes] == pytest.approx([mix[4] for mix in expected], abs=2e-6)
        assert len({mix[0] for mix in mixes}) == len(mixes)
        every = {mix[0]: mix for mix in naive_all(crate, song)}
        for mix in mixes:
            assert mix[:3] == every[mix[0]][:3]
            assert mix[3:] == pytest.approx(every[mix[0]][3:], abs=2e-6)


def naive_all(crate: Crate, song: int) -> list[tuple[int, str, str, float, float]]:
    return naive(
        Crate(crate.codes, crate.tempos, crate.energies, len(crate.codes), crate.max_change), song
    )


def test_the_wheel_is_the_printed_one() -> None:
    keys, modes = np.array(list(PRINTED)).T
    assert [CODES[code] for code in camelot(keys, modes)] == list(PRINTED.values())


def test_relations_are_those_counted_on_the_wheel() -> None:
    for code, name in enumerate(CODES):
        told = {
            CODES[target]: (one.tier, one.name) for one in RELATIONS for target in one.targets(code)
        }
        counted = {other: relation(name, other) for other in CODES if relation(name, other)}
        assert told == counted


def test_all_but_energy_boosts_go_both_ways() -> None:
    for one in RELATIONS:
        back = all(code in one.targets(t) for code in range(24) for t in one.targets(code))
        assert back == (not one.name.startswith("boost"))


def test_energy_boosts_lift_by_a_whole_tone_and_a_semitone() -> None:
    for name, semitones in {"boost +2": 2, "boost +7": 1}.items():
        (boost,) = [one for one in RELATIONS if one.name == name]
        for (key, mode), code in PRINTED.items():
            lifted = PRINTED[(key + semitones) % 12, mode]
            assert boost.targets(CODES.index(code)) == [CODES.index(lifted)]


def test_half_and_double_time_are_the_same_tempo() -> None:
    crate = Crate(np.zeros(4, np.int64), np.array([140.0, 70, 280, 35]), np.zeros(4), 20, 6.0)
    assert [(mix[0], mix[2], mix[3]) for mix in found(crate, [0])[0]] == [
        (1, "half", 0.0),
        (2, "double", 0.0),
    ]


def test_the_tempo_change_is_what_the_next_song_is_sped_up_by() -> None:
    crate = Crate(np.zeros(3, np.int64), np.array([126.0, 120.0, 134.1]), np.zeros(3), 20, 6.0)
    # 134.1 needs to be slowed down by 6.04 %: more than the limit.
    assert [(mix[0], mix[3]) for mix in found(crate, [0])[0]] == [(1, 5.0)]


crates = st.integers(1, 60).flatmap(
    lambda songs: st.builds(
        Crate,
        st.lists(st.integers(0, 23), min_size=songs, max_size=songs).map(np.array),
        st.lists(st.sampled_from([62.0, 64, 66, 120, 124.5, 128, 250]) | st.floats(50, 220),
                 min_size=songs, max_size=songs).map(np.array),
        st.lists(st.sampled_from([0.0, 0.5, 0.9, np.nan]) | st.floats(0, 1),
                 min_size=songs, max_size=songs).map(np.array),
        st.integers(1, 8),
        st.sampled_from([0.0, 2.0, 6.0, 25.0]),
    )
)  # fmt: skip


@hypothesis_settings(max_examples=60, deadline=None)
@given(crates)
def test_mixes_are_those_of_comparing_every_song(crate: Crate) -> None:
    assert_as_naive(crate, list(range(len(crate.codes))))


def test_a_crowded_key_is_as_exact() -> None:
    rng = np.random.default_rng(5)
    codes = rng.choice([0, 1, 2, 5, 14], 2_000)
    crate = Crate(codes, rng.normal(124, 6, 2_000), rng.random(2_000), 20, 6.0)
    assert_as_naive(crate, [0, 17, 1_999])


def test_a_list_does_not_depend_on_who_else_is_asked_for() -> None:
    rng = np.random.default_rng(6)
    crate = Crate(rng.integers(0, 24, 500), rng.uniform(60, 190, 500), rng.random(500), 7, 6.0)
    together = found(crate, list(range(500)))
    assert all(found(crate, [song])[song] == together[song] for song in range(0, 500, 50))


def test_songs_all_alike_mix_by_their_ids() -> None:
    crate = Crate(np.full(50, 3), np.full(50, 128.0), np.full(50, 0.7), 3, 6.0)
    assert [mix[0] for mix in found(crate, [0])[0]] == [1, 2, 3]
    assert [mix[0] for mix in found(crate, [2])[2]] == [0, 1, 3]


def test_one_song_has_no_mix() -> None:
    crate = Crate(np.array([3]), np.array([128.0]), np.array([0.7]), 3, 6.0)
    assert found(crate, [0]) == {0: []}
