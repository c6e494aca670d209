"""Evidence on the network → posterior, summed over configurations of the global causes."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unknot.atlas import Atlas
from unknot.atlas.parameters import Budget
from unknot.case import Person
from unknot.locating.elimination import (
    Floats,
    Plan,
    Positive,
    Problem,
    partition_only,
    plan,
    solve,
)
from unknot.locating.evidence import Evidence
from unknot.locating.network import Network, prior_log_odds

LANES_AT_ONCE = 1 << 21
"""Largest number of table cells times lanes held at once (memory, not meaning)."""

FEWEST_LANES = 12
NEGLIGIBLE = 1e-7
"""Lanes that together hold less of the posterior than this change no published decimal."""

HIGHER_PRECISION = bool(np.finfo(np.longdouble).eps < np.finfo(np.float64).eps)
"""Whether this machine has a floating type finer than float64 for the safe redo."""


@dataclass(frozen=True)
class Prepared:
    """A network with its evidence absorbed, ready to be summed.

    Attributes
    ----------
    odds
        (sources,) odds of every source after absorbing everything absent or silent.
    local
        Indexes of the local sources that reach a present observation, as the problem's causes.
    globals_
        Indexes of the global sources that reach a present observation.
    global_q
        (globals, observations) probability that a global source does not produce it.
    """

    network: Network
    evidence: Evidence
    odds: NDArray[np.float64]
    local: NDArray[np.intp]
    globals_: NDArray[np.intp]
    global_q: NDArray[np.float64]
    positives: tuple[Positive, ...]
    plan: Plan
    dtype: type[np.floating[Any]] = np.float64

    @property
    def signs(self) -> NDArray[np.float64]:
        """(observations,) weight of a set sign bit when no global source is active."""
        return np.array([positive.leak - 1.0 for positive in self.positives])

    def row_of(self, source: int) -> int | None:
        """Return the place of ``source`` among the problem's causes, if it is there."""
        place = int(np.searchsorted(self.local, source))
        found = place < len(self.local) and self.local[place] == source
        return place if found else None


@dataclass(frozen=True)
class Configurations:
    """Which global sources are on, per lane, and what follows.

    Attributes
    ----------
    on
        (lanes, globals) 0 or 1.
    weight
        (lanes,) posterior share of each lane, summing to 1.
    scale
        (lanes,) prior weight of each lane; times its partition gives its unnormalised share.
    posterior
        (lanes, local sources).
    missing_mass
        Proven bound on the posterior mass of the lanes that were not summed.
    """

    on: NDArray[np.float64]
    weight: Floats
    scale: Floats
    total: float
    posterior: Floats
    missing_mass: float


def prepare(evidence: Evidence, network: Network, atlas: Atlas, person: Person) -> Prepared:
    """Absorb what is absent or silent into the odds and lay out what is present."""
    present = [one for one in evidence.observations if one.present]
    log_odds = np.array(
        [
            prior_log_odds(source, atlas, person, evidence.present_findings)
            for source in network.sources
        ]
    )
    for absent in evidence.observations:
        if not absent.present:
            for place, weight in absent.weights.items():
                log_odds[place] += math.log1p(-min(weight, 1 - 1e-9))
    for weights in evidence.silent_areas.values():
        for place, weight in weights.items():
            log_odds[place] += math.log1p(-min(weight, 1 - 1e-9))
    needs = atlas.locating.needs
    if evidence.painful_regions and not evidence.painful_regions & set(needs.regions):
        for index, source in enumerate(network.sources):
            if source.kind == needs.kind:
                log_odds[index] += math.log(needs.factor)
    touched = sorted({source for one in present for source in one.weights})
    local = np.array([s for s in touched if not network.sources[s].is_global], dtype=np.intp)
    globals_ = np.array([s for s in touched if network.sources[s].is_global], dtype=np.intp)
    row = {int(source): place for place, source in enumerate(local)}
    positives = []
    global_q = np.ones((len(globals_), len(present)))
    for index, one in enumerate(present):
        parents = [source for source in sorted(one.weights) if source in row]
        positives.append(
            Positive(
                leak=one.leak,
                causes=np.array([row[source] for source in parents], dtype=np.intp),
                q=np.array([1 - one.weights[source] for source in parents]),
            )
        )
        for place, source in enumerate(globals_):
            global_q[place, index] = 1 - one.weights.get(int(source), 0.0)
    made = tuple(positives)
    return Prepared(
        network=network,
        evidence=evidence,
        odds=np.exp(log_odds),
        local=local,
        globals_=globals_,
        global_q=global_q,
        positives=made,
        plan=plan(len(local), made),
    )


def enumerate_configurations(prepared: Prepared, budget: Budget) -> Configurations:
    """Sum over which global sources are on, best first, until the rest is proven negligible.

    Turning on one more global source ``a`` multiplies the partition by at most
    ``odds_a * prod(leak_with / leak_without)`` over present findings, and that factor only falls
    as more are on; so every unexplored branch has a proven ceiling. Unexplored ceilings add up
    to ``missing_mass``.
    """
    odds = prepared.odds[prepared.globals_]
    count = len(odds)
    leaks = np.array([positive.leak for positive in prepared.positives])
    first = _factor_ceiling(np.ones_like(leaks), leaks, prepared.global_q, odds)
    rank = np.argsort(-first, kind="stable")
    lanes: list[NDArray[np.float64]] = []
    partitions: list[Floats] = []
    posteriors: list[Floats] = []
    scales: list[float] = []
    heap: list[tuple[float, tuple[int, ...]]] = [(-math.inf, ())]
    total = 0.0
    at_most = lanes_within(budget, prepared.plan, budget.max_configurations)
    at_once = at_most // 4 + 1
    while heap and len(lanes) < at_most:
        ceiling = -sum(item[0] for item in heap)
        if total > 0 and ceiling / total <= budget.missing_mass:
            break
        room = at_most - len(lanes)
        batch = [heapq.heappop(heap)[1] for _ in range(min(at_once, len(heap), room))]
        on = np.zeros((len(batch), count))
        for lane, members in enumerate(batch):
            on[lane, list(members)] = 1
        scale = np.prod(np.where(on > 0, odds, 1.0), axis=1)
        solution = _solve_lanes(prepared, on)
        for lane, members in enumerate(batch):
            mass = float(scale[lane] * solution[0][lane])
            total += mass
            lanes.append(on[lane])
            partitions.append(solution[0][lane])
            posteriors.append(solution[1][lane])
            scales.append(float(scale[lane]))
            _push_children(heap, prepared, members, on[lane], mass, leaks, odds, rank)
    masses = np.array(scales) * np.array(partitions)
    missing = max(0.0, -sum(item[0] for item in heap)) / total
    return Configurations(
        on=np.array(lanes).reshape(len(lanes), count),
        weight=masses / total,
        scale=np.array(scales),
        total=total,
        posterior=np.array(posteriors).reshape(len(lanes), len(prepared.local)),
        missing_mass=missing,
    )


def lanes_within(budget: Budget, order: Plan, wanted: int) -> int:
    """Return how many of ``wanted`` lanes the work budget allows; never fewer than a handful."""
    return max(min(wanted, budget.work // max(order.work, 1)), FEWEST_LANES)


def _push_children(
    heap: list[tuple[float, tuple[int, ...]]],
    prepared: Prepared,
    members: tuple[int, ...],
    on: NDArray[np.float64],
    mass: float,
    leaks: NDArray[np.float64],
    odds: NDArray[np.float64],
    rank: NDArray[np.intp],
) -> None:
    survive = np.prod(np.where(on[:, None] > 0, prepared.global_q, 1.0), axis=0)
    ceilings = _factor_ceiling(survive, leaks, prepared.global_q, odds)
    place = {int(member): position for position, member in enumerate(rank)}
    start = max((place[member] + 1 for member in members), default=0)
    later = 1.0
    for position in range(len(rank) - 1, start - 1, -1):
        member = int(rank[position])
        ceiling = mass * ceilings[member] * later
        heapq.heappush(heap, (-ceiling, (*members, member)))
        later *= 1 + ceilings[member]


def _factor_ceiling(
    survive: NDArray[np.float64],
    leaks: NDArray[np.float64],
    global_q: NDArray[np.float64],
    odds: NDArray[np.float64],
) -> NDArray[np.float64]:
    without = 1 - (1 - leaks) * survive
    with_one = 1 - (1 - leaks) * survive * global_q
    return np.asarray(odds * np.prod(with_one / without, axis=1))


def lane_signs(prepared: Prepared, on: NDArray[np.float64]) -> NDArray[np.float64]:
    """(lanes, observations) sign weights with the lanes' global sources folded in."""
    quiet = np.ones((on.shape[0], len(prepared.positives)))
    for place in range(on.shape[1]):
        quiet *= np.where(on[:, place : place + 1] > 0, prepared.global_q[place], 1.0)
    return np.asarray(prepared.signs * quiet)


def _lanes_per_chunk(prepared: Prepared) -> int:
    return max(1, LANES_AT_ONCE // prepared.plan.cells)


def _solve_lanes(prepared: Prepared, on: NDArray[np.float64]) -> tuple[Floats, Floats]:
    lanes = on.shape[0]
    signs = lane_signs(prepared, on)
    odds = np.broadcast_to(prepared.odds[prepared.local], (lanes, len(prepared.local)))
    partition, posterior = [], []
    step = _lanes_per_chunk(prepared)
    for start in range(0, lanes, step):
        part = slice(start, start + step)
        problem = Problem(odds[part], prepared.positives, signs[part])
        done = solve(problem, prepared.plan, dtype=prepared.dtype)
        partition.append(done.partition)
        posterior.append(done.posterior)
    return np.concatenate(partition), np.concatenate(posterior)


def partitions(prepared: Prepared, odds: Floats, signs: Floats) -> Floats:
    """(lanes,) partition for lanes of odds and signs, in memory-sized chunks."""
    step = _lanes_per_chunk(prepared)
    parts = [
        partition_only(
            Problem(odds[start : start + step], prepared.positives, signs[start : start + step]),
            prepared.plan,
            dtype=prepared.dtype,
        )
        for start in range(0, len(odds), step)
    ]
    return np.concatenate(parts)


def heaviest(configurations: Configurations, at_most: int) -> NDArray[np.intp]:
    """Return the lanes that hold all but a negligible part of the posterior, heaviest first."""
    order = np.argsort(-configurations.weight, kind="stable")
    rest = 1 - np.cumsum(configurations.weight[order])
    enough = int(np.searchsorted(-rest, -NEGLIGIBLE)) + 1
    return order[: min(enough, at_most)]


def probability_all_off(
    prepared: Prepared,
    configurations: Configurations,
    off: list[frozenset[int]],
    budget: Budget,
) -> Floats:
    """P(none of these sources is active | evidence), for each set of sources in ``off``."""
    if not off:
        return np.ones(0)
    kept = heaviest(
        configurations, lanes_within(budget, prepared.plan, budget.work) // max(len(off), 1) + 1
    )
    on, scale = configurations.on[kept], configurations.scale[kept]
    mass = configurations.weight[kept].sum() * configurations.total
    lanes = len(kept)
    base = prepared.odds[prepared.local]
    odds = np.repeat(base[None, :], len(off) * lanes, axis=0)
    keep = np.ones((len(off), lanes))
    idle = np.ones(len(off))
    for index, sources in enumerate(off):
        for source in sources:
            row = prepared.row_of(source)
            if row is not None:
                odds[index * lanes : (index + 1) * lanes, row] = 0.0
            elif source in prepared.globals_:
                place = int(np.nonzero(prepared.globals_ == source)[0][0])
                keep[index] *= on[:, place] == 0
            else:
                idle[index] /= 1 + prepared.odds[source]
    signs = np.tile(lane_signs(prepared, on), (len(off), 1))
    reached = partitions(prepared, odds, signs).reshape(len(off), lanes)
    quiet = (reached * keep * scale).sum(axis=1)
    return np.asarray(np.clip(idle * quiet / mass, 0.0, 1.0))


def rounding_error(prepared: Prepared, configurations: Configurations) -> float:
    """Estimate the relative rounding error of the largest lane, by a second computation.

    Signed sums cancel; the same lane summed in higher precision (or, where the machine has
    none, in the reverse tie-break order) shows by how much. When ``prepared`` already works in
    the higher precision, what is left of that error is returned.
    """
    if not prepared.positives:
        return 0.0
    lane = int(np.argmax(configurations.weight))
    on = configurations.on[lane : lane + 1]
    odds = prepared.odds[prepared.local][None, :]
    problem = Problem(odds, prepared.positives, lane_signs(prepared, on))
    usual = solve(problem, prepared.plan)
    if HIGHER_PRECISION:
        other = solve(problem, prepared.plan, dtype=np.longdouble)
    else:
        turned = tuple(reversed(prepared.positives))
        flipped = Problem(odds, turned, problem.signs[:, ::-1])
        other = solve(flipped, plan(len(prepared.local), turned))
    relative = abs(float(usual.partition[0] / other.partition[0]) - 1.0)
    worst = float(np.max(np.abs(usual.posterior - other.posterior), initial=0.0))
    finer = float(np.finfo(prepared.dtype).eps / np.finfo(np.float64).eps)
    return max(relative, worst) * finer
