from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lib import unzip
from lib.ingest import ingest
from lib.landing import landed_files
from schemas.landing import SPOTIFY_EXTENDED
from tests.lib.ingest_samples import BASIC, CSV, PLAY, by_name, contents, dump, one, write, zipped


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


def test_a_zip_in_a_zip_is_looked_into(tmp_path: Path, landing: Path) -> None:
    write(
        tmp_path / "out.zip",
        zipped({"in.zip": zipped({"a/b.json": [PLAY], "c.csv": CSV.encode()})}),
    )
    reports = by_name(ingest([tmp_path / "out.zip"], landing))
    assert {name: report.status for name, report in reports.items()} == {
        "b.json": "landed",
        "c.csv": "landed",
    }
    assert reports["b.json"].source == f"{tmp_path}/out.zip!in.zip!a/b.json"


def test_a_zip_three_deep_is_refused(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "a.zip", zipped({"b.zip": zipped({"c.zip": zipped({"d.json": [PLAY]})})}))
    report = one(tmp_path / "a.zip", landing)
    assert report.status == "refused"
    assert report.detail.endswith("unpack it first")


@pytest.mark.parametrize(
    "member", ["../evil.json", "/evil.json", "a/../../evil.json", "..\\evil.json", "C:\\evil.json"]
)
def test_a_path_that_climbs_out_is_refused_and_the_rest_is_landed(
    tmp_path: Path, landing: Path, member: str
) -> None:
    write(tmp_path / "in" / "a.zip", zipped({member: [{**PLAY, "evil": 1}], "good.json": [PLAY]}))
    before = set(tmp_path.rglob("*"))
    reports = ingest([tmp_path / "in"], landing)
    assert sorted(report.status for report in reports) == ["landed", "refused"]
    assert "climbs out" in next(r.detail for r in reports if r.status == "refused")
    assert [path.name[17:] for path in landed_files(landing, SPOTIFY_EXTENDED)] == ["good.json"]
    assert {p for p in set(tmp_path.rglob("*")) - before if not p.is_relative_to(landing)} == set()


def test_an_encrypted_member_is_refused(tmp_path: Path, landing: Path) -> None:
    data = bytearray(zipped({"a.json": [PLAY]}))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # bit 0 of the flags in the central directory
    report = one(write(tmp_path / "a.zip", bytes(data)), landing)
    assert (report.status, report.source) == ("refused", f"{tmp_path}/a.zip!a.json")
    assert "encrypted: unpack the zip with its password" in report.detail


def test_a_zip_that_would_unpack_to_too_much_is_refused(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unzip, "MAX_UNPACKED_BYTES", 1_000_000)
    write(tmp_path / "a.zip", zipped({"a.json": [PLAY], "b.bin": b"0" * 1_000_000}))
    report = one(tmp_path / "a.zip", landing)
    assert report.status == "refused"
    assert "would unpack to" in report.detail
    assert contents(landing) == {}


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path, landing: Path) -> None:
    data = bytearray(zipped({"a.json": [PLAY] * 1_000}))
    at = data.index(b"PK\x01\x02") + 24  # the size in the central directory
    data[at : at + 4] = (500).to_bytes(4, "little")
    assert one(write(tmp_path / "a.zip", bytes(data)), landing).status == "refused"
    assert contents(landing) == {}


@pytest.mark.parametrize(
    ("flags", "name"), [(0, b"\x00"), (8, b"\xf3")], ids=["no name", "name not UTF-8"]
)
def test_a_member_without_a_readable_name_does_not_end_the_ask(
    tmp_path: Path, landing: Path, flags: int, name: bytes
) -> None:
    data = bytearray(zipped({"a": [PLAY], "b.json": [PLAY]}))
    at = data.index(b"PK\x01\x02")
    data[at + 9] |= flags  # 8 in the upper byte says that the name is UTF-8
    data[at + 46 : at + 47] = name
    write(tmp_path / "in" / "a.zip", bytes(data))
    write(tmp_path / "in" / "z.json", [BASIC])
    reports = by_name(ingest([tmp_path / "in"], landing))
    assert reports["z.json"].status == "landed"
    assert "refused" in {report.status for report in reports.values()}


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_damaged_zip_never_ends_the_ask_and_never_lands_half_a_file(seed: int) -> None:
    chance = random.Random(seed)
    good = dump([PLAY] * 50)
    data = bytearray(zipped({"a/b.json": good, "c.csv": CSV.encode()}))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    del data[chance.choice([len(data), chance.randrange(4, len(data))]) :]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "a.zip", bytes(data))
        write(Path(folder) / "b.json", [BASIC])
        landing = Path(folder) / "landing"
        reports = ingest([Path(folder) / "a.zip", Path(folder) / "b.json"], landing)
        assert reports[-1].status == "landed"
        assert set(contents(landing).values()) <= {good, CSV.encode(), dump([BASIC])}
