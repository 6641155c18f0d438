"""Where executors are processes of their own, the tables are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.demo import write_demo_inputs
from lib.ingest import ingest
from tests.processes import run, songlake
from tests.table_equality import lake_differences

MASTERS = {"local": "local[2]", "cluster": "local-cluster[2,1,1024]"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_cluster_makes_the_tables_that_one_process_makes(tmp_path: Path) -> None:
    inputs = write_demo_inputs(tmp_path / "inputs")
    for place, master in MASTERS.items():
        data = tmp_path / place
        ingest(inputs, data / "landing", "demo")
        run(
            songlake("run", "--data", data, "--set", f"spark.master={master}"),
            tmp_path / f"{place}.log",
        )
    local, cluster = (tmp_path / place / "lake" for place in MASTERS)
    assert (local / "gold" / "mood_clusters").is_dir()
    assert lake_differences(local, cluster, tolerance=1e-9) == {}
