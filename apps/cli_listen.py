"""Commands for a listener: a year in music, what to hear next, playlists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apps.options import AsJson, DataFolder, SetTo, User, places_of, print_json

listen = typer.Typer()


@listen.command()
def year(
    year: Annotated[int | None, typer.Argument(help="Otherwise the latest with plays.")] = None,
    user: User = None,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """A year in music: what you heard most, when, and what was new."""
    from apps.year import find_year
    from apps.year_page import show_year

    found = find_year(places_of(data, set_to), year, user)
    if as_json:
        print_json(found)
    else:
        show_year(found)


@listen.command()
def recommend(
    like: Annotated[
        str | None, typer.Option(metavar="TRACK", help="Songs like this one: a name or an id.")
    ] = None,
    mood: Annotated[str | None, typer.Option(help="Songs of this mood.")] = None,
    user: User = None,
    energy: Annotated[
        float | None, typer.Option(min=0, max=1, help="Nearest to this energy first, 0-1.")
    ] = None,
    tempo: Annotated[
        float | None, typer.Option(min=1, max=999, help="Nearest to this tempo first, BPM.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many songs.")] = 20,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """What to hear next, and why: for a listener, like a song, or of a mood."""
    from apps.recommend import find_songs, show_songs

    found = find_songs(
        places_of(data, set_to), like=like, mood=mood, user=user, energy=energy, tempo=tempo,
        limit=limit,
    )  # fmt: skip
    if as_json:
        print_json(found)
    else:
        show_songs(found)


@listen.command()
def playlist(
    name: Annotated[str | None, typer.Argument(help="Otherwise tells which there are.")] = None,
    length: Annotated[
        str | None, typer.Option(help="No longer than this: 60m, 1h30m or 2h.")
    ] = None,
    export: Annotated[
        str | None, typer.Option(help="Write m3u, csv for playlist converters, or to spotify.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; otherwise named after the list.")
    ] = None,
    user: User = None,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """A playlist in an order that flows: on screen, or as a file."""
    from apps.playlist import find_playlist, find_playlists, show_playlist, show_playlists
    from apps.playlist_file import SPOTIFY, export_playlist, file_kind
    from apps.playlist_spotify import add_to_spotify

    places, kind = places_of(data, set_to), file_kind(export, out)
    if name is None:
        lists = find_playlists(places, user)
        print_json(lists) if as_json else show_playlists(lists)
        return
    found = find_playlist(places, name, user, length)
    if kind == SPOTIFY:
        add_to_spotify(places, found)
    elif kind:
        export_playlist(found, kind, out)
    elif as_json:
        print_json(found)
    else:
        show_playlist(found)
