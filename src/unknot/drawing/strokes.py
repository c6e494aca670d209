"""Painted strokes → zones → leaf areas. Zones only say how much of an area was covered."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from unknot.atlas import Atlas, Node
from unknot.atlas.body import Body, load_body
from unknot.case import Drawing, Stroke
from unknot.case.case import Layer
from unknot.drawing.resolved import AreaPain


def painted_areas(drawing: Drawing | None, atlas: Atlas, layer: Layer) -> tuple[AreaPain, ...]:
    """Return the leaf areas that the strokes of one layer cover enough to count.

    The same skin painted in two views counts once, in the view that shows it best. How much is
    enough stands in ``drawing.toml``.
    """
    if drawing is None:
        return ()
    strokes = [
        (index, stroke) for index, stroke in enumerate(drawing.strokes) if stroke.layer == layer
    ]
    if not strokes:
        return ()
    body = load_body(drawing.build)
    covered = zone_coverage([stroke for _, stroke in strokes], body)
    touched = [(index, stroke, _touched(stroke, body)) for index, stroke in strokes]
    numbers = atlas.drawing.coverage
    found = []
    for node, share, cm2 in leaf_coverage(covered, body):
        enough = share >= numbers.share or (cm2 >= numbers.cm2 and share >= numbers.at_least)
        if enough:
            found.append(_as_pain(node, touched, body))
    return tuple(found)


def zone_coverage(strokes: Iterable[Stroke], body: Body) -> NDArray[np.float64]:
    """(zones + 1,) share of each zone's skin that is painted, by zone id; 0 is not skin.

    A zone is measured in the view that shows most of it, so that painting along an edge does
    not count for the skin that only just shows there.
    """
    count = len(body.areas_cm2)
    shown = _most_shown(body)
    share = np.zeros(count)
    by_view: dict[str, list[Stroke]] = {}
    for stroke in strokes:
        by_view.setdefault(stroke.view, []).append(stroke)
    for view, in_view in by_view.items():
        ids = body.ids(view)
        painted = ids[_stamped(in_view, ids.shape) & (ids > 0)]
        pixels = np.bincount(painted.ravel(), minlength=count)
        share = np.maximum(share, pixels / np.maximum(shown, 1))
    return np.asarray(np.minimum(share, 1.0))


def leaf_coverage(covered: NDArray[np.float64], body: Body) -> list[tuple[Node, float, float]]:
    """Return (leaf, share of its skin covered, cm2 covered) for every leaf touched at all."""
    found = []
    for node, zones in body.zones_of_leaf.items():
        places = np.array(zones)
        areas = body.areas_cm2[places]
        cm2 = float((areas * covered[places]).sum())
        if cm2 > 0:
            found.append((node, cm2 / float(areas.sum()), cm2))
    return found


def painted_cm2(drawing: Drawing, height_cm: float | None) -> float:
    """Estimate the painted skin in cm2; scaled by height squared where the height is known."""
    body = load_body(drawing.build)
    strokes = [stroke for stroke in drawing.strokes if stroke.layer == "pain"]
    cm2 = float((body.areas_cm2 * zone_coverage(strokes, body)).sum())
    return cm2 * ((height_cm or 172.0) / 172.0) ** 2


def _most_shown(body: Body) -> NDArray[np.int64]:
    count = len(body.areas_cm2)
    most = np.zeros(count, dtype=np.int64)
    for view in body.views:
        ids = body.ids(view)
        most = np.maximum(most, np.bincount(ids.ravel(), minlength=count))
    return most


def _stamped(strokes: list[Stroke], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    picture = Image.new("1", (shape[1], shape[0]))
    brush = ImageDraw.Draw(picture)
    for stroke in strokes:
        radius = stroke.radius
        points = [(float(x), float(y)) for x, y in stroke.points]
        if len(points) > 1:
            brush.line(points, fill=1, width=max(1, round(2 * radius)))
        for x, y in points:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.array(picture, dtype=bool)


def _as_pain(node: Node, touched: list[tuple[int, Stroke, frozenset[int]]], body: Body) -> AreaPain:
    """The area with the strongest intensity and all qualities of the strokes that reach it."""
    zones = frozenset(body.zones_of_leaf[node])
    reaching = [(index, stroke) for index, stroke, reached in touched if reached & zones]
    intensities = [stroke.intensity for _, stroke in reaching if stroke.intensity is not None]
    term, side = node
    return AreaPain(
        nodes=frozenset([node]),
        path=f"drawing.strokes[{reaching[0][0] if reaching else touched[0][0]}]",
        said=term,
        side=side,
        intensity=max(intensities, default=None),
        qualities=tuple(dict.fromkeys(s.quality for _, s in reaching if s.quality)),
        painted=True,
    )


def _touched(stroke: Stroke, body: Body) -> frozenset[int]:
    """Zones a stroke reaches; 0 is not skin."""
    ids = body.ids(stroke.view)
    reached = np.unique(ids[_stamped([stroke], ids.shape)])
    return frozenset(reached.tolist()) - {0}
