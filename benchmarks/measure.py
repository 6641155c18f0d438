"""How long a command takes, and how much memory its processes hold at their peak (Linux)."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.processes import PROJECT, start

MEGABYTE = 2**20
#: Between two looks at a process; its peak is kept by Linux, so that only its end can be missed.
_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Measured:
    """One command, run to its end.

    Attributes:
        seconds: wall clock.
        java: peak resident memory of its largest JVM, bytes.
        python: the same of its largest Python.
    """

    seconds: float
    java: int
    python: int

    @property
    def memory(self) -> str:
        """Both peaks, for people."""
        return f"JVM {self.java / MEGABYTE:,.0f} MiB, Python {self.python / MEGABYTE:,.0f} MiB"


def real_inputs(about: str | None, holds: str) -> argparse.ArgumentParser:
    """What every benchmark on the real inputs takes: `data`, the folder that `holds` them."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "data",
        nargs="?",
        type=Path,
        default=PROJECT.parent / "shared" / "data",
        help=f"holds {holds}; default: ../shared/data",
    )
    return parser


def measure(command: Sequence[str], log: Path, settings: Mapping[str, str] = {}) -> Measured:
    """Runs a command and watches it and all that it starts.

    Args:
        command: program and arguments.
        log: takes what it prints.
        settings: SONGLAKE_* variables.

    Raises:
        RuntimeError: it did not exit with 0.
    """
    peaks = {"java": 0, "python": 0}
    began = time.monotonic()
    process = start(command, log, settings)
    while process.poll() is None:
        for pid in _family(process.pid):
            name, peak = _name_and_peak(pid)
            for kind in peaks:
                if name.startswith(kind):
                    peaks[kind] = max(peaks[kind], peak)
        time.sleep(_LOOK_EVERY_SECONDS)
    seconds = time.monotonic() - began
    if process.returncode:
        printed = log.read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(
            f"{' '.join(command)}: exit code {process.returncode}\n{printed[-3000:]}"
        )
    return Measured(seconds, **peaks)


def family_peaks(pid: int, name: str) -> list[int]:
    """Peak resident memory, bytes, of a process and of all now living that descend from it.

    Args:
        pid: the process, which comes first.
        name: how the names of those that count begin.
    """
    found = [_name_and_peak(each) for each in _family(pid)]
    return [peak for told, peak in found if told.startswith(name)]


def _family(pid: int) -> Iterator[int]:
    """A process and all that descend from it; those that have just ended are left out."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _name_and_peak(pid: int) -> tuple[str, int]:
    """A process's name and its peak resident memory in bytes (VmHWM; see proc(5))."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "", 0
    name, peak = re.search(r"^Name:\s*(\S*)", status), re.search(r"VmHWM:\s*(\d+) kB", status)
    return (name[1] if name else ""), (int(peak[1]) * 1024 if peak else 0)
