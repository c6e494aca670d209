"""Exact posterior of a two-layer noisy-OR network, by signed variable elimination.

A positive finding has probability ``1 - (1 - leak) * prod(q ** x)``. Writing the difference as a
sum over a sign bit ``s`` makes the whole sum of products pairwise between causes ``x`` and signs
``s``; both are eliminated together in a min-fill order. Absent findings factorise and were
absorbed into the causes' odds before. Method: QMR-DT (Shwe 1991), Quickscore (Heckerman 1989),
elimination of signs and causes in one order as measured for this atlas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


CROWD = 48
"""A variable with more neighbours than this is never worth eliminating next."""


@dataclass(frozen=True)
class Positive:
    """A finding that is present: its leak, its parents and their ``q = 1 - weight``."""

    leak: float
    causes: NDArray[np.intp]
    q: NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Causes and the present findings they share, with one or many lanes of weights.

    Attributes
    ----------
    odds
        (lanes, causes) odds of each cause after absorbing absent findings.
    positives
        The present findings.
    signs
        (lanes, findings) weight of a set sign bit: ``-(1 - leak)``, with global causes folded
        in; 0 leaves a finding out of that lane.
    """

    odds: Floats
    positives: tuple[Positive, ...]
    signs: Floats


@dataclass(frozen=True)
class Plan:
    """An elimination order over causes (0..C-1) and findings (C..C+F-1), and its largest table."""

    order: tuple[int, ...]
    cliques: tuple[tuple[int, ...], ...]
    width: int

    @property
    def cells(self) -> int:
        """Cells of the largest table, per lane."""
        return 1 << (self.width + 1)

    @property
    def work(self) -> int:
        """Cells of all tables together, per lane."""
        return sum(1 << len(clique) for clique in self.cliques)


@dataclass(frozen=True)
class Solution:
    """``partition`` (lanes,) is P(findings, per lane); ``posterior`` (lanes, causes)."""

    partition: Floats
    posterior: Floats


def plan(cause_count: int, positives: tuple[Positive, ...]) -> Plan:
    """Choose a min-fill elimination order for causes and signs together.

    Causes that touch no present finding do not take part, and a cause that touches only one is
    summed out in closed form. Each clique lists the eliminated variable first and then the
    others in the order in which they are eliminated.
    """
    shared = _touched_by(positives, cause_count) > 1
    neighbours: dict[int, set[int]] = {}
    for index, positive in enumerate(positives):
        sign = cause_count + index
        neighbours[sign] = {cause for cause in positive.causes.tolist() if shared[cause]}
        for cause in neighbours[sign]:
            neighbours.setdefault(cause, set()).add(sign)
    order: list[int] = []
    scopes: list[set[int]] = []
    fill: dict[int, int] = {}
    while neighbours:
        variable = _cheapest(neighbours, fill)
        around = neighbours.pop(variable)
        order.append(variable)
        scopes.append(around)
        fill.pop(variable, None)
        stale = set(around)
        for one in around:
            mine = neighbours[one]
            mine.discard(variable)
            if len(around) > 1:
                mine |= around
                mine.discard(one)
                stale |= mine
        for one in stale:
            fill.pop(one, None)
    position = {variable: place for place, variable in enumerate(order)}
    cliques = tuple(
        (variable, *sorted(scope, key=position.__getitem__))
        for variable, scope in zip(order, scopes, strict=True)
    )
    width = max((len(scope) for scope in scopes), default=0)
    return Plan(tuple(order), cliques, width)


def _touched_by(positives: tuple[Positive, ...], cause_count: int) -> NDArray[np.intp]:
    """(causes,) number of present findings each cause can produce."""
    count = np.zeros(cause_count, dtype=np.intp)
    for positive in positives:
        count[positive.causes] += 1
    return count


@dataclass(frozen=True)
class _Private:
    """Causes that touch one present finding only, by finding: their places and ``q``."""

    causes: list[NDArray[np.intp]]
    q: list[NDArray[np.float64]]
    all: NDArray[np.intp]

    @staticmethod
    def of(positives: tuple[Positive, ...], cause_count: int) -> _Private:
        """Sort out the causes of ``positives`` that no other finding shares."""
        alone = _touched_by(positives, cause_count) == 1
        masks = [alone[positive.causes] for positive in positives]
        causes = [one.causes[mask] for one, mask in zip(positives, masks, strict=True)]
        q = [one.q[mask] for one, mask in zip(positives, masks, strict=True)]
        return _Private(causes, q, np.concatenate([np.zeros(0, np.intp), *causes]))

    def fold(self, odds: Floats, signs: Floats) -> tuple[Floats, Floats]:
        """Return the sign weights with these causes summed out, and what that multiplies."""
        folded = signs.copy()
        constant = np.ones(len(odds), odds.dtype)
        for index, (causes, q) in enumerate(zip(self.causes, self.q, strict=True)):
            if len(causes):
                quiet = np.prod(1 + odds[:, causes], axis=1)
                folded[:, index] *= np.prod(1 + odds[:, causes] * q, axis=1) / quiet
                constant = constant * quiet
        return folded, constant

    def fill(self, posterior: Floats, odds: Floats, signed: Floats) -> None:
        """Write these causes' posteriors, given each sign bit's signed share."""
        for index, (causes, q) in enumerate(zip(self.causes, self.q, strict=True)):
            on = odds[:, causes]
            share = signed[:, index : index + 1]
            posterior[:, causes] = (1 - share) * on / (1 + on) + share * on * q / (1 + on * q)


def _cheapest(neighbours: dict[int, set[int]], fill: dict[int, int]) -> int:
    best, best_key = -1, (1 << 60, 0, 0)
    for variable, around in neighbours.items():
        if len(around) <= 1:
            return variable
        missing = fill.get(variable)
        if missing is None:
            missing = _fill_of(around, neighbours)
            fill[variable] = missing
        key = (missing, len(around), variable)
        if key < best_key:
            best, best_key = variable, key
    return best


def solve(problem: Problem, order: Plan, *, dtype: type[np.floating[Any]] = np.float64) -> Solution:
    """Sum the network out along ``order`` and return every posterior.

    The derivative of the sum with respect to each message is carried back, so nothing is
    divided and no table is built twice.

    Parameters
    ----------
    problem
        Odds and signs, one row per lane.
    order
        A plan made for the same causes and findings.
    dtype
        Precision; ``numpy.longdouble`` serves as the safe redo where it is wider.
    """
    odds = problem.odds.astype(dtype)
    lanes, cause_count = odds.shape
    private = _Private.of(problem.positives, cause_count)
    signs, constant = private.fold(odds, problem.signs.astype(dtype))
    q = _edge_factors(problem.positives, cause_count)
    place = {variable: step for step, variable in enumerate(order.order)}
    inbox: list[list[tuple[int, Floats]]] = [[] for _ in order.order]
    local: list[Floats] = []
    partition = constant
    roots: list[tuple[int, Floats]] = []
    for step, clique in enumerate(order.cliques):
        variable = clique[0]
        weight = odds[:, variable] if variable < cause_count else signs[:, variable - cause_count]
        table = _unary(weight, len(clique))
        for axis, other in enumerate(clique[1:], start=2):
            edge = q.get((variable, other))
            if edge is not None:
                table = table * _pair(edge, axis, len(clique))
        local.append(table)
        full = reduce(mul, (message for _, message in inbox[step]), table)
        message = full.sum(axis=1)
        if len(clique) == 1:
            message = np.broadcast_to(message, (lanes,))
            roots.append((step, message))
            partition = partition * message
        else:
            parent = place[clique[1]]
            inbox[parent].append((step, _align(message, clique[1:], order.cliques[parent])))
    shares = np.concatenate([odds / (1 + odds), np.zeros_like(signs)], axis=1)
    _carry_back(order, inbox, local, roots, shares)
    posterior = shares[:, :cause_count]
    private.fill(posterior, odds, shares[:, cause_count:])
    partition = partition * np.prod(1 + odds[:, _idle(order, private, cause_count)], axis=1)
    return Solution(partition, posterior)


def _idle(order: Plan, private: _Private, cause_count: int) -> list[int]:
    taking_part = {*order.order, *private.all.tolist()}
    return [cause for cause in range(cause_count) if cause not in taking_part]


def partition_only(
    problem: Problem, order: Plan, *, dtype: type[np.floating[Any]] = np.float64
) -> Floats:
    """Return P(findings) per lane, (lanes,); the forward half of :func:`solve`."""
    odds = problem.odds.astype(dtype)
    cause_count = odds.shape[1]
    private = _Private.of(problem.positives, cause_count)
    signs, constant = private.fold(odds, problem.signs.astype(dtype))
    q = _edge_factors(problem.positives, cause_count)
    place = {variable: step for step, variable in enumerate(order.order)}
    waiting: list[Floats | None] = [None] * len(order.order)
    partition = constant
    for step, clique in enumerate(order.cliques):
        variable = clique[0]
        weight = odds[:, variable] if variable < cause_count else signs[:, variable - cause_count]
        table = _unary(weight, len(clique))
        for axis, other in enumerate(clique[1:], start=2):
            edge = q.get((variable, other))
            if edge is not None:
                table = table * _pair(edge, axis, len(clique))
        earlier = waiting[step]
        message = (table if earlier is None else table * earlier).sum(axis=1)
        if len(clique) == 1:
            partition = partition * message
            continue
        parent = place[clique[1]]
        aligned = _align(message, clique[1:], order.cliques[parent])
        known = waiting[parent]
        waiting[parent] = aligned if known is None else known * aligned
    idle = _idle(order, private, cause_count)
    return np.asarray(partition * np.prod(1 + odds[:, idle], axis=1))


def _fill_of(around: set[int], neighbours: dict[int, set[int]]) -> int:
    """Count missing edges among ``around``; a crowd too large to be next is only estimated."""
    if len(around) > CROWD:
        return len(around) ** 2
    return sum(len(around - neighbours[one]) - 1 for one in around)


def _edge_factors(
    positives: tuple[Positive, ...], cause_count: int
) -> dict[tuple[int, int], float]:
    q: dict[tuple[int, int], float] = {}
    for index, positive in enumerate(positives):
        sign = cause_count + index
        for cause, value in zip(positive.causes.tolist(), positive.q.tolist(), strict=True):
            q[cause, sign] = value
            q[sign, cause] = value
    return q


def _unary(weight: Floats, size: int) -> Floats:
    table = np.stack([np.ones_like(weight), weight], axis=1)
    return table.reshape(table.shape + (1,) * (size - 1))


def _pair(edge: float, axis: int, size: int) -> Floats:
    shape = [1] * (size + 1)
    shape[1] = shape[axis] = 2
    return np.array([[1.0, 1.0], [1.0, edge]]).reshape(shape)


def _align(message: Floats, scope: tuple[int, ...], clique: tuple[int, ...]) -> Floats:
    inside = set(scope)
    full = np.broadcast_to(message, (message.shape[0], *([2] * len(scope))))
    return full.reshape(full.shape[0], *(2 if one in inside else 1 for one in clique))


def _carry_back(
    order: Plan,
    inbox: list[list[tuple[int, Floats]]],
    local: list[Floats],
    roots: list[tuple[int, Floats]],
    shares: Floats,
) -> None:
    """Fill ``shares`` with each variable's part of its own tree's sum (signed for sign bits)."""
    lanes = shares.shape[0]
    slope: list[Floats | None] = [None] * len(order.order)
    for step, message in roots:
        slope[step] = 1.0 / message
    for step in range(len(order.order) - 1, -1, -1):
        clique = order.cliques[step]
        above = slope[step]
        assert above is not None
        received = inbox[step]
        around = above.reshape(lanes, 1, *(above.shape[1:] if len(clique) > 1 else ()))
        before = _running_products(local[step] * around, [table for _, table in received])
        after = _running_products(np.ones(1), [table for _, table in reversed(received)])
        full = np.broadcast_to(before[-1], (lanes, *([2] * len(clique))))
        shares[:, clique[0]] = full[:, 1].reshape(lanes, -1).sum(axis=1)
        for place, (sender, table) in enumerate(received):
            others = before[place] * after[len(received) - 1 - place]
            slope[sender] = _sum_to(others, table, len(clique), lanes, order.cliques[sender])


def _running_products(first: Floats, tables: list[Floats]) -> list[Floats]:
    products = [first]
    for table in tables:
        products.append(products[-1] * table)
    return products


def _sum_to(table: Floats, like: Floats, size: int, lanes: int, sender: tuple[int, ...]) -> Floats:
    full = np.broadcast_to(table, (lanes, *([2] * size)))
    axes = tuple(axis for axis in range(1, size + 1) if like.shape[axis] == 1)
    return np.asarray(full.sum(axis=axes)).reshape(lanes, *([2] * (len(sender) - 1)))
