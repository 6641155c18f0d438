"""The one SparkSession of a process, tuned for the size of the work."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import threading
from pathlib import Path

from pyspark import SparkConf, SparkContext, cloudpickle
from pyspark.errors import PySparkException, PySparkRuntimeError
from pyspark.sql import SparkSession

import lib
from lib.errors import EngineError
from lib.settings import PROJECT, Settings

#: Inputs above this many bytes make a run `large`: C2 and adaptive execution then pay.
LARGE_BYTES = 128 * 1024 * 1024

_DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}

#: What makes a table the same on every machine.
_SAME_EVERYWHERE = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
}

#: On one machine most of a small run is overhead: few partitions, no UI, loopback only.
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.scheduler.mode": "FAIR",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    "spark.log.level": "ERROR",
    # A laptop that sleeps for an hour wakes to a run that goes on: its one executor is not lost.
    "spark.network.timeout": "30d",
    # The small side of a join may wait for minutes while the cores do another job's work.
    "spark.sql.broadcastTimeout": "30d",
    # Rows are kept between being checked and written: packing them costs more than it saves.
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
    # A limit would have all rows of a batch for Python measured again with each that is added.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
    # ICU goes through all of Unicode when it is loaded, for seconds; the JVM maps case as it does.
    "spark.sql.icu.caseMappings.enabled": "false",
    # A task buffers a row group as a whole; several jobs write at once, in a heap of 1 GB.
    "spark.hadoop.parquet.block.size": str(32 * 1024 * 1024),
    # Nobody sees the text of a plan without a UI, nor a check of the planner after each of its
    # rules; both take seconds of a run of thirty jobs.
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.maxPlanStringLength": "0",
    "spark.sql.lightweightPlanChangeValidation": "false",
    # Listing a table's few files for VACUUM in 10,000 tasks takes 20 s.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "8",
}

_SMALL = {
    "spark.sql.shuffle.partitions": "2",
    # Above so many groups a task sorts instead of hashing; a small run's groups fit in memory.
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "200000",
    "spark.sql.adaptive.enabled": "false",
}
_LARGE = {
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.adaptive.enabled": "true",
}

_LOGGING = PROJECT / "conf" / "log4j2.properties"
# A Turkish i has no dot: lower case is that of one language on every machine.
_QUIET_JVM = f"-Dlog4j2.configurationFile={_LOGGING.as_uri()} -Duser.language=en -XX:+UseParallelGC"
# C1 alone gets a code cache of 48 MB unless told otherwise; a run of all jobs fills it, and dies.
_QUICK_START_JVM = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"


def start_spark(settings: Settings, input_bytes: int = 0, app: str = "songlake") -> SparkSession:
    """Starts Spark, or takes the one that spark-submit has prepared.

    Settings given to spark-submit win over ours.

    Args:
        settings: the `spark` section is read.
        input_bytes: size of what will be read, for `spark.profile: auto`.
        app: name shown in Spark's own pages.

    Raises:
        EngineError: there is no usable Java, or Spark does not start.
    """
    # Executors of a cluster have Python and its packages, but not this project.
    cloudpickle.register_pickle_by_value(lib)  # type: ignore[no-untyped-call]
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    conf = _configuration(settings, input_bytes)
    if submitted:
        SparkContext._ensure_initialized()  # what spark-submit was given is known to its JVM only
        given = SparkConf()
        conf = {name: value for name, value in conf.items() if not given.contains(name)}
    else:
        _require_java()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # The JVM takes seconds to start, and gold's moods a second to load this.
        threading.Thread(target=importlib.import_module, args=("sklearn.cluster",)).start()
    builder = SparkSession.builder.appName(app)
    for name, value in conf.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, PySparkRuntimeError, OSError) as error:
        raise EngineError(
            f"Spark did not start: {str(error).splitlines()[0]} Check that Java 17 or 21 works "
            "(`java -version`), or delete .venv and run ./songlake again to set it up anew."
        ) from error


def _configuration(settings: Settings, input_bytes: int) -> dict[str, str]:
    spark = settings.spark
    large = spark.profile == "large" or (spark.profile == "auto" and input_bytes > LARGE_BYTES)
    tuned = spark.profile != "stock"
    conf = _DELTA | _SAME_EVERYWHERE
    if tuned:
        conf |= _LARGE if large else _SMALL
    if tuned and spark.master:
        jvm = _QUIET_JVM if large else f"{_QUIET_JVM} {_QUICK_START_JVM}"
        conf |= _LOCAL | {"spark.driver.extraJavaOptions": jvm}
    if spark.master:
        conf["spark.master"] = spark.master
        conf["spark.sql.warehouse.dir"] = str(settings.data.absolute() / "warehouse")
    if spark.driver_memory:
        conf["spark.driver.memory"] = spark.driver_memory
    return conf | spark.conf


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java or not Path(java).exists():
        raise EngineError(
            "There is no Java. Install Java 17 or 21 and put it on PATH or in JAVA_HOME, or start "
            "Songlake by ./songlake, which brings its own where there is none."
        )
