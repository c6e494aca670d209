"""The oracle: sum over every state of the causes. Only for small networks and tests."""

from __future__ import annotations

import itertools

import numpy as np

from unknot.locating.elimination import Problem, Solution


def solve_by_enumeration(problem: Problem) -> Solution:
    """Return the same as :func:`unknot.locating.elimination.solve` by summing 2**causes states.

    Raises
    ------
    ValueError
        If there are more than 20 causes.
    """
    lanes, count = problem.odds.shape
    if count > 20:
        raise ValueError(f"{count} causes are too many to enumerate")
    total = np.zeros(lanes)
    on = np.zeros((lanes, count))
    for state in itertools.product((0, 1), repeat=count):
        x = np.array(state, dtype=float)
        weight = np.prod(np.where(x > 0, problem.odds, 1.0), axis=1)
        for index, positive in enumerate(problem.positives):
            product = np.prod(positive.q ** x[positive.causes])
            weight = weight * (1.0 + problem.signs[:, index] * product)
        total += weight
        on += weight[:, None] * x
    return Solution(total, on / total[:, None])
