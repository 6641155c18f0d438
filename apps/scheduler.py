"""`songlake schedule`: collect, then run, every so often; each round is a process of its own.

The process that keeps time holds nothing. A round holds its lock and its JVM, and frees both when
it ends, however it ends: one that outlives a killed scheduler is waited for by the next.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.markup import escape

from apps.collect import run_collection
from apps.running import run_jobs
from apps.stopping import stopped_by_sigterm
from lib.errors import SonglakeError
from lib.lock import hold_lake
from lib.places import Places
from lib.scheduling import repeat

_LOCK = ".lock-round"


def run_schedule(every: timedelta, words: Sequence[str]) -> None:
    """Starts a round now and then every so often, until Ctrl-C or SIGTERM, which end a round too.

    Args:
        every: from the start of one round to that of the next.
        words: options of the command line that every round gets.
    """
    rounds = _Rounds(words)
    try:
        with stopped_by_sigterm():
            _say(f"A round every {every}, the first one now.")
            repeat(every, rounds.start)
    except KeyboardInterrupt:
        _say("Stopping.")
    finally:
        rounds.stop()


def run_round(places: Places) -> bool:
    """One round: collects, then runs what is stale; waits for a round that is under way.

    Returns:
        Whether both went well. A collection that fails does not keep the run from what is landed.
    """

    def waiting() -> None:
        _say("Another round is under way: waiting for it to end.")

    with stopped_by_sigterm(), hold_lake(places.settings.lake, waiting, -1, _LOCK):
        _say("Round begins.")
        went_well = True
        try:
            if not run_collection(places):
                return False  # told to stop
        except SonglakeError as error:
            went_well = False
            _say(f"collect: {error}")
        went_well = run_jobs(places) and went_well
        _say("Round ends." if went_well else "Round ends; not all of it went well.")
        return went_well


class _Rounds:
    """Rounds as processes, one at a time."""

    def __init__(self, words: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "apps.cli", "schedule", "--once", *words]
        self._round: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts one, unless the last one is still under way."""
        if self._round is not None and self._round.poll() is None:
            _say("The last round is still under way: this one is left out.")
            return
        # A session of its own: Ctrl-C reaches the scheduler alone, which then ends the round.
        self._round = subprocess.Popen(self._command, start_new_session=True)

    def stop(self) -> None:
        """Ends the one under way as SIGTERM ends it, and waits for that."""
        if self._round is not None and self._round.poll() is None:
            self._round.terminate()
            self._round.wait()


def _say(line: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{now}  {escape(line)}")
