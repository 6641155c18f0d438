"""`songlake separate`: a real mix, in one command, from the file to stems and loops."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
from deltalake import DeltaTable
from scratch_lake import ScratchLake
from typer.testing import CliRunner

from apps import separate as command
from apps.cli import app
from lib.audio.asked import land_separations, meant
from lib.errors import SeparationError
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


def test_an_engine_that_cannot_be_had_fails_its_own_stems_until_it_can(
    lake: ScratchLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine, which had Spleeter, asked for it; here it or its model is not there."""
    (tmp_path / "models" / "2stems").mkdir(parents=True)
    lake = lake.under(stems__models=str(tmp_path / "models"))
    names = ("one", "two")
    for length, name in enumerate(names, 2_000):
        soundfile.write(tmp_path / f"{name}.wav", np.sin(np.arange(length)) / 9, 8_000)
    landing = lake.places.settings.landing
    lake.ingest(tmp_path / "one.wav", tmp_path / "two.wav")
    one, two = (meant(landing, [str(tmp_path / f"{name}.wav")])[0] for name in names)
    land_separations(landing, [(one, "spleeter", 2), (one, "builtin", 2), (two, "builtin", 2)])
    assert lake.run("silver.stems").ok
    found = lake.rows("SELECT audio_id, engine, path, failure FROM silver.stems")
    made = {(row["audio_id"], row["engine"]) for row in found if row["path"]}
    failed = {(row["audio_id"], row["engine"], row["failure"]) for row in found if row["failure"]}
    assert made == {(one, "builtin"), (two, "builtin")}
    ((file, engine, why),) = failed
    assert (file, engine) == (one, "spleeter")
    assert "holds no checkpoint" in why or "Spleeter is not installed" in why

    refreshed = []

    def run_nothing(*_: object, full_refresh: bool, as_json: bool) -> bool:
        refreshed.append(full_refresh)
        return as_json

    monkeypatch.setattr(command, "run_jobs", run_nothing)
    for name in names:
        assert command.separate(
            lake.places, [str(tmp_path / f"{name}.wav")], ["builtin"], 2, as_json=True
        )
    assert refreshed == [True, False]
    before = sorted(landing.rglob("*"))
    with pytest.raises(SeparationError, match=r"holds no checkpoint|Spleeter is not installed"):
        command.separate(lake.places, [], ["spleeter"], 2, as_json=True)
    assert sorted(landing.rglob("*")) == before
