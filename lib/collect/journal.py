"""What was fetched and not yet landed, and what each service was ever asked for.

An SQLite file: each answer is in it, or not, whenever the run is killed. What came of one run, and
of those that were killed before it, becomes one landed file of a kind, its lines sorted: the same
answers make the same file.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from lib.clients.reply import Json, State
from lib.landing import kind_folder, land, prepare
from schemas.landing import FETCHED, Landing

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    kind TEXT NOT NULL, whose TEXT NOT NULL, key TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT, at TEXT NOT NULL, line BLOB,
    PRIMARY KEY (kind, whose, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS to_land ON answers (kind, whose) WHERE line IS NOT NULL;
CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Entry:
    """An answer to keep.

    Attributes:
        key: what was asked for, as the kind names it; a later answer for it takes its place.
        asked: the same in full, e.g. `{"id": …}` or `{"artist": …, "title": …}`.
        state: `complete`, `absent` or `failed`.
        body: what the service told, as it came.
        reason: why it failed.
        is_dated: whether it is true of a moment only, and its line says of which; what is not
            dated is kept once, and stays as it was.
    """

    key: str
    asked: Json
    state: State = "complete"
    body: Json | None = None
    reason: str | None = None
    is_dated: bool = True

    def line(self, at: str) -> bytes:
        """The answer as a line of a landed file."""
        told: Json = {"asked": self.asked}
        told |= {"at": at} if self.is_dated else {}
        told |= {"state": self.state}
        told |= {"reason": self.reason} if self.reason else {}
        told |= {"body": self.body} if self.body is not None else {}
        return orjson.dumps(told)


class Journal:
    """Keeps answers until they are landed; threads may share it.

    Args:
        file: the SQLite file; made where there is none.

    Attributes:
        kept: (kind, state) to how many answers were kept since it was opened.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.kept: Counter[tuple[str, str]] = Counter()
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)

    def keep(
        self,
        kind: Landing,
        entries: Iterable[Entry],
        whose: str = "",
        cursor: tuple[str, Any] | None = None,
    ) -> None:
        """Keeps answers, and where reading stands after them: all of it or nothing.

        Args:
            kind: what they are.
            entries: the answers.
            whose: the listener, where the kind is personal.
            cursor: name and plain value; None as the value forgets it.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        rows: dict[bool, list[Any]] = {True: [], False: []}
        for e in entries:
            told = (kind.kind, whose, e.key, e.state, e.reason, at, e.line(at))
            rows[e.is_dated].append(told)
        with self._transaction():
            for is_dated, verb in ((True, "REPLACE"), (False, "IGNORE")):
                done = self._db.executemany(
                    f"INSERT OR {verb} INTO answers VALUES (?,?,?,?,?,?,?)", rows[is_dated]
                )
                if is_dated:
                    self.kept.update((kind.kind, row[3]) for row in rows[True])
                elif done.rowcount > 0:
                    self.kept[kind.kind, "complete"] += done.rowcount
            if cursor:
                name, value = cursor
                self._db.execute("DELETE FROM cursors WHERE name = ?", (name,))
                if value is not None:
                    row = (name, json.dumps(value))
                    self._db.execute("INSERT INTO cursors VALUES (?, ?)", row)

    def cursor(self, name: str) -> Any:
        """Where a reading stands; None where it is not begun or ended."""
        with self._lock:
            row = self._db.execute("SELECT value FROM cursors WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def settled(self, kind: Landing, within: timedelta, now: datetime) -> set[str]:
        """Keys whose answer, or that there is none, is known and not older than `within`."""
        since = (now - within).isoformat(timespec="seconds")
        with self._lock:
            rows = self._db.execute(
                "SELECT key FROM answers WHERE kind = ? AND state <> 'failed' AND at >= ?",
                (kind.kind, since),
            )
            return {key for (key,) in rows}

    def states(self, kind: Landing) -> dict[str, str]:
        """Each key that was ever asked for, and what last came of it."""
        with self._lock:
            rows = self._db.execute("SELECT key, state FROM answers WHERE kind = ?", (kind.kind,))
            return dict(rows.fetchall())

    def keys(self, kind: Landing, whose: str = "") -> set[str]:
        """Keys of all answers ever kept."""
        with self._lock:
            rows = self._db.execute(
                "SELECT key FROM answers WHERE kind = ? AND whose = ?", (kind.kind, whose)
            )
            return {key for (key,) in rows}

    def bodies(self, kind: Landing, whose: str | None = None) -> Iterator[Json]:
        """What complete answers that are not landed yet tell."""
        with self._lock:
            rows = self._db.execute(
                "SELECT line FROM answers WHERE kind = ? AND whose = coalesce(?, whose) "
                "AND state = 'complete' AND line IS NOT NULL ORDER BY whose, key",
                (kind.kind, whose),
            ).fetchall()
        for (line,) in rows:
            yield orjson.loads(line)["body"]

    def failures(self) -> list[tuple[str, str, str]]:
        """What failed and was not got since: (kind, key, reason)."""
        with self._lock:
            return self._db.execute(
                "SELECT kind, key, reason FROM answers WHERE state = 'failed' ORDER BY 1, 2"
            ).fetchall()

    def failed(self, kind: Landing) -> list[str]:
        """Keys of what failed and was not got since."""
        return [key for of, key, _ in self.failures() if of == kind.kind]

    def land(self, landing: Path) -> list[Path]:
        """Lands what is not landed yet, a file a kind and listener.

        Killed between landing and noting it, it lands the same bytes again, which changes nothing.
        """
        prepare(landing)
        made = []
        for kind in FETCHED:
            for whose in self._with_lines(kind):
                made.append(self._land(kind, whose, landing))
        return made

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def _with_lines(self, kind: Landing) -> Sequence[str]:
        with self._lock:
            rows = self._db.execute(
                "SELECT DISTINCT whose FROM answers WHERE kind = ? AND line IS NOT NULL ORDER BY 1",
                (kind.kind,),
            ).fetchall()
        return [whose for (whose,) in rows]

    def _land(self, kind: Landing, whose: str, landing: Path) -> Path:
        of_file = "kind = ? AND whose = ? AND line IS NOT NULL"
        with self._transaction():
            lines = self._db.execute(
                f"SELECT line FROM answers WHERE {of_file} ORDER BY key", (kind.kind, whose)
            ).fetchall()
            data = b"".join(line + b"\n" for (line,) in lines)
            digest = hashlib.sha256(data).hexdigest()
            folder = kind_folder(landing, kind, whose)
            path = land(io.BytesIO(data), digest, folder, f"fetched.{kind.format}", landing)
            self._db.execute(f"UPDATE answers SET line = NULL WHERE {of_file}", (kind.kind, whose))
        return path

    def _transaction(self) -> _Transaction:
        return _Transaction(self._lock, self._db)


@dataclass(frozen=True)
class _Transaction:
    lock: threading.RLock
    db: sqlite3.Connection

    def __enter__(self) -> None:
        self.lock.acquire()
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            self.db.execute("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self.lock.release()
