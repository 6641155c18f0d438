"""The labelled pairs are well formed, their references resolve, and the scorer counts right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.labelled.pairs import (
    FUZZY_PAIRS,
    HALVES,
    HELD_OUT_PAIRS,
    SONG_PAIRS,
    Pair,
    Telling,
    basic_ref,
    load_pairs,
    score,
    show,
    tellings,
)

_REFERENCE = re.compile(r"(kaggle|extended|library):[0-9A-Za-z]{22}|basic:[0-9a-f]{16}")
_LEAST = {SONG_PAIRS: 400, FUZZY_PAIRS: 160, HELD_OUT_PAIRS: 400}

each_set = pytest.mark.parametrize("path", _LEAST, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def told(shared_data: Path) -> Mapping[str, Telling]:
    return tellings(shared_data)


@each_set
def test_a_set_is_large_sorted_and_unique(path: Path) -> None:
    pairs = load_pairs(path)
    sides = [(pair.left, pair.right) for pair in pairs]
    assert len(pairs) >= _LEAST[path]
    assert sides == sorted(set(sides))


@each_set
def test_a_pair_has_two_references_in_order_and_a_kind(path: Path) -> None:
    for pair in load_pairs(path):
        assert pair.left < pair.right
        assert all(_REFERENCE.fullmatch(ref) for ref in (pair.left, pair.right))
        assert re.fullmatch("[a-z_]+", pair.kind)


@each_set
def test_both_halves_hold_both_labels(path: Path) -> None:
    found = {(pair.half, pair.same) for pair in load_pairs(path)}
    assert found == {(half, same) for half in HALVES for same in (True, False)}


@each_set
def test_every_reference_resolves(path: Path, told: Mapping[str, Telling]) -> None:
    pairs = load_pairs(path)
    assert {ref for pair in pairs for ref in (pair.left, pair.right)} <= told.keys()
    assert len(show(pairs, told).splitlines()) == len(pairs)


def test_no_pair_is_in_two_sets() -> None:
    sides = [(p.left, p.right) for path in _LEAST for p in load_pairs(path)]
    assert len(sides) == len(set(sides))


def test_held_out_names_are_new(told: Mapping[str, Telling]) -> None:
    def names(path: Path) -> set[frozenset[tuple[str, str]]]:
        return {
            frozenset((t.artists.lower(), t.title.lower()) for t in (told[p.left], told[p.right]))
            for p in load_pairs(path)
        }

    assert not names(HELD_OUT_PAIRS) & (names(SONG_PAIRS) | names(FUZZY_PAIRS))


def test_a_name_alone_has_a_reference_of_its_own() -> None:
    assert basic_ref("Ann", "Tune") == "basic:c806abf5282abcd6"
    assert basic_ref("AnnT", "une") != basic_ref("Ann", "Tune")


def test_the_score_counts_each_half() -> None:
    pairs = [Pair(f"a{i}", f"b{i}", same=i % 3 == 0, kind="toy") for i in range(40)]
    wrong = {"a0", "a1", "a2", "a3"}
    truth = {pair.left: pair.same for pair in pairs}
    scores = score(pairs, lambda left, _: truth[left] != (left in wrong))
    for half in HALVES:
        mine = [pair for pair in pairs if pair.half == half]
        extra = tuple(p for p in mine if p.left in wrong and not p.same)
        missed = tuple(p for p in mine if p.left in wrong and p.same)
        right = sum(p.same for p in mine) - len(missed)
        assert scores[half].false_positives == extra
        assert scores[half].false_negatives == missed
        assert scores[half].precision == right / (right + len(extra))
        assert scores[half].recall == right / (right + len(missed))


def test_nothing_predicted_is_precise_and_finds_nothing() -> None:
    scores = score([Pair(f"a{i}", f"b{i}", True, "toy") for i in range(9)], lambda *_: False)
    assert all((s.precision, s.recall) == (1.0, 0.0) for s in scores.values())


def test_a_label_that_is_neither_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("left,right,same,kind\na,b,perhaps,toy\n")
    with pytest.raises(ValueError, match="'perhaps'; a label is true or false"):
        load_pairs(path)
