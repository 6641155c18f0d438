"""`songlake build`: a catalogue of songs, gathered from lists and filled in by the services."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import typer

from apps.collect import asking, show_collected
from apps.options import print_json
from apps.show import console, grid
from lib.clients.credentials import read_credentials, unconnected
from lib.collect.build import build
from lib.collect.catalogue import Plan, bounds, gather
from lib.collect.told import Coverage
from lib.places import Places


def run_build(
    places: Places, plan: Plan, *, with_aoty: bool, dry_run: bool = False, as_json: bool = False
) -> bool:
    """Gathers songs, fetches and lands what services know of them, and says how much that is.

    Args:
        places: the lake.
        plan: what is gathered.
        with_aoty: whether Album of the Year is asked, where it is switched on.
        dry_run: says what would be asked and how long that takes, and what is not connected; asks
            nothing.
        as_json: prints JSON.

    Returns:
        Whether it came to its end; stopped, the next one goes on from there.

    Raises:
        ServiceError: no service whose lists can be read is connected, or answers.
    """
    live = places.settings.live
    if dry_run:
        with_aoty = with_aoty and live.aoty.enabled
        _show_bounds(plan, bounds(live, plan.songs, with_aoty=with_aoty), as_json=as_json)
        for line in unconnected(places.settings, read_credentials()):
            typer.secho(line, err=True, dim=True)
        return True
    with asking(places) as (connections, services, bar):
        known, raw = gather(services, plan, bar, connections.notice)
        connections.notice(f"{raw:,} entries of lists are {len(known.songs):,} songs.")
        if not with_aoty:
            services = replace(services, aoty=None)
        made, told = build(places, connections, services, known, bar)
    if as_json:
        covered = [asdict(part) for part in told]
        landed = [str(path) for path in made.landed]
        print_json({"raw": raw, "songs": len(known.songs), "coverage": covered, "told": made.told,
                    "whole": made.is_whole, "requests": made.sent, "landed": landed})  # fmt: skip
    else:
        if told:
            console.print(grid("", [_row(part) for part in told if part.asked]))
        show_collected(made)
    return made.is_whole


def _row(part: Coverage) -> dict[str, Any]:
    return {
        "": part.what,
        "wanted": part.asked,
        "told": part.complete,
        "share": f"{part.complete / part.asked:.1%}",
        "not known there": part.absent,
    }


def _show_bounds(plan: Plan, needed: dict[str, Any], *, as_json: bool) -> None:
    rows = [
        {"service": service, "requests, at least": count, "time, at least": str(span)}
        for service, (count, span) in needed.items()
    ]
    if as_json:
        print_json({"songs": plan.songs, "needs": rows})
        return
    console.print(f"For {plan.songs:,} songs none of which is known yet, side by side:")
    console.print(grid("", rows))
