"""The command that separates audio files."""

from __future__ import annotations

from typing import Annotated

import typer

from apps.options import AsJson, DataFolder, SetTo, places_of

stems_commands = typer.Typer()


@stems_commands.command()
def separate(
    tracks: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TRACK]...", help="Files, folders, ids or names; none: all files."),
    ] = None,
    stems: Annotated[
        int | None, typer.Option(help="2, 4 or 5; otherwise as many as the engine gives.")
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(help="builtin or spleeter; may be told more than once.")
    ] = None,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Separate audio files into stems, and cut loops from them."""
    from apps.separate import separate as run_separation

    engines = list(dict.fromkeys(engine or ["builtin"]))
    places = places_of(data, set_to)
    if not run_separation(places, tracks or [], engines, stems, as_json=as_json):
        raise typer.Exit(1)
