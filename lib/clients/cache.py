"""Where answers of services are kept: in an SQLite file of each service, or in a shared Redis."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from requests_cache.backends.base import BaseCache
from requests_cache.backends.redis import RedisCache
from requests_cache.backends.sqlite import SQLiteCache

from lib.clients.redact import redact
from lib.errors import SettingsError

#: Seconds until a Redis that does not answer is given up.
_TIMEOUT = 5.0


def open_cache(folder: Path, service: str, redis_url: str | None) -> BaseCache:
    """The cache of a service's answers.

    Args:
        folder: where the file lies.
        service: whose answers.
        redis_url: the Redis to keep them in instead.

    Raises:
        SettingsError: no Redis answers there.
    """
    if redis_url is None:
        # A file each: they would wait for each other.
        return _OneAtATime(folder / f"answers-{service.lower()}.sqlite")
    from redis import Redis, RedisError

    try:
        redis = Redis.from_url(redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
        redis.ping()
    except (RedisError, ValueError) as error:
        raise SettingsError(
            f"live.redis_url: no Redis answers at {redact(redis_url)} ({redact(str(error))}): "
            "start it, or leave the setting out"
        ) from None
    return _IfThere(namespace="songlake", connection=redis, serializer="json")


class _OneAtATime(SQLiteCache):
    """Answers in SQLite, read and written by one thread at a time.

    requests-cache reads in all threads by one connection. There a thread can wait for SQLite's
    mutex with the interpreter's lock in hand, while the one that has the mutex waits for that lock.
    """

    def __init__(self, file: Path) -> None:
        self._turn = threading.RLock()
        super().__init__(file, serializer="json", wal=True, fast_save=True)

    def get_response(self, key: str, default: Any = None) -> Any:
        with self._turn:
            return super().get_response(key, default)

    def save_response(self, *args: Any, **kwargs: Any) -> None:
        with self._turn:
            super().save_response(*args, **kwargs)


class _IfThere(RedisCache):
    """Answers in Redis; where it went away meanwhile, services are asked without it."""

    def get_response(self, key: str, default: Any = None) -> Any:
        from redis import RedisError

        try:
            return super().get_response(key, default)
        except RedisError:
            return default

    def save_response(self, *args: Any, **kwargs: Any) -> None:
        from redis import RedisError

        try:
            super().save_response(*args, **kwargs)
        except RedisError:
            return
