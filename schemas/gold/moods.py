"""Gold: moods, and which song is of which."""

from __future__ import annotations

from schemas.table import Rule, Table

MOOD_PROFILES = Table(
    name="gold.mood_profiles",
    about="One mood: its name, its centre in feature space, and how many songs are nearest to it.",
    columns="""
    cluster_id INT NOT NULL COMMENT 'kept from run to run, never given twice; at first 0 to k-1'
    mood STRING NOT NULL COMMENT 'name, unique among the moods; kept from run to run'
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
    next_id INT COMMENT 'the first cluster_id that no mood ever had'
    """,
    key=("cluster_id",),
    rules=(Rule("share_in_range", "share BETWEEN 0 AND 1", "fail"),),
)

MOOD_REPORT = Table(
    name="gold.mood_report",
    about="How good k moods are, measured on a sample of the songs, and why that k is used or not.",
    columns="""
    k INT NOT NULL COMMENT 'how many moods'
    chosen BOOLEAN NOT NULL COMMENT 'whether gold.mood_profiles has so many'
    why STRING NOT NULL COMMENT 'why it is chosen or not'
    silhouette DOUBLE COMMENT 'of at most 3,000 songs, -1 to 1; NULL where undefined'
    permuted_silhouette DOUBLE COMMENT 'the same of copies with each feature permuted: chance'
    ari_seeds DOUBLE COMMENT 'adjusted Rand index of fits from different seeds; 1: equal'
    ari_halves DOUBLE COMMENT 'the same of fits on different random halves of the sample'
    ami_genre DOUBLE COMMENT 'adjusted mutual information of mood and genre, 0: none, 1: the same'
    fitted_on BIGINT NOT NULL COMMENT 'songs in the sample'
    """,
    key=("k",),
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
