"""Every way in which Songlake refuses, as one small family.

A message says what happened, to what, and what to do next: the command line prints it
without a traceback and exits with a code that is not 0.
"""

from __future__ import annotations


class SonglakeError(Exception):
    """Something a person can mend. `str(error)` is the whole message, remedy included."""


class SettingsError(SonglakeError):
    """A setting is missing, unknown or out of range."""


class InputError(SonglakeError):
    """A file handed to `songlake ingest` cannot be read or understood."""


class TableError(SonglakeError):
    """A table is not what its declaration says, or cannot be read or written."""


class RuleError(SonglakeError):
    """A rule of severity `fail` was broken: nothing of that table was committed."""


class EngineError(SonglakeError):
    """Spark or Java cannot be started."""


class LakeBusyError(SonglakeError):
    """Another run holds the lake."""
