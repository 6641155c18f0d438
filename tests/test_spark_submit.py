"""Every job file by itself, as spark-submit runs it, gives the rows that the pipeline gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import jobs
from lib import delta_table
from lib.demo import write_demo_inputs
from lib.ingest import ingest
from lib.job import Input
from schemas import bronze
from schemas.landing import Landing
from tests.processes import run, songlake, spark_submit
from tests.table_equality import table_difference

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

JOBS = jobs.pipeline().jobs
LISTENING = "silver.listening_with_features"


@dataclass(frozen=True)
class Reference:
    """A data folder after `songlake run`, and a table that the run does not make."""

    data: Path
    no_features: Path

    def path(self, what: Input) -> Path:
        if isinstance(what, Landing):
            return self.data / "landing" / what.kind
        if what is bronze.SPOTIFY_AUDIO_FEATURES:
            return self.no_features
        return self.data / "lake" / what.layer / what.short_name


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("reference")
    inputs = write_demo_inputs(folder / "inputs", tracks=300, plays=600)
    ingest(inputs, folder / "data" / "landing", "demo")
    run(songlake("run", "--data", folder / "data"), folder / "run.log")
    made = Reference(folder / "data", folder / "no_features")
    delta_table.prepare(bronze.SPOTIFY_AUDIO_FEATURES, str(made.no_features))
    return made


def difference(reference: Reference, job: str, flags: list[str | Path], folder: Path) -> str | None:
    """Submits the job with these flags beside an empty lake; what it then wrote otherwise."""
    command = spark_submit(job, *flags, "--out-path", folder / "out")
    run(command, folder / "submit.log", {"SONGLAKE_DATA": str(folder / "empty")})
    table = JOBS[job].writes
    return table_difference(table, reference.path(table), folder / "out")


@pytest.mark.parametrize("job", JOBS)
def test_a_job_file_gives_the_pipelines_rows(
    job: str, reference: Reference, tmp_path: Path
) -> None:
    flags: list[str | Path] = []
    for what in JOBS[job].reads:
        name = what.name.partition(".")[2].replace("_", "-")
        flags += [f"--{name}-path", reference.path(what)]
    assert difference(reference, job, flags, tmp_path) is None


@pytest.mark.parametrize("real_features", ["an empty table", "left out"])
def test_listening_from_bronze_alone_gives_the_pipelines_rows(
    real_features: str, reference: Reference, tmp_path: Path
) -> None:
    given = {
        "--history-path": bronze.PLAYS,
        "--real-features-path": bronze.SPOTIFY_AUDIO_FEATURES,
        "--synthetic-features-path": bronze.SYNTHETIC_FEATURES,
        "--kaggle-features-path": bronze.KAGGLE_TRACKS,
    }
    if real_features == "left out":
        del given["--real-features-path"]
    flags = [word for flag, table in given.items() for word in (flag, reference.path(table))]
    assert difference(reference, LISTENING, flags, tmp_path) is None
