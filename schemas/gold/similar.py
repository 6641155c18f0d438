"""Gold: which songs are alike, and which can be mixed."""

from __future__ import annotations

from schemas.table import Rule, Table

TRACK_RECOMMENDATIONS = Table(
    name="gold.track_recommendations",
    about=(
        "A song and one of the songs most similar to it by audio features, genres and mood, with "
        "the reason. Songs without authentic features are in no list and have none."
    ),
    columns="""
    song_id STRING NOT NULL COMMENT 'the song'
    rank INT NOT NULL COMMENT 'place in its list, 1 is the most similar'
    similar_song_id STRING NOT NULL COMMENT 'the similar song'
    similar_title STRING NOT NULL COMMENT 'its title'
    similar_artist STRING NOT NULL COMMENT 'its first artist; at most similar.per_artist a list'
    distance DOUBLE NOT NULL COMMENT 'weighted standard deviations, see lib/song_vectors.py; 0 same'
    reason STRING NOT NULL COMMENT 'the genre they share, and the features that are closest'
    """,
    key=("song_id", "rank"),
    rules=(Rule("another_song", "song_id <> similar_song_id", "fail"),),
)

HARMONIC_PAIRS = Table(
    name="gold.harmonic_pairs",
    about=(
        "A song and one that mixes into it in key and tempo, the best first. Songs without an "
        "authentic key and tempo are in no pair."
    ),
    columns="""
    song_id STRING NOT NULL COMMENT 'the song that plays'
    rank INT NOT NULL COMMENT 'place among its mixes, 1 is the best'
    next_song_id STRING NOT NULL COMMENT 'the song to mix into'
    camelot STRING NOT NULL COMMENT 'Camelot code of the song, 1A to 12B'
    next_camelot STRING NOT NULL COMMENT 'Camelot code of the next song'
    tier STRING NOT NULL COMMENT 'perfect, close or optional'
    relation STRING NOT NULL COMMENT 'same, relative, adjacent, diagonal, boost +2 or boost +7'
    tempo DOUBLE NOT NULL COMMENT 'of the song, BPM'
    next_tempo DOUBLE NOT NULL COMMENT 'of the next song, BPM'
    tempo_match STRING NOT NULL COMMENT 'same, half or double: the next song''s time in this one''s'
    tempo_change DOUBLE NOT NULL COMMENT 'percent by which the next song must be sped up to match'
    energy_step DOUBLE COMMENT 'energy of the next song less that of this one, -1 to 1'
    score DOUBLE NOT NULL COMMENT '0-1, see lib/harmonic.py'
    reason STRING NOT NULL COMMENT 'why they mix, in words'
    """,
    key=("song_id", "rank"),
    rules=(
        Rule("another_song", "song_id <> next_song_id", "fail"),
        Rule("score_in_range", "score BETWEEN 0 AND 1", "fail"),
    ),
)
