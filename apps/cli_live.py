"""Commands that ask services: again and again, or for something named."""

from __future__ import annotations

from typing import Annotated

import typer

from apps.options import DataFolder, SetTo, places_of

live = typer.Typer()


@live.command()
def schedule(
    every: Annotated[str, typer.Option(help="6h, 90m, 1h30m or 1d.")] = "6h",
    once: Annotated[
        bool, typer.Option("--once", help="One round now, then end: for cron and its like.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
) -> None:
    """Collect, then run, every so often, one round at a time, until told to stop."""
    from apps.scheduler import run_round, run_schedule
    from lib.scheduling import period

    span, places = period(every), places_of(data, set_to)
    if once:
        if not run_round(places):
            raise typer.Exit(1)
        return
    words = ["--data", str(data.absolute())] if data else []
    for pair in set_to or []:
        words += ["--set", pair]
    run_schedule(span, words)
