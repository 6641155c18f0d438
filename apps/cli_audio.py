"""Commands about sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apps.options import AsJson, DataFolder, SetTo, places_of

audio = typer.Typer()


@audio.command()
def previews(
    file: Annotated[Path, typer.Argument(help="JSON with artists' Spotify URIs anywhere in it.")],
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Download the 30-second previews of artists' tracks, where Spotify gives them."""
    from apps.previews import run_previews

    if not run_previews(places_of(data, set_to), file, as_json=as_json):
        raise typer.Exit(1)
