"""A job file run by itself, as `spark-submit jobs/<layer>/<table>.py` does."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lib.errors import SonglakeError
from lib.job import Input, Job
from lib.lock import hold_lake, hold_lake_in_jvm
from lib.places import Places
from lib.run_job import Run, run_job
from lib.session import start_spark
from lib.settings import load_settings


def main(job: Job, argv: list[str] | None = None) -> None:
    """Reads the flags, runs the job once and prints what it made.

    Every input has a flag `--<name>-path`, the table `--out-path`, and every setting that the job
    reads a flag of its name; what is not given comes from the settings and the lake.
    """
    given = _parser(job).parse_args(argv)
    try:
        _run(job, given)
    except SonglakeError as error:
        print(f"{job.name}: {error}", file=sys.stderr)
        sys.exit(1)


def _run(job: Job, given: argparse.Namespace) -> None:
    flags = {dotted: getattr(given, name) for name, dotted in job.settings.items()}
    settings, _ = load_settings(flags)
    paths = {what.name: getattr(given, _dest(_flag(job, what))) for what in job.reads}
    paths[job.name] = given.out_path
    places = Places(settings, {name: _absolute(path) for name, path in paths.items() if path})
    own_lake = given.out_path is None
    with hold_lake(settings.lake) if own_lake else nullcontext():
        spark = start_spark(settings, app=job.name)
        if own_lake:
            hold_lake_in_jvm(spark, settings.lake)
        now = datetime.now(UTC)
        run = Run(f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}", now)
        made = run_job(job, spark, places, run)
        spark.stop()
    broken = {count.rule.name: count.broken for count in made.counts if count.broken}
    print(f"{job.name}: {made.rows} rows made, version {made.version} at {places.path(job.writes)}")
    if broken:
        print(f"{job.name}: rules broken: {broken}")


def _parser(job: Job) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=f"{job.name}: {job.writes.about}")
    for what in job.reads:
        parser.add_argument(
            f"--{_flag(job, what)}-path",
            dest=_dest(_flag(job, what)),
            help=f"{what.name}: {what.about} (default: where the settings say)",
        )
    parser.add_argument("--out-path", help="the table to write (default: the lake's own)")
    for name, dotted in job.settings.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=_value, help=f"setting {dotted}")
    return parser


def _flag(job: Job, what: Input) -> str:
    return job.flags.get(what.name, what.name.partition(".")[2].replace("_", "-"))


def _dest(flag: str) -> str:
    return f"{flag.replace('-', '_')}_path"


def _value(text: str) -> Any:
    """A flag's value as settings take it: JSON where it is JSON, else a list or plain text."""
    try:
        return json.loads(text)
    except ValueError:
        return text.split(",") if "," in text else text


def _absolute(path: str) -> str:
    return path if "://" in path else str(Path(path).absolute())
