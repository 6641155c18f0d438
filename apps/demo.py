"""`songlake demo`: sample inputs in the real formats, the very same jobs, and what comes out."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from apps.running import run_jobs
from apps.show import show_ingested
from lib import lake
from lib.demo import write_demo_inputs
from lib.errors import SonglakeError
from lib.ingest import ingest
from lib.places import Places

_BAR = 22
_BLOCKS = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def run_demo(places: Places) -> None:
    """Writes, ingests and runs the demo in the places' own folder, then shows its listener.

    Raises:
        SonglakeError: a job failed; the summary above it says why.
    """
    console = Console(highlight=False)
    settings = places.settings
    folder = _as_typed(settings.data)
    console.print(f"An invented catalogue and an invented listener, in {folder}:")
    inputs = settings.data / "inputs"
    files = write_demo_inputs(inputs)
    show_ingested(ingest(files, settings.landing, "demo"))
    if not run_jobs(places):
        raise SonglakeError("The demo did not run to its end; see above.")
    show_listener(places, console)
    console.print(
        "\nAsk it anything:\n"
        f"  ./songlake query --data {folder} "
        '"SELECT mood, count(*) FROM gold.mood_clusters GROUP BY ALL"\n'
        "Your own data, in three lines:\n"
        "  ./songlake ingest my_spotify_data.zip dataset.csv\n"
        "  ./songlake run\n"
        "  ./songlake status"
    )


def _as_typed(folder: Path) -> Path:
    """A folder as short as a person would type it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def show_listener(places: Places, console: Console) -> None:
    """Moods and hours of the lake's listener with the most plays."""
    moods = lake.rows(
        places,
        "SELECT mood, any_value(p.about) AS about, count(*) AS plays, "
        "count(*) / sum(count(*)) OVER () AS share, mode(title || ' by ' || artist) AS most_played "
        "FROM silver.listening_with_features JOIN gold.mood_clusters m USING (song_id) "
        "JOIN gold.mood_profiles p USING (mood) "
        "WHERE counts AND m.feature_source <> 'synthetic' GROUP BY mood ORDER BY plays DESC",
    )
    if moods:
        console.print("\n[bold]Moods[/] of what was heard (made-up features left out)")
    for row in moods:
        bar = "█" * max(1, round(row["share"] * _BAR / max(m["share"] for m in moods)))
        console.print(
            f"  {row['mood']:18} {row['share']:4.0%} [cyan]{bar:{_BAR}}[/] {row['about']}"
        )
        console.print(f"  [dim]{'':24}most played: {escape(row['most_played'])}[/]", soft_wrap=True)
    hours = lake.rows(
        places,
        "SELECT day_of_week, hour_of_day, plays FROM gold.temporal_patterns WHERE user_id = "
        "(SELECT user_id FROM gold.temporal_patterns GROUP BY 1 ORDER BY sum(plays) DESC LIMIT 1) "
        "ORDER BY ALL",
    )
    if hours:
        console.print("\n[bold]Hours[/] of the week, midnight to midnight")
        top = max(row["plays"] for row in hours)
        for number, day in enumerate(_DAYS, start=1):
            plays = [row["plays"] for row in hours if row["day_of_week"] == number]
            line = "".join(_BLOCKS[-(-n * (len(_BLOCKS) - 1) // top)] for n in plays)
            console.print(f"  {day} [cyan]{line}[/] {sum(plays):,} plays")
        console.print("      0     6     12    18")
