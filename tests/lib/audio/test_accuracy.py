"""Songs of known tempo and key, in many timbres and noise levels, are measured right."""

from __future__ import annotations

import pytest

from tests.audio_accuracy import judge, judge_all, summary
from tests.audio_songs import Plan


@pytest.mark.parametrize(
    "plan",
    [
        Plan(tempo=66.0, key=7, mode=1, timbre="pad", pattern="half", seconds=14.0, seed=1),
        Plan(tempo=128.0, key=6, mode=0, timbre="saw", noise_db=-30.0, seconds=9.0, seed=2),
        Plan(tempo=174.0, key=1, mode=0, timbre="piano", pattern="rock", cents=25.0, seed=3),
    ],
    ids=lambda plan: f"{plan.tempo:g}",
)
def test_a_few_songs(plan: Plan) -> None:
    judged = judge(plan)
    assert (judged.tempo, judged.key, judged.downbeat) == ("right", "right", True), judged.found
    assert judged.beats is not None
    assert judged.beats > 0.95


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_of_many_songs_most_are_right() -> None:
    """Another seed than the one on which the thresholds of lib/audio were found."""
    judged = judge_all(72, 20.0, seed=2)
    found = summary(judged)
    wrong = [each for each in judged if "wrong" in (each.tempo, each.key)]
    assert found["tempo"] + found["octave"] >= 0.95, (found, wrong)
    assert found["octave"] <= 0.15, found
    assert found["key"] >= 0.85, found
    assert found["compatible"] >= 0.97, (found, wrong)
    assert found["beats"] >= 0.95, found
