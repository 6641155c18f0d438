"""One writer at a time on a local lake, held by the Python process and by its JVM.

Delta's log store for local files excludes writers only within one process, so two runs at once
could both commit the same version. A JVM outlives a killed Python by seconds and may still
commit: it holds a lock of its own, which a new run waits for once its own JVM is up.
A lake on shared storage needs neither: its log store excludes writers across processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pyspark.sql import SparkSession

from lib.errors import LakeBusyError, TableError


@contextmanager
def hold_lake(
    lake: str,
    on_wait: Callable[[], None] = lambda: None,
    wait_seconds: float = 600.0,
    name: str = ".lock",
) -> Iterator[None]:
    """Holds the lake for this process.

    Args:
        lake: path or URL of the lake.
        on_wait: called once where another run holds it.
        wait_seconds: how long to wait for that run; a negative number is until it ends.
        name: the lock file: by another name than a run's, something else is held.

    Raises:
        LakeBusyError: another run held it all the time.
        TableError: the lake's folder cannot be made or written.
    """
    if "://" in lake:
        yield
        return
    try:
        Path(lake).mkdir(parents=True, exist_ok=True)
        lock = FileLock(Path(lake) / name)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait()
            lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise _busy(lake, wait_seconds) from None
    except OSError as error:
        raise TableError(
            f"The lake's folder {lake} cannot be written: {error.strerror or error}. Make it "
            "writable, or set SONGLAKE_DATA to a folder that is."
        ) from None
    try:
        yield
    finally:
        lock.release()


def hold_lake_in_jvm(spark: SparkSession, lake: str, wait_seconds: float = 120.0) -> None:
    """Makes this process's JVM hold the lake until it ends.

    Raises:
        LakeBusyError: the JVM of an earlier run, whose Python is gone, still held it.
    """
    if "://" in lake:
        return
    java = spark.sparkContext._jvm
    assert java is not None
    held = java.java.lang.System.getProperties()
    if held.containsKey(f"songlake.lock.{lake}"):
        return  # this very JVM holds it already; it may not lock a file twice
    channel = java.java.io.RandomAccessFile(str(Path(lake) / ".lock-jvm"), "rw").getChannel()
    end = time.monotonic() + wait_seconds
    while (lock := channel.tryLock()) is None:
        if time.monotonic() > end:
            raise _busy(lake, wait_seconds)
        time.sleep(0.2)
    # The lock itself, for good: one that nothing in the JVM refers to goes with the garbage.
    held.put(f"songlake.lock.{lake}", lock)


def _busy(lake: str, seconds: float) -> LakeBusyError:
    return LakeBusyError(
        f"Another run has held the lake {lake} for {seconds:.0f} s. Wait for it to end, or stop "
        "it (`ps aux | grep songlake`), and run again."
    )
