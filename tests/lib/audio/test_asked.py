"""Which files a person means, and what is landed of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from lib.audio.asked import land_separations, meant
from lib.audio.intake import known_lines
from lib.errors import InputError
from lib.ingest import ingest
from lib.landing import landed_files
from schemas.landing import SEPARATIONS

NAMES = ("Air - Alone in Kyoto", "Air - La Femme d'Argent", "Mogwai - Autorock")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("known")
    for number, name in enumerate(NAMES):
        place = folder / "music" / ("new" if number == 2 else "old")
        place.mkdir(parents=True, exist_ok=True)
        sound = np.random.default_rng(number).normal(0, 0.1, 1_000)
        soundfile.write(place / f"{name}.wav", sound, 8_000)
    ingest([folder / "music"], folder / "landing")
    lines = known_lines(folder / "landing")
    return folder, {Path(path).stem: line["sha256"] for path, line in lines.items()}


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ((), NAMES),
        (("kyoto",), NAMES[:1]),
        (("autorock mogwai", "Air - Alone in Kyoto"), (NAMES[0], NAMES[2])),
        (("{music}/old",), NAMES[:2]),
        (("{music}/new/Mogwai - Autorock.wav", "{music}/new"), NAMES[2:]),
        (("{id}",), NAMES[1:2]),
    ],
)
def test_files_are_meant_by_path_id_or_name(
    known: tuple[Path, dict[str, str]], tracks: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    folder, ids = known
    told = [
        track.replace("{music}", str(folder / "music")).replace("{id}", ids[NAMES[1]][:8])
        for track in tracks
    ]
    assert meant(folder / "landing", told) == sorted(ids[name] for name in expected)


@pytest.mark.parametrize(
    ("track", "said"), [("air", "2 files have that name"), ("absent", "no file"), ("", "no file")]
)
def test_what_is_none_or_several_is_refused(
    known: tuple[Path, dict[str, str]], track: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        meant(known[0] / "landing", [track])


def test_without_files_there_is_nothing_to_mean(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="songlake ingest"):
        meant(tmp_path, [])


def test_asking_twice_lands_once(tmp_path: Path) -> None:
    asked = [("ab", "builtin", 4), ("cd", "builtin", 4)]
    assert land_separations(tmp_path, asked) == 2
    assert land_separations(tmp_path, [*asked, ("ab", "spleeter", 5)]) == 1
    assert land_separations(tmp_path, asked) == 0
    assert len(landed_files(tmp_path, SEPARATIONS)) == 2
