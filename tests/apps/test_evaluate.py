"""`songlake evaluate`: figures from a file or the lake's plays, or one clear line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from toy_jobs import pour, row, toy_places
from typer.testing import Result

from lib.errors import InputError
from lib.evaluation.inputs import from_file
from schemas.silver import PLAYS

Songlake = Callable[..., Result]
MODELS = ("popularity", "item-knn", "ease", "songlake")


def lines(users: int = 12) -> list[tuple[str, str, int, int]]:
    """Each user hears four of the five items of one of two tastes."""
    return [
        (f"ü{user}", f"{user % 2} é{item}", item + 1, 1_000 * user + item)
        for user in range(users)
        for item in range(5)
        if item != user % 5
    ]


def csv_of(folder: Path, text: str, name: str = "plays.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_csv(folder: Path) -> Path:
    rows = "".join(f"{user},{item},{plays},{at}\n" for user, item, plays, at in lines())
    return csv_of(folder, "user_id,item_id,weight,seen_at\n" + rows)


def test_json_is_models_and_their_figures(songlake: Songlake, tmp_path: Path) -> None:
    result = songlake("evaluate", "--file", as_csv(tmp_path), "--seeds", "0,1", "--json")
    found = json.loads(result.stdout)
    assert list(found) == ["models"]
    assert tuple(found["models"]) == MODELS
    for figures in found["models"].values():
        assert {"ndcg@10", "recall@10", "coverage", "novelty", "seconds"} <= set(figures)
    # The item of a taste that is held out is first for whoever knows tastes.
    assert found["models"]["item-knn"]["recall@10"] == 1
    ease, ours = (found["models"][name]["ndcg@10"] for name in ("ease", "songlake"))
    assert ours >= ease > found["models"]["popularity"]["ndcg@10"]


def test_the_table_says_what_it_is_about(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shown = songlake("evaluate", "--file", as_csv(tmp_path), "--models", "popularity").stdout
    assert "popularity" in shown
    assert "songlake" not in shown
    assert "12 users, 10 items, 48 pairs; 12 users asked" in shown
    assert "seeds 0, 1, 2, 3, 4" in shown
    assert "Fewer than 100 users" in shown


def test_a_parquet_file_and_any_order_of_rows_give_the_same(tmp_path: Path) -> None:
    names = ["user_id", "item_id", "weight", "seen_at"]
    table = pa.table(dict(zip(names, map(list, zip(*lines()[::-1], strict=True)), strict=True)))
    pq.write_table(table.append_column("more", table["weight"]), tmp_path / "plays.parquet")
    one, other = from_file(tmp_path / "plays.parquet"), from_file(as_csv(tmp_path))
    assert one.users.tolist() == other.users.tolist()
    assert (one.weights != other.weights).nnz == 0


def test_what_a_file_may_hold(tmp_path: Path) -> None:
    told = from_file(
        csv_of(tmp_path, '\ufeffItem_ID;user_id;weight\n"a;b";u;2\na;u;0\n\n"a;b";u;3\nc;v;\n')
    )
    assert told.items.tolist() == ["a;b", "c"]
    assert told.weights.toarray().tolist() == [[5, 0], [0, 1]]
    assert told.seen_at is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "plays.csv: its columns are none: it needs columns user_id and item_id"),
        ("user,item\na,b\n", "its columns are user, item: it needs columns user_id"),
        ("user_id,item_id\na,b\na\n", "line 3 has 1 fields and the header 2"),
        ("user_id,item_id\na,\n", "line 2: no item_id"),
        ("user_id,item_id,weight\na,b,1\na,c,nan\n", "line 3: weight 'nan' is no number from 0"),
        ("user_id,item_id,weight\na,b,-1\n", "line 2: weight '-1'"),
        ("user_id,item_id,weight\na,b,often\n", "line 2: weight 'often'"),
        ("user_id,item_id,seen_at\na,b,May\n", "line 2: seen_at 'May' is no time"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=r"plays\.csv: ") as raised:
        from_file(csv_of(tmp_path, text))
    assert said in str(raised.value)


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("plays.parquet", "plays.csv"):
        with pytest.raises(InputError, match=name):
            from_file(tmp_path / name)
    with pytest.raises(InputError, match=r"plays\.parquet: "):
        from_file(csv_of(tmp_path, "user_id,item_id\n", "plays.parquet"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id,item_id\n", "tells of 0 users"),
        ("user_id,item_id\na,x\na,y\n", "tells of 1 user:"),
        ("user_id,item_id\na,x\nb,y\nb,y\n", "no user has two different items"),
    ],
)
def test_too_few_is_one_clear_line(
    songlake: Songlake, tmp_path: Path, text: str, said: str
) -> None:
    result = songlake("evaluate", "--file", csv_of(tmp_path, text))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "--file plays.csv" in result.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--split", "half"], "choose leave-one-out or temporal"),
        (["--models", "als"], "--models als: choose all, or of popularity"),
        (["--seeds", "4-0"], "--seeds 4-0: write 0-4"),
    ],
)
def test_flags_that_mean_nothing_are_told(
    songlake: Songlake, tmp_path: Path, flags: list[str], said: str
) -> None:
    result = songlake("evaluate", "--file", as_csv(tmp_path), *flags)
    assert (result.exit_code, said in result.stderr) == (1, True)


def heard(user: str, song: str, day: int, **told: Any) -> dict[str, Any]:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return row(PLAYS, play_id=f"{user}{song}{day}", user_id=user, song_id=song, played_at=at) | told


def test_the_lakes_own_plays_by_time(songlake: Songlake, tmp_path: Path) -> None:
    places = toy_places(tmp_path)
    no_plays = songlake("evaluate", "--data", tmp_path)
    assert "silver.plays is not built yet" in no_plays.stderr
    plays = [heard(user, song, at) for user in "abc" for at, song in enumerate("vwxyz")]
    plays += [heard("d", song, at) for at, song in enumerate("vwxy")] + [
        heard("d", "short", 0, counts=False)
    ]
    pour(places.path(PLAYS), PLAYS, *plays)
    shown = songlake("evaluate", "--split", "temporal", "--data", tmp_path).stdout
    assert "4 users, 5 items, 19 pairs; 3 users asked" in shown
    assert "first heard in the last fifth" in shown
