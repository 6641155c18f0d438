"""Set-up's order, lock and messages, with the slow steps replaced by a list of what was done."""

from __future__ import annotations

import fcntl
import shutil
import sys
import threading
from pathlib import Path

import pytest

from bootstrap import __main__ as setup, environment
from bootstrap.command import SetupError, run
from bootstrap.environment import REQUIREMENTS

JAVA = Path("/opt/java-17")


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Set-up in a folder of its own; returns the steps taken so far."""
    done: list[str] = []
    venv = tmp_path / ".venv"
    monkeypatch.setattr(environment, "TOOLS", tmp_path / ".venv-tools")
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(setup, "READY", venv / "songlake-ready")

    def make(_: Path) -> None:
        done.append("make")
        shutil.rmtree(venv, ignore_errors=True)
        (venv / "bin").mkdir(parents=True)
        (venv / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(environment, "find_uv", lambda: Path("uv"))
    monkeypatch.setattr(environment, "make", make)
    monkeypatch.setattr(environment, "sync", lambda _, profile: done.append(f"sync {profile}"))
    monkeypatch.setattr(setup, "find_java", lambda _: JAVA)
    monkeypatch.setattr(setup.jars, "fetch", lambda *_: done.append("jars"))
    return done


def test_the_first_call_does_all_and_the_second_nothing_but_choose_java(steps: list[str]) -> None:
    assert setup.main("1", "core") == 0
    assert steps == ["make", "sync core", "jars"]
    assert setup.main("1", "core") == 0
    assert steps[3:] == ["jars"]
    assert setup.Ready.read() == ("1", "core", setup.os.environ.get("JAVA_HOME", ""), str(JAVA))


def test_a_changed_lock_file_syncs_again_and_keeps_the_dev_packages(steps: list[str]) -> None:
    setup.main("1", "dev")
    setup.main("2", "core")
    assert steps == ["make", "sync dev", "jars", "sync dev", "jars"]


def test_what_was_asked_for_once_stays(steps: list[str]) -> None:
    setup.main("1", "core spleeter")
    setup.main("1", "core")
    assert steps == ["make", "sync core spleeter", "jars", "jars"]
    setup.main("1", "dev")
    setup.main("2", "core")
    assert steps[4:] == ["sync dev spleeter", "jars", "sync dev spleeter", "jars"]


def test_a_set_up_that_died_amid_the_packages_begins_anew(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.main("1", "core")
    with monkeypatch.context() as dying:
        dying.setattr(environment, "sync", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            setup.main("1", "dev")
    setup.main("1", "dev")
    assert steps[3:] == ["make", "sync dev", "jars"]


def test_a_python_that_is_gone_is_replaced(steps: list[str]) -> None:
    setup.main("1", "core")
    environment.PYTHON.unlink()
    environment.PYTHON.symlink_to("/absent/python3.11")
    setup.main("1", "core")
    assert steps[3:] == ["make", "sync core", "jars"]


def test_a_lock_left_by_the_dead_holds_no_one_up(steps: list[str]) -> None:
    environment.TOOLS.mkdir()
    (environment.TOOLS / "lock").write_text("pid 1")
    assert setup.main("1", "core") == 0


def test_a_second_call_waits_and_finds_it_done(
    steps: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment.TOOLS.mkdir()
    with (environment.TOOLS / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = threading.Thread(target=setup.main, args=("1", "core"))
        second.start()
        second.join(0.2)
        assert second.is_alive()
        setup.set_up("1", "core")
        steps.clear()
    second.join(10)
    assert steps == ["jars"]
    assert "waiting for another call" in capsys.readouterr().err


def test_no_java_and_no_network_is_one_line_with_the_remedy(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "find_java", lambda _: None)
    monkeypatch.setattr(environment, "find_uv", lambda: Path("/bin/false"))
    assert setup.main("1", "core") == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert "install one" in told
    assert "check the network" in told
    assert setup.Ready.read() is None


def test_a_python_with_neither_venv_nor_pip_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "TOOLS", tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="neither venv nor pip: install one of them"):
        environment.find_uv()


def test_a_failed_step_says_the_programs_own_cause() -> None:
    program = "echo working; echo 'error: no route to host'; echo goodbye; exit 2"
    with pytest.raises(SetupError, match=r"^no luck \(error: no route to host\)$"):
        run(["/bin/sh", "-c", program], "no luck")


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.in")), ids=lambda path: path.name)
def test_every_requirement_has_its_reason_and_every_lock_its_hashes(path: Path) -> None:
    wanted = [line for line in path.read_text().splitlines() if line[:1] not in ("#", "-", "")]
    assert wanted
    assert [line for line in wanted if "  # " not in line] == []
    locked = path.with_suffix(".txt").read_text()
    assert locked.count("==") <= locked.count("--hash=sha256:")
    assert "://" not in locked
