"""`songlake collect` and `songlake login`: fetching from services, with progress and a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from apps.show import print_json
from apps.stopping import stopped_by_sigterm
from lib.clients.connections import Connections
from lib.clients.credentials import read_credentials
from lib.collect.metadata import Bar
from lib.collect.run import Collected, Services, collect, connect, spotify_tokens
from lib.errors import LakeBusyError
from lib.places import Places
from lib.sources.spotify_tokens import SCOPE, WRITE_PLAYLISTS, log_in

#: Failures that are shown; all of them are in bronze.failed_requests after a run.
_SHOWN = 5


def run_collection(places: Places, limit: int | None = None, *, as_json: bool = False) -> bool:
    """Fetches from all services that are connected, and says what came of it.

    Returns:
        Whether it came to its end; what failed for the moment is asked again the next time.

    Raises:
        LakeBusyError: another collection is under way.
    """
    with asking(places) as (connections, services, bar):
        made = collect(places, connections, services, bar, limit)
    show_collected(made, as_json=as_json)
    return made.is_whole


@contextmanager
def asking(places: Places) -> Iterator[tuple[Connections, Services, Bar]]:
    """The services that can be asked, by nobody else meanwhile; says how to connect the others.

    Raises:
        LakeBusyError: another collection is under way.
    """
    console = _console()
    connections = Connections(places.settings, lambda line: console.print(escape(line)))
    bars = _Bars(console)
    try:
        with _alone(places), stopped_by_sigterm():
            services = connect(connections, read_credentials())
            for line in services.lines:
                connections.notice(line)
            with bars.progress:
                yield connections, services, bars
    finally:
        connections.close()


def show_collected(made: Collected, *, as_json: bool = False) -> None:
    """Says what came of asking."""
    if as_json:
        answers = [
            {"kind": kind, "state": state, "answers": count}
            for (kind, state), count in made.answers.items()
        ]
        files = [str(path) for path in made.landed]
        print_json({"answers": answers, "told": made.told, "landed": files, "requests": made.sent,
                    "failures": made.failures, "whole": made.is_whole})  # fmt: skip
    else:
        _show(made, _console())


def _console() -> Console:
    # A line is a line, also where it goes into a file.
    return Console(stderr=True, highlight=False, soft_wrap=True)


def run_login(places: Places, browser: bool, playlists: bool = False) -> None:
    """Lets a person log in to Spotify; with `playlists` so that playlists may be added there.

    Raises:
        ServiceError: no app is known, or the login was not finished.
    """
    console = Console(highlight=False, soft_wrap=True)
    connections = Connections(places.settings, lambda line: console.print(escape(line)))
    try:
        scope = f"{SCOPE} {WRITE_PLAYLISTS}" if playlists else SCOPE
        tokens = spotify_tokens(connections, read_credentials(), scope)
        log_in(tokens, lambda line: console.print(escape(line)), browser)
    finally:
        connections.close()
    after = 'playlist "Lift me" --export spotify' if playlists else "collect"
    console.print(f"Logged in to Spotify. Next: [bold]songlake {after}[/]")


def _show(made: Collected, console: Console) -> None:
    for (kind, state), count in made.answers.items():
        console.print(f"{kind:24} {count:8,} {state}")
    if made.failures:
        console.print(f"{len(made.failures):,} failed; the next collection asks for them again:")
        for kind, key, reason in made.failures[:_SHOWN]:
            console.print(escape(f"  {kind} {key}: {reason}"))
    if made.told:
        told = ", ".join(f"{by} {count:,}" for by, count in made.told.items())
        console.print(f"Songs told by: {told}")
    sent = ", ".join(f"{name} {count:,}" for name, count in made.sent.items() if count)
    console.print(f"Requests: {sent or 'none'}")
    if not made.is_whole:
        console.print("[yellow]Stopped[/]: what came is kept; the same command goes on from it.")
    elif made.landed:
        files = len(made.landed)
        landed = "1 new file" if files == 1 else f"{files} new files"
        console.print(f"{landed} landed. Next: [bold]songlake run[/]")
    else:
        console.print("Nothing new.")


class _Bars:
    """A bar for each piece of work, with the time to its end."""

    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            TextColumn("{task.description:24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self.progress.add_task(what, total=total)
        self.progress.update(self._tasks[what], completed=done, total=total)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """One collection at a time; the lock goes with the process, however it ends."""
    folder = places.settings.data / "live"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise LakeBusyError(
            f"Another collection is under way in {places.settings.data}: wait for it to end."
        ) from None
