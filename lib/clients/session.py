"""The one way in which Songlake asks services: a requests session that waits, retries and caches.

Whatever sends through it (spotipy, our own calls) keeps to the service's limits without knowing.
A cached answer costs no request. Each attempt waits for the circuit breaker and the rate limit;
the answer is read to its end and judged; what is transient is tried again after a random,
exponentially growing wait. Only whole and sound answers are handed on: all else is a `ServiceError`
without a secret in it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_cache import DO_NOT_CACHE, CachedSession
from requests_cache.backends.sqlite import SQLiteCache
from requests_cache.policy import ExpirationPatterns
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from lib.clients.answers import Fault, Judge, judge_json
from lib.clients.breaker import Breaker, GivenUpError
from lib.clients.cache import open_cache
from lib.clients.clock import Clock
from lib.clients.rate_limit import RateLimit
from lib.clients.redact import guard_logs, redact
from lib.errors import ServiceError

USER_AGENT = "songlake/0.1"
"""What we tell services that we are."""

#: Longer waits between attempts, in seconds, are the circuit breaker's.
_LONGEST_BACKOFF = 30.0
_TRIED_AGAIN = ("transient", "limited")
#: Parameters that carry secrets or sign them: no part of a cached answer's name.
_SECRET_PARAMETERS = (
    "api_key", "api_sig", "sk", "Authorization", "access_token", "client_secret", "refresh_token",
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """How a service is to be asked.

    Attributes:
        name: what people call it.
        requests: so many requests it allows
        seconds: in so many seconds.
        timeout: seconds, by the wall's clock, until an answer that does not come is given up.
        judge: tells whether an answer is what was asked for.
        cached_days: what is found in a URL, to how many days its answer stands; the first that is
            found counts, 0 and what is not found are not cached.
        at_once: requests under way at a time, at most.
        attempts: how often a request is sent at most.
        longest_hold: seconds; where the service wants to be left alone for longer, the run does not
            wait for it.
        proxy: URL of a proxy.
    """

    name: str
    requests: int
    seconds: float
    timeout: float = 20.0
    judge: Judge = judge_json
    cached_days: Mapping[str, float] = field(default_factory=dict)
    at_once: int = 4
    attempts: int = 6
    longest_hold: float = 900.0
    proxy: str | None = None


class ServiceSession(CachedSession):
    """A session for one service; any number of threads may share it.

    Args:
        service: how to ask.
        folder: where the shared files of limits and cached answers lie.
        clock: gives the time and waits.
        redis_url: where answers are cached instead of in SQLite.

    Raises:
        SettingsError: no Redis answers there.
    """

    def __init__(
        self, service: Service, folder: Path, clock: Clock, redis_url: str | None = None
    ) -> None:
        guard_logs()
        stands: ExpirationPatterns = {
            re.compile(found): round(days * 86_400) if days else DO_NOT_CACHE
            for found, days in service.cached_days.items()
        }
        super().__init__(
            backend=open_cache(folder, service.name, redis_url),
            expire_after=DO_NOT_CACHE,
            urls_expire_after=stands,
            ignored_parameters=_SECRET_PARAMETERS,
            match_headers=False,
        )
        self._is_closed = False
        self.delivery = Delivery(service, folder, clock)
        for scheme in ("http://", "https://"):
            self.mount(scheme, self.delivery)
        self.headers["User-Agent"] = USER_AGENT
        if service.proxy:
            self.proxies = {"http": service.proxy, "https": service.proxy}

    def close(self) -> None:
        """Lets go of answers that no longer stand, and closes connections and shared files.

        Later calls do nothing: spotipy closes the session that it was given as it is forgotten.
        """
        if self._is_closed:
            return
        self._is_closed = True
        if isinstance(self.cache, SQLiteCache):  # Redis does so by itself
            self.cache.delete(expired=True, vacuum=False)
        super().close()  # type: ignore[no-untyped-call]

    @property
    def sent(self) -> int:
        """Requests sent so far, those that failed too; answers from the cache are none."""
        return self.delivery.sent


class Delivery(HTTPAdapter):
    """Sends requests at the service's pace and through its failures."""

    def __init__(self, service: Service, folder: Path, clock: Clock) -> None:
        super().__init__(pool_maxsize=max(service.at_once, 1), max_retries=0)
        self.service, self.clock = service, clock
        self.breaker = Breaker(clock)
        self.limit = RateLimit(
            service.name, service.requests, service.seconds, folder / "limits.sqlite", clock
        )
        self.sent = 0
        self._counting = threading.Lock()
        self._retrying = Retrying(
            retry=retry_if_exception(_is_worth_another_try),
            stop=stop_after_attempt(service.attempts),
            wait=wait_random_exponential(multiplier=1.0, max=_LONGEST_BACKOFF),
            sleep=clock.sleep,
            reraise=True,
        )

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Sends until there is a sound answer.

        Raises:
            ServiceError: there is none.
            StoppedError: the run was told to stop.
        """
        kwargs |= {"stream": False, "timeout": self.service.timeout}
        return self._retrying(self._attempt, request, **kwargs)

    def close(self) -> None:
        """Closes connections and the shared file of the limit."""
        super().close()
        self.limit.close()

    def _attempt(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self._wait()
        with self._counting:
            self.sent += 1
        try:
            response = super().send(request, **kwargs)
            _ = response.content  # read here, so that one that breaks off is tried again
            fault = self.service.judge(response)
        except (requests.RequestException, OSError) as error:
            fault = Fault("transient", _in_words(error))
        if fault is None:
            self.breaker.succeeded()
            return response
        self._note(fault)
        raise self._error(fault) from None

    def _wait(self) -> None:
        """Waits until the service may be asked once more.

        Raises:
            ServiceError: it cannot be asked in this run.
        """
        try:
            self.breaker.wait()
        except GivenUpError:
            raise self._error(Fault("down", "does not answer: left alone for this run")) from None
        held = self.limit.held_for()
        if held > self.service.longest_hold:
            raise self._error(Fault("down", f"wants no request for another {held:,.0f} s"))
        self.limit.wait()

    def _note(self, fault: Fault) -> None:
        if fault.wait is not None:
            self.limit.hold(fault.wait)
        elif fault.kind == "limited":
            self.limit.hold(1.0)
        if fault.kind == "down":
            self.breaker.give_up()
        elif fault.kind == "transient":
            self.breaker.failed()
        else:
            self.breaker.succeeded()

    def _error(self, fault: Fault) -> ServiceError:
        return ServiceError(self.service.name, fault.kind, redact(fault.reason))


def _is_worth_another_try(error: BaseException) -> bool:
    return isinstance(error, ServiceError) and error.kind in _TRIED_AGAIN


_BREAKS_OFF = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


def _in_words(error: Exception) -> str:
    """What went wrong, without the URL that requests' own messages hold."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, _BREAKS_OFF):
        return "an answer that breaks off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return type(error).__name__
