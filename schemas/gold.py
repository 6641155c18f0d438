"""Gold: what people look at."""

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

TEMPORAL_PATTERNS = Table(
    name="gold.temporal_patterns",
    about="A listener's week, hour by hour: one row for each of its 168 hours, silent ones too.",
    columns="""
    user_id STRING NOT NULL COMMENT 'the listener'
    day_of_week INT NOT NULL COMMENT '1 Monday to 7 Sunday, local'
    hour_of_day INT NOT NULL COMMENT '0-23, local'
    part_of_day STRING NOT NULL COMMENT 'night, morning, afternoon or evening'
    is_weekend BOOLEAN NOT NULL COMMENT 'Saturday or Sunday'
    plays BIGINT NOT NULL COMMENT 'plays that count'
    minutes DOUBLE NOT NULL COMMENT 'minutes heard in them'
    songs BIGINT NOT NULL COMMENT 'different songs'
    share DOUBLE NOT NULL COMMENT 'of the listener''s plays, 0-1'
    valence DOUBLE COMMENT 'mean over plays with authentic features, 0-1'
    energy DOUBLE COMMENT 'mean over plays with authentic features, 0-1'
    tempo DOUBLE COMMENT 'mean over plays with authentic features, BPM'
    """,
    key=("user_id", "day_of_week", "hour_of_day"),
)

WELLBEING_INDICATORS = Table(
    name="gold.wellbeing_indicators",
    about=(
        "A listener's day or week in numbers. They describe listening, never health: a low valence "
        "is a taste or a rainy day, not a diagnosis."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'the listener'
    period STRING NOT NULL COMMENT 'day or week'
    period_start DATE NOT NULL COMMENT 'local date; a week starts on Monday'
    plays BIGINT NOT NULL COMMENT 'plays that count'
    minutes DOUBLE NOT NULL COMMENT 'minutes heard in them'
    songs BIGINT NOT NULL COMMENT 'different songs'
    artists BIGINT NOT NULL COMMENT 'different artists'
    variety DOUBLE NOT NULL COMMENT 'different songs per play, 0-1; 1 is never the same twice'
    artist_entropy DOUBLE NOT NULL COMMENT 'Shannon entropy of plays over artists, bits'
    late_night_share DOUBLE NOT NULL COMMENT 'plays from 0 to 5 o''clock local, 0-1'
    skip_share DOUBLE NOT NULL COMMENT 'plays of any length that were skipped, 0-1'
    authentic_share DOUBLE NOT NULL COMMENT 'plays whose features are not synthetic or absent, 0-1'
    valence DOUBLE COMMENT 'mean over plays with authentic features, 0-1; NULL without any'
    valence_spread DOUBLE COMMENT 'population standard deviation of the same'
    energy DOUBLE COMMENT 'mean over plays with authentic features, 0-1'
    acousticness DOUBLE COMMENT 'mean over plays with authentic features, 0-1'
    tempo DOUBLE COMMENT 'mean over plays with authentic features, BPM'
    """,
    key=("user_id", "period", "period_start"),
    rules=(
        Rule(
            "shares_in_range",
            "variety BETWEEN 0 AND 1 AND late_night_share BETWEEN 0 AND 1"
            " AND skip_share BETWEEN 0 AND 1 AND authentic_share BETWEEN 0 AND 1",
            "fail",
        ),
    ),
)

DATASET_SUMMARY = Table(
    name="gold.dataset_summary",
    about=(
        "Counts and coverage of the lake: how much came from where and how much of it is known. "
        "A play that two sources told counts once among plays, and once for each of the two."
    ),
    columns="""
    subject STRING NOT NULL COMMENT 'plays, plays told by <each source>, songs or recordings'
    split_by STRING NOT NULL COMMENT 'all, or a column: source (who leads), id_method (how found)…'
    item STRING NOT NULL COMMENT 'its value; none is NULL: no song found, no features, or it counts'
    rows BIGINT NOT NULL COMMENT 'how many'
    share DOUBLE NOT NULL COMMENT 'of all rows of the subject, 0-1'
    authentic_share DOUBLE COMMENT 'of these rows, with features not synthetic or absent, 0-1'
    """,
    key=("subject", "split_by", "item"),
)

TABLES = (
    MOOD_PROFILES,
    MOOD_CLUSTERS,
    TEMPORAL_PATTERNS,
    WELLBEING_INDICATORS,
    DATASET_SUMMARY,
)
