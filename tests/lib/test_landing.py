from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from lib import landing as area
from lib.errors import InputError, SettingsError
from lib.landing import fingerprint, kind_folder, land, landed_files, user_folder, user_of
from schemas.landing import KAGGLE, SPOTIFY_BASIC

USER_CHARS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@%=")


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    area.prepare(tmp_path / "landing")
    return tmp_path / "landing"


def put(landing: Path, data: bytes = b"[]", name: str = "a.json", user: str = "me") -> Path:
    digest = hashlib.sha256(data).hexdigest()
    return land(io.BytesIO(data), digest, kind_folder(landing, SPOTIFY_BASIC, user), name, landing)


@given(st.text(min_size=1, max_size=15).filter(lambda name: name.strip()))
def test_a_users_folder_is_safe_and_tells_the_user(user: str) -> None:
    folder = user_folder(user)
    assert set(folder) <= USER_CHARS
    assert user_of(folder) == user


@pytest.mark.parametrize(
    ("user", "folder"),
    [
        ("anna.b_c-d@example", "user=anna.b_c-d@example"),
        ("../../etc", "user=..%2F..%2Fetc"),
        ("a~b c%", "user=a%7Eb%20c%25"),
        ("Zoë", "user=Zo%C3%AB"),
    ],
)
def test_a_users_folder_is_percent_encoded(user: str, folder: str) -> None:
    assert user_folder(user) == folder


@pytest.mark.parametrize("user", ["", "  ", "x" * 201, "ë" * 34])
def test_a_user_without_a_usable_name_is_refused(user: str) -> None:
    with pytest.raises(InputError, match="--user NAME"):
        user_folder(user)


def test_a_file_is_landed_under_its_hash_and_user(landing: Path) -> None:
    path = put(landing, b"[1]", "Streaming History (1).json", "anna b")
    digest = hashlib.sha256(b"[1]").hexdigest()
    assert path.relative_to(landing).as_posix() == (
        f"spotify_basic/user=anna%20b/{digest[:16]}-Streaming_History_1_.json"
    )
    assert path.read_bytes() == b"[1]"
    assert landed_files(landing, SPOTIFY_BASIC) == [path]
    assert not list((landing / area.INCOMING).iterdir())


def test_a_kind_that_belongs_to_nobody_has_no_user_folder(landing: Path) -> None:
    assert kind_folder(landing, KAGGLE, "me") == landing / "kaggle"


def test_a_name_is_bounded_and_safe(landing: Path) -> None:
    path = put(landing, name="{a}*[b]," + "x" * 300 + ".json")
    assert len(path.name) < 120
    assert path.name.endswith(".json")
    assert not set(path.name) & set("{}[]*?, ")


def test_a_file_that_changes_meanwhile_is_not_landed(landing: Path) -> None:
    with pytest.raises(InputError, match="changed while it was read"):
        land(io.BytesIO(b"new"), "0" * 64, landing / "kaggle", "a.csv", landing)
    assert [path for path in landing.rglob("*") if path.is_file()] == []


def test_a_full_disk_leaves_nothing_behind(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"No space left on device\): free some space there"):
        put(landing)
    assert [path.name for path in landing.rglob("*")] == [area.INCOMING]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a tiny disk takes root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_really_full_disk_takes_what_fits(tiny_disk: Path) -> None:
    landing = tiny_disk / "landing"
    area.prepare(landing)
    small = put(landing, b"small")
    with pytest.raises(InputError, match="No space left on device"):
        put(landing, b"x" * 200_000)
    assert landed_files(landing, SPOTIFY_BASIC) == [small]
    assert not list((landing / area.INCOMING).iterdir())
    put(landing, b"y" * 20_000)


def test_a_landing_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"file/landing: cannot be written to .*SONGLAKE_DATA"):
        area.prepare(tmp_path / "file" / "landing")


def test_a_landing_folder_that_cannot_be_written_is_named(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(SettingsError, match="not writable"):
        area.prepare(landing)


def test_what_a_killed_run_left_is_cleared_after_a_day(landing: Path) -> None:
    old, new = landing / area.INCOMING / "old", landing / area.INCOMING / "new"
    old.touch()
    new.touch()
    os.utime(old, (0, time.time() - area.STALE_SECONDS - 60))
    area.prepare(landing)
    assert (old.exists(), new.exists()) == (False, True)


def test_the_fingerprint_follows_names_users_and_sizes(landing: Path) -> None:
    seen = [fingerprint(landing, SPOTIFY_BASIC)]
    path = put(landing, b"[1]")
    seen.append(fingerprint(landing, SPOTIFY_BASIC))
    put(landing, b"[1]", user="bob")
    seen.append(fingerprint(landing, SPOTIFY_BASIC))
    path.write_bytes(b"[1, 2]")
    seen.append(fingerprint(landing, SPOTIFY_BASIC))
    assert len(set(seen)) == 4
    assert fingerprint(landing, KAGGLE) == seen[0]


def test_the_fingerprint_ignores_what_is_not_landed_and_where_the_lake_is(
    landing: Path, tmp_path: Path
) -> None:
    put(landing, b"[1]")
    before = fingerprint(landing, SPOTIFY_BASIC)
    (landing / "spotify_basic" / "user=me" / ".hidden").touch()
    (landing / "spotify_basic" / "user=me" / "notes.txt").touch()
    (landing / "spotify_basic" / "stray").touch()
    (landing / area.INCOMING / "half").touch()
    assert fingerprint(landing, SPOTIFY_BASIC) == before
    landing.rename(tmp_path / "moved")
    assert fingerprint(tmp_path / "moved", SPOTIFY_BASIC) == before
