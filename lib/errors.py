"""Every way in which Songlake refuses, as one small family.

A message says what happened, to what, and what to do next: the command line prints it
without a traceback and exits with a code that is not 0.
"""

from __future__ import annotations

from typing import Literal


class SonglakeError(Exception):
    """Something a person can mend. `str(error)` is the whole message, remedy included."""


class SettingsError(SonglakeError):
    """A setting is missing, unknown or out of range."""


class InputError(SonglakeError):
    """A file handed to `songlake ingest` cannot be read or understood."""


class AudioError(SonglakeError):
    """An audio file cannot be decoded; the message holds the decoder's reason."""


class SeparationError(SonglakeError):
    """An engine that separates stems is not there, or what it gave cannot be used."""


class TableError(SonglakeError):
    """A table is not what its declaration says, or cannot be read or written."""


class RuleError(SonglakeError):
    """A rule of severity `fail` was broken: nothing of that table was committed."""


class EngineError(SonglakeError):
    """Spark or Java cannot be started."""


FaultKind = Literal[
    "transient", "limited", "unauthorised", "forbidden", "absent", "refused", "down"
]


class ServiceError(SonglakeError):
    """A service on the network did not give what it was asked for.

    Attributes:
        service: which one, as people call it.
        kind: `transient`: it could not, this time; `limited`: asked too often; `unauthorised`: not
            signed in, or no longer; `forbidden`: this account may not; `absent`: it knows no such
            thing; `refused`: it did not understand the question; `down`: given up for this run.
        reason: what it said, without secrets.
    """

    def __init__(self, service: str, kind: FaultKind, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service, self.kind, self.reason = service, kind, reason


class LakeBusyError(SonglakeError):
    """Another run holds the lake."""
