"""One file per table, named after it: how its rows are made."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.pipeline import Pipeline


@cache
def pipeline() -> Pipeline:
    """The pipeline of every job file under jobs/: none is listed by hand."""
    from lib.pipeline import Pipeline

    found = []
    for layer in ("bronze", "silver", "gold"):
        package = importlib.import_module(f"jobs.{layer}")
        for module in pkgutil.iter_modules(package.__path__):
            found.append(importlib.import_module(f"jobs.{layer}.{module.name}").JOB)
    return Pipeline(found)
