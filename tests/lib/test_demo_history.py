from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from lib.demo_catalogue import Track, make_tracks
from lib.demo_history import TIMEZONE, Row, make_history

UNTIL = date(2025, 6, 30)
When = Callable[[datetime], bool]


def ended(row: Row) -> datetime:
    return datetime.strptime(str(row["ts"]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def local(row: Row) -> datetime:
    return ended(row).astimezone(ZoneInfo(TIMEZONE))


def history(tracks: list[Track], seed: int, plays: int) -> list[Row]:
    unlisted = tracks[::10]
    listed = [track for place, track in enumerate(tracks) if place % 10]
    # not the tracks' own seed: the two would draw the same ids
    return make_history(Random(f"history {seed}"), listed, unlisted, plays, UNTIL)


@pytest.fixture(scope="module")
def tracks() -> list[Track]:
    return make_tracks(Random(7), 3000)


@pytest.fixture(scope="module")
def rows(tracks: list[Track]) -> list[Row]:
    return history(tracks, 7, 6000)


@pytest.fixture(scope="module")
def heard(tracks: list[Track], rows: list[Row]) -> Callable[[str, When], float]:
    """A feature's mean over the plays at the local times that `when` takes."""
    sounds = {f"spotify:track:{track.track_id}": track.sound for track in tracks}

    def mean_heard(feature: str, when: When) -> float:
        played = [sounds.get(str(row["spotify_track_uri"])) for row in rows if when(local(row))]
        return mean(float(getattr(sound, feature)) for sound in played if sound)

    return mean_heard


@pytest.mark.parametrize("plays", [100, 600, 25_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_play_overlaps_another(tracks: list[Track], plays: int, seed: int) -> None:
    rows = history(tracks, seed, plays)
    assert len(rows) == plays
    assert max(local(row).date() for row in rows) <= UNTIL
    for before, after in pairwise(rows):
        assert ended(after) - timedelta(milliseconds=int(after["ms_played"] or 0)) >= ended(before)


@pytest.mark.parametrize("plays", [600, 6000])
@pytest.mark.parametrize("seed", range(4))
def test_about_a_quarter_is_skipped_early(tracks: list[Track], plays: int, seed: int) -> None:
    rows = history(tracks, seed, plays)
    assert 0.18 <= mean(int(row["ms_played"] or 0) < 30_000 for row in rows) <= 0.29


def test_a_play_is_as_long_as_its_track_or_cut_short(tracks: list[Track], rows: list[Row]) -> None:
    lengths = {f"spotify:track:{track.track_id}": track.duration_ms for track in tracks}
    for row in rows:
        length = lengths.get(str(row["spotify_track_uri"]))
        if length is not None:
            played = int(row["ms_played"] or 0)
            assert played == length if row["reason_end"] == "trackdone" else played < length


def test_weekends_start_later(rows: list[Row]) -> None:
    def before_nine(days: range) -> float:
        times = [local(row) for row in rows if local(row).weekday() in days]
        return mean(at.hour < 9 for at in times)

    assert before_nine(range(5, 7)) < 0.05 < 0.15 < before_nine(range(5))


def test_work_is_calm_and_the_commute_is_not(heard: Callable[[str, When], float]) -> None:
    def desk(at: datetime) -> bool:
        return at.weekday() < 5 and at.hour in (10, 11, 14, 15)

    def commute(at: datetime) -> bool:
        return at.weekday() < 5 and at.hour in (7, 8, 17)

    assert heard("energy", commute) > heard("energy", desk) + 0.15
    assert heard("instrumentalness", desk) > heard("instrumentalness", commute) + 0.1


def test_winter_evenings_are_acoustic_and_sad(heard: Callable[[str, When], float]) -> None:
    def winter(at: datetime) -> bool:
        return at.hour in (19, 20, 21) and at.month in (11, 12, 1, 2)

    def summer(at: datetime) -> bool:
        return at.hour in (19, 20, 21) and at.month in (5, 6, 7, 8)

    assert heard("acousticness", winter) > heard("acousticness", summer) + 0.15
    assert heard("valence", winter) < heard("valence", summer) - 0.08
    assert heard("energy", winter) < heard("energy", summer) - 0.1


def test_favourites_have_a_long_tail_and_discovery_goes_on(rows: list[Row]) -> None:
    uris = [row["spotify_track_uri"] for row in rows if row["spotify_track_uri"]]
    counts = sorted(Counter(uris).values(), reverse=True)
    assert sum(counts[:20]) > 0.12 * len(uris)
    assert sum(count <= 2 for count in counts) > 0.2 * len(counts)
    half = len(uris) // 2
    assert len(set(uris[half:]) - set(uris[:half])) > 0.25 * len(
        set(uris)
    )  # 0.16 were all songs known from the start
