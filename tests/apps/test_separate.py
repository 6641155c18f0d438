"""`songlake separate`: a real mix, in one command, from the file to stems and loops."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
from deltalake import DeltaTable
from typer.testing import CliRunner

from apps.cli import app
from tests.processes import run, songlake
from tests.spleeter_checkpoint import write_checkpoint

BEATS = 16


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_real_mix_goes_through_all_engines_in_one_command(
    shared_data: Path, tmp_path: Path
) -> None:
    """Both of them where Spleeter is installed: SONGLAKE_SPLEETER=1 ./songlake test --soak."""
    engines = ["builtin"]
    if find_spec("tensorflow"):
        write_checkpoint(tmp_path / "models", 2)
        engines.append("spleeter")
    words = [word for engine in engines for word in ("--engine", engine)]
    settings = ("--set", f"segments.beats={BEATS}", "--set", f"stems.models={tmp_path / 'models'}")
    mix = shared_data / "audio" / "audio_example.mp3"
    data = tmp_path / "data"
    run(songlake("separate", mix, *words, "--stems", "2", "--data", data, *settings),
        tmp_path / "log")  # fmt: skip
    stems = rows(data, "stems")
    assert {(row["engine"], row["stem"]) for row in stems} == {
        (engine, stem) for engine in engines for stem in ("vocals", "accompaniment")
    }
    assert all(row["failure"] is None and row["loudness_lufs"] > -60 for row in stems)
    loops = rows(data, "segments")
    assert {row["engine"] for row in loops} == {"mix", *engines}
    for row in loops:
        loop, rate = soundfile.read(row["path"], always_2d=True)
        assert abs(len(loop) - BEATS * 60 / row["tempo"] * rate) <= 1
        steps = np.abs(np.diff(loop, axis=0)).max(axis=1)
        assert np.abs(loop[0] - loop[-1]).max() <= np.percentile(steps, 99.9)


def rows(data: Path, table: str) -> list[dict[str, object]]:
    found = DeltaTable(str(data / "lake" / "silver" / table)).to_pyarrow_table()
    return list(found.to_pylist())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "demucs"), "choose from builtin, spleeter"),
        (("--stems", "3"), "choose from 2, 4, 5"),
        ((), "no audio files are known: songlake ingest PATH takes them in"),
        (("absent.mp3",), "no audio files are known"),
    ],
)
def test_what_cannot_be_done_is_said_before_spark_starts(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    answer = CliRunner().invoke(app, ["separate", *words, "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert said in " ".join(answer.output.split())


@pytest.mark.skipif(find_spec("tensorflow") is not None, reason="Spleeter is installed")
def test_spleeter_that_is_not_installed_is_said_with_the_remedy(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["separate", "--engine", "spleeter", "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "./songlake separate --engine spleeter" in " ".join(answer.output.split())
