"""Commands that ask services: once, again and again, or for something named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apps.options import AsJson, DataFolder, SetTo, places_of
from lib.errors import SettingsError

live = typer.Typer()


@live.command()
def collect(
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask for so many songs, the most heard.")
    ] = None,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Fetch new plays and what Spotify and Last.fm know of your songs."""
    from apps.collect import run_collection

    if not run_collection(places_of(data, set_to), limit, as_json=as_json):
        raise typer.Exit(1)


@live.command()
def login(
    service: Annotated[str, typer.Argument(help="spotify.")] = "spotify",
    browser: Annotated[
        bool, typer.Option(help="Open one here; otherwise paste where you were sent.")
    ] = True,
    playlists: Annotated[
        bool, typer.Option("--playlists", help="Let it add private playlists of yours, too.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
) -> None:
    """Let Songlake read your plays and saved tracks on Spotify."""
    from apps.collect import run_login

    if service != "spotify":
        raise SettingsError(f"login {service}: only Spotify wants a login; choose spotify")
    run_login(places_of(data, set_to), browser, playlists)


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


@live.command()
def search(
    text: Annotated[str, typer.Argument(help="Words of artist and title.")],
    ingest: Annotated[
        bool, typer.Option("--ingest", help="Take what is found into the lake.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Find songs on Spotify, or where it cannot be asked on Last.fm."""
    from apps.find import search as find

    if not find(places_of(data, set_to), text, ingest=ingest, as_json=as_json):
        raise typer.Exit(1)


@live.command()
def album(
    name: Annotated[str, typer.Argument(help="The album.")],
    artist: Annotated[str, typer.Argument(help="Who made it.")],
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Take an album's songs into the lake, with what services know of them."""
    from apps.find import take_albums

    if not take_albums(places_of(data, set_to), [(name, artist)], as_json=as_json):
        raise typer.Exit(1)


@live.command()
def albums(
    file: Annotated[Path, typer.Argument(help="CSV with columns album_name and artist_name.")],
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Take the songs of many albums into the lake."""
    from apps.find import read_albums, take_albums

    if not take_albums(places_of(data, set_to), read_albums(file), as_json=as_json):
        raise typer.Exit(1)


@live.command()
def build(
    user: Annotated[
        str | None, typer.Option(help="From the top tracks and library of this user of Last.fm.")
    ] = None,
    tags: Annotated[
        str | None, typer.Option(help="From the top tracks of tags, e.g. rock,jazz.")
    ] = None,
    raw: Annotated[int, typer.Option(min=1, help="Read so many entries of lists.")] = 30_000,
    songs: Annotated[int, typer.Option(min=1, help="Keep so many songs of them.")] = 10_000,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it takes, and ask nothing.")
    ] = False,
    skip_aoty: Annotated[bool, typer.Option("--skip-aoty", help="No album scores.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the first page of each list.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Gather a catalogue from charts, tags or a user's top tracks, and fill it in."""
    from apps.build import run_build
    from lib.collect.catalogue import Plan

    listed = [tag.strip() for tag in (tags or "").split(",") if tag.strip()]
    plan = Plan(user, listed, raw, songs, quick)
    if not run_build(
        places_of(data, set_to), plan, with_aoty=not skip_aoty, dry_run=dry_run, as_json=as_json
    ):
        raise typer.Exit(1)
