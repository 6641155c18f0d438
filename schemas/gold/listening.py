"""Gold: when and how a person listens."""

from __future__ import annotations

from schemas.table import Rule, Table

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
