from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession, functions as F

from lib.components import components

Edge = tuple[int, int]

MIN, MAX = -(2**63), 2**63 - 1

#: A few Spark jobs over many graphs each: an example costs jobs, a graph next to nothing.
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])

graph = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30)


def edges_of(spark: SparkSession, edges: Iterable[Edge], partitions: int = 2) -> DataFrame:
    frame = spark.createDataFrame(list(edges), "left BIGINT, right BIGINT")
    return frame.repartition(partitions)


def found(edges: DataFrame, **bound: int) -> dict[int, int]:
    rows = components(edges, **bound).select("node", "component").collect()
    assert len({row.node for row in rows}) == len(rows), "one row a node"
    return {row.node: row.component for row in rows}


def by_union_find(edges: Iterable[Edge]) -> dict[int, int]:
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for left, right in edges:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {node: root(node) for node in parent}


def side_by_side(graphs: Iterable[list[Edge]], seed: int) -> list[Edge]:
    """One graph of all, its nodes any 64-bit numbers."""
    draw = random.Random(seed)
    names: dict[tuple[int, int], int] = {}
    return [
        (
            names.setdefault((number, left), draw.randint(MIN, MAX)),
            names.setdefault((number, right), draw.randint(MIN, MAX)),
        )
        for number, edges in enumerate(graphs)
        for left, right in edges
    ]


def test_edges_that_are_never_null_by_their_plan(spark: SparkSession) -> None:
    edges = spark.range(3).select(F.col("id").alias("left"), (F.col("id") + 1).alias("right"))
    assert found(edges) == dict.fromkeys(range(4), 0)


@few
@given(graphs=st.lists(graph, min_size=20, max_size=40), seed=st.integers(0, 999))
@pytest.mark.parametrize("small", [0, 40, 1_000_000])
def test_finds_what_union_find_finds(
    spark: SparkSession, graphs: list[list[Edge]], seed: int, small: int
) -> None:
    edges = side_by_side(graphs, seed)
    assert found(edges_of(spark, edges), small=small) == by_union_find(edges)


@pytest.mark.parametrize("small", [0, 1_000_000])
class TestAnyBound:
    def test_no_edges(self, spark: SparkSession, small: int) -> None:
        assert found(edges_of(spark, []), small=small) == {}

    def test_single_edge(self, spark: SparkSession, small: int) -> None:
        assert found(edges_of(spark, [(7, 3)]), small=small) == {7: 3, 3: 3}

    def test_loop_is_a_component_of_its_own(self, spark: SparkSession, small: int) -> None:
        edges = [(5, 5), (1, 2), (2, 2)]
        assert found(edges_of(spark, edges), small=small) == {5: 5, 1: 1, 2: 1}

    def test_repeats_in_both_directions(self, spark: SparkSession, small: int) -> None:
        edges = [(1, 2), (2, 1), (1, 2), (3, 2)]
        assert found(edges_of(spark, edges), small=small) == {1: 1, 2: 1, 3: 1}

    def test_ends_of_the_64_bit_range(self, spark: SparkSession, small: int) -> None:
        edges = [(MAX, -1), (-1, 0), (MIN, 1), (2**53, 2**53 + 2), (2**53 + 1, 2**53 + 1)]
        assert found(edges_of(spark, edges), small=small) == by_union_find(edges)

    def test_star(self, spark: SparkSession, small: int) -> None:
        edges = [(500, leaf) for leaf in range(1000)]
        assert set(found(edges_of(spark, edges), small=small).values()) == {0}

    def test_columns(self, spark: SparkSession, small: int) -> None:
        shown = components(edges_of(spark, [(1, 2)]), small=small)
        assert shown.dtypes == [("node", "bigint"), ("component", "bigint")]


def test_long_chain(spark: SparkSession) -> None:
    nodes = list(range(3000))
    random.Random(1).shuffle(nodes)
    chain = list(pairwise(nodes))
    assert found(edges_of(spark, chain), small=100) == dict.fromkeys(nodes, 0)


def test_chain_in_the_order_of_its_names(spark: SparkSession) -> None:
    chain = [(node, node + 1) for node in range(-1500, 1500)]
    assert set(found(edges_of(spark, chain), small=100).values()) == {-1500}


def test_order_partitions_and_direction_change_nothing(spark: SparkSession) -> None:
    draw = random.Random(2)
    edges = [(draw.randrange(400), draw.randrange(400)) for _ in range(250)]
    turned = [(right, left) for left, right in reversed(edges)]
    shown = [
        found(edges_of(spark, edges, 1), small=20),
        found(edges_of(spark, turned, 7), small=20),
        found(edges_of(spark, turned, 3), small=1_000_000),
    ]
    assert shown == [by_union_find(edges)] * 3


def test_other_columns_do_no_harm(spark: SparkSession) -> None:
    edges = edges_of(spark, [(1, 2)]).withColumns({"why": F.lit("isrc"), "node": F.lit(9)})
    assert found(edges.select("why", "right", "node", "left"), small=0) == {1: 1, 2: 1}


def test_frees_what_its_rounds_kept(spark: SparkSession) -> None:
    def kept() -> int:
        return len(spark.sparkContext._jsc.getPersistentRDDs())

    before = kept()
    shown = components(edges_of(spark, [(n, n + 1) for n in range(50)]), small=0)
    assert kept() <= before + 1, "all but the result"
    assert shown.count() == 51
