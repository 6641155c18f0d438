"""What plays say of a listener and a song, counted one by one."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

from lib.heard import heard_songs

LAST = date(2024, 5, 31)


def history(seed: int) -> list[dict[str, Any]]:
    random = Random(seed)
    rows = []
    for _ in range(300):
        is_start = random.random() < 0.9
        rows.append(
            {
                "user_id": random.choice("ab"),
                "song_id": random.choice(["s1", "s2", "s3"]),
                "local_date": LAST - timedelta(days=random.randrange(200)),
                "part_of_day": "night",
                "is_start": is_start,
                "is_let_play": is_start and random.random() < 0.5,
            }
        )
    return rows


def test_heard_songs_are_counted_as_by_hand_in_whatever_order_plays_come() -> None:
    rows = history(3)
    found = heard_songs(pd.DataFrame(rows), 30.0)
    Random(1).shuffle(rows)
    pd.testing.assert_frame_equal(found, heard_songs(pd.DataFrame(rows), 30.0), check_exact=True)
    assert list(zip(found["user_id"], found["song_id"], strict=True)) == [
        (user, song) for user in "ab" for song in ("s1", "s2", "s3")
    ]
    for told in found.to_dict("records"):
        own = [row for row in rows if row["user_id"] == told["user_id"]]
        now = max(row["local_date"] for row in own)
        plays = [row for row in own if row["song_id"] == told["song_id"]]
        let_play = [row for row in plays if row["is_let_play"]]
        starts = sum(row["is_start"] for row in plays)
        assert (told["starts"], told["let_play"]) == (starts, len(let_play))
        assert told["is_liked"] == (2 * len(let_play) > starts)
        last = max(row["local_date"] for row in plays)
        assert (told["last_heard"], told["days_since"]) == (last, (now - last).days)
        weight = sum(0.5 ** ((now - row["local_date"]).days / 30) for row in let_play)
        assert told["weight"] == pytest.approx(weight)


def test_no_plays_are_no_songs() -> None:
    empty = pd.DataFrame(history(1)).iloc[:0]
    assert len(heard_songs(empty, 30.0)) == 0
