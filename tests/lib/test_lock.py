"""Two runs at once: each lock is tried from a process of its own."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lib.errors import LakeBusyError, TableError
from lib.lock import hold_lake, hold_lake_in_jvm

OF_THE_LAKE, OF_THE_JVM = ".lock", ".lock-jvm"

#: Takes a lock as filelock does (flock) or as Java does (fcntl), and says whether it got it.
HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
take = fcntl.lockf if sys.argv[1].endswith("-jvm") else fcntl.flock
try:
    take(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("held", flush=True)
    sys.stdin.read()
except OSError:
    print("refused", flush=True)
"""
Hold = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def another() -> Iterator[Hold]:
    """A process that holds a lock until it is killed or its input ends."""
    started = []

    def start(lock: Path) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], **pipes)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def is_free(lock: Path) -> bool:
    told = subprocess.run(
        [sys.executable, "-c", HOLD, str(lock)], input="", capture_output=True, text=True
    )
    return told.stdout == "held\n"


def test_a_held_lake_is_refused_after_the_wait_and_says_so_once(
    another: Hold, tmp_path: Path
) -> None:
    another(tmp_path / OF_THE_LAKE)
    waits: list[str] = []
    with (
        pytest.raises(LakeBusyError, match=rf"has held the lake {tmp_path} for 0 s\. Wait"),
        hold_lake(str(tmp_path), lambda: waits.append("waiting"), wait_seconds=0.2),
    ):
        pytest.fail("two runs hold one lake")
    assert waits == ["waiting"]


def test_it_is_there_as_soon_as_the_other_run_is_killed(another: Hold, tmp_path: Path) -> None:
    other = another(tmp_path / OF_THE_LAKE)
    with hold_lake(str(tmp_path), other.kill, wait_seconds=30):
        assert other.wait(timeout=30) != 0


def test_a_lake_is_held_while_the_work_lasts_and_no_longer(tmp_path: Path) -> None:
    lake = tmp_path / "new" / "lake"
    free: list[bool] = []

    def fails() -> None:
        with hold_lake(str(lake)):
            free.append(is_free(lake / OF_THE_LAKE))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert [*free, is_free(lake / OF_THE_LAKE)] == [False, True]


def test_a_lake_on_shared_storage_takes_no_file_lock(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with hold_lake("s3a://songs/lake"):
        hold_lake_in_jvm(spark, "s3a://songs/lake")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(TableError, match=r"file/lake cannot be written: .*set SONGLAKE_DATA"),
        hold_lake(str(tmp_path / "file" / "lake")),
    ):
        pytest.fail("there is no such folder")


def test_the_jvm_holds_the_lake_until_it_ends(spark: SparkSession, tmp_path: Path) -> None:
    hold_lake_in_jvm(spark, str(tmp_path))
    hold_lake_in_jvm(spark, str(tmp_path))
    for _ in range(3):  # what nothing refers to any more would be freed by now
        gc.collect()
        assert spark.sparkContext._jvm is not None
        spark.sparkContext._jvm.java.lang.System.gc()
        time.sleep(0.2)
    assert not is_free(tmp_path / OF_THE_JVM)


def test_the_jvm_of_a_killed_run_is_waited_for(
    spark: SparkSession, another: Hold, tmp_path: Path
) -> None:
    other = another(tmp_path / OF_THE_JVM)
    with pytest.raises(LakeBusyError, match="Another run has held the lake"):
        hold_lake_in_jvm(spark, str(tmp_path), wait_seconds=0.1)
    other.kill()
    hold_lake_in_jvm(spark, str(tmp_path), wait_seconds=30)
    assert not is_free(tmp_path / OF_THE_JVM)
