"""Playlists of listeners, from plain frames."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from lib.flow import Steps, total
from lib.playlists import DISCOVERIES, FACTS, LIFT, LOVE, Playlists

LAST = date(2024, 5, 31)
MOODS = ("Calm", "Wild")
PARTS = ("morning", "afternoon", "evening", "night")


def facts(songs: int, **same: Any) -> pd.DataFrame:
    draw = Random(1)
    rows = [
        {
            "song_id": f"s{n:03}",
            "title": f"Title {n}",
            "artist": f"Artist {n // 3}" if n % 2 else f"ARTIST {n // 3}",
            "track_id": f"t{n}" if n % 4 else None,
            "duration_ms": 200_000,
            "mood": draw.choice([*MOODS, None]),
            "valence": draw.choice([draw.random(), np.nan]),
            "energy": draw.random(),
            "code": draw.randrange(-1, 24),
            "tempo": draw.choice([draw.uniform(70, 160), np.nan]),
        }
        | same
        for n in range(songs)
    ]
    return pd.DataFrame(rows, columns=list(FACTS))


def recommended(*told: tuple[str, str, int]) -> pd.DataFrame:
    """(user, kind, song), the best first."""
    ranks = Counter[tuple[str, str]]()
    rows = []
    for user, kind, song in told:
        ranks[user, kind] += 1
        rows.append((user, kind, ranks[user, kind], f"s{song:03}", "-", "-", f"why {song}"))
    names = ["user_id", "kind", "rank", "song_id", "title", "artist", "reason"]
    return pd.DataFrame(rows, columns=names)


def plays(*told: tuple[str, int, str]) -> pd.DataFrame:
    """(user, song, part of day), one a day, the last one first."""
    rows = [
        {"user_id": user, "song_id": f"s{song:03}", "local_date": LAST - timedelta(days=ago),
         "part_of_day": part, "is_start": True, "is_let_play": True}
        for ago, (user, song, part) in enumerate(told)
    ]  # fmt: skip
    names = ["user_id", "song_id", "local_date", "part_of_day", "is_start", "is_let_play"]
    return pd.DataFrame(rows, columns=names)


def maker(songs: int = 60, size: int = 12, **same: Any) -> Playlists:
    return Playlists(facts(songs, **same), size, 2, 30.0)


heard = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.sampled_from(PARTS)), max_size=120
)
offered = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["love", "discovery"]), st.integers(31, 59)),
    max_size=40,
    unique=True,
)


@given(heard, offered, st.randoms())
@settings(max_examples=30, deadline=None)
def test_a_list_has_no_song_twice_two_of_an_artist_and_one_order(
    told: list[Any], offers: list[Any], random: Random
) -> None:
    history, rows = plays(*told), recommended(*offers)
    made = maker().rows_of(history, rows)
    shuffled = history.sample(frac=1, random_state=random.randrange(1000))
    again = maker().rows_of(shuffled, rows.iloc[::-1])
    pd.testing.assert_frame_equal(made, again)
    for _, songs in made.groupby(["user_id", "playlist"]) if len(made) else ():
        assert list(songs["position"]) == list(range(1, len(songs) + 1))
        assert songs["song_id"].is_unique
        assert len(songs) <= 12
        assert max(Counter(songs["artist"].str.casefold()).values()) <= 2


def fits(songs: pd.DataFrame) -> np.ndarray:
    known = facts(60).set_index("song_id").loc[songs["song_id"]]
    return Steps(*(known[name].to_numpy() for name in ("code", "tempo", "energy"))).fits()


def test_each_list_holds_what_its_name_says() -> None:
    told = facts(60).set_index("song_id")
    nightly = [("a", n, "night") for n in range(0, 30, 3)] * 3
    history = plays(*nightly, *[("a", n, "morning") for n in range(1, 30, 3)] * 3)
    news = [("a", "discovery", n) for n in range(31, 50)]
    loves = [("a", "love", n) for n in (2, 5, 8)]
    made = maker().rows_of(history, recommended(*news, *loves))
    lists = {str(name): of for name, of in made.groupby("playlist")}
    assert set(lists) == {LOVE, DISCOVERIES, *MOODS, "Morning", "Night", LIFT}
    assert sorted(lists[LOVE]["song_id"]) == ["s002", "s005", "s008"]
    assert set(lists[DISCOVERIES]["song_id"]) <= {f"s{n:03}" for n in range(31, 50)}
    assert lists[DISCOVERIES]["song_id"].iloc[0] == "s031", "the best one opens the list"
    assert {int(song[1:]) % 3 for song in lists["Night"]["song_id"]} == {0}
    assert set(lists["Night"]["reason"]) == {"3 of your 3 plays of it were at night"}
    for mood in MOODS:
        assert set(told.loc[lists[mood]["song_id"], "mood"]) == {mood}
        known = [song for song in lists[mood]["song_id"] if song < "s031"]
        assert 0 < len(known) < len(lists[mood]), "some are known, and some are new"
    points = lists[LIFT][["valence", "energy"]].to_numpy()
    assert points[-1].sum() > points[0].sum() + 0.5


def test_neighbours_go_together_better_than_in_the_order_of_their_ranks() -> None:
    made = maker(size=20).rows_of(
        plays(("a", 0, "night")), recommended(*[("a", "discovery", n) for n in range(31, 60)])
    )
    songs = made[made["playlist"] == DISCOVERIES].reset_index(drop=True)
    found = fits(songs)
    by_rank = np.argsort(songs["song_id"].to_numpy())
    assert total(found, np.arange(len(songs))) > 1.2 * total(found, by_rank)


@pytest.mark.parametrize(
    ("same", "lists"),
    [
        ({"mood": None, "valence": np.nan, "energy": np.nan, "code": -1, "tempo": np.nan},
         {"Night"}),
        ({"mood": "Calm", "valence": 0.5, "energy": 0.5, "code": 3, "tempo": 100.0},
         {"Night", "Calm"}),
    ],
    ids=["no features", "all songs alike"],
)  # fmt: skip
def test_songs_of_which_nothing_tells_one_from_another(
    same: dict[str, Any], lists: set[str]
) -> None:
    history = plays(*[("a", n, "night") for n in range(20)] * 2)
    made = maker(**same).rows_of(history, recommended())
    assert set(made["playlist"]) == lists


def test_an_artists_two_songs_do_not_follow_one_another() -> None:
    alike = {"code": 3, "tempo": 100.0, "energy": 0.5}
    made = maker(12, **alike).rows_of(
        plays(("a", 11, "night")), recommended(*[("a", "discovery", n) for n in (0, 1, 3, 4)])
    )
    artists = list(made[made["playlist"] == DISCOVERIES]["artist"].str.casefold())
    assert artists == ["artist 0", "artist 1", "artist 0", "artist 1"]


def test_one_song_and_no_plays_make_no_list() -> None:
    assert len(maker().rows_of(plays(), recommended())) == 0
    assert len(maker(1).rows_of(plays(*[("a", 0, "night")] * 30), recommended())) == 0
