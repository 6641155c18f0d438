"""What a service's answer means: as asked for, or at fault, and of which kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from lib.clients.redact import redact
from lib.errors import FaultKind

_LONGEST_REASON = 200
_KINDS: dict[int, FaultKind] = {
    401: "unauthorised", 403: "forbidden", 404: "absent", 410: "absent", 408: "transient",
    425: "transient", 429: "limited",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Why an answer is not what was asked for.

    Attributes:
        kind: as in `lib.errors.ServiceError`.
        reason: in words, without secrets.
        wait: seconds for which the service wants no request; None where it does not say.
    """

    kind: FaultKind
    reason: str
    wait: float | None = None


Judge = Callable[[requests.Response], Fault | None]
"""Tells what is wrong with an answer that came whole; None where it is as asked for."""


def judge_json(response: requests.Response) -> Fault | None:
    """Judges by status, and by whether the body is JSON."""
    if fault := judge_status(response):
        return fault
    if response.status_code == 204 or response.is_redirect:
        return None
    try:
        response.json()
    except requests.exceptions.JSONDecodeError:
        looks = "HTML" if response.content.lstrip()[:1] == b"<" else "broken JSON"
        return Fault("transient", f"{looks} in place of an answer")
    return None


def judge_html(response: requests.Response) -> Fault | None:
    """Judges by status, and by whether the page came to its end."""
    if fault := judge_status(response):
        return fault
    if response.is_redirect or b"</html" in response.content[-4096:].lower():
        return None
    return Fault("transient", "a page that breaks off")


def judge_status(response: requests.Response) -> Fault | None:
    """Judges by status alone; a fault says what the service told of it."""
    status = response.status_code
    if status < 400:
        return None
    kind = _KINDS.get(status, "transient" if status >= 500 else "refused")
    told = _told(response)
    return Fault(kind, f"{status} {told}" if told else str(status), retry_after(response))


def retry_after(response: requests.Response) -> float | None:
    """How many seconds the answer says to wait (RFC 9110, Retry-After); None where it does not.

    A date is taken by the service's own clock, which its Date header tells.
    """
    written = response.headers.get("Retry-After", "").strip()
    if not written:
        return None
    try:
        return max(0.0, float(written))
    except ValueError:
        pass
    until = _date(written)
    if until is None:
        return None
    now = _date(response.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _told(response: requests.Response) -> str:
    """What the body of a refusal says, on one line: services put it in different places."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return response.reason or ""
    told = body.get("error", body) if isinstance(body, dict) else ""
    if isinstance(told, dict):
        told = told.get("message", "")
    more = body.get("error_description") or body.get("message") if isinstance(body, dict) else None
    if isinstance(more, str) and more != told:
        told = f"{told} ({more})" if isinstance(told, str) else more
    return redact(" ".join(str(told).split()))[:_LONGEST_REASON]
