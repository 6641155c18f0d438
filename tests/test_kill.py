"""`kill -9` at any moment leaves nothing that the next run does not mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import Moment, Undisturbed, kill_and_run_again, moments, run_undisturbed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.mark.parametrize("moment", moments(5), ids=str)
def test_a_run_after_a_kill_makes_the_same_tables(
    undisturbed: Undisturbed, moment: Moment, tmp_path: Path
) -> None:
    assert kill_and_run_again(undisturbed, moment, tmp_path).problems == {}
