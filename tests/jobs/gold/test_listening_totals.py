"""How much was heard, against a count by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import fmean
from typing import Any

import pytest
from pyspark.sql import DataFrame
from ranges_by_hand import DAY, spans_by_hand, within
from table_frames import assert_rows

from jobs.gold.listening_totals import listening_totals
from schemas import silver

COLUMNS = (
    "user_id range plays plays_before minutes minutes_before length_known_share songs artists "
    "new_songs new_artists days longest_streak sessions authentic_share valence"
)
GAP = timedelta(minutes=30)
Play = dict[str, Any]
Totals = Callable[..., DataFrame]


@pytest.fixture
def totals(frame: Callable[..., DataFrame]) -> Totals:
    """The totals of plays, each told once with its features and once with its start."""

    def make(*plays: Play, **settings: Any) -> DataFrame:
        rows = [{"play_id": f"{n:04}", **play} for n, play in enumerate(plays)]
        heard = [{k: v for k, v in row.items() if k != "started_at"} for row in rows]
        told = [{k: row[k] for k in ("play_id", "started_at")} for row in rows]
        return listening_totals(
            frame(silver.LISTENING_WITH_FEATURES, *heard),
            frame(silver.PLAYS, *told),
            **{"count_by": "song", "session_gap_min": 30} | settings,
        )

    return make


def history(seed: int, plays: int) -> list[Play]:
    random = Random(seed)
    rows = []
    for _ in range(plays):
        days_ago = int(random.expovariate(1 / 60))
        start = datetime(2024, 5, 31, random.randint(8, 11), tzinfo=UTC) - timedelta(days=days_ago)
        start += timedelta(minutes=random.randint(0, 59))
        song = min(int(random.expovariate(0.2)), 20)
        rows.append(
            {
                "user_id": random.choice("ab"), "song_id": f"s{song}", "recording_id": f"r{song}",
                "artist_name": f"Artist {song % 7}", "started_at": start,
                "local_date": start.date(), "ms_played": random.choice([None, 60_000, 600_000]),
                "counts": random.random() < 0.9, "valence": random.choice([0.25, 0.5]),
                "energy": 0.5, "feature_source": random.choice([None, "kaggle", "synthetic"]),
            }
        )  # fmt: skip
    return rows


def by_hand(rows: list[Play]) -> list[tuple[Any, ...]]:
    expected = []
    for user in "ab":
        plays = [row for row in rows if row["user_id"] == user and row["counts"]]
        plays.sort(key=lambda play: play["started_at"])
        began, today = plays[0]["local_date"], max(play["local_date"] for play in plays)
        begins = session_starts(plays)
        for name, (span, before) in spans_by_hand(began, today).items():
            now = [play for play in plays if within(play["local_date"], span)]
            was = [play for play in plays if within(play["local_date"], before)]
            earlier = [play for play in plays if play["local_date"] < span[0]]
            real = [play["valence"] for play in now if play["feature_source"] == "kaggle"]
            known = [play for play in now if play["ms_played"] is not None]
            expected.append(
                (
                    user, name, len(now), len(was) if before else None,
                    minutes(now), minutes(was) if before else None,
                    len(known) / len(now) if now else None,
                    *[len({play[of] for play in now}) for of in ("song_id", "artist_name")],
                    *[
                        len({p[of] for p in now} - {p[of] for p in earlier}) if earlier else None
                        for of in ("song_id", "artist_name")
                    ],
                    len({play["local_date"] for play in now}), streak(now),
                    sum(start in begins for start in {p["started_at"] for p in now}),
                    len(real) / len(now) if now else None,
                    round(fmean(real), 6) if real else None,
                )
            )  # fmt: skip
    return expected


def minutes(plays: list[Play]) -> float:
    return sum(play["ms_played"] or 0 for play in plays) / 60_000


def session_starts(plays: list[Play]) -> set[datetime]:
    starts, silent_since = set(), datetime.min.replace(tzinfo=UTC)
    for play in plays:
        if play["started_at"] - silent_since > GAP:
            starts.add(play["started_at"])
        ended = play["started_at"] + timedelta(milliseconds=play["ms_played"] or 0)
        silent_since = max(silent_since, ended)
    return starts


def streak(plays: list[Play]) -> int:
    days = {play["local_date"] for play in plays}
    longest = 0
    for day in days:
        length = 1
        while day + length * DAY in days:
            length += 1
        longest = max(longest, length)
    return longest


def test_a_history_is_measured_as_by_hand(totals: Totals) -> None:
    rows = history(1, 300)
    expected = by_hand(rows)
    assert len(expected) > 10
    assert_rows(totals(*rows), COLUMNS, *expected)


def play(start: str, **told: Any) -> Play:
    day = start[:10]
    return {"user_id": "a", "song_id": "s", "counts": True, "started_at": start,
            "local_date": day} | told  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "ms_played", "gap", "sessions"),
    [
        (["10:00", "10:30"], None, 30, 1),
        (["10:00", "10:31"], None, 30, 2),
        (["10:00", "10:31"], 60_000, 30, 1),
        (["10:00", "10:31"], 60_000, 10, 2),
        (["10:00", "10:01", "11:20"], 3_600_000, 30, 1),
        (["00:59", "01:01"], 60_000, 30, 1),
    ],
)
def test_a_session_ends_with_silence(
    totals: Totals, starts: list[str], ms_played: int | None, gap: int, sessions: int
) -> None:
    # The night in which Europe's clocks go from two to three.
    plays = [play(f"2024-03-31T{start}", ms_played=ms_played) for start in starts]
    made = totals(*plays, session_gap_min=gap).filter("range = 'all_time'")
    assert_rows(made, "plays sessions longest_streak", (len(plays), sessions, 1))


def test_a_silent_week_and_a_gap_of_years_are_rows_of_zeros(totals: Totals) -> None:
    made = totals(play("2019-12-31T10:00"), play("2024-05-06T10:00"), play("2024-05-07T10:00"))
    assert_rows(
        made.filter("range IN ('last_week', 'last_year', 'this_year', 'all_time')"),
        "range plays plays_before minutes songs new_songs days longest_streak sessions valence",
        ("last_week", 0, 0, 0.0, 0, 0, 0, 0, 0, None),
        ("last_year", 0, 0, 0.0, 0, 0, 0, 0, 0, None),
        ("this_year", 2, 0, 0.0, 1, 0, 2, 2, 2, None),
        ("all_time", 3, None, 0.0, 1, None, 3, 2, 3, None),
    )


def test_a_play_on_the_first_of_january_makes_the_year_before_known(totals: Totals) -> None:
    for day, before in (("2023-01-01", 1), ("2023-01-02", None)):
        made = totals(play(f"{day}T10:00"), play(f"{date(2024, 1, 2)}T10:00"))
        assert_rows(made.filter("range = 'this_year'"), "plays plays_before", (1, before))
