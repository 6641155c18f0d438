"""`songlake unmatched`: names that were heard and of which little is known, most played first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.coverage import percent
from apps.show import console, grid
from lib import lake
from lib.errors import TableError
from lib.places import Places
from schemas.silver import LISTENING_WITH_FEATURES


@dataclass(frozen=True)
class Lack:
    """What plays may lack.

    Attributes:
        condition: SQL that tells these plays of silver.listening_with_features.
        words: what they did, to follow their number.
        all_well: what the others did.
        remedy: what would help.
    """

    condition: str
    words: str
    all_well: str
    remedy: str


NO_SONG = Lack(
    "id_method IS NULL",
    "found no song",
    "found a song",
    "What would help, where it is not in yet: Spotify's extended streaming history (it has ids), "
    "your library (in Spotify's account data), and Kaggle's dataset.csv.",
)
NO_FEATURES = Lack(
    "feature_source IS NULL OR feature_source = 'synthetic'",
    "have no authentic features",
    "have authentic features",
    "What would help, where it is not in yet: Kaggle's dataset.csv; and to find more in it, ids: "
    "Spotify's extended streaming history, or your library (in Spotify's account data).",
)


def find_unmatched(
    places: Places, lack: Lack, user: str | None = None, limit: int | None = None
) -> dict[str, Any]:
    """The names, as told, of plays that lack something, and how many there are of all.

    Args:
        places: where the tables are.
        lack: what they lack.
        user: whose plays; None for everyone's.
        limit: how many names at most; None for all.

    Returns:
        `plays` is all of them, `unmatched_plays` and `unmatched_names` those that lack it, and
        `names` lists an artist and title each, with one album told, most played first.

    Raises:
        TableError: there are no plays to look at.
    """
    if not lake.is_built(places, LISTENING_WITH_FEATURES):
        raise TableError(
            f"{LISTENING_WITH_FEATURES.name} is not built yet, or by an older Songlake: "
            "run `songlake run` first"
        )
    heard = (
        f"WITH heard AS (SELECT *, {lack.condition} AS lacks FROM {LISTENING_WITH_FEATURES.name} "
        "WHERE user_id = coalesce($user, user_id)) "
    )
    [counted] = lake.rows(
        places,
        heard + "SELECT count(*) AS plays, count(*) FILTER (lacks) AS unmatched_plays, "
        "count(DISTINCT (artist_name, track_name)) FILTER (lacks) AS unmatched_names FROM heard",
        {"user": user},
    )
    if not counted["plays"]:
        of = f" of {user}" if user else ""
        raise TableError(f"There are no plays{of}: `songlake status` says whose there are.")
    names = lake.rows(
        places,
        heard + "SELECT artist_name AS artist, track_name AS title, min(album_name) AS album, "
        "count(*) AS plays, min(local_date) AS first, max(local_date) AS last, "
        "list_sort(list_distinct(flatten(list(sources)))) AS sources "
        "FROM heard WHERE lacks GROUP BY ALL ORDER BY plays DESC, artist, title LIMIT $limit",
        {"user": user, "limit": limit},
    )
    return counted | {"names": names}


def show_unmatched(found: Mapping[str, Any], lack: Lack) -> None:
    """The names, how much of all plays they are, and what to do about it."""
    plays, unmatched = found["plays"], found["unmatched_plays"]
    if not unmatched:
        console.print(f"All {plays:,} plays {lack.all_well}.")
        return
    rows = [
        {
            "plays": name["plays"],
            "artist": name["artist"],
            "title": name["title"],
            "album": name["album"],
            "heard": " - ".join(map(str, sorted({name["first"], name["last"]}))),
            "told by": ", ".join(name["sources"]).replace("_", " "),
        }
        for name in found["names"]
    ]
    has_album = any(row["album"] for row in rows)
    console.print(grid("", rows, [name for name in rows[0] if name != "album" or has_album]))
    more = found["unmatched_names"] - len(rows)
    console.print(
        f"{unmatched:,} of {plays:,} plays ({percent(unmatched, plays)}) of "
        f"{found['unmatched_names']:,} names {lack.words}."
        + (f" Here are the first {len(rows):,}: --limit shows more." if more else "")
    )
    console.print(lack.remedy)
