from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib.errors import InputError
from lib.ingest import ingest
from lib.landing import landed_files
from schemas.landing import KAGGLE, SPOTIFY_EXTENDED
from tests.lib.ingest_samples import CSV, PLAY, by_name, one, write, zipped


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    ("files", "user"),
    [
        ({"a.json": [{**PLAY, "username": "anna"}], "Userdata.json": {"username": "x"}}, "anna"),
        ({"a.json": [PLAY], "Userdata.json": {"username": "anna"}}, "anna"),
        ({"a.json": [PLAY], "Identity.json": {"displayName": "Anna"}}, "Anna"),
        (
            {
                "a.json": [PLAY],
                "identity.json": {"displayName": "A"},
                "Userdata.json": {"username": "anna"},
            },
            "anna",
        ),
        ({"Account/Userdata.json": {"username": "anna"}, "History/a.json": [PLAY]}, "anna"),
        (
            {
                "bob/Userdata.json": {"username": "bob"},
                "anna/Account/Userdata.json": {"username": "anna"},
                "anna/History/a.json": [PLAY],
            },
            "anna",
        ),
        (
            {
                "Userdata.json": {"username": "anna"},
                "a.json": [PLAY],
                "b/Userdata.json": {"username": "bob"},
            },
            "anna",
        ),
        (
            {
                "1/Userdata.json": {"username": "bob"},
                "2/Userdata.json": {"username": "anna"},
                "a.json": [PLAY],
            },
            "me",
        ),
        ({"user.json": {"user_id": 7, "username": "anna"}, "listens/a.json": [PLAY]}, "anna"),
        ({"a.json": [PLAY]}, "me"),
    ],
    ids=[
        "in the rows",
        "user data",
        "identity",
        "user data before identity",
        "folder beside",
        "nearest",
        "own folder before those in it",
        "two names",
        "ListenBrainz' user",
        "none",
    ],
)
def test_the_export_says_whose_it_is(
    tmp_path: Path, landing: Path, files: dict[str, Any], user: str, as_zip: bool
) -> None:
    if as_zip:
        write(tmp_path / "in.zip", zipped(files))
    else:
        for name, content in files.items():
            write(tmp_path / "in" / name, content)
    reports = by_name(ingest([tmp_path / ("in.zip" if as_zip else "in")], landing))
    assert (reports["a.json"].status, reports["a.json"].user) == ("landed", user)
    assert [path.parent.name for path in landed_files(landing, SPOTIFY_EXTENDED)] == [
        f"user={user}"
    ]


def test_a_file_named_by_itself_is_the_same_users(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "in" / "a.json", [PLAY])
    write(tmp_path / "in" / "Userdata.json", {"username": "anna"})
    assert one(tmp_path / "in" / "a.json", landing).user == "anna"
    assert by_name(ingest([tmp_path / "in"], landing))["a.json"].status == "already"


def test_the_person_has_the_last_word(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "a.json", [{**PLAY, "username": "anna"}])
    assert one(tmp_path / "a.json", landing).user == "anna"
    again = one(tmp_path / "a.json", landing, user="bob")
    assert (again.status, again.user) == ("landed", "bob")
    assert "also landed for user anna" in again.detail


def test_the_catalogue_is_nobodys(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "a.csv", CSV.encode())
    report = one(tmp_path / "a.csv", landing, user="bob")
    assert report.user is None
    assert landed_files(landing, KAGGLE)[0].parent == landing / "kaggle"


def test_a_user_without_a_usable_name_is_refused_at_once(tmp_path: Path, landing: Path) -> None:
    with pytest.raises(InputError, match="--user NAME"):
        ingest([tmp_path], landing, user=" ")
    assert not landing.exists()
