"""Beyond the exact budget: say the same more coarsely, and say so. Never an unlabelled guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from unknot.atlas import Atlas, Node
from unknot.locating.evidence import Evidence, Observation


def merge_densest_region(
    evidence: Evidence, nodes_of: dict[str, Node], atlas: Atlas
) -> tuple[Evidence, str] | None:
    """Replace the single painted leaves of one region and side by "pain somewhere in it".

    A weaker statement that is still true: an exact answer to slightly less evidence. Returns the
    new evidence and what was merged, or None when nothing is left to merge.
    """
    groups: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in evidence.observations:
        node = nodes_of.get(one.label)
        if one.area and one.present and node is not None:
            groups[(atlas.areas[node[0]].region, node[1])].append(one)
    densest = max(groups.items(), key=lambda item: (len(item[1]), item[0]), default=None)
    if densest is None or len(densest[1]) < 2:
        return None
    (region, side), members = densest
    merged = _union(members, f"pain: somewhere in {region}, {side}")
    kept = tuple(one for one in evidence.observations if one not in members)
    return replace(evidence, observations=(*kept, merged)), f"{region}, {side}"


def drop_least_telling(evidence: Evidence) -> tuple[Evidence, str] | None:
    """Leave out the present finding with the most possible sources; None if none is left."""
    loose = [one for one in evidence.observations if one.present and not one.on_main_pain]
    if not loose:
        loose = [one for one in evidence.observations if one.present][1:]
    if not loose:
        return None
    widest = max(loose, key=lambda one: (len(one.weights), one.label))
    kept = tuple(one for one in evidence.observations if one is not widest)
    return replace(evidence, observations=kept), widest.label


def _union(members: list[Observation], label: str) -> Observation:
    weights: dict[int, float] = {}
    quiet = 1.0
    for one in members:
        quiet *= 1 - one.leak
        for source, weight in one.weights.items():
            weights[source] = 1 - (1 - weights.get(source, 0.0)) * (1 - weight)
    return Observation(
        label=label,
        present=True,
        leak=1 - quiet,
        weights=weights,
        on_main_pain=any(one.on_main_pain for one in members),
        area=True,
    )
