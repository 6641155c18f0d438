"""`songlake previews`: 30 seconds of artists' tracks, where Spotify gives them."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from apps.collect import asking
from apps.options import print_json
from apps.show import console
from lib.clients.credentials import CONNECT
from lib.collect.previews import Previews, artists_in, fetch_previews
from lib.errors import ServiceError
from lib.places import Places

#: Failures that are shown.
_SHOWN = 5


def run_previews(places: Places, file: Path, *, as_json: bool = False) -> bool:
    """Fetches and lands previews, and says what came of it.

    Returns:
        Whether it came to its end without failures; the next time goes on from there.

    Raises:
        InputError: the file names no artist.
        ServiceError: Spotify is not connected, or cannot be asked.
        LakeBusyError: another collection is under way.
    """
    artists = artists_in(file)
    with asking(places) as (connections, services, bar):
        if services.spotify is None:
            raise ServiceError("Spotify", "down", f"{CONNECT['Spotify']}: it has the previews")
        made = fetch_previews(places, connections, services, artists, bar)
    if as_json:
        told = {name: value for name, value in vars(made).items() if name != "metadata"}
        print_json(told | {"folder": str(places.audio / "previews")})
    else:
        _show(made, places)
    return made.is_whole and not made.failed


def _show(made: Previews, places: Places) -> None:
    console.print(
        f"{made.artists:,} artists, {made.tracks:,} tracks: {made.downloaded:,} previews "
        f"downloaded, {made.there:,} there already."
    )
    if made.without:
        console.print(
            f"Spotify gives no preview of {made.without:,} of {made.tracks:,} tracks (to apps "
            "made after November 2024 it gives none)."
        )
    if made.failed:
        console.print(f"{len(made.failed):,} failed; the next time asks for them again:")
        for id_, reason in made.failed[:_SHOWN]:
            console.print(escape(f"  {id_}: {reason}"))
    if not made.is_whole:
        console.print("[yellow]Stopped[/]: what came is kept; the next time goes on from it.")
    elif made.downloaded:
        console.print(
            escape(f"They lie in {places.audio / 'previews'}."), "Next: [bold]songlake run[/]"
        )
