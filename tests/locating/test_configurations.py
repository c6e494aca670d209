"""Causes of the whole body are summed by configuration; what was not summed is bounded."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import Atlas
from unknot.atlas.parameters import Budget
from unknot.locating.brute_force import solve_by_enumeration
from unknot.locating.elimination import Positive, Problem, plan
from unknot.locating.evidence import Evidence
from unknot.locating.inference import (
    Prepared,
    enumerate_configurations,
    probability_all_off,
)
from unknot.locating.network import Network

NOTHING = Evidence((), {}, frozenset())
EMPTY = Network("massage_practice", (), {}, {}, {}, {})


def budget(configurations: int = 256) -> Budget:
    return Budget(
        max_cells=1 << 18,
        max_configurations=configurations,
        work=1 << 30,
        missing_mass=1e-12,
        tolerated_error=1e-9,
        shown_structures=5,
        shown_causes=5,
    )


@st.composite
def networks(draw: st.DrawFn) -> Prepared:
    """Up to six local causes and three global ones, sharing up to five findings."""
    local, global_ = draw(st.integers(1, 6)), draw(st.integers(0, 3))
    unit = st.floats(0.05, 0.95)
    positives, global_q = [], []
    for _ in range(draw(st.integers(1, 5))):
        parents = sorted(draw(st.sets(st.integers(0, local - 1))))
        q = np.array([draw(unit) for _ in parents])
        positives.append(Positive(draw(st.floats(0.01, 0.3)), np.array(parents, dtype=np.intp), q))
        global_q.append([draw(st.one_of(st.just(1.0), unit)) for _ in range(global_)])
    odds = np.array([draw(st.floats(0.001, 1.0)) for _ in range(local + global_)])
    return Prepared(
        network=EMPTY,
        evidence=NOTHING,
        odds=odds,
        local=np.arange(local),
        globals_=np.arange(local, local + global_),
        global_q=np.array(global_q).reshape(len(positives), global_).T,
        positives=tuple(positives),
        plan=plan(local, tuple(positives)),
    )


def as_ordinary(prepared: Prepared) -> Problem:
    """The same network with its global causes as ordinary ones, for the oracle."""
    positives = []
    local = len(prepared.local)
    for index, one in enumerate(prepared.positives):
        extra = np.arange(local, local + len(prepared.globals_))
        positives.append(
            Positive(
                one.leak,
                np.concatenate([one.causes, extra]).astype(np.intp),
                np.concatenate([one.q, prepared.global_q[:, index]]),
            )
        )
    return Problem(prepared.odds[None, :], tuple(positives), prepared.signs[None, :])


@settings(max_examples=80, deadline=None)
@given(networks())
def test_all_configurations_together_equal_brute_force(prepared: Prepared) -> None:
    found = enumerate_configurations(prepared, budget())
    oracle = solve_by_enumeration(as_ordinary(prepared))
    assert found.total == pytest.approx(float(oracle.partition[0]), rel=1e-9)
    np.testing.assert_allclose(
        found.weight @ found.posterior, oracle.posterior[0, : len(prepared.local)], atol=1e-9
    )
    np.testing.assert_allclose(
        found.weight @ found.on, oracle.posterior[0, len(prepared.local) :], atol=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(networks())
def test_the_bound_on_what_was_left_out_is_a_bound(prepared: Prepared) -> None:
    first = enumerate_configurations(prepared, budget(1))
    everything = float(solve_by_enumeration(as_ordinary(prepared)).partition[0])
    left_out = max(everything - first.total, 0.0) / first.total
    assert left_out <= first.missing_mass + 1e-9


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_none_of_these_is_what_brute_force_says(prepared: Prepared, data: st.DataObject) -> None:
    count = len(prepared.odds)
    off = frozenset(data.draw(st.sets(st.integers(0, count - 1), min_size=1)))
    found = enumerate_configurations(prepared, budget())
    ours = probability_all_off(prepared, found, [off], budget())[0]
    problem = as_ordinary(prepared)
    without = problem.odds.copy()
    without[0, sorted(off)] = 0.0
    quiet = solve_by_enumeration(Problem(without, problem.positives, problem.signs)).partition[0]
    assert ours == pytest.approx(float(quiet / found.total), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_pain_somewhere_in_a_union_is_the_or_of_its_leaves(prepared: Prepared) -> None:
    """One coarse statement equals summing over which of its leaves hurt."""
    problem = as_ordinary(prepared)
    union = problem.positives
    causes = np.arange(problem.odds.shape[1], dtype=np.intp)
    off = np.ones(len(causes))
    leak_off = 1.0
    for one in union:
        off[one.causes] *= one.q
        leak_off *= 1 - one.leak
    coarse = Positive(1 - leak_off, causes, off)
    signs = np.array([[coarse.leak - 1]])
    ours = solve_by_enumeration(Problem(problem.odds, (coarse,), signs)).partition[0]
    by_leaves = 0.0
    for present in itertools.product((0, 1), repeat=len(union)):
        if not any(present):
            continue
        odds, constant, kept = problem.odds.copy(), 1.0, []
        for one, on in zip(union, present, strict=True):
            if on:
                kept.append(one)
            else:
                constant *= 1 - one.leak
                odds[0, one.causes] *= one.q
        lane = np.array([[one.leak - 1 for one in kept]])
        part = solve_by_enumeration(Problem(odds, tuple(kept), lane)).partition[0]
        by_leaves += constant * part
    assert ours == pytest.approx(by_leaves, rel=1e-9)


def test_the_shipped_budget_is_readable(atlas: Atlas) -> None:
    assert atlas.locating.budget.missing_mass <= 1e-9
