"""What all commands share: options, the settings that they lead to, and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.errors import SettingsError
from lib.settings import Settings, load_settings

if TYPE_CHECKING:
    from lib.places import Places

DataFolder = Annotated[
    Path | None, typer.Option("--data", help="The folder that holds landing/, lake/ and audio/.")
]
SetTo = Annotated[
    list[str] | None, typer.Option("--set", help="NAME=VALUE: any setting, e.g. plays.min_ms=0.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
User = Annotated[str | None, typer.Option(help="Whose, where there are several.")]


def settings_of(data: Path | None, set_to: list[str] | None) -> tuple[Settings, dict[str, str]]:
    """The settings under these options, and where each came from.

    Raises:
        SettingsError: an option is no setting, or its value does not fit.
    """
    flags: dict[str, Any] = {"data": data.absolute() if data else None}
    for pair in set_to or []:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise SettingsError(
                f"--set {pair}: write it as NAME=VALUE, e.g. timezone=Europe/Berlin"
            )
        try:
            flags[name] = json.loads(value)
        except ValueError:
            flags[name] = value
    return load_settings(flags)


def places_of(data: Path | None, set_to: list[str] | None) -> Places:
    """Where the tables are under these options."""
    from lib.places import Places

    return Places(settings_of(data, set_to)[0])


def print_json(value: Any) -> None:
    """Prints one JSON value and nothing else."""
    typer.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))
