"""The bits shown as reasons are what summing over every state says they are."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import load_atlas
from unknot.case import Person
from unknot.case.assessment import CauseSide
from unknot.locating.evidence import Evidence, Observation
from unknot.locating.inference import Prepared, enumerate_configurations, prepare
from unknot.locating.network import Network, Source
from unknot.locating.reasons import SMALLEST_BITS, reasons_for

ATLAS = load_atlas()


def a_source(name: str, prior: float, side: CauseSide) -> Source:
    return Source(
        id=f"{name}:{side}",
        entry=name,
        kind="trigger_point",
        structure=name,
        part=None,
        part_id=None,
        side=side,
        prior=prior,
        serious=False,
        areas={},
        findings={},
        numb={},
    )


@st.composite
def small(draw: st.DrawFn) -> Prepared:
    """Three to five local sources, up to two of the whole body, and up to five observations."""
    count, global_ = draw(st.integers(3, 5)), draw(st.integers(0, 2))
    sources = tuple(
        a_source(f"s{i}", draw(st.floats(0.01, 0.5)), "global" if i >= count else "left")
        for i in range(count + global_)
    )
    observations = tuple(
        Observation(
            label=f"finding {n}",
            present=draw(st.booleans()) or n == 0,
            leak=draw(st.floats(0.005, 0.3)),
            weights={
                i: draw(st.floats(0.05, 0.95))
                for i in draw(st.sets(st.integers(0, len(sources) - 1), min_size=1))
            },
        )
        for n in range(draw(st.integers(1, 5)))
    )
    of_entry = {source.entry: (i,) for i, source in enumerate(sources)}
    network = Network("massage_practice", sources, {}, {}, {}, of_entry)
    return prepare(Evidence(observations, {}, frozenset()), network, ATLAS, Person())


def joint(prepared: Prepared, state: tuple[int, ...], without: Observation | None = None) -> float:
    """P(state and everything observed), left-out observation aside."""
    result = 1.0
    for source, on in zip(prepared.network.sources, state, strict=True):
        result *= source.prior if on else 1 - source.prior
    for one in prepared.evidence.observations:
        if one is without:
            continue
        off = 1 - one.leak
        for source_index, weight in one.weights.items():
            off *= 1 - weight * state[source_index]
        result *= 1 - off if one.present else off
    return result


def bits_by_enumeration(
    prepared: Prepared, one: Observation, source: int, fixed: dict[int, int]
) -> float:
    """log2 P(one | source on, rest) / P(one | source off, rest).

    The factor of an absent finding is the same whatever the other causes do, so it is read off
    with all of them quiet.
    """
    if not one.present:
        return math.log2(1 - one.weights[source])
    sums = {(on, out): 0.0 for on in (0, 1) for out in (True, False)}
    count = len(prepared.network.sources)
    for state in itertools.product((0, 1), repeat=count):
        if any(state[index] != on for index, on in fixed.items() if index != source):
            continue
        sums[state[source], False] += joint(prepared, state)
        sums[state[source], True] += joint(prepared, state, without=one)
    given_on = sums[1, False] / sums[1, True]
    given_off = sums[0, False] / sums[0, True]
    return math.log2(given_on / given_off)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(small())
def test_bits_equal_the_log_ratio_by_brute_force(prepared: Prepared) -> None:
    configurations = enumerate_configurations(prepared, ATLAS.locating.budget)
    lane = int(np.argmax(configurations.weight))
    fixed = {
        int(source): int(configurations.on[lane, place])
        for place, source in enumerate(prepared.globals_)
    }
    names = {s.entry: frozenset([i]) for i, s in enumerate(prepared.network.sources)}
    shown = reasons_for(prepared, configurations, names)
    for index, source in enumerate(prepared.network.sources):
        for_, against = shown[source.entry]
        found = {reason.evidence: reason.bits for reason in (*for_, *against)}
        for one in prepared.evidence.observations:
            if index not in one.weights:
                assert one.label not in found
                continue
            expected = bits_by_enumeration(prepared, one, index, fixed)
            if abs(abs(expected) - SMALLEST_BITS) < 1e-6:
                continue
            if abs(expected) < SMALLEST_BITS:
                assert one.label not in found
            else:
                assert found[one.label] == pytest.approx(expected, abs=1e-6), source.entry
        assert all(reason.bits > 0 for reason in for_)
        assert all(reason.bits < 0 for reason in against)
