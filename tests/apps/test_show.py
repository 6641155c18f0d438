"""How answers look."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from toy_jobs import toy_places

from apps.coverage import percent
from apps.show import print_answer, print_json, show_ingested, show_report, show_status
from lib.ingest import FileReport
from lib.pipeline import Report, Step
from lib.quality import RuleCount
from lib.run_job import Made
from schemas.table import Rule

Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """What was printed on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    return lambda: capsys.readouterr().out


def answer(**columns: Any) -> pa.Table:
    return pa.table({name: [value] for name, value in columns.items()})


def test_json_is_an_array_of_objects_with_plain_values(said: Said) -> None:
    print_answer(
        answer(
            at=datetime(2024, 3, 1, 23, 30, tzinfo=UTC),
            day=date(2024, 3, 1),
            plays=Decimal(12),
            huge=Decimal(10) ** 30,
            price=Decimal("1.50"),
            nothing=None,
            no_number=float("nan"),
            moods=["a", "b"],
            title='"Fürst" \\ [red]',
        ),
        "json",
    )
    assert json.loads(said(), parse_constant=pytest.fail) == [
        {
            "at": "2024-03-01T23:30:00+00:00",
            "day": "2024-03-01",
            "plays": 12,
            "huge": 1e30,
            "price": 1.5,
            "nothing": None,
            "no_number": None,
            "moods": ["a", "b"],
            "title": '"Fürst" \\ [red]',
        }
    ]
    print_answer(answer(one=1).slice(0, 0), "json")
    assert json.loads(said()) == []


def test_a_whole_number_is_written_as_one(said: Said) -> None:
    print_json({"plays": Decimal(12), "path": Path("/lake")})
    assert said().split() == ["{", '"plays":', "12,", '"path":', '"/lake"', "}"]


def test_csv_has_a_header_and_quotes_what_needs_it(said: Said) -> None:
    print_answer(answer(title='a,"b"', artist="line\nbreak", plays=1, nothing=None), "csv")
    assert said() == 'title,artist,plays,nothing\n"a,""b""","line\nbreak",1,\n'
    print_answer(answer(title="x").slice(0, 0), "csv")
    assert said() == "title\n"


def test_a_table_on_screen_shows_titles_as_they_are_and_says_what_it_leaves_out(
    said: Said,
) -> None:
    print_answer(answer(title="[bold]Live[/]", plays=1234567), "table")
    shown = said()
    assert "[bold]Live[/]" in shown
    assert "1,234,567" in shown
    print_answer(pa.table({"number": list(range(101))}), "table")
    assert "100 of 101 rows; --format csv gives all." in said()
    print_answer(answer(title="x").slice(0, 0), "table")
    assert "title" in said()


def test_a_report_says_what_failed_what_was_blocked_and_what_did_not_land(
    said: Said, tmp_path: Path
) -> None:
    counts = tuple(
        RuleCount(Rule(name, "x", severity), 9, broken)
        for name, severity, broken in (
            ("time_is_known", "reject", 3),
            ("is_no_podcast", "skip", 2),
            ("is_plausible", "warn", 1),
            ("has_id", "reject", 0),
        )
    )
    steps = [
        Step("bronze.plays", "done", "not built yet", 1.25, Made(9, 1, counts)),
        Step("silver.plays", "failed", "not built yet", error="[red]no room"),
        Step("gold.moods", "blocked", "reads silver.plays"),
    ]
    show_report(Report("run", {step.table: step for step in steps}), toy_places(tmp_path))
    shown = said()
    assert "bronze.plays: 3 rows break time_is_known (in ops.quarantine)" in shown
    assert "bronze.plays: 2 rows break is_no_podcast (left out)" in shown
    assert "bronze.plays: 1 rows break is_plausible (landed all the same)" in shown
    assert "has_id" not in shown
    assert "silver.plays failed: [red]no room" in shown
    assert f"details: {tmp_path}/logs/spark.log" in shown
    [line] = [line for line in shown.splitlines() if "bronze.plays" in line and "done" in line]
    assert [cell.strip() for cell in line.split("│")[3:6]] == ["4", "5", "1.2"]


def test_files_are_told_one_a_line(said: Said) -> None:
    show_ingested(
        [
            FileReport("a[b].json", "spotify_extended", "landed", 1234, 62, "Ann"),
            FileReport("x.json", None, "refused", detail="is empty: ask for the export again"),
        ]
    )
    assert said().splitlines() == [
        "✓ a[b].json: landed: spotify_extended, 1,234 rows, 62 of them podcasts, of Ann",
        "✗ x.json: refused: is empty: ask for the export again",
        "Next: songlake run",
    ]


def test_an_empty_lake_says_how_to_begin(said: Said) -> None:
    show_status({"lake": "/lake", "tables": []})
    assert "There is no table in /lake yet. Start with songlake ingest PATH" in said()


def coverage(user: str, source: str, plays: int, found: int) -> dict[str, Any]:
    names = "plays_that_count told_by_another_too spotify_features measured_features no_features"
    more = dict.fromkeys(f"{names} kaggle_features synthetic_features".split(), 0)
    told = {"user_id": user, "source": source, "plays": plays, "found_a_song": found}
    return told | more | {"first": date(2024, 1, 1), "last": date(2024, 3, 1)}


def show_coverage(*told: dict[str, Any]) -> None:
    table = {"table": "silver.listening_with_features", "rows": 1, "version": 1, "state": ""}
    show_status(
        {"lake": "/lake", "tables": [table], "coverage": told, "last_run": [], "not_built": []}
    )


def test_coverage_keeps_words_numbers_and_dates_whole_on_a_narrow_terminal(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    sources = ["all", "lastfm", "listenbrainz", "spotify_extended"]
    show_coverage(*[coverage("Ann", source, 1_234_567, 1_234_566) for source in sources])
    shown = said()
    assert max(map(len, shown.splitlines())) <= 80
    for whole in ("features from Spotify", "listenbrainz", "1,234,567", "2024-01-01", " 99.9 %"):
        assert whole in shown
    assert {"spotify", "extended"} <= set(shown.split())
    assert "What found no song: songlake unmatched" in shown


def test_each_user_has_a_table_where_one_source_needs_no_sum(said: Said) -> None:
    show_coverage(
        *[coverage(user, of, 1, 1) for user in ("Ann", "[b]") for of in ("all", "lastfm")]
    )
    shown = said()
    assert "Plays of Ann" in shown
    assert "Plays of [b]" in shown
    assert not {"all", "unmatched"} & set(shown.split())


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 9, "-"),
        (1, 9999, "0.1 %"),
        (23, 1000, "2.3 %"),
        (9998, 9999, "99.9 %"),
        (9, 9, "100 %"),
        (0, 0, "-"),
    ],
)
def test_a_share_is_none_or_all_only_where_it_is(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words
