"""The journal keeps answers and where reading stands, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lib.collect.journal import Entry, Journal
from lib.landing import landed_files
from schemas.landing import LASTFM_API_PLAYS, LASTFM_API_TRACKS, SPOTIFY_API_TRACKS

MONTH = timedelta(days=30)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.sqlite")
    yield made
    made.close()


def entry(key: str, **more: object) -> Entry:
    return Entry(key, {"id": key}, **({"body": {"id": key}} | more))  # type: ignore[arg-type]


def test_what_is_known_is_settled_until_it_is_too_old(journal: Journal) -> None:
    told = [entry("a"), entry("b", state="absent", body=None),
            entry("c", state="failed", body=None, reason="500")]  # fmt: skip
    journal.keep(SPOTIFY_API_TRACKS, told)
    now = datetime.now(UTC)
    assert journal.settled(SPOTIFY_API_TRACKS, MONTH, now) == {"a", "b"}
    assert journal.settled(SPOTIFY_API_TRACKS, MONTH, now + MONTH * 2) == set()
    assert journal.settled(LASTFM_API_TRACKS, MONTH, now) == set()
    assert journal.failures() == [("spotify_api_tracks", "c", "500")]


def test_entries_and_cursor_are_kept_together_or_not_at_all(journal: Journal) -> None:
    journal.keep(LASTFM_API_PLAYS, [entry("1", is_dated=False)], "me", ("pages", {"page": 2}))
    second = [entry("2", is_dated=False)]
    with pytest.raises(TypeError):
        journal.keep(LASTFM_API_PLAYS, second, "me", ("pages", object()))
    assert journal.cursor("pages") == {"page": 2}
    assert list(journal.bodies(LASTFM_API_PLAYS)) == [{"id": "1"}]
    journal.keep(LASTFM_API_PLAYS, [], "me", ("pages", None))
    assert journal.cursor("pages") is None


def test_what_is_not_dated_is_landed_once_however_often_it_is_told(
    journal: Journal, tmp_path: Path
) -> None:
    landing = tmp_path / "landing"
    for _ in range(2):
        journal.keep(LASTFM_API_PLAYS, [entry("1", is_dated=False)], "me")
        journal.land(landing)
    journal.keep(LASTFM_API_PLAYS, [entry("1", is_dated=False)], "you")
    journal.land(landing)
    folders = [file.parent.name for file in landed_files(landing, LASTFM_API_PLAYS)]
    assert folders == ["user=me", "user=you"]
    assert journal.kept == {("lastfm_api_plays", "complete"): 2}


@settings(max_examples=20, deadline=None)
@given(
    order=st.permutations([f"{n}" for n in range(6)]),
    parts=st.lists(st.integers(1, 3), min_size=6, max_size=6),
)
def test_the_same_answers_in_any_order_make_the_same_file(
    order: list[str], parts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    made = Journal(folder / "journal.sqlite")
    left = list(order)
    for size in parts:
        some, left = left[:size], left[size:]
        made.keep(LASTFM_API_PLAYS, [entry(key, is_dated=False) for key in some], "me")
    [path] = made.land(folder / "landing")
    made.close()
    lines = [
        f'{{"asked":{{"id":"{n}"}},"state":"complete","body":{{"id":"{n}"}}}}\n' for n in range(6)
    ]
    assert path.read_text(encoding="utf-8") == "".join(lines)
