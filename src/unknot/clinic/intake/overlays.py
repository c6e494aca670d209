"""What is drawn over the painting for a practitioner: referral, points, places to leave alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from unknot.atlas import Atlas, Node
from unknot.atlas.body import load_body
from unknot.atlas.muscles import referral_levels
from unknot.case import Limit, StructureRow

_HANDS = {"contact", "sustained_pressure", "deep_pressure", "friction"}


def referral(row: StructureRow, atlas: Atlas) -> dict[str, Any]:
    """Zones by role and trigger points of one candidate, on its likelier side."""
    side = max(row.sides, key=lambda one: row.sides[one], default=None)
    sided = side if side in ("left", "right", "midline") else None
    entry = atlas.muscles.get(row.id) or atlas.causes[row.id]
    zones: dict[str, list[int]] = {}
    for node, role in referral_levels(entry, sided, atlas.areas).items():
        zones.setdefault(role, []).extend(zones_of([node]))
    points = []
    if row.id in atlas.muscles:
        for part in atlas.muscles[row.id].part:
            if part.point is not None:
                found = _anchor(part.point.zone, sided, part.point.u, part.point.v)
                points.append({"name": part.name, "views": dict(found)})
    return {"zones": zones, "points": points}


def no_go(limits: Iterable[Limit], do_not_touch: Iterable[Node], atlas: Atlas) -> list[int]:
    """Zones where hands must not press: everybody's, this case's limits, the client's wish."""
    nodes: set[Node] = set(do_not_touch)
    for place in atlas.no_go.values():
        if _HANDS & set(place.forbid):
            nodes |= {
                n
                for term in place.areas
                if term in atlas.areas
                for n in atlas.areas.nodes_of(term, "both")
            }
    for limit in limits:
        if _HANDS & set(limit.forbid):
            nodes |= {
                n
                for area in limit.areas
                if area.area in atlas.areas
                for n in atlas.areas.nodes_of(area.area, area.side)
            }
    return zones_of(nodes)


def zones_of(nodes: Iterable[Node]) -> list[int]:
    zones = load_body().zones_of_leaf
    return sorted({zone for node in nodes for zone in zones.get(node, ())})


@lru_cache(maxsize=2048)
def _anchor(
    slug: str, side: str | None, u: float, v: float
) -> tuple[tuple[str, tuple[int, int]], ...]:
    try:
        return tuple(load_body().resolve_anchor(slug, side, u, v).items())  # type: ignore[arg-type]
    except KeyError:
        return ()
