"""Beyond the exact budget: say the same more coarsely, and say so. Never an unlabelled guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from unknot.atlas import Atlas, Node
from unknot.locating.evidence import Evidence, Observation


def by_region_and_side(area: str, side: str, atlas: Atlas) -> str:
    """Name the region of a leaf on its side: "thigh, right"."""
    return f"{atlas.areas[area].region}, {side}"


def by_region(area: str, side: str, atlas: Atlas) -> str:
    """Name the region of a leaf, sides together."""
    return atlas.areas[area].region


STEPS: tuple[tuple[str, Callable[[str, str, Atlas], str]], ...] = (
    ("each region of each side as one place", by_region_and_side),
    ("each region, both sides, as one place", by_region),
)
"""Ever coarser ways to read a drawing, and how to say so."""


def merge_areas(
    evidence: Evidence,
    nodes_of: dict[str, Node],
    atlas: Atlas,
    group_of: Callable[[str, str, Atlas], str],
) -> Evidence:
    """Replace painted leaves of one group by "pain somewhere in it".

    A weaker statement that is still true: an exact answer to slightly less evidence.
    """
    groups: dict[str, list[Observation]] = defaultdict(list)
    kept: list[Observation] = []
    for one in evidence.observations:
        node = nodes_of.get(one.label)
        if one.area and one.present and node is not None:
            groups[group_of(*node, atlas)].append(one)
        else:
            kept.append(one)
    merged = [
        _union(members, f"pain: somewhere in {name}") if len(members) > 1 else members[0]
        for name, members in groups.items()
    ]
    return replace(evidence, observations=(*kept, *merged))


def drop_least_telling(evidence: Evidence) -> tuple[Evidence, tuple[str, ...]]:
    """Leave out the quarter of the present findings with the most possible sources.

    Reports of the main pain go last. Nothing is left out when only one finding remains.
    """
    present = [one for one in evidence.observations if one.present]
    if len(present) < 2:
        return evidence, ()
    widest = sorted(present, key=lambda one: (one.on_main_pain, -len(one.weights), one.label))
    dropped = widest[: max(1, len(present) // 4)]
    kept = tuple(one for one in evidence.observations if one not in dropped)
    return replace(evidence, observations=kept), tuple(one.label for one in dropped)


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
