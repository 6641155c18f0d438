"""The one place where secrets are taken out of what is logged, printed or raised."""

from __future__ import annotations

import logging
import re
import threading
from typing import Any

MASK = "****"

#: Names under which services carry secrets, in URLs, forms, headers and JSON.
_NAMES = (
    "api_key|api_sig|sk|token|access_token|refresh_token|client_secret|client_id|code|code_verifier"
    "|password"
)
_PATTERNS = (
    re.compile(rf"(?i)(\b(?:{_NAMES})=)[^&\s\"'<>]+"),
    re.compile(rf"(?i)([\"'](?:{_NAMES})[\"']\s*:\s*b?[\"'])[^\"']+"),
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)[\w.~+/=-]+"),
    re.compile(r"(?i)(://[^/\s:@]*:)[^/\s@]+(?=@)"),
)
#: Shorter texts are found in innocent words.
_SHORTEST = 6

_secrets: set[str] = set()
_guard = threading.Lock()


def keep_secret(*values: str | None) -> None:
    """Makes known values that must never be seen, whatever stands around them."""
    with _guard:
        _secrets.update(value for value in values if value and len(value) >= _SHORTEST)


def redact(text: str) -> str:
    """The text with known secrets, and what stands where secrets stand, masked."""
    with _guard:
        known = sorted(_secrets, key=len, reverse=True)
    for secret in known:
        text = text.replace(secret, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def guard_logs() -> None:
    """Redacts every record that any library logs from now on, wherever it goes."""
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return

    def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            record.msg, record.args = redact(record.getMessage()), ()
        except Exception:  # a record whose arguments do not fit says so where it is formatted
            record.msg, record.args = redact(f"{record.msg} {record.args}"), ()
        return record

    redacted.redacts = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(redacted)
