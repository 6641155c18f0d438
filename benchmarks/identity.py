"""Seconds that `lib.components` needs to join n ids into songs, for n up to 10,000,000.

The graph is chains of ids, in which every id but the last is connected to the next: the hardest
form, as a component is as wide as its nodes are many. Of every 20,000 ids, 1,000 are pairs, 1,500
in chains of 10, 2,500 of 100, 5,000 of 1,000 and 10,000 one chain of 10,000; the last tenth of all
ids is one chain more, a million ids long at n = 10,000,000. An id is a hash of its place, edges
stand in the order of another hash, and half of them point backwards.

Every size runs in a process of its own, which warms up on a small graph, reads the edges from
Parquet, and checks afterwards what it found: the number of components, and that each is one whole
chain under its smallest id.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import Column, DataFrame, SparkSession, functions as F

from benchmarks.measure import Measured, measure
from lib.components import SMALL, components
from lib.session import start_spark
from lib.settings import load_settings

SIZES = (10_000, 100_000, 1_000_000, 3_000_000, 10_000_000)
#: The ratio is told between these two, which both contract: fewer edges than SMALL cost less.
COMPARED = (3_000_000, 10_000_000)
BLOCK = 20_000
#: Where in a block chains of a length begin.
CHAINS = ((0, 2), (1_000, 10), (2_500, 100), (5_000, 1_000), (10_000, 10_000))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--ids", type=int, nargs="+", default=SIZES, help="how many; one or more")
    parser.add_argument("--small", type=int, default=SMALL, help=f"edges; default: {SMALL}")
    parser.add_argument("--heap", default="1g", help="the driver's heap; default: 1g")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)  # one size, in this process
    given = parser.parse_args()
    if given.alone:
        return alone(given.ids[0], given.small, given.heap, given.alone)
    cost: dict[int, float] = {}
    for ids in given.ids:
        with TemporaryDirectory(prefix="songlake-benchmark-") as folder:
            seconds, run = one_size(ids, given.small, given.heap, Path(folder))
        before = list(cost.values())[-1:]
        cost[ids] = seconds / (ids * math.log2(ids))
        ratio = f"{cost[ids] / before[0]:5.2f} times the last size's" if before else ""
        print(
            f"{ids:11,} ids: {seconds:7.1f} s, {1e9 * cost[ids]:7.1f} ns an n log n {ratio:28} "
            f"{run.memory}",
            flush=True,
        )
    if not set(COMPARED) <= set(cost):
        return 0
    less, more = (cost[ids] for ids in COMPARED)
    print(
        "ratio: {:.2f}: an n log n at {:,} against one at {:,}".format(more / less, *COMPARED[::-1])
    )
    return 0 if more <= less else 1


def one_size(ids: int, small: int, heap: str, folder: Path) -> tuple[float, Measured]:
    """Seconds for the components alone, and the whole process's peak memory."""
    words = ["--ids", ids, "--small", small, "--heap", heap, "--alone", folder]
    run = measure([sys.executable, __file__, *map(str, words)], folder / "run.log")
    return json.loads((folder / "seconds.json").read_text()), run


def alone(ids: int, small: int, heap: str, folder: Path) -> int:
    """Makes, times and checks one size.

    Raises:
        RuntimeError: a component is wrong.
    """
    flags = {
        "data": folder,
        "spark.master": "local[2]",
        "spark.profile": "large",
        "spark.driver_memory": heap,
        "spark.conf": {"spark.local.dir": str(folder / "scratch")},
    }
    settings, _ = load_settings(flags)
    spark = start_spark(settings, app="songlake benchmark")
    timed(spark, 10_000, min(small, 1_000), folder / "warm")
    seconds = timed(spark, ids, small, folder / "timed")
    (folder / "seconds.json").write_text(json.dumps(seconds))
    spark.stop()
    return 0


def timed(spark: SparkSession, ids: int, small: int, folder: Path) -> float:
    """Seconds from edges in a file to components in a file."""
    nodes, edges, found = (str(folder / name) for name in ("nodes", "edges", "found"))
    places = spark.range(ids).select(F.col("id").alias("place"))
    places.select(node(F.col("place")).alias("node"), chain(F.col("place"), ids)).write.parquet(
        nodes
    )
    chain_edges(places, ids).write.parquet(edges)
    began = time.monotonic()
    components(spark.read.parquet(edges), small=small).write.parquet(found)
    seconds = time.monotonic() - began
    check(spark.read.parquet(nodes), spark.read.parquet(found), ids)
    return seconds


def chain(place: Column, ids: int) -> Column:
    """The place where this place's chain begins."""
    within = place % BLOCK
    begins = place
    for start, length in CHAINS:
        begins = F.when(within >= start, place - (within - start) % length).otherwise(begins)
    last = ids - ids // 10
    return F.when(place < last, begins).otherwise(last).alias("chain")


def node(place: Column) -> Column:
    """The id at a place; no two share one, as xxHash maps 64 bits to 64 bits one to one."""
    return F.xxhash64(place)


def chain_edges(places: DataFrame, ids: int) -> DataFrame:
    place, following = F.col("place"), F.col("place") + 1
    mixed = F.xxhash64(F.lit("order"), place)
    ends = F.array(node(place), node(following))
    turned = F.when(mixed % 2 == 0, ends).otherwise(F.reverse(ends))
    return (
        places.filter((following < ids) & (chain(place, ids) == chain(following, ids)))
        .select(turned[0].alias("left"), turned[1].alias("right"), mixed.alias("mixed"))
        .repartition("mixed")
        .sortWithinPartitions("mixed")
        .select("left", "right")
    )


def check(nodes: DataFrame, found: DataFrame, ids: int) -> None:
    """Holds what was found against the chains.

    Raises:
        RuntimeError: an id is missing or told twice, or a component is not one whole chain.
    """
    by_chain = nodes.join(found, on="node", how="full").groupBy("chain")
    each = by_chain.agg(
        F.count("component").alias("ids"),
        F.min("node").alias("wanted"),
        F.min("component").alias("least"),
        F.max("component").alias("most"),
    )
    wrong = (F.col("least") != F.col("wanted")) | (F.col("most") != F.col("wanted"))
    seen = each.agg(
        F.sum("ids").alias("ids"),
        F.count_if(F.coalesce(wrong, F.lit(True))).alias("wrong"),
        F.count("*").alias("chains"),
    )
    row = seen.crossJoin(found.agg(F.count_distinct("component").alias("found"))).first()
    if row is None or (row.ids, row.wrong, row.found) != (ids, 0, row.chains):
        raise RuntimeError(f"{ids:,} ids: {row}")


if __name__ == "__main__":
    sys.exit(main())
