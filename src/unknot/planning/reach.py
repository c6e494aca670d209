"""Where hands go: the skin a step passes over, and whether a limit lies on it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import distance_transform_edt

from unknot.atlas import Atlas, Node
from unknot.atlas.body import Body, Build, load_body
from unknot.atlas.muscles import Point
from unknot.case import LimitArea, Side
from unknot.case.assessment import CauseSide

Mask = NDArray[np.bool_]
Anchor = Mapping[str, tuple[int, int]]
FINGER_CM = 1.5
"""Half-width of a thumb or fingertips on the skin, in cm (geometry, not a dose)."""
HAND_CM = 3.0
"""Half-width of a travelling knuckle or forearm, in cm (geometry, not a dose)."""
_ARM = frozenset({"arm", "elbow", "forearm", "wrist", "hand"})
_TRUNK = frozenset({"chest", "back", "abdomen", "pelvis", "hip", "gluteal", "thigh"})


@dataclass(frozen=True, eq=False)
class Reach:
    """The skin a step touches: its pixels per view (flat indexes), and the leaf areas under it."""

    pixels: Mapping[str, NDArray[np.intp]]
    nodes: frozenset[Node]


def reach_of(
    points: Sequence[Point], side: CauseSide, body: Body, *, half_cm: float = FINGER_CM
) -> Reach:
    """Return the skin under a hand of half-width ``half_cm`` that works from point to point."""
    return _reach_of(tuple(points), side, body.build, half_cm)


@lru_cache(maxsize=1024)
def _reach_of(points: tuple[Point, ...], side: CauseSide, build: Build, half_cm: float) -> Reach:
    """Draw the way of a hand, and list what lies under it.

    A hand works on the side its muscle is on: it comes up to the middle of the body and does not
    cross it. Each point is drawn in the view that shows it best, because its place in the other
    views is only a mark; there the same areas serve to measure how near a limit comes.
    """
    body = load_body(build)
    anchors = [_anchor(body, point, side) for point in points]
    masks: dict[str, Mask] = {}
    nodes: set[Node] = set()
    for view, strokes in _strokes(anchors).items():
        mask = _drawn(body, view, strokes, half_cm)
        ids = body.ids(view)
        starts = {body.zone(int(ids[y, x])).region for stroke in strokes for x, y in stroke[:1]}
        for zone in np.unique(ids[mask]).tolist():
            node = body.leaf_of_zone[zone]
            if _same_side(node, side) and _same_part(body.zone(zone).region, starts):
                nodes.add(node)
            else:
                mask &= ids != zone
        masks[view] = mask
    touched = [zone for node in nodes for zone in body.zones_of_leaf[node]]
    for view in body.views:
        marks = [(seen[view],) for seen in anchors if view in seen]
        if view not in masks and marks:
            masks[view] = _drawn(body, view, marks, half_cm) & np.isin(body.ids(view), touched)
    pixels = {view: np.flatnonzero(mask) for view, mask in masks.items()}
    return Reach(pixels, frozenset(nodes))


def _anchor(body: Body, point: Point, side: CauseSide) -> Anchor:
    where = side if side in ("left", "right") else "midline"
    try:
        return body.resolve_anchor(point.zone, where, point.u, point.v)
    except KeyError:
        return body.resolve_anchor(point.zone, None, point.u, point.v)


def _strokes(anchors: Sequence[Anchor]) -> dict[str, list[tuple[tuple[int, int], ...]]]:
    """Dots at every anchor, and the shortest lines that join them, by view."""
    strokes: dict[str, list[tuple[tuple[int, int], ...]]] = {}
    for seen in anchors:
        best = next(iter(seen))
        strokes.setdefault(best, []).append((seen[best],))
    joins: list[tuple[float, int, int, str]] = []
    for (i, one), (j, other) in itertools.combinations(enumerate(anchors), 2):
        shared = [v for v in (next(iter(one)), next(iter(other))) if v in one and v in other]
        if shared:
            (x, y), (u, v) = one[shared[0]], other[shared[0]]
            joins.append((float(np.hypot(x - u, y - v)), i, j, shared[0]))
    group = list(range(len(anchors)))
    for _, i, j, view in sorted(joins):
        if group[i] != group[j]:
            strokes.setdefault(view, []).append((anchors[i][view], anchors[j][view]))
            group = [group[i] if one == group[j] else one for one in group]
    return strokes


def _drawn(
    body: Body, view: str, strokes: Iterable[tuple[tuple[int, int], ...]], half_cm: float
) -> Mask:
    ids = body.ids(view)
    radius = half_cm / body.views[view].cm_per_unit
    picture = Image.new("1", (ids.shape[1], ids.shape[0]))
    brush = ImageDraw.Draw(picture)
    for stroke in strokes:
        if len(stroke) > 1:
            brush.line(stroke, fill=1, width=max(1, round(2 * radius)))
        for x, y in stroke:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.array(picture, dtype=bool) & (ids > 0)


def _same_side(node: Node, side: CauseSide) -> bool:
    return side not in ("left", "right") or node[1] in (side, "midline")


def _same_part(region: str, starts: set[str]) -> bool:
    """Whether skin seen beside the hand belongs to the same part of the body.

    In a picture an arm lies beside or over the trunk: a hand on the ribs does not touch it. The
    shoulder belongs to both.
    """
    if region in _ARM:
        return not starts <= _TRUNK
    if region in _TRUNK:
        return not starts <= _ARM
    return True


def touches(reach: Reach, areas: Iterable[LimitArea], atlas: Atlas, body: Body) -> bool:
    """Whether the skin of ``reach`` meets one of the areas, margins included.

    An area the atlas does not know could be anywhere, so it meets everything.
    """
    for area in areas:
        if area.area not in atlas.areas:
            return True
        nodes = _nodes_of(area.area, area.side, atlas)
        if nodes & reach.nodes:
            return True
        if area.margin_cm <= 0:
            continue
        if any(
            _comes_near(pixels, view, nodes, area.margin_cm, body)
            for view, pixels in reach.pixels.items()
        ):
            return True
    return False


@lru_cache(maxsize=4096)
def _nodes_of(term: str, side: Side | None, atlas: Atlas) -> frozenset[Node]:
    return frozenset(atlas.areas.nodes_of(term, side))


def _comes_near(
    pixels: NDArray[np.intp], view: str, nodes: Iterable[Node], margin_cm: float, body: Body
) -> bool:
    """Whether some of ``pixels`` lie within ``margin_cm`` of the leaves' skin in a view.

    Only the window around them is looked at, so that a far area costs nothing.
    """
    if not len(pixels):
        return False
    ids = body.ids(view)
    cm = body.views[view].cm_per_unit
    around = int(np.ceil(margin_cm / cm)) + 1
    ys, xs = np.divmod(pixels, ids.shape[1])
    top, left = max(int(ys.min()) - around, 0), max(int(xs.min()) - around, 0)
    window = ids[top : int(ys.max()) + around + 1, left : int(xs.max()) + around + 1]
    wanted = np.zeros(len(body.zones) + 1, dtype=bool)
    wanted[[zone for node in nodes for zone in body.zones_of_leaf.get(node, ())]] = True
    inside = wanted[window]
    if not inside.any():
        return False
    distance = distance_transform_edt(~inside)[ys - top, xs - left] * cm
    return bool((distance <= margin_cm).any())
