"""Which sources explain the pain, how sure, and how much stays unexplained."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from unknot.atlas import Atlas, Node
from unknot.atlas.causes import Setting
from unknot.case import CauseRow, Differential, StructureRow
from unknot.case.assessment import CauseSide
from unknot.drawing.resolved import ResolvedCase
from unknot.locating.coarsen import STEPS, drop_least_telling, merge_areas
from unknot.locating.evidence import Evidence, gather
from unknot.locating.inference import (
    FEWEST_LANES,
    HIGHER_PRECISION,
    Configurations,
    Prepared,
    enumerate_configurations,
    prepare,
    probability_all_off,
    rounding_error,
)
from unknot.locating.network import Network, build_network
from unknot.locating.reasons import reasons_for
from unknot.locating.triage import triage

NOTHING_TO_LOCATE = "no pain and no finding was given, so there is nothing to locate"
SHARE_OF_LEADER = 0.6
"""A structure this likely relative to the leader explains the pain about equally."""


@dataclass(frozen=True)
class _Answer:
    prepared: Prepared
    configurations: Configurations
    marginals: np.ndarray[tuple[int], np.dtype[np.float64]]


def locate(
    resolved: ResolvedCase,
    atlas: Atlas,
    *,
    setting: Setting = "massage_practice",
    reasons: bool = True,
) -> Differential:
    """Return the differential of a resolved case.

    Exact on the network within the budget of ``locating.toml``; beyond it the drawing is read
    more coarsely and the answer is labelled (``exact`` false, ``method`` and ``note`` say how).

    Parameters
    ----------
    resolved
        The case, its words and strokes resolved to leaf areas and findings.
    atlas
        What is known.
    setting
        Selects the base rates.
    reasons
        Whether to work out the bits for and against each structure shown.
    """
    network = build_network(atlas, setting)
    evidence = gather(resolved, atlas, network)
    serious = triage(resolved, evidence, network, atlas, resolved.case.person)
    if not any(one.present for one in evidence.observations):
        return Differential(unexplained=1.0, serious=serious, note=NOTHING_TO_LOCATE)
    prepared, merged = _prepare_within_budget(evidence, network, atlas, resolved)
    configurations = enumerate_configurations(prepared, atlas.locating.budget)
    error = rounding_error(prepared, configurations)
    tolerated = atlas.locating.budget.tolerated_error
    if error > tolerated and HIGHER_PRECISION:
        prepared = replace(prepared, dtype=np.longdouble)
        configurations = enumerate_configurations(prepared, atlas.locating.budget)
        error = rounding_error(prepared, configurations)
    answer = _Answer(prepared, configurations, _marginals(prepared, configurations))
    missing = configurations.missing_mass
    exact = not merged and error <= tolerated and missing <= atlas.locating.budget.missing_mass
    structures = _structures(answer, atlas, reasons)
    return Differential(
        causes=_causes(answer, atlas),
        structures=structures,
        unexplained=_unexplained(answer, atlas),
        missing_mass=configurations.missing_mass,
        exact=exact,
        method="elimination" if not merged else "elimination on coarser areas",
        error=error,
        serious=serious,
        overlaps=_overlaps(structures),
        note=_note(merged, exact, max(error, missing)),
    )


def _note(merged: list[str], exact: bool, error: float) -> str | None:
    if merged:
        return f"too much for an exact answer, so read more coarsely: {'; '.join(merged)}"
    return None if exact else f"the probabilities may be off by up to {error:.0e}"


def _prepare_within_budget(
    evidence: Evidence, network: Network, atlas: Atlas, resolved: ResolvedCase
) -> tuple[Prepared, list[str]]:
    said: list[str] = []
    nodes_of = _single_areas(resolved)
    prepared = prepare(evidence, network, atlas, resolved.case.person)
    for words, group_of in STEPS:
        if _affordable(prepared, atlas):
            return prepared, said
        said = [words]
        coarser = merge_areas(evidence, nodes_of, atlas, group_of)
        prepared = prepare(coarser, network, atlas, resolved.case.person)
    while not _affordable(prepared, atlas):
        rest, dropped = drop_least_telling(prepared.evidence)
        if not dropped:
            break
        said.append(f"without {', '.join(dropped)}")
        prepared = prepare(rest, network, atlas, resolved.case.person)
    return prepared, said


def _affordable(prepared: Prepared, atlas: Atlas) -> bool:
    budget = atlas.locating.budget
    lanes = FEWEST_LANES if len(prepared.globals_) else 1
    return prepared.plan.cells <= budget.max_cells and prepared.plan.work * lanes <= budget.work


def _single_areas(resolved: ResolvedCase) -> dict[str, Node]:
    single = {}
    for pain in resolved.pains:
        if len(pain.nodes) == 1:
            term, side = next(iter(pain.nodes))
            label = f"{term}, {side}" if side != "midline" else term
            single[f"pain: {label}"] = (term, side)
    return single


def _marginals(
    prepared: Prepared, configurations: Configurations
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    marginals = prepared.odds / (1 + prepared.odds)
    marginals[prepared.local] = configurations.weight @ configurations.posterior
    marginals[prepared.globals_] = configurations.weight @ configurations.on
    return np.clip(marginals, 0.0, 1.0)


def _worth_showing(answer: _Answer) -> set[int]:
    """Sources that reach a reported place or were pressed; all that matter if none was given."""
    present = [one for one in answer.prepared.evidence.observations if one.present]
    placed = [one for one in present if one.placed]
    return {source for one in placed or present for source in one.weights}


def _causes(answer: _Answer, atlas: Atlas) -> tuple[CauseRow, ...]:
    sources = answer.prepared.network.sources
    order = sorted(_worth_showing(answer), key=lambda i: (-answer.marginals[i], sources[i].id))
    return tuple(
        CauseRow(
            id=sources[index].id,
            kind=sources[index].kind,
            structure=sources[index].structure,
            part=sources[index].part,
            side=sources[index].side,
            probability=float(answer.marginals[index]),
        )
        for index in order[: atlas.locating.budget.shown_causes]
    )


def _structures(answer: _Answer, atlas: Atlas, reasons: bool) -> tuple[StructureRow, ...]:
    network = answer.prepared.network
    touched = _worth_showing(answer)
    at_most = {
        entry: 1 - float(np.prod(1 - answer.marginals[list(members)]))
        for entry, members in network.of_entry.items()
        if touched & set(members)
    }
    likely = sorted(at_most, key=lambda entry: (-at_most[entry], entry))
    shown = likely[: atlas.locating.budget.shown_structures]
    wanted: list[frozenset[int]] = []
    keys: list[tuple[str, CauseSide | None]] = []
    for entry in shown:
        wanted.append(frozenset(network.of_entry[entry]))
        keys.append((entry, None))
        for side, members in _by_side(network, entry).items():
            if len(members) > 1:
                wanted.append(frozenset(members))
                keys.append((entry, side))
    budget = atlas.locating.budget
    off = probability_all_off(answer.prepared, answer.configurations, wanted, budget)
    active = {key: 1 - float(value) for key, value in zip(keys, off, strict=True)}
    sets = {entry: frozenset(network.of_entry[entry]) for entry in shown}
    why = reasons_for(answer.prepared, answer.configurations, sets) if reasons else {}
    rows = []
    for entry in shown:
        first = network.sources[network.of_entry[entry][0]]
        sides = {
            side: active.get((entry, side), float(answer.marginals[members[0]]))
            for side, members in _by_side(network, entry).items()
        }
        parts = sorted(
            (i for i in network.of_entry[entry] if network.sources[i].part),
            key=lambda i: (-answer.marginals[i], network.sources[i].id),
        )
        for_, against = why.get(entry, ((), ()))
        rows.append(
            StructureRow(
                id=entry,
                kind=first.kind,
                structure=first.structure,
                probability=active[(entry, None)],
                sides=sides,
                parts=tuple(dict.fromkeys(network.sources[i].part or "" for i in parts))[:3],
                serious=first.serious,
                for_=for_,
                against=against,
            )
        )
    rows.sort(key=lambda row: (-row.probability, row.id))
    return tuple(rows)


def _by_side(network: Network, entry: str) -> dict[CauseSide, list[int]]:
    sides: dict[CauseSide, list[int]] = {}
    for index in network.of_entry[entry]:
        sides.setdefault(network.sources[index].side, []).append(index)
    return sides


def _unexplained(answer: _Answer, atlas: Atlas) -> float:
    """P(no active source touches the main pain | evidence)."""
    touching: set[int] = set()
    for one in answer.prepared.evidence.observations:
        if one.on_main_pain and one.present:
            touching |= set(one.weights)
    if not touching:
        return 1.0
    off = probability_all_off(
        answer.prepared, answer.configurations, [frozenset(touching)], atlas.locating.budget
    )
    return float(off[0])


def _overlaps(structures: tuple[StructureRow, ...]) -> tuple[tuple[str, ...], ...]:
    """Structures that explain the pain about equally: no false winner among them."""
    if len(structures) < 2:
        return ()
    leader = structures[0]
    told = {reason.evidence for reason in leader.for_}
    group = [
        row.structure
        for row in structures
        if row.probability >= SHARE_OF_LEADER * leader.probability
        and (row is leader or told & {reason.evidence for reason in row.for_})
    ]
    return (tuple(group),) if len(group) > 1 else ()
