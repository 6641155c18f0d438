"""`songlake dataset`: the training-ready folder, and a check of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from apps.export import flat, training_query
from lib import delta_log, lake
from lib.dataset_folder import place, write_folder
from lib.errors import InputError
from lib.lock import hold_lake
from lib.places import Places
from schemas.bronze import AUDIO_FILES, REKORDBOX_TRACKS
from schemas.gold import HARMONIC_PAIRS, PLAYLISTS
from schemas.silver import (
    AUDIO_ANALYSIS,
    COLLECTION_TRACKS,
    SEGMENTS,
    SONG_IDS,
    SONGS,
    STEMS,
    TRACK_FEATURES,
)
from schemas.table import Table

METADATA = "track_metadata_complete.csv"

_SONG_OF = "(SELECT id AS audio_id, song_id FROM silver.song_ids WHERE id_type = 'audio') AS songs"
_FILES = f"""
SELECT song_id, files.* RENAME (path AS original_path),
    analysis.* EXCLUDE (audio_id, duration_s, beats)
FROM bronze.audio_files AS files LEFT JOIN {_SONG_OF} USING (audio_id)
LEFT JOIN silver.audio_analysis AS analysis USING (audio_id) ORDER BY audio_id
"""
_STEMS = f"""
SELECT song_id, stems.* EXCLUDE (failure)
FROM silver.stems AS stems LEFT JOIN {_SONG_OF} USING (audio_id)
WHERE path IS NOT NULL ORDER BY audio_id, engine, stem_count, stem
"""
_SEGMENTS = f"""
SELECT song_id, segments.* FROM silver.segments AS segments LEFT JOIN {_SONG_OF} USING (audio_id)
ORDER BY audio_id, engine, stem_count, stem, number
"""
_METADATA = """
SELECT training.*, audio_ids, mix_camelot, mix_tempo FROM ({training}) AS training LEFT JOIN (
    SELECT song_id, list(id ORDER BY id) AS audio_ids FROM silver.song_ids
    WHERE id_type = 'audio' GROUP BY song_id
) AS audio USING (song_id) LEFT JOIN (
    SELECT song_id, min(camelot) AS mix_camelot, min(tempo) AS mix_tempo FROM gold.harmonic_pairs
    GROUP BY song_id
) AS mixes USING (song_id) ORDER BY song_id
"""
_ON_LISTS = """
SELECT user_id, playlist, position, song_id, audio_id, title, artist, location
FROM (
    SELECT user_id, location, unnest(playlists) AS playlist, unnest(playlist_positions) AS position
    FROM bronze.rekordbox_tracks
) LEFT JOIN silver.collection_tracks USING (user_id, location)
ORDER BY user_id, playlist, position, location
"""


@dataclass(frozen=True)
class Part:
    """A table of the dataset.

    Attributes:
        file: what it is called.
        sql: its rows; a column `path` is of files that come along.
        reads: the tables it is made from; without one of them it is left out.
        name: where such a file comes to lie, by a row's columns and its `suffix`.
    """

    file: str
    sql: str
    reads: tuple[Table, ...]
    name: str = ""


PARTS = (
    Part(
        "harmonic_relations.csv",
        "FROM gold.harmonic_pairs ORDER BY song_id, rank",
        (HARMONIC_PAIRS,),
    ),
    Part("playlists.csv", "FROM gold.playlists ORDER BY user_id, playlist, position", (PLAYLISTS,)),
    Part("rekordbox_playlists.csv", _ON_LISTS, (REKORDBOX_TRACKS, COLLECTION_TRACKS)),
    Part("audio_files.csv", _FILES, (AUDIO_FILES, AUDIO_ANALYSIS, SONG_IDS)),
    Part(
        "stems.csv",
        _STEMS,
        (STEMS, SONG_IDS),
        "stems/{audio_id}/{engine}-{stem_count}/{stem}{suffix}",
    ),
    Part(
        "segments.csv",
        _SEGMENTS,
        (SEGMENTS, SONG_IDS),
        "segments/{audio_id}/{engine}-{stem_count}/{stem}-{number:03}{suffix}",
    ),
)


def build(places: Places, out: Path, force: bool, copy: bool) -> dict[str, Any]:
    """Writes the dataset of a lake into a folder of its own, whole or not at all.

    Args:
        places: where the tables are; no run may be under way.
        out: the folder.
        force: whether it may replace an earlier dataset.
        copy: copies stems and loops even where a hard link would do.

    Returns:
        The summary, as it is written there.

    Raises:
        TableError: the songs are not built yet.
        InputError: the folder cannot be written, or a stem or loop is gone.
        LakeBusyError: a run is under way.
    """
    lake.require(places, SONGS, TRACK_FEATURES, SONG_IDS, HARMONIC_PAIRS)

    def fill(folder: Path) -> dict[str, Any]:
        return _fill(places, folder, copy)

    with hold_lake(places.settings.lake):
        return write_folder(out, fill, force)


def _fill(places: Places, folder: Path, copy: bool) -> dict[str, Any]:
    sql = _METADATA.format(training=training_query(places))
    metadata = Part(METADATA, sql, (SONGS, TRACK_FEATURES, SONG_IDS, HARMONIC_PAIRS))
    parts = [metadata, *PARTS]
    built = [part for part in parts if all(lake.is_built(places, table) for table in part.reads)]
    tables = {}
    for part in built:
        rows = lake.query(places, part.sql)
        if part.name:
            rows = _with_files(rows, part, folder, copy)
        pyarrow.csv.write_csv(flat(rows), folder / part.file)
        tables[part.file] = {"rows": rows.num_rows, "columns": rows.column_names}
    return {
        "tables": tables,
        "left_out": [part.file for part in parts if part not in built],
        "made_from": dict(sorted(_versions(places, built))),
    }


def _versions(places: Places, parts: list[Part]) -> Iterator[tuple[str, int]]:
    for part in parts:
        for table in part.reads:
            state = delta_log.read_log(places.path(table))
            assert state is not None
            yield table.name, state.version


def _with_files(rows: pa.Table, part: Part, folder: Path, copy: bool) -> pa.Table:
    """Places the files of the rows, and says in `file` where each lies in the dataset."""
    names = []
    for row in rows.to_pylist():
        source = Path(row["path"])
        name = part.name.format(**row, suffix=source.suffix)
        try:
            place(source, folder / name, copy)
        except FileNotFoundError:
            raise InputError(
                f"{source} of {part.reads[0].name} is not there (any more): make it again by "
                f"`songlake run --full-refresh {part.reads[0].name}`, then build the dataset"
            ) from None
        names.append(name)
    at = rows.column_names.index("path")
    return rows.set_column(at, "file", pa.array(names, pa.string()))


def summed_up(summary: dict[str, Any]) -> Iterator[str]:
    """The summary in lines for people."""
    for file, told in summary["tables"].items():
        yield f"{file}: {told['rows']:,} rows"
    for file in summary["left_out"]:
        yield f"{file}: left out, as not all of its tables are built: see `songlake status`"
    yield f"{summary['files']:,} files, {summary['bytes'] / 1e6:,.1f} MB"
