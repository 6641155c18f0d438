"""The song that a person means by an id or a name."""

from __future__ import annotations

from typing import Any

from lib import lake
from lib.errors import InputError
from lib.exclusions import song_reference
from lib.places import Places
from schemas.silver import SONG_IDS, SONGS

#: Songs that an ambiguous name is answered with.
_MEANT = 10

_SPELT = "strip_accents(lower({}))"
_NAMED = f"""
SELECT song_id, title, artist, list_bool_and(list_transform(
    string_split({_SPELT.format("title")}, ' '),
    lambda word: list_contains(string_split(wanted, ' '), word))) AS is_whole_title
FROM silver.songs, (SELECT {_SPELT.format("$text")} AS wanted)
WHERE list_bool_and(list_transform(string_split(wanted, ' '),
    lambda word: contains({_SPELT.format("artist || ' ' || title")}, word)))
ORDER BY is_whole_title DESC, popularity DESC NULLS LAST, artist, title, song_id
"""


def song_named(places: Places, text: str) -> dict[str, Any]:
    """`song_id`, `title` and `artist` of a song.

    Args:
        places: where the tables are.
        text: a Spotify link or id, an ISRC, a song_id, `Artist :: Title`, or words of its title
            and artist in any order.

    Raises:
        InputError: there is no such song, or several; the message says which.
        TableError: there are no songs to look among.
    """
    lake.require(places, SONGS, SONG_IDS)
    known = lake.rows(
        places,
        "SELECT song_id, title, artist FROM silver.songs WHERE song_id IN (SELECT song_id FROM "
        "silver.song_ids WHERE list_contains([id, song_id, name_key], $wanted)) ORDER BY song_id",
        {"wanted": song_reference(text)},
    )
    if known:
        return known[0]
    words = " ".join(text.replace("::", " ").replace(" - ", " ").split())
    found = lake.rows(places, _NAMED, {"text": words})
    meant = [song for song in found if song["is_whole_title"]] or found
    if not meant:
        raise InputError(
            f"--like {text}: no song here has these words in its title and artist. Give its "
            'Spotify link, or look: songlake query "SELECT title, artist FROM silver.songs"'
        )
    if len(meant) > 1:
        some = "\n".join(
            f"  {song['song_id']}  {song['title']} by {song['artist']}" for song in meant[:_MEANT]
        )
        more = f"\n  and {len(meant) - _MEANT:,} more" if len(meant) > _MEANT else ""
        raise InputError(
            f"--like {text}: {len(meant):,} songs have that name. Add the artist, or give the id "
            f"of one:\n{some}{more}"
        )
    return {name: meant[0][name] for name in ("song_id", "title", "artist")}
