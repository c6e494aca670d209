"""How long one answer takes, by how much hurts; and how many times longer its parts and its oracle.

Times depend on the machine and what else it does; the ratios, taken in one run with the cases in
turn, do not. Drawings are the painted patterns of one to eight sources of the atlas that are
near each other, so that they overlap as pain does.

    python bench/locating.py [drawings per stratum] [seed]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import numpy as np

from unknot.atlas import Atlas, Node, load_atlas
from unknot.case import read_case
from unknot.drawing.resolved import AreaPain, ResolvedCase
from unknot.locating import Network, build_network, locate
from unknot.locating.brute_force import solve_by_enumeration
from unknot.locating.elimination import Positive, Problem, plan, solve
from unknot.locating.evidence import gather
from unknot.locating.inference import enumerate_configurations, prepare
from unknot.planning import plan_session

STRATA = ((1, 3), (4, 10), (11, 20), (21, 40), (41, 70))
CASE = read_case({"schema": "unknot/case/1", "reason": "pain"})


def a_drawing(chance: random.Random, network: Network, low: int, high: int) -> ResolvedCase:
    """Paint the areas of neighbouring sources until enough leaves hurt."""
    local = [source for source in network.sources if source.areas and not source.is_global]
    painful: set[Node] = set()
    while len(painful) < low:
        first = chance.choice(local)
        near = [s for s in local if s.areas.keys() & first.areas.keys()]
        for source in (first, *chance.sample(near, min(2, len(near)))):
            painful |= {n for n, weight in source.areas.items() if chance.random() < weight + 0.2}
    kept = chance.sample(sorted(painful), min(len(painful), chance.randint(low, high)))
    pains = tuple(
        AreaPain(frozenset([node]), "drawing", node[0], node[1], painted=True) for node in kept
    )
    return ResolvedCase(CASE, pains=pains)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def answers(atlas: Atlas, count: int, seed: int) -> None:
    network, chance = build_network(atlas), random.Random(seed)
    print(
        f"{'leaves':>8} {'n':>4} {'p50 ms':>8} {'p99 ms':>8} {'exact':>6}"
        f" {'with reasons':>13} {'gather':>7} {'lay out':>8} {'sum':>6} {'plan':>6}"
    )
    for low, high in STRATA:
        whole, shares, exact = [], [], 0
        for _ in range(count):
            drawn = a_drawing(chance, network, low, high)
            evidence = gather(drawn, atlas, network)
            prepared = prepare(evidence, network, atlas, CASE.person)
            found = locate(drawn, atlas, reasons=False)
            exact += found.exact
            base = seconds(lambda: locate(drawn, atlas, reasons=False))  # noqa: B023
            whole.append(base)
            fits = prepared.plan.cells <= atlas.locating.budget.max_cells
            shares.append(
                [
                    seconds(lambda: locate(drawn, atlas, reasons=True)) / base,  # noqa: B023
                    seconds(lambda: gather(drawn, atlas, network)) / base,  # noqa: B023
                    seconds(
                        lambda: prepare(evidence, network, atlas, CASE.person)  # noqa: B023
                    )
                    / base,
                    seconds(
                        lambda: enumerate_configurations(
                            prepared,  # noqa: B023
                            atlas.locating.budget,
                        )
                    )
                    / base
                    if fits
                    else float("nan"),
                    seconds(lambda: plan_session(drawn, found, (), atlas)) / base,  # noqa: B023
                ]
            )
        p50, p99 = np.percentile(np.array(whole) * 1000, [50, 99])
        parts = np.nanmedian(np.array(shares), axis=0)
        print(
            f"{low:>3}-{high:<4} {count:>4} {p50:>8.1f} {p99:>8.1f} {exact / count:>6.0%}"
            f" {parts[0]:>12.1f}x {parts[1]:>6.0%} {parts[2]:>7.0%} {parts[3]:>5.0%}"
            f" {parts[4]:>5.1f}x"
        )


def against_the_oracle(count: int, seed: int) -> None:
    """Elimination against summing every state, on the same networks of fourteen causes."""
    chance = np.random.default_rng(seed)
    ratios = []
    for _ in range(count):
        positives = tuple(
            Positive(
                0.01,
                np.sort(chance.choice(14, size=5, replace=False)).astype(np.intp),
                chance.uniform(0.1, 0.9, size=5),
            )
            for _ in range(8)
        )
        signs = np.array([[one.leak - 1 for one in positives]])
        problem = Problem(chance.uniform(0.01, 0.2, size=(1, 14)), positives, signs)
        ours = seconds(lambda: solve(problem, plan(14, problem.positives)))  # noqa: B023
        oracle = seconds(lambda: solve_by_enumeration(problem))  # noqa: B023
        ratios.append(oracle / ours)
    low, middle, high = np.percentile(ratios, [5, 50, 95])
    print(f"\noracle / elimination, 14 causes, 8 findings: {middle:.0f}x ({low:.0f}-{high:.0f}x)")


if __name__ == "__main__":
    drawings = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    answers(load_atlas(), drawings, start)
    against_the_oracle(max(3, drawings // 4), start)
