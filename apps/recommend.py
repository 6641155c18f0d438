"""`songlake recommend`: what to hear next, without a JVM."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from apps.listeners import whose
from apps.named_songs import song_named
from apps.show import console, grid
from lib import lake
from lib.errors import SettingsError, TableError
from lib.harmonic import MATCHES
from lib.places import Places
from schemas.features import AUTHENTIC_SOURCES
from schemas.gold import MOOD_CLUSTERS, TRACK_RECOMMENDATIONS, USER_RECOMMENDATIONS
from schemas.silver import SONGS, TRACK_FEATURES

#: What a step of energy and a change of tempo (of one) weigh as much as each other.
_ENERGY_STEP, _TEMPO_STEP = 0.1, 0.1
#: Songs of a mood that are looked among, the most popular first.
_OF_MOOD = 500

_AUTHENTIC = ", ".join(f"'{source}'" for source in AUTHENTIC_SOURCES)
_KNOWN = f"""
SELECT offers.*, songs.track_id, features.energy, features.tempo
FROM ({{offers}}) AS offers JOIN silver.songs AS songs USING (song_id)
LEFT JOIN silver.track_features AS features
ON features.recording_id = songs.recording_id AND feature_source IN ({_AUTHENTIC})
ORDER BY place, song_id
"""
_FOR_USER = """
SELECT rank AS place, kind, song_id, title, artist, reason
FROM gold.user_recommendations WHERE user_id = $user
"""
_LIKE = """
SELECT rank AS place, 'similar' AS kind, similar_song_id AS song_id, similar_title AS title,
    similar_artist AS artist, reason
FROM gold.track_recommendations WHERE song_id = $song
"""
_MOOD = f"""
SELECT row_number() OVER (ORDER BY kind DESC, nth, song_id) AS place, * EXCLUDE nth FROM (
    SELECT 'yours' AS kind, rank AS nth, song_id, title, artist, reason
    FROM gold.user_recommendations JOIN gold.mood_clusters USING (song_id, title, artist)
    WHERE user_id = $user AND mood = $mood AND feature_source IN ({_AUTHENTIC})
    UNION ALL
    SELECT * FROM (
        SELECT 'popular' AS kind, row_number() OVER (ORDER BY popularity DESC, song_id) AS nth,
            song_id, songs.title, songs.artist, 'popular, of the mood ' || mood AS reason
        FROM gold.mood_clusters JOIN silver.songs AS songs USING (song_id)
        WHERE mood = $mood AND feature_source IN ({_AUTHENTIC}) AND popularity IS NOT NULL
            AND song_id NOT IN (SELECT song_id FROM silver.plays WHERE user_id = $user)
            AND song_id NOT IN (
                SELECT song_id FROM gold.user_recommendations WHERE user_id = $user)
    ) WHERE nth <= {_OF_MOOD}
)
"""


def find_songs(
    places: Places,
    *,
    like: str | None = None,
    mood: str | None = None,
    user: str | None = None,
    energy: float | None = None,
    tempo: float | None = None,
    limit: int = 20,
) -> dict[str, Any]:
    """Songs to hear next.

    Args:
        places: where the tables are.
        like: songs similar to this one; see `apps.named_songs.song_named`.
        mood: songs of this mood: those recommended to the listener, then popular ones that they
            have not heard.
        user: whose recommendations; see `apps.listeners.whose`.
        energy: 0-1: songs nearest to it come first, those of unknown energy last.
        tempo: BPM: the same; half and double time count as the same tempo.
        limit: songs at most; without `like` and `mood` of each kind.

    Returns:
        `to`, what they are for, in words, and `songs`.

    Raises:
        SonglakeError: there is nothing to tell; the message says why and what to do.
    """
    if like and mood:
        raise SettingsError("--like and --mood are two questions: ask one of them")
    if like:
        to, offers, nothing = _like(places, like)
    else:
        lake.require(places, USER_RECOMMENDATIONS, SONGS, TRACK_FEATURES)
        to, offers, nothing = _of_mood(places, mood, user) if mood else _for_user(places, user)
    if not offers:
        raise TableError(nothing)
    steered = _nearest(offers, energy, tempo)
    if mood:
        steered = _capped(steered, places.settings.recommend.per_artist)
    return {"to": to, "songs": _first(steered, limit)}


def _like(places: Places, like: str) -> tuple[str, list[dict[str, Any]], str]:
    lake.require(places, TRACK_RECOMMENDATIONS, SONGS, TRACK_FEATURES)
    song = song_named(places, like)
    name = f"“{song['title']}” by {song['artist']}"
    nothing = (
        f"No measured features are known of {name}, so nothing can be said to sound like it. "
        "`songlake unmatched --features` says which songs lack them and what to do."
    )
    return f"like {name}", _offers(places, _LIKE, {"song": song["song_id"]}), nothing


def _for_user(places: Places, user: str | None) -> tuple[str, list[dict[str, Any]], str]:
    name = whose(places, user)
    nothing = (
        f"There is nothing to recommend to {name}: no measured features are known of what they "
        "hear, and nothing was heard often and then not for a while. Ingest the Kaggle catalogue "
        "(dataset.csv) or more plays, then `songlake run`."
    )
    return f"for {name}", _offers(places, _FOR_USER, {"user": name}), nothing


def _of_mood(places: Places, mood: str, user: str | None) -> tuple[str, list[dict[str, Any]], str]:
    lake.require(places, MOOD_CLUSTERS)
    name = whose(places, user)
    there = [
        str(row["mood"])
        for row in lake.rows(places, f"SELECT DISTINCT mood FROM {MOOD_CLUSTERS.name} ORDER BY 1")
    ]
    of = matched(mood, there, "--mood", "moods")
    nothing = f"No song of measured features is {of}: ingest the Kaggle catalogue (dataset.csv)."
    return f"{of}, for {name}", _offers(places, _MOOD, {"user": name, "mood": of}), nothing


def _offers(places: Places, offers: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return lake.rows(places, _KNOWN.format(offers=offers), values)


def matched(text: str, names: Sequence[str], what: str, kind: str) -> str:
    """The name that is meant, however its letters are cased; a part of it will do if only it has.

    Raises:
        SettingsError: none is, or several are; the message says which there are.
    """
    wanted = text.strip().casefold()
    for found in (
        [name for name in names if name.casefold() == wanted],
        [name for name in names if wanted and wanted in name.casefold()],
    ):
        if len(found) == 1:
            return found[0]
    raise SettingsError(f"{what} {text}: the {kind} are {', '.join(names) or 'none yet'}")


def _nearest(
    songs: list[dict[str, Any]], energy: float | None, tempo: float | None
) -> list[dict[str, Any]]:
    """Songs by how near they are to what is wanted; equally near ones as they came."""
    if energy is None and tempo is None:
        return songs
    return sorted(songs, key=lambda song: _distance(song, energy, tempo))


def _distance(song: Mapping[str, Any], energy: float | None, tempo: float | None) -> float:
    told = 0.0
    if energy is not None:
        told += math.inf if song["energy"] is None else abs(song["energy"] - energy) / _ENERGY_STEP
    if tempo is not None:
        changes = [abs((song["tempo"] or math.inf) * times / tempo - 1) for _, times in MATCHES]
        told += min(changes) / _TEMPO_STEP
    return told


def _capped(songs: Sequence[dict[str, Any]], per_artist: int) -> list[dict[str, Any]]:
    heard = Counter[str]()
    kept = []
    for song in songs:
        heard[song["artist"].casefold()] += 1
        if heard[song["artist"].casefold()] <= per_artist:
            kept.append(song)
    return kept


def _first(songs: Sequence[Mapping[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The first of each kind, discoveries before what is loved; those of a mood are one list."""
    kinds = sorted({song["kind"] for song in songs} & {"discovery", "love"})
    lists = [[song for song in songs if song["kind"] == kind] for kind in kinds] or [[*songs]]
    return [
        {name: value for name, value in song.items() if name != "place"}
        for one in lists
        for song in one[:limit]
    ]


_HEADINGS = {
    "discovery": "Discoveries: never heard",
    "love": "More of what you love: not heard for a while",
}


def show_songs(found: Mapping[str, Any]) -> None:
    """A table of songs for each kind."""
    songs = found["songs"]
    kinds = [kind for kind in _HEADINGS if any(song["kind"] == kind for song in songs)]
    for kind in kinds or [""]:
        rows = [
            {
                "title": song["title"],
                "artist": song["artist"],
                "energy": "" if song["energy"] is None else f"{song['energy']:.2f}",
                "BPM": "" if song["tempo"] is None else f"{song['tempo']:.0f}",
                "why": song["reason"],
            }
            for song in songs
            if kind in ("", song["kind"])
        ]
        console.print(grid(f"{_HEADINGS[kind]}, {found['to']}" if kind else found["to"], rows))
