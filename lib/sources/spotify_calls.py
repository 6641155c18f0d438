"""Calls to Spotify through spotipy, with another token where the one in use is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spotipy import Spotify

from lib.clients.session import ServiceSession
from lib.errors import ServiceError
from lib.sources.spotify_answers import whole
from lib.sources.spotify_tokens import Tokens

_RENEWALS = 2
#: So many things in a row that no new token gets, and no more are asked for.
_REFUSALS = 5


class SpotifyCalls:
    """Asks Spotify.

    Args:
        session: how it is asked.
        tokens: lets it be asked.
        url: where it is, e.g. `https://api.spotify.com/v1`.

    Attributes:
        api: spotipy's client, whose methods are what is asked.
    """

    def __init__(self, session: ServiceSession, tokens: Tokens, url: str) -> None:
        self._session, self._tokens = session, tokens
        self.api = Spotify(auth_manager=tokens, requests_session=session)
        self.api.prefix = f"{url}/"
        self._refusals = 0

    def ask(self, ask: Callable[[], Any]) -> Any:
        """Asks, with another token where the one in use is refused.

        Raises:
            ServiceError: there is no answer.
        """
        try:
            answer = self._ask_renewing(ask)
        except ServiceError as error:
            # Where no token is any good, each further thing would cost requests.
            self._refusals += error.kind == "unauthorised"
            if self._refusals >= _REFUSALS:
                self._session.delivery.breaker.give_up()
            raise
        self._refusals = 0
        return answer

    def _ask_renewing(self, ask: Callable[[], Any]) -> Any:
        for _ in range(_RENEWALS):
            token = self._tokens.get_access_token()
            try:
                return whole(ask)
            except ServiceError as error:
                if error.kind != "unauthorised":
                    raise
            self._tokens.renew(token)
        return whole(ask)
