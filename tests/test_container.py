"""What can be known of the image where no engine builds it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def copied() -> set[str]:
    return {source.rstrip("/") for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)}


def test_the_image_copies_what_is_there_and_all_that_runs() -> None:
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    assert {"songlake", "schemas", "lib", "jobs", "apps", "conf"} <= copied()


def test_the_build_context_is_what_the_image_copies_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == copied()


def test_set_up_needs_no_more_than_is_copied_before_it() -> None:
    before = DOCKERFILE.split("\nRUN SONGLAKE_SPLEETER")[0]
    assert {"songlake", "bootstrap/", "requirements/"} == set(re.findall(r"COPY (\S+)", before))


def test_compose_runs_the_lake_on_a_volume_that_stays() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    service = compose["services"]["songlake"]
    place = service["environment"]["SONGLAKE_CONF"]
    data = yaml.safe_load((ROOT / "conf" / f"{place}.yaml").read_text())["data"]
    volume, mounted = service["volumes"][0].split(":")
    assert service["command"] == ["run"]
    assert mounted == data
    assert volume in compose["volumes"]
    assert f"VOLUME {data}\n" in DOCKERFILE
