"""The eliminator is exact: it says what summing over every state says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.locating.brute_force import solve_by_enumeration
from unknot.locating.elimination import Positive, Problem, partition_only, plan, solve

CLOSE = 1e-9


@st.composite
def problems(draw: st.DrawFn, *, causes: int = 9, findings: int = 6, lanes: int = 3) -> Problem:
    """Small networks of every shape: shared causes, private ones, findings without a cause."""
    cause_count = draw(st.integers(1, causes))
    lane_count = draw(st.integers(1, lanes))
    unit = st.floats(0.01, 0.95)
    positives = []
    for _ in range(draw(st.integers(0, findings))):
        parents = draw(st.sets(st.integers(0, cause_count - 1)))
        q = [draw(unit) for _ in parents]
        leak = draw(st.floats(0.001, 0.5))
        positives.append(Positive(leak, np.array(sorted(parents), dtype=np.intp), np.array(q)))
    odds = [[draw(st.floats(0.0, 2.0)) for _ in range(cause_count)] for _ in range(lane_count)]
    signs = [
        [draw(st.sampled_from([0.0, 0.4, 1.0])) * (one.leak - 1) for one in positives]
        for _ in range(lane_count)
    ]
    shaped = np.array(signs, dtype=float).reshape(lane_count, len(positives))
    return Problem(np.array(odds), tuple(positives), shaped)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_posterior_equals_brute_force(problem: Problem) -> None:
    order = plan(problem.odds.shape[1], problem.positives)
    ours, oracle = solve(problem, order), solve_by_enumeration(problem)
    np.testing.assert_allclose(ours.partition, oracle.partition, rtol=CLOSE)
    np.testing.assert_allclose(ours.posterior, oracle.posterior, atol=CLOSE)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_forward_half_gives_the_same_sum(problem: Problem) -> None:
    order = plan(problem.odds.shape[1], problem.positives)
    full = solve(problem, order).partition
    np.testing.assert_allclose(partition_only(problem, order), full, rtol=CLOSE)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_higher_precision_changes_nothing_that_can_be_seen(problem: Problem) -> None:
    order = plan(problem.odds.shape[1], problem.positives)
    usual, finer = solve(problem, order), solve(problem, order, dtype=np.longdouble)
    np.testing.assert_allclose(usual.posterior, finer.posterior.astype(float), atol=CLOSE)


@settings(max_examples=60, deadline=None)
@given(problems(lanes=1))
def test_leaving_a_finding_out_of_a_lane_is_not_having_asked(problem: Problem) -> None:
    if not problem.positives:
        return
    signs = problem.signs.copy()
    signs[0, 0] = 0.0
    silent = Problem(problem.odds, problem.positives, signs)
    without = Problem(problem.odds, problem.positives[1:], signs[:, 1:])
    count = problem.odds.shape[1]
    kept = solve(silent, plan(count, silent.positives))
    dropped = solve(without, plan(count, without.positives))
    np.testing.assert_allclose(kept.posterior, dropped.posterior, atol=CLOSE)


def test_a_cause_that_touches_nothing_keeps_its_odds() -> None:
    problem = Problem(np.array([[0.25]]), (), np.zeros((1, 0)))
    solution = solve(problem, plan(1, ()))
    assert solution.posterior[0, 0] == pytest.approx(0.2)


def test_two_causes_of_one_finding_explain_each_other_away() -> None:
    finding = Positive(0.01, np.array([0, 1], dtype=np.intp), np.array([0.2, 0.2]))
    rival = Positive(0.01, np.array([1], dtype=np.intp), np.array([0.1]))
    odds = np.array([[0.1, 0.1]])

    def first_cause(*positives: Positive) -> float:
        signs = np.array([[one.leak - 1 for one in positives]])
        problem = Problem(odds, positives, signs)
        return float(solve(problem, plan(2, positives)).posterior[0, 0])

    assert first_cause(finding, rival) < first_cause(finding)


def test_the_oracle_refuses_what_it_cannot_enumerate() -> None:
    with pytest.raises(ValueError, match="21 causes"):
        solve_by_enumeration(Problem(np.ones((1, 21)), (), np.zeros((1, 0))))
