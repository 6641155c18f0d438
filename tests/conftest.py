"""What all tests share: one Spark, lakes of their own, the real inputs, a draw of slow tests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from real_lake import files as files, real as real
from scratch_lake import ScratchLake
from table_frames import frame as make_frame

import lib.settings
from lib.clients.credentials import NAMES
from lib.session import start_spark
from lib.settings import load_settings

# Workers of xdist are given a width, to which rich's console would keep whatever a test says.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)

PROJECT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT.parent / "shared" / "data"

#: What steers the wrapper and set-up, which a test of theirs sees to itself.
_STEERING = {"SONGLAKE_DEV", "SONGLAKE_HOME", "SONGLAKE_JAVA_HOME", "SONGLAKE_SPLEETER"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("songlake")
    group.addoption("--slow-share", type=float, metavar="FLOAT", help="keep this share of the slow")
    group.addoption("--slow-seed", default="", metavar="TEXT", help="another seed, another share")


def pytest_report_header(config: pytest.Config) -> str | None:
    share, seed = config.getoption("--slow-share"), config.getoption("--slow-seed")
    return None if share is None else f"slow tests: a share of {share}, drawn by seed {seed!r}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps a file, and what looks at the real lake, on one core; draws a share of slow tests."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        of_one = "the real lake" if "real" in fixtures else item.location[0]
        item.add_marker(pytest.mark.xdist_group(of_one))
    _draw(config, items)


def _draw(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps a share of the slow tests, at least one: those whose id and seed hash lowest."""
    share = config.getoption("--slow-share")
    slow = [item for item in items if item.get_closest_marker("slow")]
    if share is None or not slow:
        return

    def draw(item: pytest.Item) -> bytes:
        return hashlib.sha256(f"{config.getoption('--slow-seed')}\n{item.nodeid}".encode()).digest()

    dropped = set(sorted(slow, key=draw)[max(1, round(share * len(slow))) :])
    config.hook.pytest_deselected(items=[item for item in items if item in dropped])
    items[:] = [item for item in items if item not in dropped]


@pytest.fixture(scope="session", autouse=True)
def _own_settings() -> Iterator[None]:
    """No setting of the person who runs the tests reaches them, from variables or `.env`."""
    read_env_file = lib.settings.DotEnvSettingsSource

    def read_if_a_tests_own(settings: type[lib.settings.Settings], env_file: Path) -> Any:
        own = None if env_file == PROJECT / ".env" else env_file
        return read_env_file(settings, env_file=own)

    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("SONGLAKE_") and name not in _STEERING:
                patch.delenv(name)
        for name in ("ALLOW_SYNTHETIC", *(name for names in NAMES.values() for name in names)):
            patch.delenv(name, raising=False)
        patch.setattr(lib.settings, "DotEnvSettingsSource", read_if_a_tests_own)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real inputs; the tests that need them are skipped where they are not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real inputs are not beside the project: ../shared/data")
    return SHARED_DATA


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, _own_settings: None) -> Iterator[SparkSession]:
    """The one session of all tests. Write through `spark.newSession()` or a `lake`."""
    flags = {"data": tmp_path_factory.mktemp("spark"), "spark.master": "local[2]"}
    settings, _ = load_settings(flags)
    session = start_spark(settings, app="songlake tests")
    yield session
    session.stop()


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., DataFrame]:
    """`frame(TABLE, {column: value}, …)`: see `table_frames.frame`."""
    return partial(make_frame, spark)


@pytest.fixture(scope="session")
def make_lake(spark: SparkSession) -> Callable[..., ScratchLake]:
    """`make_lake(folder, {setting: value})`, for lakes that several tests of a module share."""

    def make(folder: Path, flags: Mapping[str, Any] = {}) -> ScratchLake:
        return ScratchLake(spark, folder, flags)

    return make


@pytest.fixture
def lake(make_lake: Callable[..., ScratchLake], tmp_path: Path) -> ScratchLake:
    """An empty lake of this test's own."""
    return make_lake(tmp_path)
