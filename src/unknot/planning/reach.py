"""Where hands go: the skin a step passes over, and whether a limit lies on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import distance_transform_edt

from unknot.atlas import Atlas, Muscle, Node
from unknot.atlas.body import Body, Build, load_body
from unknot.atlas.muscles import Point
from unknot.case import LimitArea
from unknot.case.assessment import CauseSide

Mask = NDArray[np.bool_]
FINGER_CM = 1.5
"""Half-width of a thumb or fingertips on the skin, in cm (geometry, not a dose)."""
HAND_CM = 3.0
"""Half-width of a travelling knuckle or forearm, in cm (geometry, not a dose)."""


@dataclass(frozen=True)
class Reach:
    """The skin a step touches: a mask per view, and the leaf areas under it."""

    masks: Mapping[str, Mask]
    nodes: frozenset[Node]


def point_reach(point: Point, side: CauseSide, body: Body) -> Reach:
    """Return the skin under a thumb on ``point``."""
    return _reach(body, [_anchors(body, point, side)], FINGER_CM, joined=False)


def muscle_reach(muscle: Muscle, side: CauseSide, body: Body) -> Reach:
    """Return the skin a hand passes that works along the whole muscle.

    Footprints are not mapped yet, so the way runs through all of its trigger points.
    """
    anchors = [_anchors(body, part.point, side) for part in muscle.part if part.point is not None]
    return _reach(body, anchors, HAND_CM, joined=True)


def _anchors(body: Body, point: Point, side: CauseSide) -> Mapping[str, tuple[int, int]]:
    where = side if side in ("left", "right") else "midline"
    try:
        return body.resolve_anchor(point.zone, where, point.u, point.v)
    except KeyError:
        return body.resolve_anchor(point.zone, None, point.u, point.v)


def _reach(
    body: Body, anchors: list[Mapping[str, tuple[int, int]]], half_cm: float, *, joined: bool
) -> Reach:
    masks: dict[str, Mask] = {}
    nodes: set[Node] = set()
    for name, view in body.views.items():
        points = [seen[name] for seen in anchors if name in seen]
        if not points:
            continue
        ids = body.ids(name)
        radius = half_cm / view.cm_per_unit
        picture = Image.new("1", (ids.shape[1], ids.shape[0]))
        brush = ImageDraw.Draw(picture)
        if joined and len(points) > 1:
            brush.line(points, fill=1, width=max(1, round(2 * radius)))
        for x, y in points:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
        mask = np.array(picture, dtype=bool) & (ids > 0)
        for zone in np.unique(ids[mask]).tolist():
            node = body.leaf_of_zone[zone]
            if _is_there(node, anchors, body, name):
                nodes.add(node)
            else:
                mask &= ids != zone
        masks[name] = mask
    return Reach(masks, frozenset(nodes))


def _is_there(
    node: Node, anchors: list[Mapping[str, tuple[int, int]]], body: Body, view: str
) -> bool:
    """Whether skin seen beside the hand belongs to the same part of the body.

    In a side view an arm lies over the trunk: a hand on the ribs does not touch it.
    """
    arms = {"upper arm", "elbow", "forearm", "wrist", "hand"}
    regions = {
        _region(body, int(body.ids(view)[seen[view][1], seen[view][0]]))
        for seen in anchors
        if view in seen
    }
    here = _region_of_node(body, node)
    return (here in arms) == bool(regions & arms) or "shoulder" in regions | {here}


def _region(body: Body, zone: int) -> str:
    return body.zone(zone).region


def _region_of_node(body: Body, node: Node) -> str:
    return body.zone(body.zones_of_leaf[node][0]).region


def touches(reach: Reach, areas: Iterable[LimitArea], atlas: Atlas, body: Body) -> bool:
    """Whether the skin of ``reach`` meets one of the areas, margins included.

    An area the atlas does not know could be anywhere, so it meets everything.
    """
    for area in areas:
        if area.area not in atlas.areas:
            return True
        nodes = frozenset(atlas.areas.nodes_of(area.area, area.side))
        if nodes & reach.nodes:
            return True
        if area.margin_cm <= 0:
            continue
        for view, mask in reach.masks.items():
            if bool((mask & _around(body.build, nodes, area.margin_cm, view)).any()):
                return True
    return False


@lru_cache(maxsize=256)
def _around(build: Build, nodes: frozenset[Node], margin_cm: float, view: str) -> Mask:
    body = load_body(build)
    zones = [zone for node in nodes for zone in body.zones_of_leaf.get(node, ())]
    inside = np.isin(body.ids(view), zones)
    if not inside.any():
        return inside
    distance = distance_transform_edt(~inside) * body.views[view].cm_per_unit
    return np.asarray(distance <= margin_cm)
