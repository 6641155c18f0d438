"""The `songlake` command: what people type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from apps.cli_ask import ask
from apps.cli_audio import audio
from apps.cli_dataset import dataset
from apps.cli_listen import listen
from apps.cli_live import live
from apps.cli_stems import stems_commands
from apps.options import AsJson, DataFolder, SetTo, places_of, print_json, settings_of
from lib.errors import SonglakeError
from lib.settings import PROJECT


class _Group(TyperGroup):
    """Prints Songlake's own errors as one clear paragraph, and exits with 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SonglakeError as error:
            typer.secho(f"songlake: {error}", err=True, fg="red")
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help="A lakehouse for music listening: exports in, moods, hours and habits out.",
    epilog="Start with [bold]songlake demo[/], or [bold]songlake ingest my_spotify_data.zip[/].",
)

app.add_typer(live)
app.add_typer(ask)
app.add_typer(listen)
app.add_typer(audio)
app.add_typer(stems_commands)
app.add_typer(dataset, name="dataset")


@app.command()
def demo(data: DataFolder = None, set_to: SetTo = None) -> None:
    """Make sample inputs, run everything on them, and show what comes out."""
    from apps.demo import run_demo
    from lib.demo_history import TIMEZONE

    folder = (data or settings_of(None, None)[0].data / "demo").absolute()
    run_demo(places_of(folder, [f"timezone={TIMEZONE}", *(set_to or [])]))


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Exports, audio files, their folders or zips.")
    ],
    user: Annotated[str | None, typer.Option(help="Whose they are.")] = None,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Take files in: exports of Spotify, Last.fm (CSV), ListenBrainz, Kaggle, Rekordbox; audio."""
    from apps.show import show_ingested
    from lib.ingest import ingest as take_in

    settings, _ = settings_of(data, set_to)
    reports = take_in(paths, settings.landing, user, default_user=settings.user)
    if as_json:
        print_json([report.__dict__ for report in reports])
    else:
        show_ingested(reports)
    if not reports or any(report.status == "refused" for report in reports):
        raise typer.Exit(1)


@app.command()
def run(
    tables: Annotated[list[str] | None, typer.Argument(help="Only these and their inputs.")] = None,
    stages: Annotated[str, typer.Option(help="all, or of 1,2,3 or bronze,silver,gold.")] = "all",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would run, and why.")
    ] = False,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Make the tables anew from their inputs.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Bring tables up to date: runs only the jobs whose inputs, code or settings changed."""
    from apps.running import layers_of, run_jobs
    from lib.clients.credentials import read_credentials, unconnected

    places = places_of(data, set_to)
    ok = run_jobs(
        places,
        tables or [],
        layers_of(stages),
        dry_run=dry_run,
        full_refresh=full_refresh,
        as_json=as_json,
    )
    for line in unconnected(places.settings, read_credentials()):
        typer.secho(line, err=True, dim=True)
    if not ok:
        raise typer.Exit(1)


@app.command()
def evaluate(
    file: Annotated[
        Path | None, typer.Option(help="CSV or Parquet: user_id, item_id, weight, seen_at.")
    ] = None,
    split: Annotated[str, typer.Option(help="leave-one-out or temporal.")] = "leave-one-out",
    seeds: Annotated[str, typer.Option(help="Of leave-one-out: 0-4, or 0,1,2.")] = "0-4",
    models: Annotated[
        str, typer.Option(help="all, or of popularity,item-knn,ease,songlake.")
    ] = "all",
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """How well recommenders find what was kept from them, in the lake's plays or in a file."""
    from apps.evaluate import models_of, run_evaluation, seeds_of, show_evaluation

    found = run_evaluation(places_of(data, set_to), file, split, seeds_of(seeds), models_of(models))
    if as_json:
        print_json({"models": found["models"]})
    else:
        show_evaluation(found)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    soak: Annotated[bool, typer.Option("--soak", help="The slow ones too: all of it.")] = False,  # noqa: PT028 a command, not a test
) -> None:
    """Run the project's own tests, on all cores; with arguments, which go to pytest, on one."""
    on_all = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadgroup"]
    chosen = ["-m", "slow or not slow"] if soak else [] if context.args else on_all
    command = [sys.executable, "-m", "pytest", *chosen, *context.args]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT, check=False).returncode)


if __name__ == "__main__":
    app(prog_name="songlake")
