"""Which Java is taken, shown with stand-ins that answer as a Java does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bootstrap import java


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "INSTALLED", tmp_path / "jvm")
    monkeypatch.setattr(java, "MAC_CHOOSER", tmp_path / "java_home")


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def install(home: Path, version: str, refuses: str = "nothing") -> Path:
    """A stand-in for a Java: tells its home and version, unless told a word that it refuses."""
    body = f"""
    for word do [ "$word" != {refuses} ] || exit 1; done
    echo '    java.home = {home}' >&2
    echo '    java.specification.version = {version}' >&2
    """
    return script(home / "bin" / "java", body)


def test_java_home_goes_before_path(tmp_path: Path) -> None:
    install(tmp_path / "asked", "21")
    found = install(tmp_path / "found", "17")
    environment = {"JAVA_HOME": str(tmp_path / "asked"), "PATH": str(found.parent)}
    assert java.find_java(environment) == tmp_path / "asked"


@pytest.mark.parametrize("version", ["1.8", "11", "25"])
def test_a_java_of_another_version_is_passed_over(tmp_path: Path, version: str) -> None:
    install(tmp_path / "asked", version)
    found = install(tmp_path / "found", "17")
    environment = {"JAVA_HOME": str(tmp_path / "asked"), "PATH": str(found.parent)}
    assert java.find_java(environment) == tmp_path / "found"


def test_a_link_on_path_leads_to_the_home_it_stands_for(tmp_path: Path) -> None:
    install(tmp_path / "real", "17")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(tmp_path / "real" / "bin" / "java")
    assert java.find_java({"PATH": str(tmp_path / "bin")}) == tmp_path / "real"


def test_macs_chooser_and_the_usual_folder_are_looked_at(tmp_path: Path) -> None:
    install(tmp_path / "jvm" / "java-21", "21")
    assert java.find_java({"PATH": ""}) == tmp_path / "jvm" / "java-21"
    install(tmp_path / "mac", "17")
    script(tmp_path / "java_home", f'[ "$*" = "-v 17" ] && echo {tmp_path}/mac')
    assert java.find_java({"PATH": ""}) == tmp_path / "mac"


def test_a_java_without_the_vector_module_does_not_fit(tmp_path: Path) -> None:
    install(tmp_path / "jvm" / "cut-down", "21", refuses=java.VECTOR_MODULE)
    assert java.find_java({"PATH": ""}) is None


def test_a_broken_java_is_passed_over(tmp_path: Path) -> None:
    script(tmp_path / "asked" / "bin" / "java", "exit 127")
    assert java.find_java({"PATH": "", "JAVA_HOME": str(tmp_path / "asked")}) is None
    assert java.find_java({"PATH": "", "JAVA_HOME": str(tmp_path / "absent")}) is None


def test_the_shim_drops_the_module_and_nothing_else_and_may_move(tmp_path: Path) -> None:
    wheel = script(tmp_path / "venv" / "wheel" / "java", "printf '[%s]' \"$@\"; exit 7")
    java.make_shim(tmp_path / "venv" / "java", wheel)
    (tmp_path / "venv").rename(tmp_path / "moved")
    words = ["-Xmx1g", java.VECTOR_MODULE, "a b", "", "*", "--add-modules=java.sql"]
    done = subprocess.run(
        [tmp_path / "moved" / "java" / "bin" / "java", *words], capture_output=True, text=True
    )
    assert done.stdout == "[-Xmx1g][a b][][*][--add-modules=java.sql]"
    assert done.returncode == 7
