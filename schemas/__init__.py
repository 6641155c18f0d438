"""What every table is. Pure values: nothing here imports Spark or the rest of Songlake."""

from __future__ import annotations

from schemas import bronze, gold, ops, silver
from schemas.table import Table

TABLES: dict[str, Table] = {
    table.name: table for layer in (bronze, silver, gold, ops) for table in layer.TABLES
}
