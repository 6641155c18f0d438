"""Ops: how runs went. No job reads these, so they never make anything stale."""

from __future__ import annotations

from schemas.table import Table

JOB_RUNS = Table(
    name="ops.job_runs",
    about="One job of one run: what it made, from what, how long it took, how it ended.",
    columns="""
    run_id STRING NOT NULL COMMENT 'the run'
    table_name STRING NOT NULL COMMENT 'the table the job writes'
    status STRING NOT NULL COMMENT 'done, failed or blocked (something it reads failed)'
    started_at TIMESTAMP NOT NULL COMMENT 'UTC'
    seconds DOUBLE NOT NULL COMMENT 'wall clock'
    rows BIGINT COMMENT 'rows the transform gave, landed or not'
    version BIGINT COMMENT 'version of the table after the job'
    reason STRING COMMENT 'why it ran'
    error STRING COMMENT 'why it failed'
    """,
    key=("run_id", "table_name"),
)

QUALITY_RESULTS = Table(
    name="ops.quality_results",
    about="One rule checked by one job of one run.",
    columns="""
    run_id STRING NOT NULL COMMENT 'the run'
    table_name STRING NOT NULL COMMENT 'the table'
    rule STRING NOT NULL COMMENT 'the rule'
    severity STRING NOT NULL COMMENT 'reject, fail, warn or skip'
    checked BIGINT NOT NULL COMMENT 'rows checked'
    broken BIGINT NOT NULL COMMENT 'rows that break it'
    checked_at TIMESTAMP NOT NULL COMMENT 'UTC'
    """,
    key=("run_id", "table_name", "rule"),
)

QUARANTINE = Table(
    name="ops.quarantine",
    about="A row that broke a rule of severity reject, kept as it came.",
    columns="""
    quarantine_id STRING NOT NULL COMMENT 'hash of table, rule and raw row'
    table_name STRING NOT NULL COMMENT 'the table it was meant for'
    rule STRING NOT NULL COMMENT 'the first rule it broke'
    raw STRING NOT NULL COMMENT 'the row as JSON, as the source gave it where it did'
    quarantined_at TIMESTAMP NOT NULL COMMENT 'UTC'
    """,
    key=("quarantine_id",),
    changes_with_time=("quarantined_at",),
)

TABLES = (JOB_RUNS, QUALITY_RESULTS, QUARANTINE)
