"""`songlake separate`: asks for stems, and makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from apps.running import run_jobs
from lib import lake
from lib.audio.asked import land_separations, meant
from lib.audio.separation.engines import STEMS_OF, ready_engine, stem_count
from lib.errors import InputError
from lib.ingest import ingest
from lib.places import Places
from schemas.silver import SEGMENTS, STEMS


def separate(
    places: Places,
    tracks: Sequence[str],
    engines: Sequence[str],
    stems: int | None,
    *,
    as_json: bool,
) -> bool:
    """Separates files by each engine, and cuts loops from what comes out.

    Files and folders that are not known yet are ingested first.

    Args:
        places: where all lies.
        tracks: see `lib.audio.asked.meant`.
        engines: names of engines.
        stems: how many; an engine that gives fewer at most gives these.
        as_json: whether the run is told as JSON.

    Returns:
        Whether all went well; a file that cannot be separated is no failure of the run.

    Raises:
        SonglakeError: a track, an engine or its model cannot be had.
    """
    settings = places.settings
    counts = {engine: stem_count(engine, stems) for engine in engines}
    console = Console(stderr=True, highlight=False, quiet=as_json)
    for engine, count in counts.items():
        names = ", ".join(STEMS_OF[engine][count])
        console.print(f"{engine}: {count} stems ({names})")
        models = Path(settings.stems.models or Path(settings.audio) / "models")
        ready_engine(engine, count, models, settings.stems.model_url)  # before a minute is spent
    _take_in(places, tracks)
    files = meant(settings.landing, tracks)
    asked = [(file, engine, count) for file in files for engine, count in counts.items()]
    land_separations(settings.landing, asked)
    # What failed may be mended since, as an engine that was not there; what was made stays.
    again = bool(_failures(places, files))
    ok = run_jobs(places, [STEMS.name, SEGMENTS.name], full_refresh=again, as_json=as_json)
    for line in _failures(places, files):
        console.print(f"[yellow]not separated[/] {escape(line)}")
    return ok


def _take_in(places: Places, tracks: Sequence[str]) -> None:
    paths = [Path(track).expanduser() for track in tracks if Path(track).expanduser().exists()]
    if not paths:
        return
    reports = ingest(paths, places.settings.landing, default_user=places.settings.user)
    if refused := [report for report in reports if report.status == "refused"]:
        raise InputError("; ".join(map(str, refused)))


def _failures(places: Places, files: Sequence[str]) -> list[str]:
    if places.state(STEMS)["version"] is None:
        return []
    found = lake.rows(
        places,
        "SELECT DISTINCT file_name, engine, failure FROM silver.stems JOIN bronze.audio_files "
        "USING (audio_id) WHERE failure IS NOT NULL AND list_contains($files, audio_id) "
        "ORDER BY ALL",
        {"files": list(files)},
    )
    return [f"{row['file_name']} ({row['engine']}): {row['failure']}" for row in found]
