from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy_jobs import THINGS, toy

import jobs
from lib import fingerprint
from lib.delta import Upsert
from lib.job import Job

FILES = {
    "jobs/silver/boxes.py": """
        def boxes(things):
            from lib.near import near
            from lib import beside
            import lib.dotted
            from lib.errors import SonglakeError
    """,
    "lib/near.py": "from lib.far import far",
    "lib/far.py": "from lib.near import near  # and back",
    "lib/beside.py": "",
    "lib/dotted.py": "",
    "lib/errors.py": "",
    "lib/unread.py": "",
}
Printed = Callable[..., str]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Printed:
    """The fingerprint of a job in a project of these files, some of them told otherwise."""
    counter = iter(range(99))

    def make(changed: Mapping[str, str] = {}, **declared: Any) -> str:
        project = tmp_path / str(next(counter))
        for name, text in {**FILES, **changed}.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [line.removeprefix(" " * 8) for line in text.splitlines()]
            path.write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setattr(fingerprint, "PROJECT", project)
        path = project / "jobs/silver/boxes.py"
        spec = importlib.util.spec_from_file_location("boxes", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        job = Job(writes=toy("silver.boxes"), reads=(THINGS,), transform=module.boxes)
        return fingerprint.code_fingerprint(replace(job, **declared))

    return make


def test_the_same_code_has_one_fingerprint_wherever_it_lies(printed: Printed) -> None:
    assert printed() == printed()


@pytest.mark.parametrize("file", ["lib/near.py", "lib/far.py", "lib/beside.py", "lib/dotted.py"])
def test_it_changes_with_each_module_the_rows_come_from(file: str, printed: Printed) -> None:
    assert printed({file: FILES[file] + "\nx = 1"}) != printed()


def test_it_changes_with_the_jobs_own_file(printed: Printed) -> None:
    file = "jobs/silver/boxes.py"
    assert printed({file: FILES[file] + "\n        x = 1"}) != printed()


@pytest.mark.parametrize("file", ["lib/errors.py", "lib/unread.py"])
def test_machinery_and_what_is_not_imported_leave_it_alone(file: str, printed: Printed) -> None:
    assert printed({file: "x = 1"}) == printed()


@pytest.mark.parametrize(
    "declared",
    [
        {"mode": Upsert()},
        {"settings": {"min_ms": "plays.min_ms"}},
        {"writes": toy("silver.boxes", "id STRING COMMENT 'another word'", changes_with_time=())},
    ],
    ids=["mode", "settings", "table"],
)
def test_it_changes_with_what_the_job_declares(
    declared: Mapping[str, Any], printed: Printed
) -> None:
    assert printed(**declared) != printed()


def test_each_real_job_has_its_own() -> None:
    made = jobs.pipeline().jobs.values()
    assert len({fingerprint.code_fingerprint(job) for job in made}) == len(made)
