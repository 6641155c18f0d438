"""The audio features of a recording: the same columns, units and ranges wherever they appear."""

from __future__ import annotations

FEATURE_COLUMNS = """
danceability DOUBLE COMMENT 'how suited to dancing, 0-1'
energy DOUBLE COMMENT 'perceived intensity and activity, 0-1'
key INT COMMENT 'pitch class of the tonic, 0 (C) to 11 (B); NULL where not detected'
loudness DOUBLE COMMENT 'mean loudness, dBFS, about -60 to 5'
mode INT COMMENT '1 major, 0 minor'
speechiness DOUBLE COMMENT 'spoken words, 0-1'
acousticness DOUBLE COMMENT 'confidence that it is acoustic, 0-1'
instrumentalness DOUBLE COMMENT 'confidence that it has no vocals, 0-1'
liveness DOUBLE COMMENT 'confidence that an audience is present, 0-1'
valence DOUBLE COMMENT 'musical positiveness, 0 (sad) to 1 (happy)'
tempo DOUBLE COMMENT 'beats per minute; NULL where not detected'
time_signature INT COMMENT 'beats per bar; NULL where not detected'
"""

FEATURES: tuple[str, ...] = tuple(
    line.split(" ", 1)[0] for line in FEATURE_COLUMNS.strip().splitlines()
)

#: What the synthetic generator makes; the other features stay NULL in synthetic rows.
SYNTHETIC_COLUMNS: tuple[str, ...] = (
    "danceability",
    "energy",
    "key",
    "mode",
    "acousticness",
    "instrumentalness",
    "valence",
    "tempo",
)

#: What tells how a recording sounds by how much of it there is; a key is no amount.
SIMILAR_FEATURES: tuple[str, ...] = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
)

#: Where features can come from. `authentic` sources measured or observed the recording.
AUTHENTIC_SOURCES: tuple[str, ...] = ("spotify", "measured", "kaggle")
FEATURE_SOURCES: tuple[str, ...] = (*AUTHENTIC_SOURCES, "synthetic")
