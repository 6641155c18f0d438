"""What to hear next, against scores worked out song by song."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import log1p
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from lib.recommend.next_songs import Catalogue, NextSongs
from lib.recommend.people import learn

LAST = date(2024, 5, 31)
ARTISTS = ["Ann", "ANN", "Bob", "Cid", "Dee", "Eve"]


def catalogue(songs: int, hidden: tuple[int, ...] = ()) -> Catalogue:
    return Catalogue(
        pa.array([f"s{n:02}" for n in range(songs)]),
        pa.array([f"Title {n}" for n in range(songs)]),
        pa.array([ARTISTS[n % len(ARTISTS)] for n in range(songs)]),
        np.array([(n % 10) / 10 for n in range(songs)]),
        np.array([n not in hidden for n in range(songs)]),
    )


def near(songs: int, seed: int) -> sparse.csr_matrix:
    draw = np.random.default_rng(seed)
    found = np.where(draw.random((songs, songs)) < 0.2, draw.random((songs, songs)), 0)
    np.fill_diagonal(found, 0)
    return sparse.csr_matrix(found)


def finder(songs: int = 30, hidden: tuple[int, ...] = (), seed: int = 0, **more: Any) -> NextSongs:
    told = catalogue(songs, hidden)
    plain = {"people": None, "k": 10, "per_artist": 2, "half_life_days": 30.0, "unheard_days": 60}
    return NextSongs(told, told.artist_numbers(), near(songs, seed), **plain | more)


def plays(*told: tuple[str, int, int, bool]) -> pd.DataFrame:
    """(user, song, days ago, let play)."""
    rows = [
        {"user_id": user, "song_id": f"s{song:02}", "local_date": LAST - timedelta(days=ago),
         "part_of_day": "night", "is_start": True, "is_let_play": let_play}
        for user, song, ago, let_play in told
    ]  # fmt: skip
    names = ["user_id", "song_id", "local_date", "part_of_day", "is_start", "is_let_play"]
    return pd.DataFrame(rows, columns=names)


history = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(0, 400), st.booleans()),
    max_size=60,
)


@given(history, st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_lists_hold_no_song_twice_two_of_an_artist_nothing_hidden_and_only_what_is_new_or_loved(
    told: list[tuple[str, int, int, bool]], seed: int
) -> None:
    made = finder(hidden=(3, 4), seed=seed).rows_of(plays(*told))
    shuffled = [*told]
    Random(seed).shuffle(shuffled)
    pd.testing.assert_frame_equal(made, finder(hidden=(3, 4), seed=seed).rows_of(plays(*shuffled)))
    for (user, kind), rows in made.groupby(["user_id", "kind"]) if len(made) else ():
        songs = [int(song[1:]) for song in rows["song_id"]]
        mine = [(song, ago, let) for name, song, ago, let in told if name == user]
        assert list(rows["rank"]) == list(range(1, len(rows) + 1))
        assert len(set(songs)) == len(songs) <= 10
        assert max(Counter(rows["artist"].str.casefold()).values()) <= 2
        assert not {3, 4} & set(songs)
        assert rows["score"].between(0, 1).all()
        assert rows["score"].is_monotonic_decreasing
        for song in songs:
            heard = [(ago, let) for name, ago, let in mine if name == song]
            let_play = sum(let for _, let in heard)
            if kind == "discovery":
                assert not heard
            else:
                newest = min(ago for _, ago, _ in mine)
                assert let_play >= 3
                assert 2 * let_play > len(heard)
                assert min(ago for ago, _ in heard) - newest >= 60


def test_discoveries_are_scored_as_by_hand() -> None:
    random = Random(4)
    told = [("a", random.randrange(15), random.randrange(90), True) for _ in range(40)]
    made = finder(songs=40, k=100, per_artist=100).rows_of(plays(*told))
    newest = min(ago for *_, ago, _ in told)
    liking = {
        song: log1p(sum(0.5 ** ((ago - newest) / 30) for _, of, ago, _ in told if of == song))
        for song in {song for _, song, *_ in told}
    }
    close = near(40, 0).toarray()
    sound = [sum(love * close[song, other] for song, love in liking.items()) for other in range(40)]
    artist = [ARTISTS[song % 6].casefold() for song in range(40)]
    fans = [sum(liking[s] for s in liking if artist[s] == artist[other]) for other in range(40)]
    scores = {
        other: (sound[other] / max(sound) + 0.3 * fans[other] / max(fans))
        * (0.1 + (other % 10) / 10)
        for other in range(40)
        if other not in liking
    }
    largest = max(scores.values())
    found = made[made["kind"] == "discovery"].set_index("song_id")["score"].to_dict()
    assert found == pytest.approx(
        {f"s{song:02}": score / largest for song, score in scores.items() if score > 0}, abs=1e-5
    )


def test_reasons_name_the_song_the_artist_or_the_plays_behind_it() -> None:
    close = np.zeros((4, 4))
    close[0, 1] = 0.5
    told = Catalogue(
        pa.array(["s00", "s01", "s02", "s03"]),
        pa.array(["Loved", "Near", "Same", "Old"]),
        pa.array(["Ann", "Bob", "ANN", "Cid"]),
        np.full(4, 0.5),
        np.full(4, True),
    )
    made = NextSongs(
        told, told.artist_numbers(), sparse.csr_matrix(close), None, 10, 2, 30.0, 60
    ).rows_of(plays(*[("a", 0, 0, True)] * 12, *[("a", 3, 70, True)] * 3))
    assert list(
        made[["kind", "title", "based_on", "reason"]].itertuples(index=False, name=None)
    ) == [
        ("love", "Old", "plays", "you played it 3 times, last on 22 March 2024"),
        ("discovery", "Near", "sound", "like “Loved” by Ann, which you played 12 times"),
        ("discovery", "Same", "artist", "by ANN, whom you played 12 times"),
    ]


def test_people_with_like_histories_have_their_say() -> None:
    draw = np.random.default_rng(1)
    # Two crowds: one hears songs 0 to 9, the other 10 to 19; sound says nothing.
    pairs = {
        (user, int(song)) for user in range(60) for song in draw.choice(10, 6) + 10 * (user % 2)
    }
    users, songs = (np.array(column) for column in zip(*sorted(pairs), strict=True))
    told = catalogue(30)
    nothing = sparse.csr_matrix((30, 30))
    made = NextSongs(
        told, told.artist_numbers(), nothing, learn(users, songs), 3, 2, 30.0, 60
    ).rows_of(plays(*[("a", song, 0, True) for song in (10, 11, 12, 13)], ("b", 29, 0, True)))
    first = made[(made["user_id"] == "a") & (made["based_on"] == "people")]
    assert len(first) > 0
    assert {int(song[1:]) for song in first["song_id"]} <= set(range(14, 20))
    assert (
        first["reason"]
        .str.fullmatch(r"people with a taste like yours play it, \d+ of those here")
        .all()
    )


@pytest.mark.parametrize(
    "told",
    [(), (("a", 0, 0, True),), (("a", 0, 0, False),) * 30, (("a", 0, 0, True),) * 30],
    ids=["no plays", "one play", "one song skipped", "one song"],
)
def test_next_to_nothing_is_known(told: tuple[tuple[str, int, int, bool], ...]) -> None:
    one = finder(songs=1).rows_of(plays(*told))
    assert len(one) == 0
    finder().rows_of(plays(*told))
