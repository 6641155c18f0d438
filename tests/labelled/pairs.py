"""Pairs of tellings labelled by hand as one song or two: loading, looking up, scoring.

The pairs hold references only; README.md beside this file says by which policy they are labelled.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent
SONG_PAIRS = HERE / "song_pairs.csv"
FUZZY_PAIRS = HERE / "fuzzy_pairs.csv"
#: For judging only: no rule is to be made by it.
HELD_OUT_PAIRS = HERE / "held_out_pairs.csv"
COLUMNS = ["left", "right", "same", "kind"]

Half = Literal["A", "B"]
HALVES: tuple[Half, Half] = ("A", "B")


@dataclass(frozen=True)
class Telling:
    """How one source names a song.

    Attributes:
        ref: `kaggle:<id>`, `extended:<id>`, `library:<id>` or `basic:<hash of names>`.
        artists: as the source writes them; Kaggle parts several by ";".
        title: as the source writes it.
        album: None where the source does not tell it.
        duration_ms: likewise.
    """

    ref: str
    artists: str
    title: str
    album: str | None = None
    duration_ms: int | None = None

    @property
    def source(self) -> str:
        """What stands before the colon of the reference."""
        return self.ref.partition(":")[0]


@dataclass(frozen=True)
class Pair:
    """Two tellings and whether they are the same song.

    Attributes:
        left: the lesser reference of the two.
        right: the greater one.
        same: the label.
        kind: in one word what tells the two apart, or what they have in common.
    """

    left: str
    right: str
    same: bool
    kind: str

    @property
    def half(self) -> Half:
        """A is for making rules, B for judging them; the references alone decide."""
        digest = hashlib.sha256(f"{self.left} {self.right}".encode()).hexdigest()
        return "A" if int(digest, 16) % 2 == 0 else "B"


@dataclass(frozen=True)
class Score:
    """How predictions agree with the labels.

    Attributes:
        precision: share of the pairs predicted to be the same that are; 1.0 where none is.
        recall: share of the same pairs that are predicted so; 1.0 where none is.
        false_positives: other songs taken for the same, in the order given.
        false_negatives: same songs taken for others, in the order given.
    """

    precision: float
    recall: float
    false_positives: tuple[Pair, ...]
    false_negatives: tuple[Pair, ...]


def load_pairs(path: Path) -> list[Pair]:
    """Reads a file of labelled pairs.

    Raises:
        ValueError: its header is another, or a label is neither `true` nor `false`.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"{path} has the columns {rows.fieldnames}, not {COLUMNS}")
        return [
            Pair(row["left"], row["right"], _label(path, row["same"]), row["kind"]) for row in rows
        ]


def _label(path: Path, text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{path} labels a pair {text!r}; a label is true or false")
    return text == "true"


def score(pairs: Iterable[Pair], predict: Callable[[str, str], bool]) -> dict[Half, Score]:
    """Scores a rule on each half.

    Args:
        pairs: with their labels.
        predict: whether it takes the tellings of two references for the same song.
    """
    judged = [(pair, predict(pair.left, pair.right)) for pair in pairs]
    return {half: _score([(p, said) for p, said in judged if p.half == half]) for half in HALVES}


def _score(judged: list[tuple[Pair, bool]]) -> Score:
    found = sum(pair.same and said for pair, said in judged)
    false_positives = tuple(pair for pair, said in judged if said and not pair.same)
    false_negatives = tuple(pair for pair, said in judged if pair.same and not said)
    predicted, wanted = found + len(false_positives), found + len(false_negatives)
    return Score(
        precision=found / predicted if predicted else 1.0,
        recall=found / wanted if wanted else 1.0,
        false_positives=false_positives,
        false_negatives=false_negatives,
    )


def show(pairs: Iterable[Pair], told: Mapping[str, Telling]) -> str:
    """Pairs with their names, a line each, for the message of a test that fails."""
    lines = []
    for pair in pairs:
        left, right = told[pair.left], told[pair.right]
        label = "same" if pair.same else "other"
        lines.append(f"{label} ({pair.kind}): {_names(left)} | {_names(right)}")
    return "\n".join(lines)


def _names(telling: Telling) -> str:
    return f"{telling.artists} – {telling.title} [{telling.ref}]"


def basic_ref(artist: str, title: str) -> str:
    """The reference of a telling that has names but no id."""
    names = f"{artist}\x1f{title}"
    return f"basic:{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def tellings(shared: Path) -> dict[str, Telling]:
    """All tellings of the real inputs by reference.

    Where a source tells one id in several ways, the first in the order of the text is kept.

    Args:
        shared: the folder with `kaggle/`, `spotify_extended_export/` and `spotify_basic_export/`.
    """
    told: dict[str, Telling] = {}
    for telling in sorted(
        {*_kaggle(shared), *_extended(shared), *_library(shared), *_basic(shared)},
        key=lambda t: (t.ref, t.artists, t.title, t.album or "", t.duration_ms or 0),
    ):
        told.setdefault(telling.ref, telling)
    return told


def _kaggle(shared: Path) -> Iterator[Telling]:
    with (shared / "kaggle/dataset.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["artists"] and row["track_name"]:
                yield Telling(
                    f"kaggle:{row['track_id']}",
                    row["artists"],
                    row["track_name"],
                    row["album_name"] or None,
                    int(row["duration_ms"]),
                )


def _extended(shared: Path) -> Iterator[Telling]:
    for path in sorted((shared / "spotify_extended_export").glob("Streaming_History_*.json")):
        for play in json.loads(path.read_text(encoding="utf-8")):
            artist = play["master_metadata_album_artist_name"]
            title = play["master_metadata_track_name"]
            if play["spotify_track_uri"] and artist and title:
                yield Telling(
                    f"extended:{_id(play['spotify_track_uri'])}",
                    artist,
                    title,
                    play["master_metadata_album_album_name"],
                )


def _library(shared: Path) -> Iterator[Telling]:
    folder = shared / "spotify_basic_export"
    for row in json.loads((folder / "YourLibrary_tracks.json").read_text(encoding="utf-8"))[
        "tracks"
    ]:
        yield Telling(f"library:{_id(row['uri'])}", row["artist"], row["track"], row["album"])
    for playlist in json.loads((folder / "Playlist_tracks.json").read_text(encoding="utf-8")):
        for item in playlist["items"]:
            if track := item.get("track"):
                yield Telling(
                    f"library:{_id(track['trackUri'])}",
                    track["artistName"],
                    track["trackName"],
                    track["albumName"],
                )


def _basic(shared: Path) -> Iterator[Telling]:
    for path in sorted((shared / "spotify_basic_export").glob("StreamingHistory*.json")):
        for play in json.loads(path.read_text(encoding="utf-8")):
            artist, title = play["artistName"], play["trackName"]
            yield Telling(basic_ref(artist, title), artist, title)


def _id(uri: str) -> str:
    return uri.rpartition(":")[2]
