"""Commands for the training-ready dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apps.options import AsJson, DataFolder, SetTo, places_of, print_json

dataset = typer.Typer(no_args_is_help=True)


@dataset.callback()
def _of_a_dataset() -> None:
    """A folder to train on: songs, stems, loops, harmonic relations, playlists."""


@dataset.command()
def build(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder; it must not be there.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier dataset that lies there.")
    ] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy stems and loops, where hard links would do.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """Write the dataset of the lake into a folder, whole or not at all."""
    from apps.dataset import build as write, summed_up

    summary = write(places_of(data, set_to), out, force, copy)
    if as_json:
        print_json(summary)
    else:
        typer.echo("\n".join([f"{out}:", *summed_up(summary)]))


@dataset.command()
def validate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The dataset.")],
    as_json: AsJson = False,
) -> None:
    """Check a dataset: every file there, unchanged, and counted right."""
    from lib.dataset_folder import problems, read_summary

    summary, found = read_summary(folder), list(problems(folder))
    if as_json:
        print_json({"whole": not found, "problems": found})
    elif found:
        for problem in found:
            typer.secho(problem, err=True, fg="red")
        typer.secho(f"{folder}: {len(found):,} problems: build it again", err=True, fg="red")
    else:
        typer.echo(f"{folder}: whole: {summary['files']:,} files")
    if found:
        raise typer.Exit(1)
