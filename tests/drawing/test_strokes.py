"""Painted strokes: what counts as pain in an area, in every view."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import Node, load_atlas
from unknot.atlas.body import Body, load_body
from unknot.case import Drawing, Stroke
from unknot.case.case import Layer
from unknot.drawing.strokes import painted_areas, painted_cm2

VIEWS = ("front", "back", "left", "right", "soles", "feet-top", "inner-left", "inner-right")
BODY = load_body()


def filled(node: Node, body: Body = BODY) -> list[Stroke]:
    """Strokes that fill a leaf's skin and nothing else, each zone in the view that shows it best.

    They keep one pixel away from the edge, which is as thin as the thinnest brush.
    """
    strokes = []
    for zone in body.zones_of_leaf[node]:
        view = max(body.views, key=lambda name: int((body.ids(name) == zone).sum()))
        mask = body.ids(view) == zone
        inner = mask.copy()
        for axis in (0, 1):
            inner &= np.roll(mask, 1, axis) & np.roll(mask, -1, axis)
        for row in np.flatnonzero(inner.any(axis=1)):
            columns = np.flatnonzero(inner[row])
            for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
                ends = ((float(run[0]), float(row)), (float(run[-1]), float(row)))
                strokes.append(Stroke(view=view, radius=1, points=ends))  # type: ignore[arg-type]
    return strokes


def painted(strokes: list[Stroke], layer: Layer = "pain") -> set[Node]:
    drawing = Drawing.model_construct(atlas=None, build="neutral", strokes=tuple(strokes))
    return {node for pain in painted_areas(drawing, load_atlas(), layer) for node in pain.nodes}


@pytest.mark.parametrize("node", BODY.nodes[::6], ids=lambda node: f"{node[0]}, {node[1]}")
def test_filling_a_leaf_is_naming_it(node: Node) -> None:
    assert painted(filled(node)) == {node}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_painted(view: str) -> None:
    rows, columns = np.nonzero(BODY.ids(view))
    middle = len(rows) // 2
    at = (float(columns[middle]), float(rows[middle]))
    stroke = Stroke(view=view, radius=25, intensity=6, quality="burning", points=(at,))  # type: ignore[arg-type]
    found = painted_areas(Drawing(strokes=(stroke,)), load_atlas(), "pain")
    assert found
    for pain in found:
        assert pain.intensity == 6
        assert pain.qualities == ("burning",)
        assert pain.path == "drawing.strokes[0]"
        assert pain.painted


@settings(max_examples=60, deadline=None)
@given(
    view=st.sampled_from(VIEWS),
    at=st.tuples(st.floats(0, 959), st.floats(0, 959)),
)
def test_a_stray_touch_of_one_pixel_paints_nothing(view: str, at: tuple[float, float]) -> None:
    assert painted([Stroke(view=view, radius=1, points=(at,))]) == set()  # type: ignore[arg-type]


strokes_anywhere = st.lists(
    st.builds(
        Stroke,
        view=st.sampled_from(VIEWS),
        radius=st.floats(1, 60),
        intensity=st.none() | st.floats(0, 10),
        points=st.lists(
            st.tuples(st.floats(-200, 2000), st.floats(-200, 2000)), min_size=1, max_size=6
        ).map(tuple),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(strokes_anywhere)
def test_painting_is_deterministic_and_more_paint_never_covers_less(strokes: list[Stroke]) -> None:
    everything = painted(strokes)
    assert painted(strokes) == everything
    assert painted(list(reversed(strokes))) == everything
    assert painted(strokes[:1]) <= everything
    known = set(BODY.nodes)
    assert everything <= known


@settings(max_examples=30, deadline=None)
@given(strokes_anywhere)
def test_painted_skin_grows_with_the_person_and_never_exceeds_a_body(strokes: list[Stroke]) -> None:
    drawing = Drawing(strokes=tuple(strokes))
    cm2 = painted_cm2(drawing, None)
    assert 0 <= cm2 <= BODY.areas_cm2.sum() + 1e-9
    assert painted_cm2(drawing, 172) == cm2
    assert painted_cm2(drawing, 86) == pytest.approx(cm2 / 4)


def test_the_same_skin_in_two_views_counts_once() -> None:
    node: Node = ("lateral thigh, middle third", "right")
    zone = BODY.zones_of_leaf[node][0]
    strokes = []
    for view in ("front", "right", "back"):
        point = BODY.zone_point(zone, view)
        if point is not None:
            strokes.append(
                Stroke(view=view, radius=8, points=((float(point[0]), float(point[1])),))
            )  # type: ignore[arg-type]
    assert len(strokes) >= 2
    together = painted_cm2(Drawing(strokes=tuple(strokes)), None)
    apart = [painted_cm2(Drawing(strokes=(one,)), None) for one in strokes]
    assert together < sum(apart)
    assert together >= max(apart) - 1e-9


def test_the_strongest_stroke_that_reaches_an_area_gives_its_intensity() -> None:
    node: Node = ("kneecap, centre", "left")
    whole = [one.model_copy(update={"intensity": 3.0}) for one in filled(node)]
    stronger = whole[len(whole) // 2].model_copy(update={"intensity": 8.0, "quality": "sharp"})
    drawing = Drawing.model_construct(build="neutral", strokes=(*whole, stronger))
    (pain,) = painted_areas(drawing, load_atlas(), "pain")
    assert pain.intensity == 8.0
    assert pain.qualities == ("sharp",)


def test_layers_do_not_mix() -> None:
    node: Node = ("heel, plantar", "right")
    strokes = [one.model_copy(update={"layer": "numb"}) for one in filled(node)]
    assert painted(strokes, "numb") == {node}
    assert painted(strokes, "pain") == set()
    assert painted_areas(None, load_atlas(), "pain") == ()
