"""The same thing said in another way is the same evidence, and gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import Atlas, Node
from unknot.atlas.body import load_body
from unknot.case import Case, Differential, Drawing, Stroke
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import AreaPain, ResolvedCase
from unknot.drawing.strokes import leaf_coverage, painted_areas, zone_coverage
from unknot.locating import locate

Located = Callable[..., Differential]
BODY = load_body()
LEAVES = (
    ("posterior thigh, middle third", "right"),
    ("low back, lower half", "left"),
    ("top of shoulder", "left"),
    ("temple", "right"),
    ("buttock, middle third", "right"),
    ("anterior leg, upper third", "left"),
    ("sacrum", "midline"),
    ("palm, centre", "left"),
)


def strokes_over(node: Node) -> tuple[Stroke, ...]:
    """Dots on every other pixel of a leaf's zones, well inside them."""
    strokes = []
    for zone in BODY.zones_of_leaf[node]:
        view = BODY.best_view(zone)
        inside = BODY.ids(view) == zone
        kept = inside.copy()
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            kept &= np.roll(inside, (dy, dx), axis=(0, 1))
        ys, xs = np.nonzero(kept)
        chosen = (xs + ys) % 2 == 0
        dots = list(zip(xs[chosen].tolist(), ys[chosen].tolist(), strict=True))
        for start in range(0, len(dots), 1):
            strokes.append((view, dots[start]))
    return tuple(
        Stroke(view=view, radius=1, points=((float(x), float(y)),), intensity=5)  # type: ignore[arg-type]
        for view, (x, y) in strokes
    )


@pytest.mark.parametrize(("leaf", "side"), LEAVES)
def test_painting_exactly_the_zones_of_a_leaf_is_naming_it(
    leaf: str, side: Any, atlas: Atlas, case_of: Callable[..., Case]
) -> None:
    drawing = Drawing.model_construct(
        atlas=None, build="neutral", strokes=strokes_over((leaf, side))
    )
    painted = painted_areas(drawing, atlas, "pain")
    assert [pain.nodes for pain in painted] == [frozenset(atlas.areas.nodes_of(leaf, side))]
    case = case_of(reason="pain")
    named = AreaPain(painted[0].nodes, "pain[0]", leaf, side, intensity=5)
    answers = {
        locate(ResolvedCase(case, pains=(pain,)), atlas, reasons=False).model_dump_json()
        for pain in (painted[0], named)
    }
    assert len(answers) == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(zone=st.integers(1, len(BODY.zones)), share=st.floats(0.1, 0.9))
def test_splitting_a_zone_changes_no_area(zone: int, share: float) -> None:
    """Zones only say how much of an area was covered; how many there are says nothing."""
    here = BODY.zone(zone)
    stroke = Stroke(
        view=BODY.best_view(zone),  # type: ignore[arg-type]
        radius=12,
        points=((float(p[0]), float(p[1])),)
        if (p := BODY.zone_point(zone, BODY.best_view(zone)))
        else ((1.0, 1.0),),
    )
    covered = zone_coverage([stroke], BODY)
    first = replace(here, area_cm2=here.area_cm2 * share)
    second = replace(
        here, id=len(BODY.zones) + 1, slug="split", area_cm2=here.area_cm2 * (1 - share)
    )
    zones = tuple(first if one is here else one for one in BODY.zones)
    split = replace(BODY, zones=(*zones, second))
    before = {node: (s, cm2) for node, s, cm2 in leaf_coverage(covered, BODY)}
    after = {
        node: (s, cm2) for node, s, cm2 in leaf_coverage(np.append(covered, covered[zone]), split)
    }
    assert before.keys() == after.keys()
    for node, numbers in before.items():
        assert after[node] == pytest.approx(numbers, rel=1e-12)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(order=st.permutations(range(4)))
def test_the_order_in_which_pains_are_told_says_nothing(order: list[int], located: Located) -> None:
    pains = [
        {"area": "buttock", "side": "right"},
        {"area": "posterior thigh, upper third", "side": "right"},
        {"area": "low back", "side": "left"},
        {"area": "posterior leg", "side": "right"},
    ]
    told = located(pain=pains)
    shuffled = located(pain=[pains[index] for index in order])
    assert [row.id for row in told.structures] == [row.id for row in shuffled.structures]
    for one, other in zip(told.structures, shuffled.structures, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-9)


def test_two_runs_of_the_program_give_the_same_bytes() -> None:
    """Also where Python orders its sets differently."""
    script = (
        "from unknot.atlas import load_atlas; from unknot.case import read_case;"
        "from unknot.drawing.resolve import resolve; from unknot.locating import locate;"
        "a = load_atlas();"
        "c = read_case({'schema': 'unknot/case/1', 'pain': ["
        "{'area': 'low back'}, {'area': 'thigh', 'side': 'right'}, {'area': 'head'}],"
        "'findings': [{'finding': 'straight leg raise', 'side': 'right', 'present': True}]});"
        "print(locate(resolve(c, a), a).model_dump_json(by_alias=True))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_an_absurd_place_does_not_explain_the_leg(located: Located) -> None:
    """What has no business near the pain is not even listed."""
    found = located(
        pain=[
            {"area": "posterior thigh", "side": "right"},
            {"area": "calf", "side": "right"},
            {"area": "buttock", "side": "right"},
        ]
    )
    by_name = {row.structure: row.probability for row in found.structures}
    assert by_name["gluteus minimus"] > 0.05
    for absurd in ("temporalis", "masseter", "tension-type headache", "upper trapezius"):
        assert by_name.get(absurd, 0.0) < by_name["gluteus minimus"] / 10


def test_a_heart_is_never_found_on_the_right(located: Located, atlas: Atlas) -> None:
    """Left arm and chest may be the heart; the same on the right is no mirrored heart."""

    def heart(side: str) -> float:
        pain = [{"area": "upper chest", "side": side}, {"area": "medial upper arm", "side": side}]
        rows = located(pain=pain).serious
        return next(r.triage for r in rows if r.id.startswith("acute-coronary-syndrome"))

    assert heart("left") > heart("right")


def test_a_case_resolved_twice_is_the_same_case(atlas: Atlas, case_of: Callable[..., Case]) -> None:
    case = case_of(pain=[{"area": "neck", "side": "both"}, {"area": "jaw", "side": "left"}])
    assert resolve(case, atlas) == resolve(case, atlas)
