"""The most played, against a count by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from pyspark.sql import DataFrame
from ranges_by_hand import spans_by_hand, within
from table_frames import assert_rows

from jobs.gold.listening_stats import listening_stats
from schemas import silver

SONGS = [
    {"song_id": f"s{n}", "title": f"Song {n}", "artist": f"Artist {n % 4}",
     "album_name": f"Album {n % 5}" if n % 3 else None, "genres": ["pop", "rock", "folk"][: n % 4],
     "release_date": date(1968 + 2 * n, 12, 31) if n % 4 else None}
    for n in range(9)
]  # fmt: skip
COLUMNS = (
    "user_id range kind rank item_id item artist plays minutes share plays_before plays_change "
    "rank_before rank_change first_heard last_heard"
)


def history(seed: int, users: str, plays: int) -> list[dict[str, Any]]:
    """Plays of some years, most of them near their end; of some the length is not known."""
    random = Random(seed)
    rows = []
    for number in range(plays):
        song = SONGS[min(int(random.expovariate(0.4)), len(SONGS) - 1)]
        days_ago = (
            int(random.expovariate(1 / 90)) if random.random() < 0.7 else random.randint(0, 900)
        )
        day = date(2024, 5, 31) - timedelta(days=days_ago)
        rows.append(
            {
                "play_id": f"{number:04}",
                "user_id": random.choice(users),
                "song_id": song["song_id"],
                "recording_id": f"{song['song_id']}.{random.randint(1, 2)}",
                "track_name": song["title"],
                "artist_name": song["artist"],
                "album_name": random.choice([None, "Told"]) if song["album_name"] else None,
                "played_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                "local_date": day,
                "ms_played": random.choice([None, 60_000, 180_000]),
                "counts": random.random() < 0.9,
            }
        )
    return rows


def by_hand(rows: list[dict[str, Any]], count_by: str, top: int) -> list[tuple[Any, ...]]:
    """The table's rows, counted play by play."""
    known = {song["song_id"]: song for song in SONGS}
    expected = []
    for user in {row["user_id"] for row in rows if row["counts"]}:
        plays = [row for row in rows if row["user_id"] == user and row["counts"]]
        days = [play["local_date"] for play in plays]
        for name, (span, before) in spans_by_hand(min(days), max(days)).items():
            for kind in ("artist", "song", "album", "genre", "era"):
                now, was, ms, heard, names = Counter(), Counter(), Counter(), {}, {}
                for play in plays:
                    for item_id, item, artist in things(
                        play, known[play["song_id"]], kind, count_by
                    ):
                        names[item_id] = (item, artist)
                        heard.setdefault(item_id, []).append(play["local_date"])
                        if within(play["local_date"], span):
                            now[item_id] += 1
                            ms[item_id] += play["ms_played"] or 0
                        if within(play["local_date"], before):
                            was[item_id] += 1
                order = sorted(now, key=lambda i: (-now[i], names[i][0], i))
                order_before = sorted(was, key=lambda i: (-was[i], names[i][0], i))
                total = sum(within(day, span) for day in days)
                for rank, item_id in enumerate(order[:top], 1):
                    rank_before = order_before.index(item_id) + 1 if item_id in was else None
                    expected.append(
                        (
                            user, name, kind, rank, item_id, *names[item_id], now[item_id],
                            ms[item_id] / 60_000, now[item_id] / total,
                            was[item_id] if before else None,
                            now[item_id] - was[item_id] if before else None,
                            rank_before, rank_before - rank if rank_before else None,
                            str(min(heard[item_id])),
                            str(max(day for day in heard[item_id] if within(day, span))),
                        )
                    )  # fmt: skip
    return expected


def things(
    play: dict[str, Any], song: dict[str, Any], kind: str, count_by: str
) -> list[tuple[str, str, str | None]]:
    artist, title = play["artist_name"], play["track_name"]
    album = play["album_name"] or song["album_name"]
    day = song["release_date"]
    return {
        "artist": [(artist, artist, None)],
        "song": [(play[f"{count_by}_id"], title, artist)],
        "album": [(f"{artist}::{album}", album, artist)] if album else [],
        "genre": [(genre, genre, None) for genre in song["genres"]],
        "era": [(f"{day.year // 10}0s",) * 2 + (None,)] if day else [],
    }[kind]


@pytest.mark.parametrize(("seed", "count_by", "top"), [(1, "song", 100), (2, "recording", 3)])
def test_a_history_is_counted_as_by_hand(
    frame: Callable[..., DataFrame], seed: int, count_by: str, top: int
) -> None:
    rows = history(seed, "ab", 400)
    made = listening_stats(
        frame(silver.LISTENING_WITH_FEATURES, *rows),
        frame(silver.SONGS, *SONGS),
        count_by=count_by,
        top=top,
    )
    expected = by_hand(rows, count_by, top)
    assert len(expected) > 100
    assert_rows(made, COLUMNS, *expected)


def test_one_play_leads_every_list_and_a_song_goes_by_its_latest_name(
    frame: Callable[..., DataFrame],
) -> None:
    play = {"user_id": "a", "song_id": "s", "counts": True, "local_date": "2024-03-31"}
    old = {"play_id": "z", "track_name": "Old", "artist_name": "A", "played_at": "2024-03-31T00:30"}
    new = {"play_id": "b", "track_name": "New", "artist_name": "A", "played_at": "2024-03-31T03:10"}
    unknown_song = frame(silver.SONGS)
    for plays, name in (([old], "Old"), ([new, old], "New")):
        heard = frame(silver.LISTENING_WITH_FEATURES, *[play | told for told in plays])
        made = listening_stats(heard, unknown_song, count_by="song", top=100)
        n = len(plays)
        # The last day is a Sunday, and the last of its month: no range but the ongoing ones.
        ongoing = ("this_week", "this_month", "last_3_months", "last_6_months", "this_year")
        assert_rows(
            made,
            "range kind rank item plays minutes share plays_before",
            *[(one, "artist", 1, "A", n, 0.0, 1.0, None) for one in (*ongoing, "all_time")],
            *[(one, "song", 1, name, n, 0.0, 1.0, None) for one in (*ongoing, "all_time")],
        )
