"""Danger is scored alone: no muscle may explain a serious cause's findings away."""

from __future__ import annotations

import math

from unknot.atlas import Atlas, Node
from unknot.case import Person, SeriousRow
from unknot.drawing.resolved import ResolvedCase
from unknot.locating.evidence import Evidence, Observation
from unknot.locating.network import Network, Source, prior_log_odds


def triage(
    resolved: ResolvedCase, evidence: Evidence, network: Network, atlas: Atlas, person: Person
) -> tuple[SeriousRow, ...]:
    """Score every serious cause against the background alone, and say which raise the verdict.

    The odds start at the cause's prior and are multiplied by P(finding | cause) / P(finding |
    background) for each finding. Areas together are held between a floor and a cap, because
    where it hurts is correlated and ordinary. Palpated points are left out, so finding a tender
    muscle can never lower a serious cause. The order is by expected cost: score over threshold.
    """
    rows: list[tuple[float, SeriousRow]] = []
    best: dict[str, tuple[float, Source]] = {}
    for index, source in enumerate(network.sources):
        if source.serious:
            score = _score(index, source, resolved, evidence, atlas, person)
            if source.entry not in best or score > best[source.entry][0]:
                best[source.entry] = (score, source)
    for entry, (score, source) in best.items():
        danger = atlas.causes[entry].danger
        if danger is None:
            continue
        row = SeriousRow(
            id=source.id,
            structure=source.structure,
            kind=source.kind,
            triage=score,
            threshold=danger.threshold,
            raised=score >= danger.threshold,
            verdict=danger.verdict,
            act_within=danger.act_within,
            to=danger.to,
            rule_out=danger.rule_out,
        )
        rows.append((score / danger.threshold, row))
    rows.sort(key=lambda pair: (-pair[0], pair[1].id))
    return tuple(row for _, row in rows)


def _score(
    index: int,
    source: Source,
    resolved: ResolvedCase,
    evidence: Evidence,
    atlas: Atlas,
    person: Person,
) -> float:
    log_odds = prior_log_odds(source, atlas, person, evidence.present_findings)
    odds = math.exp(log_odds) * _area_factor(source, resolved, atlas)
    for observation in evidence.observations:
        if not (observation.area or observation.palpated):
            odds *= _finding_factor(observation, index)
    return odds / (1 + odds)


def _finding_factor(observation: Observation, index: int) -> float:
    weight = observation.weights.get(index, observation.elsewhere.get(index, 0.0))
    if observation.present:
        return (1 - (1 - observation.leak) * (1 - weight)) / observation.leak
    return 1 - weight


def _area_factor(source: Source, resolved: ResolvedCase, atlas: Atlas) -> float:
    numbers = atlas.locating.triage
    factor = 1.0
    for pain in resolved.pains:
        reached = 1.0
        ordinary = 1.0
        for node in sorted(pain.nodes):  # one order, so that products round alike every time
            reached *= 1 - source.areas.get(node, 0.0)
            ordinary *= 1 - numbers.background_pain
        produced = 1 - reached * ordinary
        factor *= produced / (1 - ordinary)
    if resolved.pains and not _reaches(source, resolved.painful):
        return numbers.area_factor_floor
    return min(max(factor, numbers.area_factor_floor), numbers.area_factor_cap)


def _reaches(source: Source, painful: frozenset[Node]) -> bool:
    return any(node in source.areas for node in painful)
