"""A resolved case as evidence on the network: what is present, what is absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from unknot.atlas import Atlas, FindingEntry, LeafSide, Node
from unknot.case import Side
from unknot.drawing.resolved import AreaPain, FindingEvidence, ResolvedCase
from unknot.locating.network import FindingNode, Network

RAREST = 1e-4
"""A leak of nothing would make one finding proof; no finding is."""


@dataclass(frozen=True)
class Observation:
    """One present or absent observation: its leak, and P(produced | active) per source.

    ``label`` is what a reader sees as the evidence. ``on_main_pain`` marks the observations that
    ``unexplained`` is about; ``area`` the reports of pain, ``palpated`` what a hand found,
    ``sensed`` numbness and the like. ``elsewhere`` holds sources that could produce the finding
    but do not reach the pain it was told of; only triage reads them.
    """

    label: str
    present: bool
    leak: float
    weights: dict[int, float]
    elsewhere: dict[int, float] = field(default_factory=dict)
    on_main_pain: bool = False
    area: bool = False
    palpated: bool = False
    sensed: bool = False

    @property
    def placed(self) -> bool:
        """Whether it was seen or felt at a place, not told about the pain in general."""
        return self.area or self.palpated or self.sensed


@dataclass(frozen=True)
class Evidence:
    """Everything observed, and the leaves nothing was said about."""

    observations: tuple[Observation, ...]
    silent_areas: dict[Node, dict[int, float]]
    present_findings: frozenset[str]
    painful_regions: frozenset[str] = frozenset()


def gather(resolved: ResolvedCase, atlas: Atlas, network: Network) -> Evidence:
    """Turn a resolved case into observations.

    Pain named by a coarse word is one observation on the union of its leaves. A leaf that
    nothing was said about is weak evidence of no pain, because people under-draw. Findings
    described for the pain (behaviour, quality) can only come from sources that touch it.
    """
    observations = [
        *_pains(resolved, atlas, network),
        *_sensations(resolved, atlas, network),
    ]
    touching = _touching(resolved, network)
    for evidence in _one_per_bundle(resolved.findings, atlas, network):
        if evidence.finding == "palpation":
            observations.extend(_palpation(evidence, atlas, network))
        elif (entry := atlas.findings.get(evidence.finding)) is not None:
            observations.append(_finding(evidence, entry, network, touching))
    present = frozenset(f.finding for f in resolved.findings if f.present)
    observations = _without_repeats(observations)
    return Evidence(
        observations=tuple(observations),
        silent_areas=_silent(resolved, atlas, network),
        present_findings=present,
        painful_regions=frozenset(atlas.areas[term].region for term, _ in resolved.painful),
    )


def _reporting(resolved: ResolvedCase, atlas: Atlas) -> float:
    painted = resolved.case.drawing is not None and bool(resolved.case.drawing.strokes)
    return atlas.locating.reporting.painted if painted else atlas.locating.reporting.named


def _pains(resolved: ResolvedCase, atlas: Atlas, network: Network) -> Iterable[Observation]:
    reporting = _reporting(resolved, atlas)
    leak = atlas.locating.leak.area
    main = resolved.main_pain
    singles = {node for pain in resolved.pains if len(pain.nodes) == 1 for node in pain.nodes}
    seen: set[frozenset[Node]] = set()
    for pain in resolved.pains:
        implied = len(pain.nodes) > 1 and any(node in singles for node in pain.nodes)
        if pain.nodes in seen or implied or not pain.nodes:
            continue
        seen.add(pain.nodes)
        weights: dict[int, float] = {}
        stays_off = 1.0
        for node in sorted(pain.nodes):  # one order, so that sums round alike every time
            stays_off *= 1 - leak
            for source, weight in network.by_area.get(node, ()):
                off = (1 - weights.get(source, 0.0)) * (1 - weight * reporting)
                weights[source] = 1 - off
        yield Observation(
            label=f"pain: {_area_words(pain)}",
            present=True,
            leak=1 - stays_off,
            weights=weights,
            on_main_pain=bool(pain.nodes & main),
            area=True,
        )


def _area_words(pain: AreaPain) -> str:
    if len(pain.nodes) == 1:
        term, side = next(iter(pain.nodes))
        return f"{term}, {side}" if side != "midline" else term
    return f"{pain.said}, {pain.side}" if pain.side else pain.said


def _silent(resolved: ResolvedCase, atlas: Atlas, network: Network) -> dict[Node, dict[int, float]]:
    if not resolved.pains:
        return {}
    reporting = _reporting(resolved, atlas)
    spoken = resolved.painful
    silent = {node: pairs for node, pairs in network.by_area.items() if node not in spoken}
    count: Counter[int] = Counter(source for pairs in silent.values() for source, _ in pairs)
    numbers = atlas.locating.reporting
    return {
        node: {
            source: weight * reporting * numbers.loudness(count[source]) for source, weight in pairs
        }
        for node, pairs in silent.items()
    }


def _sensations(resolved: ResolvedCase, atlas: Atlas, network: Network) -> Iterable[Observation]:
    leak = atlas.locating.leak.sensation
    seen: set[frozenset[Node]] = set()
    for sensation in resolved.sensations:
        if sensation.nodes in seen:
            continue
        seen.add(sensation.nodes)
        weights: dict[int, float] = {}
        stays_off = 1.0
        for node in sorted(sensation.nodes):
            stays_off *= 1 - leak
            for source, weight in network.by_numb.get(node, ()):
                weights[source] = 1 - (1 - weights.get(source, 0.0)) * (1 - weight)
        yield Observation(
            label=f"{sensation.kind}: {_node_words(sensation.nodes)}",
            present=True,
            leak=1 - stays_off,
            weights=weights,
            sensed=True,
        )


def _node_words(nodes: frozenset[Node]) -> str:
    terms = sorted({f"{term}, {side}" for term, side in nodes})
    return terms[0] if len(terms) == 1 else f"{terms[0]} and {len(terms) - 1} more areas"


def _touching(resolved: ResolvedCase, network: Network) -> frozenset[int] | None:
    """Sources that reach the reported pain, or None when no pain was reported."""
    if not resolved.pains:
        return None
    return frozenset(
        source for node in resolved.painful for source, _ in network.by_area.get(node, ())
    )


def _finding(
    evidence: FindingEvidence,
    entry: FindingEntry,
    network: Network,
    touching: frozenset[int] | None,
) -> Observation:
    weights: dict[int, float] = {}
    for node in _finding_nodes(entry, evidence.side):
        for source, weight in network.by_finding.get(node, ()):
            weights[source] = max(weights.get(source, 0.0), weight)
    elsewhere: dict[int, float] = {}
    if touching is not None and entry.kind in {"behaviour", "quality", "history"}:
        elsewhere = {s: weight for s, weight in weights.items() if s not in touching}
        weights = {s: weight for s, weight in weights.items() if s in touching}
    shown = f"{entry.name}, {evidence.side}" if evidence.side and entry.sided else entry.name
    return Observation(
        label=shown if evidence.present else f"no {shown}",
        present=evidence.present,
        leak=max(entry.leak, RAREST),
        weights=weights,
        elsewhere=elsewhere,
    )


def _one_per_bundle(
    findings: Iterable[FindingEvidence], atlas: Atlas, network: Network
) -> list[FindingEvidence]:
    """Findings that measure the same thing count once: the most telling present one."""
    kept: dict[tuple[str, Side | None, bool], tuple[float, FindingEvidence]] = {}
    free = []
    for evidence in findings:
        entry = atlas.findings.get(evidence.finding)
        if entry is None or not entry.bundle:
            free.append(evidence)
            continue
        strongest = max(
            (
                weight
                for node in _finding_nodes(entry, evidence.side)
                for _, weight in network.by_finding.get(node, ())
            ),
            default=0.0,
        )
        telling = strongest / max(entry.leak, RAREST)
        key = (entry.bundle, evidence.side, evidence.present)
        if key not in kept or telling > kept[key][0]:
            kept[key] = (telling, evidence)
    return [*free, *(evidence for _, evidence in kept.values())]


def _finding_nodes(entry: FindingEntry, side: Side | None) -> tuple[FindingNode, ...]:
    if not entry.sided:
        return ((entry.id, None),)
    if side == "left" or side == "right":
        return ((entry.id, side),)
    return ((entry.id, "left"), (entry.id, "right"))


def _palpation(evidence: FindingEvidence, atlas: Atlas, network: Network) -> Iterable[Observation]:
    """A point pressed in a structure; a named group is one observation on its members."""
    numbers = atlas.palpation.sign(
        evidence.sign,
        muscle=any(structure in atlas.muscles for structure in evidence.structures),
        ranking_shown_before=evidence.ranking_shown_before,
    )
    sides: tuple[LeafSide, ...] = (
        (evidence.side,) if evidence.side in ("left", "right") else ("left", "right")
    )
    weights: dict[int, float] = {}
    for structure in evidence.structures:
        for index in network.of_entry.get(structure, ()):
            source = network.sources[index]
            here = source.side in sides or source.side in ("midline", "global")
            if here and evidence.part in (None, source.part_id):
                weights[index] = numbers.weight
        for cause in atlas.causes.values():
            for secondary in cause.secondary:
                if secondary.muscle != structure:
                    continue
                for index in network.of_entry.get(cause.id, ()):
                    if network.sources[index].side in (*sides, "midline", "global"):
                        weights[index] = secondary.weight * numbers.weight
    if weights:
        where = f"{evidence.said}, {evidence.side}" if evidence.side else evidence.said
        yield Observation(
            label=where if evidence.present else f"no {where}",
            present=evidence.present,
            leak=numbers.leak,
            weights=weights,
            palpated=True,
        )


def _without_repeats(observations: list[Observation]) -> list[Observation]:
    """The same thing said twice counts once."""
    seen: dict[tuple[str, bool], Observation] = {}
    for observation in observations:
        seen.setdefault((observation.label, observation.present), observation)
    return list(seen.values())
