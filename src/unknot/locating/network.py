"""The atlas as a noisy-OR network: sources by part and side, and what each makes painful."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from unknot.atlas import (
    Accuracy,
    Areas,
    Atlas,
    Cause,
    FindingEntry,
    LeafSide,
    Muscle,
    MusclePart,
    Node,
    Referral,
)
from unknot.atlas.body import load_body
from unknot.atlas.causes import Setting
from unknot.atlas.muscles import RelativeSide
from unknot.atlas.parameters import LocatingParameters
from unknot.case import Person, Side, UnknotError
from unknot.case.assessment import CauseSide, Kind

Key = TypeVar("Key")
FindingNode = tuple[str, LeafSide | None]
"""A finding and its side; None when the finding has no side."""


@dataclass(frozen=True)
class Source:
    """One possible source of pain: a trigger point in a part, or another cause, on one side.

    Attributes
    ----------
    areas
        P(leaf area is made painful | this source is active), before under-reporting.
    findings
        P(finding is produced | active), by finding and side.
    numb
        P(numbness or tingling is produced there | active).
    """

    id: str
    entry: str
    kind: Kind
    structure: str
    part: str | None
    part_id: str | None
    side: CauseSide
    prior: float
    serious: bool
    areas: dict[Node, float] = field(repr=False)
    findings: dict[FindingNode, float] = field(repr=False)
    numb: dict[Node, float] = field(repr=False)

    @property
    def is_global(self) -> bool:
        """Whether it acts on the whole body and is summed over by configuration."""
        return self.side == "global"


@dataclass(frozen=True)
class Network:
    """Every source of the atlas, and the indexes that make a case quick to look up."""

    setting: Setting
    sources: tuple[Source, ...]
    by_area: dict[Node, tuple[tuple[int, float], ...]] = field(repr=False)
    by_finding: dict[FindingNode, tuple[tuple[int, float], ...]] = field(repr=False)
    by_numb: dict[Node, tuple[tuple[int, float], ...]] = field(repr=False)
    of_entry: dict[str, tuple[int, ...]] = field(repr=False)


@lru_cache(maxsize=8)
def build_network(atlas: Atlas, setting: Setting = "massage_practice") -> Network:
    """Compile the atlas into a network for one setting.

    Every paired entry gives a left and a right source. Roots and joints that make real
    secondary trigger points reach those points' areas and palpation directly, which keeps
    inference exact and lets a palpated point raise them (instead of explaining them away).
    """
    builder = _Builder(atlas, setting)
    sources = tuple(builder.sources())
    of_entry: dict[str, list[int]] = {}
    for index, source in enumerate(sources):
        of_entry.setdefault(source.entry, []).append(index)
    return Network(
        setting=setting,
        sources=sources,
        by_area=_reverse(sources, lambda source: source.areas),
        by_finding=_reverse(sources, lambda source: source.findings),
        by_numb=_reverse(sources, lambda source: source.numb),
        of_entry={entry: tuple(indexes) for entry, indexes in of_entry.items()},
    )


def _reverse(
    sources: tuple[Source, ...], edges: Callable[[Source], dict[Key, float]]
) -> dict[Key, tuple[tuple[int, float], ...]]:
    found: dict[Key, list[tuple[int, float]]] = {}
    for index, source in enumerate(sources):
        for key, weight in edges(source).items():
            found.setdefault(key, []).append((index, weight))
    return {key: tuple(pairs) for key, pairs in found.items()}


class _Builder:
    """Turns entries of the atlas into sources, side by side."""

    def __init__(self, atlas: Atlas, setting: Setting) -> None:
        self.atlas = atlas
        self.areas: Areas = atlas.areas
        self.setting = setting
        self.numbers: LocatingParameters = atlas.locating
        self.tested = _tested(atlas)

    def sources(self) -> Iterable[Source]:
        """Yield every trigger point and every other cause, left before right."""
        for muscle in self.atlas.muscles.values():
            yield from self._trigger_points(muscle)
        for cause in self.atlas.causes.values():
            yield from self._other(cause)

    def _trigger_points(self, muscle: Muscle) -> Iterable[Source]:
        prior = getattr(self.numbers.trigger_point_prior, self.setting)
        prior *= self.atlas.commonness.get(muscle.id, 1.0)
        rare = self.numbers.weight.rare_part
        shares = [rare if part.rare else 1.0 for part in muscle.part]
        for part, share in zip(muscle.part, shares, strict=True):
            own_prior = 1 - (1 - prior) ** (share / sum(shares))
            for side in _sides(muscle.laterality):
                areas = self._areas(part.referral, side, "trigger_point")
                for node in self._under_the_point(part, side):
                    areas.setdefault(node, self.numbers.weight.local)
                identity = f"{muscle.id}/{part.id}"
                yield Source(
                    id=f"{identity}:{side}",
                    entry=muscle.id,
                    kind="trigger_point",
                    structure=muscle.name,
                    part=part.name if len(muscle.part) > 1 else None,
                    part_id=part.id,
                    side=side,
                    prior=own_prior,
                    serious=False,
                    areas=areas,
                    findings=self._tests(muscle.id, side),
                    numb=self._numb(areas, "trigger_point"),
                )

    def _other(self, cause: Cause) -> Iterable[Source]:
        prior = getattr(cause.prior, self.setting)
        for side in _sides(cause.laterality):
            own = self._areas(cause.referral, side, cause.kind)
            areas = dict(own)
            for secondary in cause.secondary:
                muscle = self.atlas.muscles.get(secondary.muscle)
                if muscle is None:
                    continue
                for part in muscle.part:
                    reached = self._areas(part.referral, side, "trigger_point")
                    for node, weight in reached.items():
                        _strengthen(areas, node, weight * secondary.weight / len(muscle.part))
            findings = self._tests(cause.id, side)
            for row in cause.finding:
                entry = self.atlas.findings.get(row.finding)
                if entry is not None:
                    for finding in _finding_nodes(entry, side):
                        findings.setdefault(finding, row.weight)
            yield Source(
                id=f"{cause.id}:{side}",
                entry=cause.id,
                kind=cause.kind,
                structure=cause.name,
                part=None,
                part_id=None,
                side=side,
                prior=prior,
                serious=cause.serious,
                areas=areas,
                findings=findings,
                numb=self._numb(own, cause.kind),
            )

    def _areas(
        self, referrals: Iterable[Referral], side: CauseSide, kind: Kind
    ) -> dict[Node, float]:
        weights: dict[Node, float] = {}
        for row in referrals:
            nodes = self.areas.nodes_of(row.area, absolute_side(row.side, side))
            weight = self._per_leaf(row, kind)
            for node in nodes:
                weights[node] = max(weights.get(node, 0.0), weight)
        return weights

    def _per_leaf(self, row: Referral, kind: Kind) -> float:
        """P(one leaf of the area hurts | active): measured where it was, else by role.

        A share measured on a coarse area is the share with pain anywhere in it, so each of its
        leaves gets the weight that gives that share if leaves were independent.
        """
        area, numbers = self.areas[row.area], self.numbers.weight
        leaves = max(len(self.areas.nodes_of(row.area, "left")), 1)
        if row.frequency is not None:
            return float(1 - (1 - min(row.frequency, 0.98)) ** (1 / leaves))
        focal = row.role == "essential" and kind in numbers.focal_kinds
        base = numbers.focal if focal else numbers.of(row.role)
        if area.kind == "leaf":
            return base
        if area.kind == "deep":
            return base * numbers.deep
        return base * (numbers.coarse_few if leaves <= numbers.few_leaves else numbers.coarse_many)

    def _under_the_point(self, part: MusclePart, side: CauseSide) -> tuple[Node, ...]:
        """The leaf over the trigger point itself, which hurts too."""
        if part.point is None or side == "global":
            return ()
        for where in (side, "midline"):
            try:
                return (load_body().zone(part.point.zone, where).node,)
            except KeyError:
                continue
        return ()

    def _numb(self, areas: dict[Node, float], kind: Kind) -> dict[Node, float]:
        factor = self.numbers.sensation.of(kind)
        return {node: weight * factor for node, weight in areas.items()}

    def _tests(self, entry_id: str, side: CauseSide) -> dict[FindingNode, float]:
        weights: dict[FindingNode, float] = {}
        for finding, weight in self.tested.get(entry_id, ()):
            for node in _finding_nodes(finding, side):
                weights[node] = weight
        return weights


def _sides(laterality: str) -> tuple[CauseSide, ...]:
    if laterality == "paired":
        return ("left", "right")
    if laterality == "left":
        return ("left",)
    if laterality == "right":
        return ("right",)
    return ("global",) if laterality == "global" else ("midline",)


def absolute_side(relative: RelativeSide, side: CauseSide) -> Side:
    """Turn a pattern's side into a side of the body, for a source on ``side``.

    ``same`` follows the source and ``opposite`` crosses; ``left`` and ``right`` are the body's
    own, so that an unpaired organ is never mirrored.
    """
    if relative != "same" and relative != "opposite":
        return relative
    if side == "midline" or side == "global":
        return "both"
    if relative == "opposite":
        return "right" if side == "left" else "left"
    return side


def _finding_nodes(entry: FindingEntry, side: CauseSide) -> tuple[FindingNode, ...]:
    if not entry.sided:
        return ((entry.id, None),)
    if side == "left" or side == "right":
        return ((entry.id, side),)
    return ((entry.id, "left"), (entry.id, "right"))


def _strengthen(weights: dict[Node, float], node: Node, weight: float) -> None:
    """Let two independent ways of producing the same pain add up."""
    weights[node] = 1 - (1 - weights.get(node, 0.0)) * (1 - weight)


def _tested(atlas: Atlas) -> dict[str, list[tuple[FindingEntry, float]]]:
    """Return, per cause or muscle, the weight of each test measured on it."""
    rows: dict[tuple[str, str], list[float]] = {}
    for finding in atlas.findings.values():
        for row in finding.accuracy:
            sensitivity = _sensitivity(row, finding.leak)
            if sensitivity is None:
                continue
            weight = max(0.0, 1 - (1 - sensitivity) / (1 - finding.leak))
            for cause in row.causes:
                rows.setdefault((cause, finding.id), []).append(weight)
    tested: dict[str, list[tuple[FindingEntry, float]]] = {}
    for (cause, finding_id), weights in rows.items():
        mean = sum(weights) / len(weights)
        tested.setdefault(cause, []).append((atlas.findings[finding_id], min(mean, 0.97)))
    return tested


def _sensitivity(row: Accuracy, leak: float) -> float | None:
    if row.sensitivity is not None:
        return row.sensitivity
    if row.lr_positive is not None:
        return min(row.lr_positive * leak, 0.98)
    return None


_COMPARISON = re.compile(r"^(age|pregnancy_weeks)\s*(>=|<=|>|<|==)\s*(\d+(?:\.\d+)?)$")
_SEX = re.compile(r"^sex\s*==\s*(female|male)$")


def prior_log_odds(source: Source, atlas: Atlas, person: Person, present: frozenset[str]) -> float:
    """Return log prior odds of ``source`` for this person.

    ``present`` holds the ids of history findings that were reported. A modifier whose fact is
    unknown changes nothing.
    """
    log_odds = math.log(source.prior) - math.log1p(-source.prior)
    cause = atlas.causes.get(source.entry)
    if cause is not None:
        for modifier in cause.modifier:
            if holds(modifier.when, person, present):
                log_odds += math.log(modifier.factor)
    return log_odds


def holds(when: str, person: Person, present: frozenset[str]) -> bool:
    """Say whether a modifier's condition is known to hold.

    Raises
    ------
    UnknotError
        If the condition cannot be read.
    """
    if when.startswith("finding:"):
        return when.removeprefix("finding:") in present
    sex = _SEX.match(when)
    if sex:
        return person.sex == sex.group(1)
    comparison = _COMPARISON.match(when)
    if not comparison:
        raise UnknotError(f"cannot read the condition {when!r}", hint="see atlas/causes.py")
    name, operator, limit = comparison.group(1), comparison.group(2), float(comparison.group(3))
    value = person.age if name == "age" else person.pregnancy_weeks
    if value is None:
        return False
    return {
        ">=": value >= limit,
        "<=": value <= limit,
        ">": value > limit,
        "<": value < limit,
        "==": value == limit,
    }[operator]
