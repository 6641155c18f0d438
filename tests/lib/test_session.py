from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pyspark import cloudpickle
from pyspark.sql import SparkSession

from lib import names


def test_executors_need_not_have_the_project(spark: SparkSession, tmp_path: Path) -> None:
    function = tmp_path / "name.pickle"
    function.write_bytes(cloudpickle.dumps(names.name))
    call = (
        f"import pickle; print(pickle.load(open({str(function)!r}, 'rb'))('Ella', 'A (Live)').key)"
    )
    elsewhere = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", call], cwd=tmp_path, env=elsewhere, capture_output=True, text=True
    )
    assert done.stdout == "ella::a\n", done.stderr


def test_case_is_that_of_one_language_on_every_machine(spark: SparkSession) -> None:
    assert spark._jvm is not None
    assert spark._jvm.java.util.Locale.getDefault().getLanguage() == "en"
    texts = ["CIĞ", "İstanbul", "ΟΔΟΣ", "ẞ Ǆ", "ﬁ straße ŉ"]
    rows = spark.createDataFrame([(text,) for text in texts], "text STRING")
    found = rows.selectExpr("lower(text)", "upper(text)").collect()
    assert [tuple(row) for row in found] == [(text.lower(), text.upper()) for text in texts]
