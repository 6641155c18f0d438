"""`kill -9` at twenty moments of a run, each followed by a run to the end, on the demo lake.

At every other moment the whole process group is killed, else Python alone, whose JVM lives on for
seconds and may still commit. After each, the tables must be those of an undisturbed run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.killing import kill_and_run_again, moments, run_undisturbed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=20, help="how many; default: 20")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other moments")
    given = parser.parse_args()
    wrong = 0
    with TemporaryDirectory(prefix="songlake-benchmark-") as folder:
        reference = run_undisturbed(Path(folder))
        print(f"undisturbed: {reference.seconds:.1f} s", flush=True)
        for number, moment in enumerate(moments(given.moments, given.seed), start=1):
            with TemporaryDirectory(dir=folder) as own:
                killed = kill_and_run_again(reference, moment, Path(own))
            wrong += bool(killed.problems)
            print(
                f"{number:2} {moment.victim:6} killed after {killed.after:5.1f} s with "
                f"{killed.committed:2} commits; run again in {killed.again:5.1f} s: "
                f"{killed.problems or 'equal'}",
                flush=True,
            )
    print(f"{given.moments - wrong} of {given.moments} equal to an undisturbed run")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
