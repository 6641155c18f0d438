"""What a job is made of: a hash that changes when its code does."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.job import Job

PROJECT = Path(__file__).resolve().parents[1]

#: How rows are written, not what they are: a change here makes no table stale.
_MACHINERY = {"lib.job", "lib.delta", "lib.errors", "lib.settings"}


def code_fingerprint(job: Job) -> str:
    """A hash of the job's own file, of the modules that its rows come from, and of its table."""
    file = inspect.getsourcefile(job.transform)
    assert file is not None
    parts = [repr(job.writes), repr(job.mode), repr(sorted(job.settings.items()))]
    parts += [_source(path) for path in sorted(_reached(Path(file).resolve(), set()))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _reached(file: Path, seen: set[Path]) -> set[Path]:
    seen.add(file)
    for found in _imports(file):
        if found not in seen:
            _reached(found, seen)
    return seen


@cache
def _source(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def _imports(file: Path) -> tuple[Path, ...]:
    names = set(_imported_names(ast.parse(_source(file))))
    followed = {
        name
        for name in names - _MACHINERY
        if name.startswith(("lib.", "jobs.")) or name == "schemas.features"
    }
    paths = [PROJECT / (name.replace(".", "/") + ".py") for name in followed]
    return tuple(path for path in paths if path.is_file())


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
