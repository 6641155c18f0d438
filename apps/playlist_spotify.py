"""A playlist as one of the listener's own on Spotify."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.collect import asking
from apps.show import console
from lib.errors import SettingsError
from lib.places import Places


def add_to_spotify(places: Places, found: Mapping[str, Any]) -> str:
    """Adds a list of `apps.playlist.find_playlist` as a private playlist, and says where it is.

    Returns:
        Its address.

    Raises:
        SettingsError: no login allows it, or no song of the list is on Spotify.
        ServiceError: Spotify did not take it.
    """
    songs = found["songs"]
    track_ids = [song["track_id"] for song in songs if song["track_id"]]
    if not track_ids:
        raise SettingsError(f"{found['playlist']}: no song of it has a Spotify id here")
    with asking(places) as (_, services, _):
        if not (services.spotify and services.tokens and services.tokens.may_write_playlists):
            raise SettingsError(
                "Spotify has not been asked to let Songlake add playlists: "
                "`songlake login spotify --playlists`"
            )
        about = "Made by Songlake from what you hear."
        added = services.spotify.add_playlist(found["playlist"], about, track_ids)
    url = f"https://open.spotify.com/playlist/{added}"
    console.print(f"{url}: {len(track_ids):,} songs", soft_wrap=True, markup=False)
    if unknown := len(songs) - len(track_ids):
        console.print(f"{unknown:,} more have no Spotify id here and are not in it.")
    return url
