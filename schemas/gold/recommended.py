"""Gold: what a person should hear next, and lists of it in an order that flows."""

from __future__ import annotations

from schemas.table import Rule, Table

#: Why a song is recommended: it is loved and has not been heard for a while, or it is new to them.
KINDS = ("love", "discovery")

USER_RECOMMENDATIONS = Table(
    name="gold.user_recommendations",
    about=(
        "A song that a person should hear next, with the reason: one they love and have not heard "
        "for recommend.unheard_days, or one they never heard, found by how it sounds, by its "
        "artist and, where enough people share a lake, by what people with like histories hear."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'the listener'
    kind STRING NOT NULL COMMENT 'love (heard often, not of late) or discovery (never heard)'
    rank INT NOT NULL COMMENT 'place among those of its kind, 1 is first'
    song_id STRING NOT NULL COMMENT 'the song'
    title STRING NOT NULL COMMENT 'its title'
    artist STRING NOT NULL COMMENT 'first artist; at most recommend.per_artist songs a kind'
    score DOUBLE NOT NULL COMMENT '0-1, within a kind: 1 is the best of this listener'
    based_on STRING NOT NULL COMMENT 'what counts most for it: plays, sound, artist or people'
    reason STRING NOT NULL COMMENT 'why, in words'
    """,
    key=("user_id", "kind", "rank"),
    rules=(
        Rule("kind_is_known", f"kind IN {KINDS}", "fail"),
        Rule("score_in_range", "score BETWEEN 0 AND 1", "fail"),
    ),
)

PLAYLISTS = Table(
    name="gold.playlists",
    about=(
        "A song in one of a listener's playlists: more of what they love, discoveries, a mood, a "
        "part of the day, or a path from a low mood to a bright one. In an order whose neighbours "
        "go together in key, tempo and energy as far as those are known."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'the listener'
    playlist STRING NOT NULL COMMENT 'name of the list'
    kind STRING NOT NULL COMMENT 'love, discovery, mood, part_of_day or lift'
    position INT NOT NULL COMMENT 'place in the list, from 1'
    song_id STRING NOT NULL COMMENT 'the song, once a list'
    title STRING NOT NULL COMMENT 'its title'
    artist STRING NOT NULL COMMENT 'first artist; at most recommend.per_artist songs a list'
    track_id STRING COMMENT 'Spotify track id of its best version'
    duration_ms BIGINT COMMENT 'length, milliseconds'
    camelot STRING COMMENT 'Camelot code of its key, 1A to 12B; NULL where not known'
    tempo DOUBLE COMMENT 'BPM, from an authentic source'
    valence DOUBLE COMMENT '0-1, from an authentic source'
    energy DOUBLE COMMENT '0-1, from an authentic source'
    reason STRING NOT NULL COMMENT 'why it is in the list, in words'
    """,
    key=("user_id", "playlist", "position"),
)
