"""Spotify's login and tokens (spotipy), kept in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from spotipy import CacheHandler, SpotifyClientCredentials, SpotifyOAuth, SpotifyPKCE
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOauthError, SpotifyStateError

from lib.clients.credentials import CONNECT, Credentials
from lib.clients.redact import keep_secret, redact
from lib.clients.session import ServiceSession
from lib.errors import ServiceError
from lib.settings_sections import SpotifyService

SCOPE = "user-library-read user-read-recently-played user-top-read"
"""What a login lets Songlake read; it can change nothing."""

WRITE_PLAYLISTS = "playlist-modify-private"
"""What a login lets Songlake change, where the person asks for that: it adds private playlists."""

_LOG_IN = "not logged in, or no longer: `songlake login spotify`"


class TokenFile(CacheHandler):  # type: ignore[misc]  # spotipy ships no types
    """The token of a login, written whole, readable by its owner only from the first byte."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def get_cached_token(self) -> dict[str, Any] | None:
        """The token, or None where there is none that can be read."""
        try:
            token = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        _keep(token)
        return token if isinstance(token, dict) else None

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Takes the place of the token that was there."""
        _keep(token_info)
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.file.with_name(f".{uuid4().hex}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(token_info, out)
        new.replace(self.file)


class Tokens:
    """Gives a valid token to any number of threads, and renews it once for all of them.

    It is what spotipy calls an auth manager.

    Args:
        session: how the accounts service is asked.
        conf: where it is.
        credentials: the app's id, its secret where it has one, its redirect URI where it is not
            that of the settings.
        file: where a login is kept.
        scope: what a new login is asked for.
    """

    def __init__(
        self,
        session: ServiceSession,
        conf: SpotifyService,
        credentials: Credentials,
        file: Path,
        scope: str = SCOPE,
    ) -> None:
        self._lock = threading.Lock()
        self._file = TokenFile(file)
        self._ended: ServiceError | None = None
        self.login = _login_manager(session, conf, credentials, self._file, scope)
        self._app = _app_manager(session, conf, credentials)

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a login, so that a listener's own data may be read."""
        return self._file.get_cached_token() is not None

    @property
    def may_write_playlists(self) -> bool:
        """Whether the login allows to add playlists."""
        token = self._file.get_cached_token() or {}
        return WRITE_PLAYLISTS in str(token.get("scope", "")).split()

    @property
    def can_ask(self) -> bool:
        """Whether the catalogue may be read: by a login, or with the app's own secret."""
        return self._app is not None or self.is_logged_in

    def get_access_token(self, as_dict: bool = False) -> str:
        """A token that is valid as far as its own date tells.

        Raises:
            ServiceError: there is none, and none can be got without logging in.
        """
        with self._lock:
            return self._valid()

    def renew(self, refused: str) -> None:
        """Gets another token in place of one that was refused; another thread may have done so."""
        with self._lock:
            if self._valid() != refused:
                return
            token = self._file.get_cached_token()
            if token:
                self._from_login(lambda: self.login.refresh_access_token(token["refresh_token"]))
            elif self._app:
                self._app.get_access_token(as_dict=False, check_cache=False)

    def _valid(self) -> str:
        if self._ended:
            raise self._ended
        token = self._file.get_cached_token()
        if token:
            valid = self._from_login(lambda: self.login.validate_token(token))
            if valid:
                _keep(valid)
                return str(valid["access_token"])
        if self._app:
            made = str(self._app.get_access_token(as_dict=False))
            keep_secret(made)
            return made
        raise ServiceError("Spotify", "unauthorised", _LOG_IN)

    def _from_login(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except ServiceError as error:
            if error.kind != "refused":  # the service could not, this time
                raise
        except (SpotifyOauthError, KeyError):
            pass
        self._ended = ServiceError("Spotify", "unauthorised", _LOG_IN)
        raise self._ended


def log_in(tokens: Tokens, show: Callable[[str], None], browser: bool = True) -> None:
    """Lets a person log in, in their browser, and keeps the token.

    Args:
        tokens: of the run.
        show: takes lines for the person.
        browser: whether one can be opened here; otherwise the person pastes where they were sent.

    Raises:
        ServiceError: no app is known, or the login was not finished.
    """
    manager = tokens.login
    if manager is None:
        raise ServiceError("Spotify", "unauthorised", CONNECT["Spotify"])
    manager.open_browser, manager.state = browser, secrets.token_urlsafe(16)
    if browser:
        show(f"Opening Spotify's login page. If nothing opens: {manager.get_authorize_url()}")
        show(f"It sends you back to {manager.redirect_uri}, which must stand in your app.")
    try:
        if isinstance(manager, SpotifyOAuth):
            manager.get_access_token(as_dict=False, check_cache=False)
        else:
            manager.get_access_token(check_cache=False)
    except (SpotifyOauthError, SpotifyStateError, OSError) as error:
        reason = redact(str(error))
        raise ServiceError(
            "Spotify", "unauthorised", f"login not finished ({reason}): try again"
        ) from None


def _login_manager(
    session: ServiceSession,
    conf: SpotifyService,
    credentials: Credentials,
    file: TokenFile,
    scope: str,
) -> Any:
    """The manager of a login: with the app's secret, else by PKCE, which needs none."""
    if not credentials.spotify_id:
        return None
    common = {
        "client_id": credentials.spotify_id,
        "redirect_uri": credentials.spotify_redirect or conf.redirect_uri,
        "scope": scope,
        "requests_session": session,
        "cache_handler": file,
    }
    if credentials.spotify_secret:
        manager = SpotifyOAuth(client_secret=credentials.spotify_secret, **common)
    else:
        manager = SpotifyPKCE(**common)
    manager.OAUTH_AUTHORIZE_URL = f"{conf.accounts_url}/authorize"
    manager.OAUTH_TOKEN_URL = f"{conf.accounts_url}/api/token"
    return manager


def _app_manager(session: ServiceSession, conf: SpotifyService, credentials: Credentials) -> Any:
    if not (credentials.spotify_id and credentials.spotify_secret):
        return None
    manager = SpotifyClientCredentials(
        client_id=credentials.spotify_id,
        client_secret=credentials.spotify_secret,
        requests_session=session,
        cache_handler=MemoryCacheHandler(),
    )
    manager.OAUTH_TOKEN_URL = f"{conf.accounts_url}/api/token"
    return manager


def _keep(token: object) -> None:
    if isinstance(token, dict):
        keep_secret(token.get("access_token"), token.get("refresh_token"))
