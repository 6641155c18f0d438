"""One play, many tellers: many small histories, a person each, reconciled in one go."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession

from lib import reconcile
from lib.reconcile import many_tell, told_again

ORDER = ["spotify_extended", "spotify_basic", "listenbrainz", "lastfm"]
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
DDL = (
    "play_id STRING, user_id STRING, source STRING, song_id STRING, track_name STRING, "
    "artist_name STRING, started_at TIMESTAMP, ms_played BIGINT, duration_ms BIGINT"
)


@dataclass(frozen=True)
class Told:
    """One row: which play it truly tells of is `of`; `at` is its start, in seconds past noon."""

    of: str
    source: str
    at: float
    heard: float | None = None
    song: str = "Song"
    title: str = ""
    artist: str = "Artist"
    length: float | None = None
    user: str = ""


def spotify(of: str, at: float, heard: float = 200, **more: str) -> Told:
    return Told(of, "spotify_extended", at, heard, **more)  # type: ignore[arg-type]


def basic(of: str, at: float, heard: float = 200) -> Told:
    """Its end falls to the whole minute; the start is worked out from that."""
    return Told(of, "spotify_basic", (at + heard) // 60 * 60 - heard, heard)


def lastfm(of: str, at: float, **more: str) -> Told:
    return Told(of, "lastfm", at, **more)  # type: ignore[arg-type]


def listenbrainz(of: str, at: float, length: float | None = None) -> Told:
    return Told(of, "listenbrainz", at, length=length)


#: A history each. Rows of one play, and no others, have the same `of`.
HISTORIES: dict[str, Sequence[Told]] = {
    "seconds apart": [spotify("p", 0), lastfm("p", 4)],
    "clocks half a minute apart": [spotify("p", 0, 20), lastfm("p", 32)],
    "a repeat minutes later": [spotify("p", 0), lastfm("q", 320)],
    "a repeat at once": [spotify("p", 0), lastfm("q", 203)],
    "a repeat at once, told the other way": [lastfm("q", -200), spotify("p", 0)],
    "back to back, scrobble of the first": [
        spotify("p", 0), spotify("q", 200), lastfm("p", 3),
    ],
    "back to back, scrobble of the second": [
        spotify("p", 0), spotify("q", 200), lastfm("q", 197),
    ],
    "on repeat, one scrobble missing": [
        *(spotify(f"p{n}", 200 * n) for n in range(8)),
        *(lastfm(f"p{n}", 200 * n + (-4, 5, 0)[n % 3]) for n in range(8) if n != 3),
    ],
    "on repeat, clocks 25 s apart": [
        *(spotify(f"p{n}", 60 * n, 58) for n in range(6)),
        *(lastfm(f"p{n}", 60 * n + 25) for n in range(6) if n != 2),
    ],
    "a skip before the play": [spotify("s", 0, 5), spotify("p", 6), lastfm("p", 2)],
    "a skip alone": [spotify("s", 0, 5), lastfm("p", 100)],
    "paused": [spotify("p", 90, 200), lastfm("p", 0)],
    "paused, and stopped early": [spotify("p", 90, 60), lastfm("p", 0)],
    "heard longer than told": [spotify("p", 0, 1000), lastfm("p", 8)],
    "to the minute": [basic("p", 47), spotify("p", 47), lastfm("p", 49)],
    "to the minute, a repeat": [basic("p", 47), lastfm("p", 49), basic("q", 300), lastfm("q", 298)],
    "scrobbles to the minute": [spotify("p", 55), lastfm("p", 0), spotify("q", 260),
                                lastfm("q", 240)],
    "three tellers": [spotify("p", 0), listenbrainz("p", 1), lastfm("p", 3)],
    "three, the middle between": [spotify("p", 0, 30), listenbrainz("p", 40, 30), lastfm("p", 80)],
    "three, one of them twice": [
        spotify("p", 0), lastfm("p", 1), listenbrainz("p", 10), lastfm("q", 12),
    ],
    "lengths unknown": [listenbrainz("p", 0), lastfm("p", 3)],
    "lengths unknown, a repeat": [listenbrainz("p", 0), lastfm("q", 240)],
    "one source alone": [lastfm("p", 0), lastfm("q", 0), lastfm("r", 2)],
    "two of one source at once": [spotify("p", 0), spotify("q", 0, 199), lastfm("p", 1)],
    "names by another id": [spotify("p", 0), lastfm("p", 2, song="Other", title="Songg")],
    "guests in the title": [
        spotify("p", 0, song="Crew", title="Crew (feat. Brent Faiyaz)", artist="GoldLink"),
        lastfm("p", 5, song="Crew2", title="Crew", artist="GoldLink & Brent Faiyaz"),
    ],
    "parts of a work": [
        spotify("p", 0, song="One", title="Symphony No. 5: I"),
        lastfm("q", 2, song="Two", title="Symphony No. 5: II"),
    ],
    "another song at once": [spotify("p", 0), lastfm("q", 0, song="Other", title="Elsewhere")],
    "other artists, same title": [
        spotify("p", 0, song="Hello", artist="Adele"),
        lastfm("q", 0, song="Hello2", title="Hello", artist="Lionel Richie"),
    ],
    "two people": [spotify("p", 0), replace(lastfm("q", 0), user="someone else")],
    # 600 s are a bucket's edge to a rule of thumb; noon is one of all buckets that divide a day.
    **{f"about a bucket's edge {edge}": [spotify("p", edge - 2), lastfm("p", edge + 2)]
       for edge in (0, 165, 600, 660, 720, 2880)},
    **{f"about a bucket's edge -{edge}": [lastfm("p", -edge - 89), spotify("p", -edge + 2)]
       for edge in (0, 165, 600, 660, 720, 2880)},
}  # fmt: skip

Row = tuple[str, str, str, str, str, str, datetime, int | None, int | None]


def row_of(user: str, number: int, told: Told) -> Row:
    def ms(seconds: float | None) -> int | None:
        return None if seconds is None else round(seconds * 1000)

    return (
        f"{user}/{number}/{told.of}/{told.source}", f"{user}{told.user}", told.source, told.song,
        told.title or told.song, told.artist, NOON + timedelta(seconds=told.at),
        ms(told.heard), ms(told.length),
    )  # fmt: skip


@pytest.fixture(scope="module")
def plays_of(spark: SparkSession) -> Callable[[Sequence[Row]], DataFrame]:
    names = [column.split()[0] for column in DDL.split(", ")]

    def plays(rows: Sequence[Row]) -> DataFrame:
        columns = zip(*rows, strict=True)
        return spark.createDataFrame(pa.table(dict(zip(names, columns, strict=True))), DDL)

    return plays


def links_of(plays: DataFrame) -> dict[str, str]:
    rows = told_again(plays, ORDER).collect()
    links = {row.play_id: row.leader_id for row in rows}
    assert len(links) == len(rows), "a play follows two leaders"
    return links


@pytest.fixture(scope="module")
def links(plays_of: Callable[[Sequence[Row]], DataFrame]) -> dict[str, str]:
    """What was found in all histories at once."""
    rows = [
        row_of(user, n, told)
        for user, history in HISTORIES.items()
        for n, told in enumerate(history)
    ]
    return links_of(plays_of(rows))


@pytest.mark.parametrize("history", HISTORIES)
def test_rows_that_tell_of_one_play_follow_the_one_of_most_detail(
    links: dict[str, str], history: str
) -> None:
    by_play = defaultdict(list)
    for number, told in enumerate(HISTORIES[history]):
        by_play[told.of].append((ORDER.index(told.source), row_of(history, number, told)[0]))
    expected = {
        follower: min(rows)[1] for rows in by_play.values() for _, follower in sorted(rows)[1:]
    }
    assert {k: v for k, v in links.items() if k.startswith(f"{history}/")} == expected


def test_whether_many_tell(plays_of: Callable[[Sequence[Row]], DataFrame]) -> None:
    one, other = row_of("u", 0, spotify("p", 0)), row_of("u", 1, lastfm("p", 0))
    assert many_tell(plays_of([one, other]))
    assert not many_tell(plays_of([one, row_of("v", 1, lastfm("p", 0))]))


# ------------------------------------------------------------------------- made-up histories

_SECONDS = st.integers(0, 40).map(lambda n: n * 7.0) | st.integers(0, 900).map(float)
_TOLD = st.builds(
    Told,
    of=st.just("-"),
    source=st.sampled_from(ORDER),
    at=_SECONDS,
    heard=st.none() | st.sampled_from([0.0, 2.0, 29.0, 100.0, 240.0]),
    song=st.sampled_from(["Song", "Song", "Sonh", "Other"]),
    length=st.none() | st.just(210.0),
    user=st.sampled_from(["", "", " and another"]),
)


def made_up(count: int, tellers: Sequence[str]) -> list[Row]:
    """Rows of many small histories that Hypothesis draws, a person (or two) each."""
    histories: list[list[Told]] = []

    @settings(
        max_examples=count, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(_TOLD, min_size=2, max_size=9))
    def draw(history: list[Told]) -> None:
        histories.append(history)

    draw()
    return [
        row_of(f"h{h}", n, replace(told, source=tellers[ORDER.index(told.source) % len(tellers)]))
        for h, history in enumerate(histories)
        for n, told in enumerate(history)
    ]


def test_whatever_the_history_plays_are_joined_once_and_in_any_order_alike(
    plays_of: Callable[[Sequence[Row]], DataFrame],
) -> None:
    rows = made_up(250, ORDER)
    found = links_of(plays_of(rows))
    assert len(found) > 100
    told = {row[0]: row for row in rows}
    groups = defaultdict(list)
    for follower, leader in found.items():
        assert leader not in found, "a leader follows another"
        assert ORDER.index(told[leader][2]) < ORDER.index(told[follower][2])
        assert told[leader][1] == told[follower][1], "two people's plays are one"
        groups[leader].append(told[follower][2])
    for sources in groups.values():
        assert len(sources) == len(set(sources)), "a source tells one play twice"
    shuffled = random.Random(7).sample(rows, len(rows))
    assert links_of(plays_of(shuffled)) == found


def test_two_sources_are_matched_as_the_best_pairs_first_in_plain_python(
    plays_of: Callable[[Sequence[Row]], DataFrame],
) -> None:
    rows = made_up(250, ["spotify_extended", "lastfm"])
    found = links_of(plays_of(rows))
    scores = [
        (-score, short, apart, gap, a[0], b[0])
        for a in rows
        for b in rows
        if a[1] == b[1] and (a[2], b[2]) == ("spotify_extended", "lastfm")
        for score, short, apart, gap in [plain_score(a, b)]
        if score >= 0.999999
    ]
    free_a, free_b, cost = {row[0] for row in rows}, {row[0] for row in rows}, []
    for *how, a, b in sorted(scores):
        if a in free_a and b in free_b:
            free_a.remove(a)
            free_b.remove(b)
            cost.append((a.split("/")[0], *how))
    by_pair = {(a, b): tuple(how) for *how, a, b in scores}
    # Which of two pairs as good as each other is taken first is a lot; how good they are is not.
    got = [(b.split("/")[0], *by_pair[leader, b]) for b, leader in found.items()]
    users = {user for user, *_ in cost}
    alike = [u for u in users if sorted(g for g in got if g[0] == u) ==
             sorted(c for c in cost if c[0] == u)]  # fmt: skip
    assert len(users) > 100
    assert len(alike) >= 0.98 * len(users)
    assert abs(len(got) - len(cost)) <= 0.01 * len(cost)


def plain_score(a: Row, b: Row) -> tuple[float, bool, float, float]:
    """Score, whether it is too short for a scrobble, and how far apart the starts are."""
    starts = [row[6].timestamp() for row in (a, b)]
    heard = [None if row[7] is None else row[7] / 1000 for row in (a, b)]
    lengths = [row[8] / 1000 for row in (a, b) if row[8] is not None]
    slack = [60 if row[7] is None and row[6].second == 0 else 0 for row in (a, b)]
    gap = abs(starts[0] - starts[1])
    first = 0 if starts[0] <= starts[1] else 1
    apart = max(0.0, gap - slack[first])
    known = [h for h in heard if h is not None]
    going_on = heard[first]
    if going_on is None:
        going_on = max(lengths) if lengths else max([180.0, *known])
    time = 0.0
    if apart <= 10:
        time = 1.0
    elif apart <= reconcile.CLOCKS_S:
        time = 0.8
    elif apart <= min(reconcile.FARTHEST_S, going_on - reconcile.CLOCKS_S):
        time = 0.6
    title = 1.0 if a[3] == b[3] else {("Song", "Sonh"): 0.75, ("Sonh", "Song"): 0.75}.get(
        (a[3], b[3]), 0.0
    )  # fmt: skip
    if a[3] != b[3] and apart > reconcile.CLOCKS_S:
        title = 0.0
    short = len(known) == 1 and known[0] < 30
    score = round(0.4 * title + 0.3 + 0.5 * time, 6) if title >= 0.7 else 0.0
    return score, short, apart, gap
