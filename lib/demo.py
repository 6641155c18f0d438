"""Sample inputs for `songlake demo`, in the formats that people bring their own data in.

A Kaggle-shaped catalogue and one listener's Spotify export, both invented. The real files'
oddities are in them, so that the demo shows what becomes of them: tracks listed under several
genres, exact repeats, a row of nulls, unknown tempos, quotes within quotes, songs played that
the catalogue lacks or knows under another id.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from lib.demo_catalogue import GENRES, Sound, Track, make_tracks, spotify_id
from lib.demo_history import Row, make_history
from lib.errors import InputError, SettingsError

LAST_DAY = date(2025, 6, 30)
CSV_COLUMNS = ("", *Track._fields[:7], *Sound._fields, "track_genre")
_FEWEST, _MOST_TRACKS, _MOST_PLAYS = 100, 100_000, 25_000


def write_demo_inputs(
    folder: Path, seed: int = 7, tracks: int = 3000, plays: int = 6000, until: date = LAST_DAY
) -> list[Path]:
    """Writes `dataset.csv` and the `Spotify Extended Streaming History` folder.

    The same arguments give the same bytes on every machine.

    Args:
        folder: where to write; made if need be.
        seed: another seed, another catalogue and listener.
        tracks: distinct tracks in the catalogue; about a fifth are listed under a second genre.
        plays: rows of the history, podcasts and videos included.
        until: the last day of the history, which covers 18 months.

    Returns:
        The files written: the catalogue, then the history's, in order of name.

    Raises:
        SettingsError: a size out of range.
        InputError: the folder cannot be written.
    """
    for name, size, most in (("tracks", tracks, _MOST_TRACKS), ("plays", plays, _MOST_PLAYS)):
        if not _FEWEST <= size <= most:
            raise SettingsError(
                f"The demo cannot have {size} {name}: choose between {_FEWEST} and {most}."
            )
    songs = make_tracks(Random(f"{seed}/songs"), tracks + tracks // 10)
    absent = set(Random(f"{seed}/absent").sample(range(len(songs)), tracks // 10))
    listed = [song for place, song in enumerate(songs) if place not in absent]
    unlisted = [songs[place] for place in sorted(absent)]
    history = make_history(Random(f"{seed}/history"), listed, unlisted, plays, until)
    texts = {"dataset.csv": _kaggle_csv(listed, null_id=spotify_id(Random(f"{seed}/null")))}
    for name, rows in _export_files(history).items():
        text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
        texts[f"Spotify Extended Streaming History/{name}"] = text
    try:
        return [_write(folder / name, text) for name, text in texts.items()]
    except OSError as error:
        raise InputError(
            f"The demo's inputs cannot be written to {folder}: {error.strerror}. "
            "Make room there or choose another folder."
        ) from error


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _kaggle_csv(tracks: Sequence[Track], null_id: str) -> str:
    """The catalogue as the Kaggle file has it: a row for each genre a track is listed under."""
    rows: list[tuple[object, ...]] = []
    for genre in GENRES:
        for track in tracks:
            if genre.name in track.genres:
                rows.append((*track[:7], *track.sound, genre.name))
                if len(rows) % 250 == 0:
                    rows.append(rows[-1])
    middle = len(rows) // 2
    rows.insert(middle, (null_id, "", "", "", 0, 0, *rows[middle][6:]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows((index, *row) for index, row in enumerate(rows))
    return text.getvalue()


def _export_files(history: Sequence[Row]) -> dict[str, list[Row]]:
    """Names the files as Spotify does: audio by year, and a few music videos apart."""
    years = sorted({str(row["ts"])[:4] for row in history})
    audio = {year: f"Streaming_History_Audio_{year}_{n}.json" for n, year in enumerate(years)}
    video = f"Streaming_History_Video_{years[0]}-{years[-1]}.json"
    files: dict[str, list[Row]] = {name: [] for name in (*audio.values(), video)}
    every = len(history) // 9
    for place, row in enumerate(history):
        is_video = place % every == every // 2
        files[video if is_video else audio[str(row["ts"])[:4]]].append(row)
    return files
