from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from lib.dataset_folder import FILES, SUMMARY, place, problems, write_folder
from lib.errors import InputError

ROWS = "file,tempo\nstems/a.flac,120\nstems/b.flac,\n"


def fill(folder: Path) -> Mapping[str, Any]:
    (folder / "stems").mkdir()
    for name in "ab":
        (folder / "stems" / f"{name}.flac").write_bytes(name.encode() * 100)
    (folder / "stems.csv").write_text(ROWS)
    return {"tables": {"stems.csv": {"rows": 2, "columns": ["file", "tempo"]}}}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    write_folder(tmp_path / "set", fill, force=False)
    return tmp_path / "set"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_dataset_is_whole_also_where_it_is_moved_or_copied(made: Path, tmp_path: Path) -> None:
    before = contents(made)
    assert set(before) == {"stems/a.flac", "stems/b.flac", "stems.csv", FILES, SUMMARY}
    assert list(problems(made)) == []
    made.rename(tmp_path / "moved")
    shutil.copytree(tmp_path / "moved", tmp_path / "deep" / "copied")
    assert list(problems(tmp_path / "deep" / "copied")) == []
    write_folder(tmp_path / "again", fill, force=False)
    assert contents(tmp_path / "again") == before, "the same tables give the same bytes"


def _rewrite(name: str, old: str, new: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        file = folder / name
        file.write_text(file.read_text().replace(old, new))

    return harm


#: What is done to a dataset, and the problems that it has then.
HARM: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a file is gone": (
        lambda at: (at / "stems/a.flac").unlink(), ["stems/a.flac: missing"],
    ),
    "a file is cut off": (
        lambda at: os.truncate(at / "stems/a.flac", 7),
        ["stems/a.flac: 7 bytes, where 100 were written"],
    ),
    "a bit is turned": (
        lambda at: (at / "stems/a.flac").write_bytes(b"a" * 99 + b"b"),
        ["stems/a.flac: its contents changed since it was written"],
    ),
    "a file too many": (
        lambda at: (at / "x.txt").touch(), ["x.txt: not of this dataset: it is in no list"],
    ),
    "a row too many": (
        _rewrite("stems.csv", "b.flac,", "b.flac,\nstems/c.flac,1"),
        [
            "stems.csv: 57 bytes, where 42 were written",
            "stems.csv: 3 rows, where 2 were written",
            "stems.csv: names stems/c.flac, which is not of this dataset",
        ],
    ),
    "a column lost": (
        _rewrite("stems.csv", "file,tempo", "file,BPM"),
        [
            "stems.csv: 40 bytes, where 42 were written",
            "stems.csv: other columns than were written (without tempo)",
        ],
    ),
    "the list is gone": (lambda at: (at / FILES).unlink(), ["files.csv: missing"]),
    "the list is shorter": (
        lambda at: (at / FILES).write_text(
            "".join((at / FILES).read_text().splitlines(keepends=True)[:-1])
        ),
        [
            "files.csv: changed since it was written",
            "files.csv: lists 2 files, where the summary says 3",
            "stems/b.flac: not of this dataset: it is in no list",
            "stems.csv: names stems/b.flac, which is not of this dataset",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HARM)
def test_what_is_wrong_is_named(made: Path, case: str) -> None:
    harm, expected = HARM[case]
    harm(made)
    assert list(problems(made)) == expected


def test_without_a_summary_it_is_no_dataset(made: Path) -> None:
    (made / SUMMARY).write_text("{}")
    with pytest.raises(InputError, match="no dataset"):
        list(problems(made))


def test_nothing_else_is_ever_written_over(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "a.jpg").write_bytes(b"x")
    for force in (False, True):
        with pytest.raises(InputError, match="something else lies there"):
            write_folder(other, fill, force)
    with pytest.raises(InputError, match="or replace it with --force"):
        write_folder(made, fill, force=False)
    (made / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes.txt in it is not of the dataset"):
        write_folder(made, fill, force=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="something else"):
        write_folder(tmp_path / "file", fill, force=True)
    assert (other / "a.jpg").read_bytes() == b"x"
    assert (made / "notes.txt").read_text() == "mine"


def test_an_earlier_dataset_is_replaced_by_force_and_an_empty_folder_filled(made: Path) -> None:
    def other(folder: Path) -> Mapping[str, Any]:
        (folder / "new.csv").write_text("a\n")
        return {"tables": {}}

    write_folder(made, other, force=True)
    assert set(contents(made)) == {"new.csv", FILES, SUMMARY}
    (made.parent / "empty").mkdir()
    write_folder(made.parent / "empty", other, force=False)
    assert sorted(path.name for path in made.parent.iterdir()) == ["empty", "set"]


def test_what_fails_leaves_nothing_behind_and_the_earlier_dataset_as_it_was(made: Path) -> None:
    before = contents(made)

    def fails(folder: Path) -> Mapping[str, Any]:
        (folder / "half").write_text("x")
        raise InputError("no more")

    for out in (made, made.parent / "new"):
        with pytest.raises(InputError, match="no more"):
            write_folder(out, fails, force=True)
    assert contents(made) == before
    assert [path.name for path in made.parent.iterdir()] == ["set"]


def test_a_build_killed_between_its_renames_is_put_right(made: Path) -> None:
    before = contents(made)
    made.rename(made.with_name(".set.earlier"))  # as a kill would leave it

    def fails(folder: Path) -> Mapping[str, Any]:
        raise InputError("no more")

    with pytest.raises(InputError, match="no more"):
        write_folder(made, fails, force=True)
    assert contents(made) == before


@pytest.mark.parametrize("copy", [False, True])
def test_a_file_is_linked_or_copied(tmp_path: Path, copy: bool) -> None:
    source = tmp_path / "a.flac"
    source.write_bytes(b"x")
    place(source, tmp_path / "set" / "b.flac", copy)
    assert (tmp_path / "set" / "b.flac").samefile(source) is not copy
    assert (tmp_path / "set" / "b.flac").read_bytes() == b"x"
