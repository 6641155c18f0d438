"""ListenBrainz: the export that its settings page gives, a zip.

`listens/<year>/<month>.jsonl` holds an object a line; `user.json` tells the name; `feedback.jsonl`
and `pinned_recording.jsonl` hold no listens. Older exports are one JSON array of the same objects.
Fields: https://listenbrainz.readthedocs.io/en/latest/users/json.html
"""

from __future__ import annotations

import codecs
from collections import Counter
from typing import IO, Any

import orjson

from lib.errors import InputError
from lib.sources.recognised import Recognised, tally
from schemas.landing import LISTENBRAINZ, LISTENBRAINZ_ARRAY, Landing

LISTEN = frozenset({"listened_at", "track_metadata"})
FEEDBACK = frozenset({"score", "recording_msid"})
PIN = frozenset({"pinned_until", "recording_msid"})


def is_lines(head: bytes) -> bool:
    """Whether the start of a file is that of JSON Lines: its first line is a whole object.

    A file of one line that is no listen, feedback or pin is an object like any other.
    """
    first, _, rest = head.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    row = _parsed(first)
    return isinstance(row, dict) and (bool(rest.strip()) or _kind(row) is not None)


def recognise_lines(stream: IO[bytes]) -> Recognised | str:
    """Reads JSON Lines to their end, a line at a time.

    Args:
        stream: the file, at its beginning; it stays open.

    Returns:
        Its counts; or, where no line is of ListenBrainz, the fields of the first.

    Raises:
        InputError: it is not UTF-8, or its last line is broken.
    """
    counts: Counter[str] = Counter()
    users: Counter[str] = Counter()
    fields, broken = "", 0
    for number, line in enumerate(stream, start=1):
        text = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).strip()
        if not text:
            continue
        if broken:  # and not the last line, so not cut off
            counts["broken"] += 1
        row = _parsed(text)
        broken = number if row is _NO_JSON else 0
        if broken:
            _check_utf8(text, number, stream)
            continue
        kind = _kind(row)
        counts[kind or "other"] += 1
        if kind == "listen" and isinstance(name := row.get("user_name"), str) and name.strip():
            users[name.strip()] += 1
        fields = fields or (", ".join(list(row)[:5]) if isinstance(row, dict) else "")
    if broken:
        raise InputError(
            f"cut off: its last line ({broken:,}) is no whole JSON: download or copy it again"
        )
    return _recognised(LISTENBRAINZ, counts, users) or f"fields {fields}"


def recognise(content: object) -> Recognised | None:
    """Tells whether parsed JSON is an older export: an array of listens.

    Args:
        content: the whole file, parsed.

    Returns:
        Its counts, or None where it holds no listen.
    """
    if not isinstance(content, list):
        return None
    counts = Counter(_kind(row) or "other" for row in content)
    told = [row.get("user_name") for row in content if _kind(row) == "listen"]
    users = Counter(name.strip() for name in told if isinstance(name, str) and name.strip())
    return _recognised(LISTENBRAINZ_ARRAY, counts, users) if counts["listen"] else None


def _recognised(kind: Landing, counts: Counter[str], users: Counter[str]) -> Recognised | None:
    for name, what in (("feedback", "feedback (loved and hated)"), ("pin", "pinned recordings")):
        if counts[name] and not counts["listen"]:
            return Recognised(None, notes=(f"ListenBrainz {what}: not used",))
    if not counts["listen"]:
        return None
    ranked = sorted(users, key=lambda name: (-users[name], name))
    other = counts.total() - counts["listen"] - counts["broken"]
    return Recognised(
        kind,
        rows=counts.total(),
        user=ranked[0] if ranked else None,
        notes=tally(
            [
                (counts["broken"], "line that is no JSON", "lines that are no JSON"),
                (other, "row that is no listen", "rows that are no listens"),
                (len(ranked[1:]), "further user name", "further user names"),
            ]
        ),
    )


def _kind(row: Any) -> str | None:
    if not isinstance(row, dict):
        return None
    kinds = {"listen": LISTEN, "pin": PIN, "feedback": FEEDBACK}
    return next((name for name, fields in kinds.items() if row.keys() >= fields), None)


_NO_JSON = object()


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _NO_JSON


def _check_utf8(text: bytes, number: int, stream: IO[bytes]) -> None:
    """Refuses a line in another encoding; one that is cut off within a letter is not meant."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(text) or stream.read(1):
            raise InputError(
                f"not UTF-8 text in line {number:,} ({error.reason}): "
                "save it as UTF-8, or download it again"
            ) from None
