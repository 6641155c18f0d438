from __future__ import annotations

import re

import jobs
from apps.dictionary import COMMAND, DICTIONARY, dictionary, graph
from lib.delta import Upsert
from lib.job import Job
from schemas import TABLES
from schemas.landing import KAGGLE
from schemas.table import Table


def test_the_committed_file_is_what_the_schemas_make() -> None:
    committed = DICTIONARY.read_text(encoding="utf-8")
    assert committed == dictionary(), f"schemas or jobs changed: run {COMMAND} and commit it"


def test_every_table_and_column_is_in_it() -> None:
    sections = re.split(r"^### ", dictionary(), flags=re.MULTILINE)[1:]
    told = {section.partition("\n")[0]: section for section in sections}
    assert set(told) == set(TABLES)
    for name, table in TABLES.items():
        columns = re.findall(r"^\| `(\w+)` \|", told[name], flags=re.MULTILINE)
        assert tuple(columns) == table.column_names


def test_every_file_it_names_is_there() -> None:
    files = re.findall(r"\]\(([^)]+)\)", dictionary())
    assert len(files) > len(jobs.pipeline().jobs)
    assert [file for file in files if not (DICTIONARY.parent / file).is_file()] == []


def test_the_graph_has_a_box_for_each_layer_and_an_arrow_for_each_read() -> None:
    table = Table("bronze.tracks", "A track.", "id STRING COMMENT 'the id'", key=("id",))
    copy = Table("silver.tracks", "A track.", "id STRING COMMENT 'the id'", key=("id",))
    made = [
        Job(writes=copy, reads=(table,), transform=lambda tracks: tracks),
        Job(writes=table, reads=(KAGGLE,), transform=lambda rows: rows, mode=Upsert()),
    ]
    assert graph(made).splitlines() == [
        "```mermaid",
        "flowchart LR",
        "  subgraph landing",
        "    landing_kaggle[kaggle]",
        "  end",
        "  subgraph bronze",
        "    bronze_tracks[tracks]",
        "  end",
        "  subgraph silver",
        "    silver_tracks[tracks]",
        "  end",
        "  landing_kaggle --> bronze_tracks",
        "  bronze_tracks --> silver_tracks",
        "```",
    ]


def test_a_sign_that_parts_cells_does_not_part_a_rule() -> None:
    [line] = [line for line in dictionary().splitlines() if line.startswith("| uri_is_spotify |")]
    assert len(re.split(r"(?<!\\)\|", line)) == 6
