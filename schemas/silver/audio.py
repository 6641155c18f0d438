"""Silver: what was measured in audio files, and what was made of them."""

from __future__ import annotations

from schemas.table import Rule, Table

AUDIO_ANALYSIS = Table(
    name="silver.audio_analysis",
    about=(
        "What was measured in an audio file. A file that cannot be measured (silent, shorter than "
        "a few beats) has a row without measures that says why in failure."
    ),
    columns="""
    audio_id STRING NOT NULL COMMENT 'the file, as in bronze.audio_files'
    duration_s DOUBLE COMMENT 'length of what was decoded, seconds'
    tempo DOUBLE COMMENT 'BPM; NULL where nothing recurs'
    tempo_confidence DOUBLE COMMENT '0-1: how much of the onsets lie on the beats of that tempo'
    beats ARRAY<DOUBLE> COMMENT 'times of the beats, seconds from the beginning, rising'
    first_downbeat INT COMMENT 'which beat (from 0) is the first to begin a bar of four'
    downbeat_confidence DOUBLE COMMENT '0-1: how much that one stands out among the four'
    key INT COMMENT '0 C, 1 C# ... 11 B; NULL where no pitches are heard'
    mode INT COMMENT '1 major, 0 minor'
    camelot STRING COMMENT 'key and mode on the Camelot wheel, e.g. 8A'
    key_confidence DOUBLE COMMENT '0-1: correlation with that key less the best unrelated key''s'
    tuning_cents DOUBLE COMMENT 'how far it is tuned above A4 = 440 Hz, cents, -50 to 50'
    loudness_lufs DOUBLE COMMENT 'integrated loudness, LUFS (ITU-R BS.1770-4)'
    peak_dbfs DOUBLE COMMENT 'highest sample, decibels below full scale'
    energy_estimate DOUBLE COMMENT '0-1, estimated of loudness, onsets and brightness'
    danceability_estimate DOUBLE COMMENT '0-1, estimated of tempo, beat strength and steadiness'
    acousticness_estimate DOUBLE COMMENT '0-1, estimated of spectrum, dynamics and percussion'
    spectral_centroid_hz DOUBLE COMMENT 'mean centre of the spectrum, hertz'
    spectral_bandwidth_hz DOUBLE COMMENT 'mean width of the spectrum, hertz'
    spectral_rolloff_hz DOUBLE COMMENT 'mean frequency below which 85 % of the power lies, hertz'
    spectral_flatness DOUBLE COMMENT 'mean flatness: 0 a tone, 1 white noise'
    silence_start_s DOUBLE COMMENT 'seconds below -60 dBFS at the beginning'
    silence_end_s DOUBLE COMMENT 'seconds below -60 dBFS at the end'
    failure STRING COMMENT 'why there are no measures; NULL where there are'
    version STRING NOT NULL COMMENT 'the analysis that made them'
    """,
    key=("audio_id",),
    rules=(
        Rule(
            "measures_in_range",
            "coalesce(tempo BETWEEN 30 AND 300, true) AND coalesce(key BETWEEN 0 AND 11, true)"
            " AND coalesce(mode IN (0, 1), true)"
            " AND coalesce(energy_estimate BETWEEN 0 AND 1, true)"
            " AND coalesce(danceability_estimate BETWEEN 0 AND 1, true)"
            " AND coalesce(acousticness_estimate BETWEEN 0 AND 1, true)",
            "fail",
        ),
        Rule("could_be_measured", "failure IS NULL", "warn"),
    ),
)
