"""The loops of a file or of one of its stems: cut, written, tagged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
from mutagen.id3 import Frames

from lib.audio.decode import info, load
from lib.audio.encode import Format, SoundWriter
from lib.audio.grids import Beats, beats_of
from lib.audio.loops import Cut, cuts, looped
from lib.audio.store import AudioStore, read_result, write_result
from lib.camelot import CODES, camelot
from lib.errors import AudioError

STAGE = "segments"
VERSION = "1"

#: Tags of FLAC as ID3, which WAV has, calls them.
_ID3 = {
    "TITLE": "TIT2", "ARTIST": "TPE1", "TRACKNUMBER": "TRCK", "BPM": "TBPM", "INITIALKEY": "TKEY",
}  # fmt: skip
_TONICS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class LoopSettings:
    """How loops are cut; see the section `segments` of the settings."""

    beats: int
    min_bpm: float
    max_bpm: float
    fade_ms: float
    form: Format


def segment_rows(
    source: Mapping[str, Any], settings: LoopSettings, store: AudioStore
) -> Iterator[dict[str, Any]]:
    """Rows of silver.segments for a mix or a stem; `lacks` says why a mix has none.

    Args:
        source: `audio_id`, `engine`, `stem_count`, `stem`, `path`, and of the file its `title`,
            `artist_name`, `key`, `mode`, and what `lib.audio.grids.beats_of` needs.
        settings: how loops are cut.
        store: where loops are kept.
    """
    of = {name: source[name] for name in ("audio_id", "engine", "stem_count", "stem")}
    try:
        beats = beats_of(source)
        planned, lacks = _planned(beats, settings)
        folder = _kept_loops(source, planned, settings, store) if planned else None
        loops = read_result(folder)["loops"] if folder else []
        lacks = lacks or (None if loops else "length")
    except AudioError:
        loops, lacks = [], "sound"
    of_file = _key(source) | {"beats_from": beats.told_by if beats else None}
    if lacks and source["engine"] == "mix":  # said once for a file, not for each of its stems
        yield of | {"lacks": lacks}
    for loop in loops:
        told = {name: value for name, value in loop.items() if name != "file"}
        yield of | of_file | told | {"path": str(Path(str(folder), loop["file"]))}


def _planned(beats: Beats | None, settings: LoopSettings) -> tuple[list[Cut], str | None]:
    if not beats:
        return [], "beats"
    if not settings.min_bpm <= beats.tempo <= settings.max_bpm:
        return [], "tempo"
    found = cuts(beats.times, beats.first_downbeat, settings.beats)
    in_range = [cut for cut in found if settings.min_bpm <= cut.tempo <= settings.max_bpm]
    return in_range, "tempo" if found and not in_range else None


def _kept_loops(
    source: Mapping[str, Any], planned: list[Cut], settings: LoopSettings, store: AudioStore
) -> Path:
    tags = _tags(source)
    made_of = [VERSION, asdict(settings), [asdict(cut) for cut in planned], tags]
    if source["engine"] != "mix":
        made_of.append(Path(source["path"]).parent.name)  # the stem's own recipe
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]

    def make(folder: Path) -> None:
        loops = []
        for cut in planned:
            if told := _written(source["path"], cut, settings, folder, tags):
                loops.append(told)
        write_result(folder, {"loops": loops})

    recipe = f"{source['engine']}-{source['stem_count']}-{source['stem']}-{digest}"
    return store.kept(STAGE, source["audio_id"], recipe, make)


def _written(
    path: str, cut: Cut, settings: LoopSettings, folder: Path, tags: Mapping[str, str | None]
) -> dict[str, Any] | None:
    """The facts of a loop, which is written; None where the file has too little for it."""
    about = info(path)
    rate = about.sample_rate
    start, length = round(cut.start_s * rate), cut.samples(settings.beats, rate)
    fade = round(settings.fade_ms / 1_000 * rate)
    before = min(start, fade)
    sound, _ = load(
        path, offset_s=(start - before) / rate, duration_s=(before + length + fade) / rate
    )
    after = sound.shape[1] - before - length
    if after < 0 or max(before, after) < fade:
        return None
    file = folder / f"{cut.number:03d}.{settings.form}"
    with SoundWriter(file, settings.form, rate, len(sound), fine=(about.bits or 16) > 16) as out:
        out.write(looped(sound, before, length, fade))
    _tag(file, {**tags, "TRACKNUMBER": str(cut.number), "BPM": f"{cut.tempo:.2f}"})
    return {
        "number": cut.number,
        "file": file.name,
        "start_s": start / rate,
        "duration_s": length / rate,
        "samples": length,
        "sample_rate": rate,
        "beats": settings.beats,
        "tempo": cut.tempo,
        "begins_at": cut.begins_at,
    }


def _tag(file: Path, told: Mapping[str, str | None]) -> None:
    """Writes what is known where DJ software looks for it."""
    tags = mutagen.File(file)
    if tags.tags is None:
        tags.add_tags()
    for name, text in told.items():
        if text and file.suffix == ".wav":
            tags.tags.add(Frames[_ID3[name]](encoding=3, text=text))
        elif text:
            tags[name] = text
    tags.save()


def _tags(source: Mapping[str, Any]) -> dict[str, str | None]:
    """What all loops of a source are tagged with; None where it is not known."""
    stem = "" if source["stem"] == "mix" else f"{source['stem']} "
    return {
        "TITLE": f"{source['title'] or 'Untitled'} ({stem}loop)",
        "ARTIST": source["artist_name"],
        "INITIALKEY": _key_name(**_key(source)),
    }


def _key(source: Mapping[str, Any]) -> dict[str, Any]:
    """The file's `key`, `mode` and `camelot`; None where they are not known (NaN in Spark's)."""
    key, mode = source["key"], source["mode"]
    if key is None or mode is None or np.isnan(key) or np.isnan(mode):
        return dict.fromkeys(("key", "mode", "camelot"))
    (code,) = camelot(np.array([int(key)]), np.array([int(mode)]))
    return {"key": int(key), "mode": int(mode), "camelot": CODES[code]}


def _key_name(key: int | None, mode: int | None, **_: str | None) -> str | None:
    """`Am`, `C`, … as ID3's TKEY writes keys; None where it is not known."""
    if key is None:
        return None
    return _TONICS[key] + ("" if mode else "m")
