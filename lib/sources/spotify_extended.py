"""Spotify's extended streaming history: a JSON array with an object per play.

The export splits a history into files of about 12 MB, audio and video apart. Fields are those of
https://support.spotify.com/article/understanding-my-data/; exports up to 2023 also carry
`username` in each row.
"""

from __future__ import annotations

from collections import Counter

from lib.sources.recognised import Recognised, tally
from schemas.landing import SPOTIFY_EXTENDED

REQUIRED = frozenset({"ts", "ms_played"})


def recognise(content: object) -> Recognised | None:
    """Tells whether parsed JSON is a part of an extended streaming history.

    Args:
        content: the whole file, parsed.

    Returns:
        Its counts, or None where no row of it is a play of this kind.
    """
    if not isinstance(content, list):
        return None
    objects = [row for row in content if isinstance(row, dict)]
    plays = [row for row in objects if row.keys() >= REQUIRED]
    if not plays:
        return None
    users = Counter(name for row in plays if (name := _user(row)))
    # Most plays first, then by name, so that the same rows in another order give the same user.
    ranked = sorted(users, key=lambda name: (-users[name], name))
    return Recognised(
        SPOTIFY_EXTENDED,
        rows=len(content),
        podcast_rows=sum(map(_is_podcast, plays)),
        user=ranked[0] if ranked else None,
        notes=tally(
            [
                (sum(map(_is_audiobook, plays)), "audiobook row", "audiobook rows"),
                (len(content) - len(objects), "row that is no object", "rows that are no objects"),
                (
                    len(objects) - len(plays),
                    "row without ts or ms_played",
                    "rows without ts or ms_played",
                ),
                (len(ranked[1:]), "further user name", "further user names"),
            ]
        ),
    )


def _is_podcast(row: dict[str, object]) -> bool:
    return bool(row.get("spotify_episode_uri") or row.get("episode_name"))


def _is_audiobook(row: dict[str, object]) -> bool:
    return bool(row.get("audiobook_uri") or row.get("audiobook_title"))


def _user(row: dict[str, object]) -> str | None:
    name = row.get("username")
    return name.strip() if isinstance(name, str) else None
