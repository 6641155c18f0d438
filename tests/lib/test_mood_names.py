from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from lib.mood_names import PROTOTYPES, names
from lib.moods import Matrix

TENDER = next(prototype for prototype in PROTOTYPES if prototype.mood == "Tender")

unit = st.floats(0, 1, width=32)


def test_every_prototype_has_its_own_name() -> None:
    assert names(np.array([prototype.centre for prototype in PROTOTYPES])) == list(PROTOTYPES)
    assert len({prototype.mood for prototype in PROTOTYPES}) == len(PROTOTYPES)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 40), st.just(6)), elements=unit))
def test_no_two_moods_share_a_name_even_where_they_outnumber_prototypes(centres: Matrix) -> None:
    given_names = [prototype.mood for prototype in names(centres)]
    assert len(set(given_names)) == len(given_names) == len(centres)


@pytest.mark.parametrize(
    ("feature", "by", "shade"),
    [(0, 0.15, "brighter"), (1, -0.15, "softer"), (5, -30.0, "slower"), (5, 30.0, "faster")],
)
def test_a_second_mood_of_a_kind_is_named_by_how_it_differs(
    feature: int, by: float, shade: str
) -> None:
    other = np.array(TENDER.centre)
    other[feature] += by
    found = names(np.array([TENDER.centre, other]), taken={"Melancholic", "Sunny acoustic"})
    assert [mood.mood for mood in found] == ["Tender", f"Tender, {shade}"]
    assert found[1].about == f"quiet and hopeful, {shade}"


def test_the_name_of_another_mood_is_not_given() -> None:
    (found,) = names(np.array([TENDER.centre]), taken=["Tender"])
    assert found.mood != "Tender"
    assert np.abs(np.array(found.centre) - TENDER.centre)[:5].max() < 0.25
