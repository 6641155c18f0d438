"""A dataset as a folder: whole or not there, and with a list of its files to check it by.

`files.csv` lists every other file with its size and SHA-256, `summary.json` says what is in the
folder and the SHA-256 of that list. All paths are relative: the folder may be moved.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lib.errors import InputError
from lib.landing import STALE_SECONDS, sha256_hex

SUMMARY, FILES = "summary.json", "files.csv"
FORMAT = "songlake dataset 1"
_LISTED = ("path", "bytes", "sha256")

Facts = dict[str, Any]


def write_folder(out: Path, fill: Callable[[Path], Mapping[str, Any]], force: bool) -> Facts:
    """Makes a folder that appears whole by one rename, or not at all.

    Args:
        out: the folder; its parents are made where they are not there.
        fill: writes everything but the list and the summary into an empty folder, and returns what
            the summary shall say.
        force: whether an earlier dataset may be replaced by this one.

    Returns:
        The summary.

    Raises:
        InputError: something else lies there, or it cannot be written.
    """
    try:
        out = out.absolute()
        out.parent.mkdir(parents=True, exist_ok=True)
        _tidy(out)
        _refuse_to_hide(out, force)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}.unfinished-", dir=out.parent))
        try:
            made.chmod(0o755)
            summary = _summarised(made, fill(made))
            _put(made, out)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise InputError(
            f"{out}: not written ({error.strerror or error}): name another folder, or mend this one"
        ) from None
    return summary


def place(source: Path, target: Path, copy: bool) -> None:
    """Puts a file into the folder: by a hard link where that can be, which takes no space."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not copy:
        try:
            os.link(source, target)
            return
        except FileNotFoundError:
            raise
        except OSError:  # another file system, or one without links
            pass
    shutil.copyfile(source, target)


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with a dataset, file by file; nothing where it is whole.

    Raises:
        InputError: there is no dataset.
    """
    summary = read_summary(folder)
    listed = folder / FILES
    if not listed.is_file():
        yield f"{FILES}: missing"
        return
    if _sha256(listed) != summary.get("files_sha256"):
        yield f"{FILES}: changed since it was written"
    files = {row["path"]: row for row in _rows(listed)}
    if len(files) != summary.get("files"):
        yield f"{FILES}: lists {len(files):,} files, where the summary says {summary.get('files')}"
    for name, row in files.items():
        yield from _wrong_file(folder / name, name, row)
    for name in sorted(_names(folder) - set(files) - {SUMMARY, FILES}):
        yield f"{name}: not of this dataset: it is in no list"
    for name, told in summary.get("tables", {}).items():
        if (folder / name).is_file():
            yield from _wrong_table(folder / name, name, told, set(files))


def read_summary(folder: Path) -> Facts:
    """The summary of a dataset.

    Raises:
        InputError: there is none.
    """
    try:
        summary = json.loads((folder / SUMMARY).read_bytes())
    except (OSError, ValueError):
        summary = None
    if not isinstance(summary, dict) or summary.get("dataset") != FORMAT:
        raise InputError(
            f"{folder}: no dataset of `songlake dataset build` (its {SUMMARY} is missing or "
            "broken): build it again"
        )
    return summary


def _wrong_file(file: Path, name: str, row: Mapping[str, str]) -> Iterator[str]:
    if not file.is_file():
        yield f"{name}: missing"
    elif (size := str(file.stat().st_size)) != row["bytes"]:
        yield f"{name}: {size} bytes, where {row['bytes']} were written"
    elif _sha256(file) != row["sha256"]:
        yield f"{name}: its contents changed since it was written"


def _wrong_table(file: Path, name: str, told: Mapping[str, Any], files: set[str]) -> Iterator[str]:
    """What a table lacks, and files that its column `file` names and nobody lists."""
    with file.open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream), [])
    if columns != told["columns"]:
        lost = [column for column in told["columns"] if column not in columns]
        yield f"{name}: other columns than were written" + f" (without {', '.join(lost)})" * (
            len(lost) > 0
        )
    rows = list(_rows(file))
    if len(rows) != told["rows"]:
        yield f"{name}: {len(rows):,} rows, where {told['rows']:,} were written"
    if "file" in columns:
        for absent in sorted({row["file"] for row in rows} - files):
            yield f"{name}: names {absent}, which is not of this dataset"


def _summarised(folder: Path, facts: Mapping[str, Any]) -> Facts:
    """Writes the list of files and the summary."""
    rows = [
        (name, (folder / name).stat().st_size, _sha256(folder / name))
        for name in sorted(_names(folder))
    ]
    with (folder / FILES).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([_LISTED, *rows])
    summary = {
        "dataset": FORMAT,
        **facts,
        "files": len(rows),
        "bytes": sum(size for _, size, _ in rows),
        "files_sha256": _sha256(folder / FILES),
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
    (folder / SUMMARY).write_text(text, encoding="utf-8")
    return summary


def _refuse_to_hide(out: Path, force: bool) -> None:
    """Sees that nothing would be lost but an earlier dataset that may go."""
    if not os.path.lexists(out) or (out.is_dir() and not any(out.iterdir())):
        return
    elsewhere = "name another folder with --out"
    try:
        read_summary(out)
        listed = {row["path"] for row in _rows(out / FILES)} | {SUMMARY, FILES}
    except (InputError, OSError):
        raise InputError(f"{out}: something else lies there: {elsewhere}") from None
    if not force:
        raise InputError(f"{out}: a dataset lies there: {elsewhere}, or replace it with --force")
    if others := sorted(_names(out) - listed):
        raise InputError(f"{out}: {others[0]} in it is not of the dataset: move it, or {elsewhere}")


def _put(made: Path, out: Path) -> None:
    """Renames the made folder to its place; an earlier dataset there steps aside first."""
    if out.is_dir() and any(out.iterdir()):
        earlier = _aside(out)
        out.rename(earlier)
        try:
            made.rename(out)
        except OSError:
            earlier.rename(out)
            raise
        shutil.rmtree(earlier, ignore_errors=True)
    else:
        made.rename(out)


def _tidy(out: Path) -> None:
    """Puts right what a build that was killed left: an earlier dataset, or an unfinished one."""
    earlier = _aside(out)
    if earlier.is_dir():
        if out.exists():
            shutil.rmtree(earlier, ignore_errors=True)
        else:
            earlier.rename(out)
    for left in out.parent.glob(f".{out.name}.unfinished-*"):
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.earlier")


def _names(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix() for path in found}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return sha256_hex(stream)
