"""What a Delta log says of a table, read without a JVM: its version, and what made it.

A job's record is the JSON that it leaves in its commit's userMetadata. A table's *data version*
is that of its last commit that added or removed data or changed the schema: OPTIMIZE, VACUUM and
ALTER of properties move a table's version without moving its data.
Protocol: https://github.com/delta-io/delta/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyarrow import fs

from lib.errors import TableError

_COMMIT = re.compile(r"(\d{20})\.json")

#: Key by which a record of ours is told from other userMetadata.
MARK = "songlake"


@dataclass(frozen=True)
class LogState:
    """What the log of an existing table says.

    Attributes:
        version: the table's newest version.
        data: identity of its last data-changing commit, `version@milliseconds`; None where the
            history no longer reaches back to it.
        record: the newest record of a job, or None.
    """

    version: int
    data: str | None
    record: dict[str, Any] | None


def filesystem(path: str) -> tuple[fs.FileSystem, str]:
    """The file system of a path or URL, and the path within it."""
    if "://" not in path:
        return fs.LocalFileSystem(), path
    found, inner = fs.FileSystem.from_uri(re.sub(r"^s3[an]://", "s3://", path))
    return found, inner


def commit_files(path: str) -> list[tuple[int, str]]:
    """Versions and paths of a table's commit files, newest first; empty where there is no log."""
    store, inner = filesystem(path)
    selector = fs.FileSelector(f"{inner}/_delta_log", allow_not_found=True)
    found = [
        (int(match[1]), info.path)
        for info in store.get_file_info(selector)
        if (match := _COMMIT.fullmatch(info.base_name))
    ]
    return sorted(found, reverse=True)


def read_log(path: str) -> LogState | None:
    """The state of the table at `path`, or None where there is none.

    Raises:
        TableError: a commit file is empty or damaged.
    """
    commits = commit_files(path)
    if not commits:
        return None
    data: str | None = None
    record: dict[str, Any] | None = None
    for version, actions in _newest_first(path, commits):
        info: dict[str, Any] = next((a["commitInfo"] for a in actions if "commitInfo" in a), {})
        if data is None and _changes_data(path, version, actions, commits):
            data = f"{version}@{info.get('timestamp', 0)}"
        if record is None:
            record = _record(info.get("userMetadata"))
        if data is not None and record is not None:
            break
    return LogState(commits[0][0], data, record)


def _newest_first(
    path: str, commits: list[tuple[int, str]]
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    store, _ = filesystem(path)
    for version, file in commits:
        with store.open_input_stream(file) as stream:
            lines = [line for line in stream.read().splitlines() if line.strip()]
        try:
            actions = [json.loads(line) for line in lines]
        except ValueError:
            actions = []
        if not actions:
            raise TableError(
                f"The commit file {file} is empty or damaged: the disk lost it. Restore it from a "
                "backup, or move the table's folder away and run again to build it anew."
            )
        yield version, actions


def _changes_data(
    path: str, version: int, actions: list[dict[str, Any]], commits: list[tuple[int, str]]
) -> bool:
    for action in actions:
        change = action.get("add") or action.get("remove")
        if change and change.get("dataChange", True):
            return True
    schema = _schema(actions)
    if schema is None:
        return False
    older = [commit for commit in commits if commit[0] < version]
    for _, earlier in _newest_first(path, older):
        if (before := _schema(earlier)) is not None:
            return before != schema
    return True


def _schema(actions: list[dict[str, Any]]) -> str | None:
    for action in actions:
        if "metaData" in action:
            return str(action["metaData"]["schemaString"])
    return None


def _record(user_metadata: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(user_metadata or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) and MARK in found else None
