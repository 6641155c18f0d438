"""Credentials of services, under the names that people already use, from `.env` or environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import lib.settings
from lib.clients.redact import keep_secret
from lib.settings import Settings

#: Credential to the variables that may hold it, the first one set wins. spotipy's names begin with
#: SPOTIPY, pylast's tests use PYLAST.
NAMES: dict[str, tuple[str, ...]] = {
    "spotify_id": ("SPOTIPY_CLIENT_ID", "SPOTIFY_CLIENT_ID", "SPOTIFY_ID"),
    "spotify_secret": ("SPOTIPY_CLIENT_SECRET", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_SECRET"),
    "lastfm_key": ("LASTFM_API_KEY", "LAST_FM_API_KEY", "PYLAST_API_KEY", "LASTFM_KEY"),
    "lastfm_secret": (
        "LASTFM_API_SECRET", "LASTFM_SHARED_SECRET", "LAST_FM_API_SECRET", "PYLAST_API_SECRET",
    ),
    "lastfm_user": ("LASTFM_USER", "LASTFM_USERNAME", "LAST_FM_USER", "PYLAST_USERNAME"),
    "spotify_redirect": ("SPOTIPY_REDIRECT_URI", "SPOTIFY_REDIRECT_URI"),
}  # fmt: skip

CONNECT = {
    "Spotify": (
        "not connected: put SPOTIPY_CLIENT_ID (and SPOTIPY_CLIENT_SECRET) of an app from "
        "developer.spotify.com/dashboard into .env, then `songlake login spotify`"
    ),
    "Last.fm": (
        "not connected: put LASTFM_API_KEY from last.fm/api/account/create and LASTFM_USER into "
        ".env"
    ),
}
"""How to connect a service, in one line."""


def token_file(settings: Settings) -> Path:
    """Where the login to Spotify is kept."""
    return settings.data / "credentials" / "spotify.json"


@dataclass(frozen=True)
class Credentials:
    """What a person was given by the services; None where it is not known."""

    spotify_id: str | None = None
    spotify_secret: str | None = field(default=None, repr=False)
    lastfm_key: str | None = field(default=None, repr=False)
    lastfm_secret: str | None = field(default=None, repr=False)
    lastfm_user: str | None = None
    spotify_redirect: str | None = None


def read_credentials(env_file: Path | None = None) -> Credentials:
    """Reads the environment, and for what it does not hold the `.env`.

    Args:
        env_file: the `.env` to read; by default the one in the project.
    """
    path = env_file or lib.settings.PROJECT / ".env"
    # The settings' own reader: tests keep it from a person's file.
    written = lib.settings.read_env_file(path)
    places = (os.environ, {name.upper(): value for name, value in written.items()})
    found = {
        credential: next(
            (value for place in places for name in names if (value := place.get(name))), None
        )
        for credential, names in NAMES.items()
    }
    keep_secret(*(found[name] for name in ("spotify_secret", "lastfm_key", "lastfm_secret")))
    return Credentials(**found)


def unconnected(settings: Settings, credentials: Credentials) -> list[str]:
    """How to connect each service that is switched on and lacks credentials, in one line each."""
    by_login = token_file(settings).is_file()
    can_ask = credentials.spotify_id and (credentials.spotify_secret or by_login)
    lacking = {
        "Spotify": settings.live.spotify.enabled and not can_ask,
        "Last.fm": settings.live.lastfm.enabled and not credentials.lastfm_key,
    }
    return [f"{name}: {CONNECT[name]}" for name, lacks in lacking.items() if lacks]
