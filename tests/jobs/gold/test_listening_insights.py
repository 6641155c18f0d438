"""Why listening changed, what to play, and what becomes of few plays."""

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

from jobs.gold.listening_insights import listening_insights
from jobs.gold.listening_stats import listening_stats
from jobs.gold.listening_totals import listening_totals
from jobs.gold.wellbeing_indicators import wellbeing_indicators
from schemas import gold, silver

MOODS = {"s0": "Calm", "s1": "Calm", "s2": "Wild", "s3": "Wild", "invented": "Wild"}
Play = dict[str, Any]
Insights = Callable[..., DataFrame]


@pytest.fixture
def insights(frame: Callable[..., DataFrame]) -> Insights:
    """The insights of plays, by way of the tables they are made from."""

    def make(*plays: Play) -> DataFrame:
        plain = {"user_id": "a", "artist_name": "A", "counts": True, "ms_played": 60_000,
                 "part_of_day": "night"}  # fmt: skip
        rows = [{"play_id": f"{n:04}", **plain, **play} for n, play in enumerate(plays)]
        starts = [{"play_id": row["play_id"], "started_at": START} for row in rows]
        clusters = [
            {"song_id": song, "mood": mood, "title": song.upper(), "artist": ARTISTS[song],
             "feature_source": "synthetic" if song == "invented" else "kaggle"}
            for song, mood in MOODS.items()
        ]  # fmt: skip
        heard = frame(silver.LISTENING_WITH_FEATURES, *rows)
        told = frame(silver.PLAYS, *starts)
        return listening_insights(
            heard,
            frame(gold.MOOD_CLUSTERS, *clusters),
            made(wellbeing_indicators(heard, count_by="song")),
            made(listening_stats(heard, frame(silver.SONGS), count_by="song", top=10)),
            made(listening_totals(heard, told, count_by="song", session_gap_min=30)),
        )

    def made(table: DataFrame) -> DataFrame:
        return table.sparkSession.createDataFrame(table.toArrow())

    return make


START = datetime(2024, 1, 1, tzinfo=UTC)
ARTISTS = {"s0": "X", "s1": "X", "s2": "Y", "s3": "X", "invented": "Z"}


def history(seed: int, plays: int) -> list[Play]:
    random = Random(seed)
    rows = []
    for _ in range(plays):
        days_ago = int(random.expovariate(1 / 40))
        rows.append(
            {
                "song_id": random.choice([*MOODS, "unknown"]),
                "artist_name": f"Artist {min(int(random.expovariate(0.4)), 9)}",
                "hour_of_day": min(int(random.expovariate(0.2)), 23),
                "local_date": date(2024, 5, 31) - timedelta(days=days_ago),
            }
        )
    return rows


def reasons_by_hand(rows: list[Play]) -> list[tuple[Any, ...]]:
    days = [row["local_date"] for row in rows]
    expected = []
    for name, (span, before) in spans_by_hand(min(days), max(days)).items():
        for subject in ("artist", "mood", "hour"):
            now, was = Counter(), Counter()
            for row in rows:
                mood = None if row["song_id"] == "invented" else MOODS.get(row["song_id"])
                told = {"artist": row["artist_name"], "mood": mood, "hour": str(row["hour_of_day"])}
                if told[subject] is not None:
                    now[told[subject]] += within(row["local_date"], span)
                    was[told[subject]] += within(row["local_date"], before)
            whole = now.total() - was.total()
            if min(now.total(), was.total(), abs(whole)) < 10:
                continue
            change = {item: now[item] - was[item] for item in now}
            order = sorted(
                (item for item in change if change[item] * whole > 0),
                key=lambda item: (-abs(change[item]), item.zfill(2)),
            )
            expected += [
                (name, subject, rank, item, float(change[item]), float(was[item]),
                 change[item] / whole)
                for rank, item in enumerate(order[:3], 1)
            ]  # fmt: skip
    return expected


def test_reasons_are_those_counted_by_hand(insights: Insights) -> None:
    rows = history(5, 600)
    expected = reasons_by_hand(rows)
    assert {subject for _, subject, *_ in expected} == {"artist", "mood", "hour"}
    made = insights(*rows).filter("kind = 'diagnostic'")
    assert_rows(made, "period subject rank item_id value baseline share", *expected)


def at_night(song: str, let_play: int, broken_off: int, **told: Any) -> list[Play]:
    play = {"song_id": song, "part_of_day": "night", **told}
    skipped = {"counts": False, "not_counted": "short"}
    return [play] * let_play + [play | skipped] * broken_off


def test_what_to_play_is_of_the_mood_and_let_play_at_that_hour(insights: Insights) -> None:
    plays = [
        *at_night("s0", 3, 1),
        *at_night("s1", 2, 0),
        *at_night("s2", 2, 3),
        *at_night("s3", 1, 0),
        *at_night("invented", 9, 0),
        *at_night("s2", 2, 0, part_of_day="morning"),
        *at_night("s2", 1, 0, part_of_day="morning", skipped=True),
    ]
    assert_rows(
        insights(*plays).filter("kind = 'prescriptive'"),
        "subject period rank item_id item value baseline",
        ("Calm", "night", 1, "s0", "“S0” by X", 3.0, 4.0),
        ("Calm", "night", 2, "s1", "“S1” by X", 2.0, 2.0),
        ("Wild", "morning", 1, "s2", "“S2” by Y", 2.0, 3.0),
    )


def test_one_play_is_told_as_one_play(insights: Insights) -> None:
    made = insights({"song_id": "s0", "local_date": "2024-05-31"})
    assert_rows(
        made.filter("period IN ('all_time', 'next_weeks') OR kind NOT IN ('cognitive')"),
        "kind subject period rank value sentence",
        ("cognitive", "all", "all_time", 1, 1.0,
         "In all (31 May 2024): 1 play of 1 song by 1 artist, 1 min in all."),
        ("predictive", "minutes", "next_weeks", 0, None,
         "No forecast of listening time: too few weeks of history to test one on."),
    )  # fmt: skip
