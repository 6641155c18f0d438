"""Gold: the songs that mix best into each song, by key, tempo and energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, functions as F

from lib.camelot import CODES, RELATIONS, camelot
from lib.harmonic import MATCHES, Crate, Floats, Rows
from lib.identity import best_id
from lib.job import Job
from lib.key_and_tempo import key_and_tempo
from lib.no_rows import no_rows
from lib.own_music import rekordbox_tellings
from lib.song_blocks import rows_of_blocks
from lib.staging import MadeByWorkers
from schemas import bronze, gold, silver

_BLOCK = 1_000


def harmonic_pairs(
    songs: DataFrame,
    track_features: DataFrame,
    song_ids: DataFrame,
    rekordbox_tracks: DataFrame,
    audio_files: DataFrame,
    *,
    n: int,
    max_tempo_change: float,
) -> DataFrame | MadeByWorkers:
    """The best mixes of each song whose key and tempo an authentic source knows.

    Args:
        songs: silver.songs; a song is mixed by its best version.
        track_features: silver.track_features.
        song_ids: silver.song_ids.
        rekordbox_tracks: bronze.rekordbox_tracks; what it tells comes first.
        audio_files: bronze.audio_files; they find the songs of its tracks.
        n: mixes of each song at most.
        max_tempo_change: percent; see lib/harmonic.py.
    """
    tracks = rekordbox_tellings(rekordbox_tracks, audio_files)
    known = catalogue(songs, track_features, analysed(songs, song_ids, tracks))
    if not len(known):
        return no_rows(songs.sparkSession, gold.HARMONIC_PAIRS.ddl)
    crate = crate_of(known, n, max_tempo_change)
    order = np.lexsort((crate.tempos, crate.codes))
    blocks = np.split(order, range(_BLOCK, len(order), _BLOCK))
    maker = _Mixer(crate, known["song_id"].combine_chunks())
    return rows_of_blocks(songs.sparkSession, maker, blocks, gold.HARMONIC_PAIRS.ddl)


def analysed(songs: DataFrame, song_ids: DataFrame, tracks: DataFrame) -> DataFrame:
    """What Rekordbox measured of songs, as an offer of key and tempo for their best versions.

    Of several tracks of a song the best version's own counts, then the one most played.
    """
    known = tracks.filter("key IS NOT NULL AND tempo > 0").transform(best_id)
    order = F.struct(
        F.col("recording_id") != F.col("of_recording"), -F.coalesce("play_count", F.lit(0)),
        "location", "user_id",
    )  # fmt: skip
    told = F.struct("key", "mode", "tempo")
    of_id = song_ids.select("id_type", "id", "song_id", F.col("recording_id").alias("of_recording"))
    return (
        known.join(of_id, on=["id_type", "id"], how="inner")
        .join(songs.select("song_id", "recording_id"), on="song_id", how="inner")
        .groupBy("recording_id")
        .agg(F.min_by(told, order).alias("told"))
        .select(
            "recording_id",
            "told.*",
            F.lit(None).cast("double").alias("energy"),
            F.lit("rekordbox").alias("feature_source"),
        )
    )


def catalogue(songs: DataFrame, *offers: DataFrame) -> pa.Table:
    """Songs that can be mixed, in the order of their ids."""
    known = key_and_tempo(*offers)
    told = songs.select("song_id", "recording_id").join(known, on="recording_id", how="inner")
    return told.select("song_id", "key", "mode", "tempo", "energy").toArrow().sort_by("song_id")


def crate_of(known: pa.Table, n: int, max_tempo_change: float) -> Crate:
    """What finds the mixes of a catalogue's songs."""
    key, mode, tempos, energies = (
        known[name].to_pandas().to_numpy(dtype="float64")
        for name in ("key", "mode", "tempo", "energy")
    )
    codes = camelot(key.astype(np.int64), mode.astype(np.int64))
    return Crate(codes, tempos, energies, n, max_tempo_change)


@dataclass(frozen=True)
class _Mixer:
    """Mixes in the table's columns."""

    crate: Crate
    song_ids: pa.Array

    def rows_of(self, songs: Rows) -> pa.RecordBatch:
        crate, mixes = self.crate, self.crate.mixes(songs)
        these, those = mixes.songs, mixes.following
        steps = np.round(crate.energies[those] - crate.energies[these], 6)
        columns = {
            "song_id": self.song_ids.take(pa.array(these)),
            "rank": pa.array(mixes.ranks, pa.int32()),
            "next_song_id": self.song_ids.take(pa.array(those)),
            "camelot": _words(CODES, crate.codes[these]),
            "next_camelot": _words(CODES, crate.codes[those]),
            "tier": _words([relation.tier for relation in RELATIONS], mixes.relations),
            "relation": _words([relation.name for relation in RELATIONS], mixes.relations),
            "tempo": pa.array(crate.tempos[these]),
            "next_tempo": pa.array(crate.tempos[those]),
            "tempo_match": _words([name for name, _ in MATCHES], mixes.matches),
            "tempo_change": pa.array(mixes.changes),
            "energy_step": pa.array(steps, from_pandas=True),
            "score": pa.array(mixes.scores),
            "reason": reasons(mixes.relations, mixes.matches, mixes.changes, steps),
        }
        return pa.RecordBatch.from_pydict(columns)


#: What a relation means to the ear, in the order of RELATIONS.
_HEARD = (
    "same key",
    "relative key, same notes",
    "neighbouring key",
    "diagonal key, a change of mood",
    "a whole tone up, energy boost",
    "a semitone up, energy boost",
)
_COUNTED = ("", " in half time", " in double time")
#: Percent below which no one hears a change of tempo, and a step of energy that one feels.
_SAME_TEMPO, _FELT = 0.5, 0.1


def reasons(relations: Rows, matches: Rows, changes: Floats, steps: Floats) -> pa.Array:
    """In words: e.g. `neighbouring key, slightly faster in half time, more energy`."""
    tempo = np.where(np.abs(changes) <= _SAME_TEMPO, 0, np.where(changes > 0, 1, 2))
    energy = np.where(
        np.nan_to_num(steps) > _FELT, 1, np.where(np.nan_to_num(steps) < -_FELT, 2, 0)
    )
    said = [
        f"{heard}, {change}{counted}{step}"
        for heard in _HEARD
        for counted in _COUNTED
        for change in ("same tempo", "to be sped up", "to be slowed down")
        for step in ("", ", more energy", ", less energy")
    ]
    return _words(said, ((relations * len(_COUNTED) + matches) * 3 + tempo) * 3 + energy)


def _words(words: list[str] | tuple[str, ...], places: Rows) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(places))


JOB = Job(
    writes=gold.HARMONIC_PAIRS,
    reads=(
        silver.SONGS,
        silver.TRACK_FEATURES,
        silver.SONG_IDS,
        bronze.REKORDBOX_TRACKS,
        bronze.AUDIO_FILES,
    ),
    transform=harmonic_pairs,
    settings={name: f"harmonic.{name}" for name in ("n", "max_tempo_change")},
)

if __name__ == "__main__":
    JOB.main()
