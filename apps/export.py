"""`songlake export`: a table, or the training dataset, as one CSV or Parquet file."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from apps.status import full_name
from lib import lake
from lib.errors import InputError, SettingsError
from lib.places import Places
from schemas import TABLES
from schemas.features import FEATURES
from schemas.gold import MOOD_CLUSTERS
from schemas.silver import SONGS, TRACK_FEATURES

FORMATS = ("csv", "parquet")

#: One row a song: what is known of it, the features of its best version and who measured them.
_TRAINING = f"""
SELECT
    song_id, songs.track_id, title, artist, artists, album_name AS album, release_date, duration_ms,
    popularity, genres, moods, {{mood}} AS mood, aoty_score, aoty_user_score, spotify_url, explicit,
    track_number, album_total_tracks, isrc, lastfm_listeners, lastfm_playcount, tags,
    {", ".join(FEATURES)}, feature_source, match_method, source, sources
FROM silver.songs AS songs
LEFT JOIN silver.track_features AS features USING (song_id, recording_id)
{{moods}}
ORDER BY song_id
"""
_MOODS = "LEFT JOIN (SELECT song_id, mood FROM gold.mood_clusters) AS clusters USING (song_id)"


def export(places: Places, kind: str, dataset: str, out: Path | None = None) -> tuple[Path, int]:
    """Writes a file, whole or not at all.

    Args:
        places: where the tables are.
        kind: `csv` (lists are parted by `; `) or `parquet`.
        dataset: `training`, or a table.
        out: the file; otherwise it is named after the dataset, where the command was called.

    Returns:
        The file and its number of rows.

    Raises:
        SettingsError: there is no such kind of file.
        TableError: the tables it is made from are not built.
        InputError: the file cannot be written.
    """
    if kind not in FORMATS:
        raise SettingsError(f"export {kind}: choose {' or '.join(FORMATS)}")
    rows = lake.query(places, _query(places, dataset))
    path = out or Path(f"{dataset}.{kind}")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        if kind == "csv":
            pyarrow.csv.write_csv(flat(rows), unfinished)
        else:
            pyarrow.parquet.write_table(rows, unfinished)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(
            f"{path}: {error.strerror or error}: name another file with --out"
        ) from None
    return path, rows.num_rows


def _query(places: Places, dataset: str) -> str:
    if dataset != "training":
        table = TABLES[full_name(dataset)]
        return f"FROM {table.name} ORDER BY {', '.join(table.key) or 'ALL'}"
    return training_query(places)


def training_query(places: Places) -> str:
    """The query of the training dataset.

    Raises:
        TableError: the tables it is made from are not built.
    """
    lake.require(places, SONGS, TRACK_FEATURES)
    has_moods = lake.is_built(places, MOOD_CLUSTERS)
    return _TRAINING.format(
        mood="clusters.mood" if has_moods else "NULL::VARCHAR", moods=_MOODS if has_moods else ""
    )


def flat(rows: pa.Table) -> pa.Table:
    """The rows with lists as text, parted by `; `: CSV has none. A gap in one is an empty place."""
    for place, column in enumerate(rows.schema):
        if pa.types.is_list(column.type):
            as_text = rows[column.name].combine_chunks().cast(pa.list_(pa.string()))
            filled = pa.ListArray.from_arrays(
                as_text.offsets, as_text.values.fill_null(""), mask=as_text.is_null()
            )
            rows = rows.set_column(place, column.name, pc.binary_join(filled, "; "))
    return rows
