"""What README shows exists: commands and flags, files, links, tables, settings."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from apps.cli import app
from lib.job_main import main as job_main
from lib.settings import Settings, load_settings
from schemas import TABLES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

#: Variables that no setting stands behind; the wrapper and lib/settings.py tell what they do.
STEERING = {"SONGLAKE_CONF", "SONGLAKE_SPLEETER"}


def shown() -> Iterator[list[str]]:
    """The words of each command in README's shell blocks, without variables before it."""
    for block in re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            while re.match(r"[A-Z_]+=", words[0]):
                words.pop(0)
            yield words


def of_songlake() -> list[list[str]]:
    return [words[1:] for words in shown() if words[0] == "./songlake"]


COMMANDS = [words for words in of_songlake() if words[0] != "spark-submit"]
SUBMITTED = [words for words in of_songlake() if words[0] == "spark-submit"]
IN_CONTAINER = [words for words in shown() if words[0] == "docker"]


def test_readme_shows_commands_of_every_kind() -> None:
    assert len(COMMANDS) > 10
    assert SUBMITTED
    assert IN_CONTAINER
    everything = [words for words in shown() if words[0] not in ("./songlake", "docker")]
    assert everything == [], "the tests below know nothing of these"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_and_its_flags_exist(words: list[str]) -> None:
    answer = CliRunner().invoke(app, [*words, "--help"])
    assert answer.exit_code == 0, answer.output


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`\./songlake\s+(\w+)", README))))
def test_a_command_named_in_a_sentence_exists(command: str) -> None:
    assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize("words", SUBMITTED, ids=" ".join)
def test_a_submitted_file_exists_and_takes_its_flags(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next(word for word in words if word.endswith(".py"))
    given = words[words.index(file) + 1 :]
    if file == "apps/cli.py":
        assert CliRunner().invoke(app, [*given, "--help"]).exit_code == 0
        return
    spec = importlib.util.spec_from_file_location("submitted", ROOT / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from_bronze = any(word.startswith("--history-path") for word in given)
    with pytest.raises(SystemExit) as ended:
        job_main(module.FROM_BRONZE if from_bronze else module.JOB, ["--help"])
    assert ended.value.code == 0
    flags = [word for word in given if word.startswith("--")]
    told = re.findall(r"--[a-z-]+", capsys.readouterr().out)
    assert [flag for flag in flags if flag not in told] == []


@pytest.mark.parametrize("words", IN_CONTAINER, ids=" ".join)
def test_a_container_command_runs_what_exists(words: list[str]) -> None:
    if words[1] == "build":
        assert (ROOT / "Dockerfile").is_file()
    elif words[1:3] == ["compose", "up"]:
        assert (ROOT / "docker-compose.yml").is_file()
    else:
        asked = words[words.index("songlake") + 1 :]
        assert CliRunner().invoke(app, [*asked, "--help"]).exit_code == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_readme_names_the_tables_and_no_others() -> None:
    named = set(re.findall(r"\b(?:bronze|silver|gold|ops)\.(?!py\b)\w+", README))
    assert named == set(TABLES)


def test_readme_names_settings_that_exist() -> None:
    settings, _ = load_settings()
    for name in re.findall(r"^\| `([a-z_.]+)` \| `(?:SONGLAKE|ALLOW)_", README, re.MULTILINE):
        settings.value(name)
    variables = set(re.findall(r"\bSONGLAKE_[A-Z_]+[A-Z]", README)) - STEERING
    known = {f"SONGLAKE_{name}".upper() for name in Settings.model_fields}
    assert {variable.partition("__")[0] for variable in variables} <= known
    set_to = dict(re.findall(r"--set ([a-z_.]+)=(\S+)", README))
    assert set_to
    for name, value in set_to.items():
        text = value if re.match(r"[A-Z]", value) else json.loads(value)
        assert load_settings({name: text})[0].value(name) == text
