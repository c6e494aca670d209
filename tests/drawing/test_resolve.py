"""A case's words and strokes, resolved to the atlas's terms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import load_atlas
from unknot.atlas.body import load_body
from unknot.case import InvalidCase, Stroke, read_case
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase

ATLAS = load_atlas()
LEAVES = [t for t in ATLAS.areas.leaves if ATLAS.areas[t].laterality == "paired"]


def resolved(**fields: Any) -> ResolvedCase:
    case = {"schema": "unknot/case/1", "reason": "pain", **fields}
    return resolve(read_case(case), ATLAS)


def problems(**fields: Any) -> list[tuple[str | None, str, str | None]]:
    with pytest.raises(InvalidCase) as caught:
        resolved(**fields)
    return caught.value.problems


@settings(max_examples=60, deadline=None)
@given(term=st.sampled_from(LEAVES), side=st.sampled_from(["left", "right", "both", None]))
def test_a_leaf_is_its_own_node_and_both_sides_are_two_pains(term: str, side: str | None) -> None:
    found = resolved(pain=[{"area": term, "side": side, "intensity": 4}])
    sides = {"left": ["left"], "right": ["right"], "both": ["left", "right"], None: [None]}[side]
    assert [pain.side for pain in found.pains] == sides
    assert all(pain.intensity == 4 and pain.said == term for pain in found.pains)
    expected = (
        {(term, one) for one in ("left", "right")} if side in ("both", None) else {(term, side)}
    )
    assert found.painful == expected
    assert [one.terms for one in found.resolved] == [(term,)]


def test_all_over_is_one_pain() -> None:
    (pain,) = resolved(pain=[{"area": "all over"}]).pains
    assert pain.side == "both"
    assert len(pain.nodes) == len(ATLAS.areas.nodes)


def test_joined_places_are_pains_of_their_own_each_on_its_side() -> None:
    found = resolved(pain=[{"area": "right buttock and left calf", "intensity": 5, "main": True}])
    assert [(pain.said, pain.side, pain.main) for pain in found.pains] == [
        ("buttock", "right", True),
        ("calf", "left", True),
    ]
    assert [(one.path, one.terms, one.side) for one in found.resolved] == [
        ("pain[0].area", ("buttock",), "right"),
        ("pain[0].area", ("calf",), "left"),
    ]


def test_every_place_that_cannot_be_read_is_named_at_once() -> None:
    found = problems(
        pain=[{"area": "butock"}, {"area": "left hip", "side": "right"}, {"area": "knee"}],
        do_not_touch=[{"area": "blorp"}],
        sensations=[{"area": "xyzzy", "kind": "tingling"}],
        tolerance={"pressure_pain_threshold": [{"area": "zzz", "value": 1, "unit": "N"}]},
    )
    assert [path for path, *_ in found] == [
        "pain[0].area",
        "pain[1].area",
        "sensations[0].area",
        "do_not_touch[0].area",
        "tolerance.pressure_pain_threshold[0].area",
    ]
    assert "did you mean 'buttock'" in str(found[0][2])
    assert "says left but the side says right" in found[1][1]


WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), min_codepoint=32), min_size=1, max_size=40
).filter(str.strip)


@settings(max_examples=100, deadline=None)
@given(finding=WORDS, quality=WORDS, worse=WORDS)
def test_no_words_about_a_finding_ever_fail_a_case(finding: str, quality: str, worse: str) -> None:
    found = resolved(
        pain=[{"area": "knee", "qualities": [quality], "worse_with": [worse]}],
        findings=[{"finding": finding, "present": True, "structure": finding, "part": quality}],
    )
    places = {one.path.split(".")[0] for one in found.resolved}
    kept = {one.split(":")[0].split(".")[0] for one in found.unused}
    assert {"pain[0]", "findings[0]"} <= places | kept


def test_what_is_not_understood_is_echoed_and_not_used() -> None:
    found = resolved(
        pain=[{"area": "knee", "qualities": ["flurble"]}],
        answers={"fevr": True, "fever": False},
        findings=[
            {"finding": "zorbing sign", "present": True},
            {
                "finding": "trigger point",
                "present": True,
                "structure": "gluteus minimus",
                "part": "upside down",
                "felt": [{"area": "calf", "side": "left"}, {"area": "blorp"}],
            },
            {"finding": "tenderness", "present": True, "structure": "musculus nonsensicus"},
        ],
    )
    assert found.unused == (
        "findings[0]: zorbing sign",
        "findings[1].felt[1].area: blorp",
        "findings[1].part: upside down",
        "findings[2].structure: musculus nonsensicus",
        "findings[2]: tenderness",
        "pain[0].qualities: flurble",
        "answers.fevr: no such question (did you mean 'fever'?)",
    )
    (pressed,) = [one for one in found.findings if one.finding == "palpation"]
    assert pressed.structures == ("gluteus-minimus",)
    assert pressed.part is None
    assert pressed.sign == "referred_pain"
    assert {side for _, side in pressed.felt} == {"left"}


def test_a_painted_and_named_area_is_one_pain_with_the_higher_intensity() -> None:
    body = load_body()
    node = ("kneecap, centre", "left")
    point = body.zone_point(body.zones_of_leaf[node][0], "front")
    assert point is not None
    stroke = {"view": "front", "radius": 9, "intensity": 8, "points": [list(point)]}
    named = {"area": node[0], "side": node[1], "intensity": 3, "qualities": ["dull"], "main": True}
    found = resolved(pain=[named], drawing={"strokes": [stroke]})
    (same,) = [pain for pain in found.pains if pain.nodes == frozenset([node])]
    assert same.intensity == 8
    assert same.main
    assert same.painted
    assert same.qualities == ("dull",)
    assert same.path == "pain[0]"
    weaker = resolved(pain=[named], drawing={"strokes": [{**stroke, "intensity": 1}]})
    assert [pain.intensity for pain in weaker.pains if pain.nodes == frozenset([node])] == [3]
    assert found.area_cm2 is not None
    assert found.area_cm2 > 0
    assert resolved(pain=[named]).area_cm2 is None


def test_a_place_not_to_touch_can_be_told_and_painted() -> None:
    body = load_body()
    node = ("kneecap, centre", "left")
    point = body.zone_point(body.zones_of_leaf[node][0], "front")
    assert point is not None
    stroke = Stroke(
        view="front", radius=9, layer="do not touch", points=((float(point[0]), float(point[1])),)
    )
    found = resolved(
        do_not_touch=[{"area": "lower abdomen and left breast"}],
        drawing={"strokes": [stroke.model_dump()]},
    )
    assert node in found.do_not_touch
    assert ("lower abdomen", "left") in found.do_not_touch
    assert ("lower abdomen", "right") in found.do_not_touch
    assert ("breast and nipple", "left") in found.do_not_touch
    assert ("breast and nipple", "right") not in found.do_not_touch
    assert not found.pains


def test_numbness_is_kept_apart_from_tingling() -> None:
    found = resolved(
        sensations=[
            {"area": "sole", "side": "left", "kind": "numbness"},
            {"area": "palm", "side": "left", "kind": "tingling"},
        ]
    )
    assert {term for term, _ in found.numb} <= set(ATLAS.areas.leaves)
    assert ("instep", "left") in found.numb
    assert ("palm, centre", "left") not in found.numb


@pytest.mark.parametrize(
    ("value", "unit", "tip_cm2", "kpa"),
    [
        (250, "kPa", 1.0, 250),
        (3, "kg/cm2", 1.0, 294.2),
        (3, "kg/cm2", 0.5, 294.2),
        (30, "N", 1.0, 300),
        (30, "N", 0.5, 600),
        (10, "lbf", 1.0, 444.8),
        (10, "lbf", 2.0, 222.4),
    ],
)
def test_thresholds_are_kilopascals_whatever_the_gauge_says(
    value: float, unit: str, tip_cm2: float, kpa: float
) -> None:
    measured = {"area": "top of shoulder", "side": "left", "value": value, "unit": unit}
    found = resolved(tolerance={"pressure_pain_threshold": [{**measured, "tip_cm2": tip_cm2}]})
    assert found.thresholds == {("top of shoulder", "left"): pytest.approx(kpa, rel=1e-3)}


def test_the_lowest_threshold_of_a_place_counts() -> None:
    at = {"area": "top of shoulder", "side": "left", "unit": "kPa"}
    found = resolved(
        tolerance={"pressure_pain_threshold": [{**at, "value": 300}, {**at, "value": 200}]}
    )
    assert found.thresholds == {("top of shoulder", "left"): 200}


def test_yes_and_no_to_a_question_are_findings_and_other_answers_are_not() -> None:
    question = next(q for q in ATLAS.questions.values() if q.concept in ATLAS.findings)
    for value, expected in ((True, [True]), (False, [False]), ("not_sure", []), ("declined", [])):
        found = resolved(answers={question.id: value})
        about = [one.present for one in found.findings if one.finding == question.concept]
        assert about == expected


def test_main_pain_is_the_marked_one_else_the_strongest_else_all() -> None:
    marked = resolved(pain=[{"area": "knee", "intensity": 9}, {"area": "hand", "main": True}])
    assert {term for term, _ in marked.main_pain} <= set(ATLAS.areas.leaves)
    assert ("thumb, dorsal", "left") in marked.main_pain
    strongest = resolved(pain=[{"area": "medial knee", "intensity": 9}, {"area": "chin"}])
    assert {term for term, _ in strongest.main_pain} == {"medial knee"}
    everything = resolved(pain=[{"area": "medial knee"}, {"area": "chin"}])
    assert {term for term, _ in everything.main_pain} == {"medial knee", "chin"}
