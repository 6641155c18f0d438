"""Gold: moods, and which song is of which."""

from __future__ import annotations

from schemas.table import Rule, Table

MOOD_PROFILES = Table(
    name="gold.mood_profiles",
    about="One mood: its name, its centre in feature space, and how many songs are nearest to it.",
    columns="""
    cluster_id INT NOT NULL COMMENT '0 to k-1, by falling energy'
    mood STRING NOT NULL COMMENT 'name, unique among the moods'
    about STRING NOT NULL COMMENT 'the mood in a few words'
    valence DOUBLE NOT NULL COMMENT 'centre, 0-1'
    energy DOUBLE NOT NULL COMMENT 'centre, 0-1'
    danceability DOUBLE NOT NULL COMMENT 'centre, 0-1'
    acousticness DOUBLE NOT NULL COMMENT 'centre, 0-1'
    instrumentalness DOUBLE NOT NULL COMMENT 'centre, 0-1'
    tempo DOUBLE NOT NULL COMMENT 'centre, BPM'
    songs BIGINT NOT NULL COMMENT 'songs nearest to this centre'
    share DOUBLE NOT NULL COMMENT 'of all songs with features, 0-1'
    silhouette DOUBLE COMMENT 'of the whole clustering on the sample, -1 to 1'
    fitted_on BIGINT NOT NULL COMMENT 'songs in the sample that the centres were fitted on'
    """,
    key=("cluster_id",),
    rules=(Rule("share_in_range", "share BETWEEN 0 AND 1", "fail"),),
)

MOOD_CLUSTERS = Table(
    name="gold.mood_clusters",
    about="A song and its mood: the nearest centre of gold.mood_profiles.",
    columns="""
    song_id STRING NOT NULL COMMENT 'the song'
    track_id STRING COMMENT 'Spotify track id of its best version'
    title STRING NOT NULL COMMENT 'title'
    artist STRING NOT NULL COMMENT 'first artist'
    cluster_id INT NOT NULL COMMENT 'as in gold.mood_profiles'
    mood STRING NOT NULL COMMENT 'the mood''s name'
    distance DOUBLE NOT NULL COMMENT 'to the centre, in scaled feature space; smaller is purer'
    valence DOUBLE NOT NULL COMMENT '0-1'
    energy DOUBLE NOT NULL COMMENT '0-1'
    feature_source STRING NOT NULL COMMENT 'where its features come from'
    """,
    key=("song_id",),
)
