"""Connected components of a graph of any size, as one set-based Spark function.

A large graph is contracted round by round: every node joins its neighbour of the smallest hash, and
each group so made becomes one node, named after its smallest member. On average a round leaves
two thirds of the nodes at most, so all rounds together cost a few times the first: Bögeholz, Brand,
Todor, "In-database connected component analysis", ICDE 2020. What is then small enough goes to
SciPy in one Python worker, and the groups are opened again from the last round to the first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, functions as F

#: So many edges one Python worker joins in a second or two and within some 200 MB.
SMALL = 1_000_000

#: A task's share of edges: what its hash tables hold fits beside others in a heap of 1 GB.
_EDGES_PER_TASK = 500_000

_EDGE = {"left": pa.int64(), "right": pa.int64()}
_ROWS_PER_BATCH = 64 * 1024


def components(edges: DataFrame, *, small: int = SMALL) -> DataFrame:
    """Which nodes are connected, however long the way between them.

    The result does not depend on the order or partitioning of the edges. Spark jobs run at once;
    of the graph itself only counts reach the driver.

    Args:
        edges: `left` and `right` BIGINT, never NULL; both directions mean the same, repeats and
            loops do no harm. A node without neighbours is told by a loop.
        small: at most so many edges are joined by one Python worker; more are contracted first.

    Returns:
        One row a node: `node`, and `component`, the smallest node of its component.
    """
    rounds: list[DataFrame] = []
    rest, count = _kept(edges.select("left", "right"))
    while count > small:
        partitions = 1 + count // _EDGES_PER_TASK
        groups, _ = _kept(_groups(rest, len(rounds), partitions))
        rounds.append(groups)
        fewer, count = _kept(_contracted(rest, groups, partitions))
        _release(rest)
        rest = fewer
    joined = _joined(rest)
    for groups in reversed(rounds):
        joined = _opened(groups, joined)
    if not rounds:
        return joined
    result, _ = _kept(joined)
    for used in (rest, *rounds):
        _release(used)
    return result


def _groups(edges: DataFrame, seed: int, partitions: int) -> DataFrame:
    """One round's contraction: `node`, and `group`, the smallest node of those that it joins."""

    def order(node: str) -> Column:
        return F.xxhash64(F.lit(seed), node)  # for one seed no two nodes share a hash

    both = edges.select(F.col("left").alias("node"), F.col("right").alias("neighbour")).union(
        edges.select("right", "left")
    )
    first = F.min_by("neighbour", order("neighbour"))
    joins = (
        both.repartition(partitions, "node")
        .groupBy("node")
        .agg(first.alias("first"))
        .select(
            "node",
            F.when(order("first") < order("node"), F.col("first"))
            .otherwise(F.col("node"))
            .alias("centre"),
        )
        .repartition(partitions, "centre")
    )
    names = joins.groupBy("centre").agg(F.min("node").alias("group"))
    return joins.join(names.hint("shuffle_hash"), on="centre", how="inner").select("node", "group")


def _contracted(edges: DataFrame, groups: DataFrame, partitions: int) -> DataFrame:
    """The edges between groups, without loops and repeats."""
    to = groups.repartition(partitions, "node").hint("shuffle_hash")
    left = to.select(F.col("node").alias("left"), F.col("group").alias("left_group"))
    right = to.select(F.col("node").alias("right"), F.col("group").alias("right_group"))
    return (
        edges.repartition(partitions, "left")
        .join(left, on="left", how="inner")
        .repartition(partitions, "right")
        .join(right, on="right", how="inner")
        .filter("left_group != right_group")
        .select(
            F.least("left_group", "right_group").alias("left"),
            F.greatest("left_group", "right_group").alias("right"),
        )
        .distinct()
    )


def _opened(groups: DataFrame, joined: DataFrame) -> DataFrame:
    """The component of each node, from that of each group. A group that no edge leaves is one."""
    of_group = joined.withColumnRenamed("node", "group")
    return groups.join(of_group, on="group", how="left").select(
        "node", F.coalesce("component", "group").alias("component")
    )


def _joined(edges: DataFrame) -> DataFrame:
    """The components of all edges in one task: `node`, `component`."""

    # Defined here, it travels to the executors as it is: they need not have this project.
    def join(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from scipy.sparse import coo_array  # slow to import
        from scipy.sparse.csgraph import connected_components

        # Columns that Spark knows to be never NULL arrive as "not null", which is another schema.
        schema = pa.schema(_EDGE)
        table = pa.Table.from_batches([batch.cast(schema) for batch in batches], schema)
        left, right = (table[side].to_numpy() for side in _EDGE)
        nodes = np.unique(np.concatenate([left, right]))
        ends = np.searchsorted(nodes, left), np.searchsorted(nodes, right)
        graph = coo_array((np.ones(len(left), np.int8), ends), shape=(len(nodes), len(nodes)))
        _, labels = connected_components(graph, directed=False)
        first = np.unique(labels, return_index=True)[1]  # as nodes ascend, each label's smallest
        found = pa.table({"node": nodes, "component": nodes[first[labels]]})
        yield from found.to_batches(max_chunksize=_ROWS_PER_BATCH)

    return edges.coalesce(1).mapInArrow(join, "node BIGINT, component BIGINT")


def _kept(frame: DataFrame) -> tuple[DataFrame, int]:
    """The frame as rows on the executors' disks, and how many they are.

    A round names its input five times. Without a cut the plan would grow fivefold each round, and
    every task that fails would compute all rounds again.
    """
    kept = frame.localCheckpoint(eager=False, storageLevel=StorageLevel.DISK_ONLY)
    return kept, kept.count()


def _release(kept: DataFrame) -> None:
    """Frees a kept frame's disk at once; Spark does so only when the JVM collects garbage."""
    kept._jdf.queryExecution().analyzed().rdd().unpersist(False)
