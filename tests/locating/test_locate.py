"""What a therapist may rely on: the answer follows the drawing, and says when it cannot."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from unknot.atlas import Atlas
from unknot.atlas.body import load_body
from unknot.case import Differential, read_case
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import AreaPain, ResolvedCase
from unknot.locating import build_network, locate

Located = Callable[..., Differential]
SCIATICA_LIKE = [
    {"area": "buttock, lower third", "side": "right", "main": True},
    {"area": "posterior thigh", "side": "right"},
    {"area": "posterior leg, upper third", "side": "right"},
]


def names(found: Differential, count: int = 5) -> list[str]:
    return [row.structure for row in found.structures[:count]]


def test_pain_down_the_back_of_the_leg_names_the_gluteus_minimus(located: Located) -> None:
    assert "gluteus minimus" in names(located(pain=SCIATICA_LIKE))


def test_the_side_follows_the_drawing(located: Located) -> None:
    row = next(r for r in located(pain=SCIATICA_LIKE).structures if r.id == "gluteus-minimus")
    assert row.sides["right"] > 10 * row.sides["left"]


def test_mirrored_pain_gives_the_mirrored_answer(located: Located) -> None:
    other = [{**pain, "side": "left"} for pain in SCIATICA_LIKE]
    right, left = located(pain=SCIATICA_LIKE), located(pain=other)
    flipped = {"left": "right", "right": "left"}
    paired = {row.id: row for row in left.structures if set(row.sides) == {"left", "right"}}
    compared = 0
    for row in right.structures[:10]:
        if row.id in paired:
            compared += 1
            for side, value in row.sides.items():
                assert paired[row.id].sides[flipped[side]] == pytest.approx(value, abs=2e-3)
    assert compared >= 5


def test_only_what_reaches_the_pain_is_shown(located: Located, atlas: Atlas) -> None:
    found = located(pain=SCIATICA_LIKE)
    painful = {n for pain in SCIATICA_LIKE for n in atlas.areas.nodes_of(pain["area"], "right")}
    network = build_network(atlas)
    for row in found.structures:
        members = [network.sources[i] for i in network.of_entry[row.id]]
        assert any(painful & source.areas.keys() for source in members), row.structure


def test_a_wide_pattern_that_was_not_drawn_counts_against_its_source(located: Located) -> None:
    one = located(pain=[{"area": "posterior thigh, upper third", "side": "right"}], reasons=True)
    against = [reason.evidence for row in one.structures for reason in row.against]
    assert any("not reported" in evidence for evidence in against)


def test_without_pain_there_is_nothing_to_locate(located: Located) -> None:
    found = located(reason="relaxation")
    assert found.structures == ()
    assert found.unexplained == 1.0
    assert found.note is not None
    assert "nothing to locate" in found.note


def test_findings_that_no_source_reaches_still_get_an_answer(located: Located) -> None:
    found = located(reason="stiffness", findings=[{"finding": "tinnitus", "present": True}])
    assert 0.0 <= found.unexplained <= 1.0


def test_naming_a_leaf_and_painting_exactly_its_zones_are_the_same_evidence(atlas: Atlas) -> None:
    case = read_case({"schema": "unknot/case/1", "reason": "pain"})
    body = load_body()
    for leaf in ("posterior thigh, middle third", "greater trochanter", "temple"):
        node = (leaf, "right")
        assert {body.leaf_of_zone[zone] for zone in body.zones_of_leaf[node]} == {node}
        named = AreaPain(frozenset(atlas.areas.nodes_of(leaf, "right")), "pain[0]", leaf, "right")
        painted = AreaPain(frozenset([node]), "drawing", leaf, "right", painted=True)
        answers = [
            locate(ResolvedCase(case, pains=(pain,)), atlas).model_dump_json(by_alias=True)
            for pain in (named, painted)
        ]
        assert answers[0] == answers[1]


def test_the_same_case_gives_the_same_bytes(located: Located) -> None:
    first, second = (located(pain=SCIATICA_LIKE, reasons=True) for _ in range(2))
    assert first.model_dump_json(by_alias=True) == second.model_dump_json(by_alias=True)


def test_probabilities_have_six_decimals_and_ties_stand_by_id(located: Located) -> None:
    data = json.loads(located(pain=SCIATICA_LIKE).model_dump_json(by_alias=True))
    shown = [(row["probability"], row["id"]) for row in data["structures"]]
    assert all(value == round(value, 6) for value, _ in shown)
    assert all(
        before[0] > after[0]
        or (before[0] == after[0] and before[1] <= after[1])
        or before[0] == pytest.approx(after[0], abs=1e-6)
        for before, after in itertools.pairwise(shown)
    )


def test_pain_on_both_sides_is_two_pains(atlas: Atlas) -> None:
    case = read_case({"schema": "unknot/case/1", "pain": [{"area": "temple", "side": "both"}]})
    assert len(resolve(case, atlas).pains) == 2


def test_a_small_drawing_is_answered_exactly(located: Located, atlas: Atlas) -> None:
    found = located(pain=SCIATICA_LIKE)
    assert found.exact
    assert found.missing_mass <= atlas.locating.budget.missing_mass
    assert found.error is not None
    assert found.error <= atlas.locating.budget.tolerated_error


def test_more_than_the_budget_is_answered_coarsely_and_labelled(atlas: Atlas) -> None:
    case = read_case({"schema": "unknot/case/1", "reason": "pain"})
    pains = tuple(
        AreaPain(frozenset([node]), "drawing", node[0], node[1], painted=True)
        for node in atlas.areas.nodes[:200]
    )
    found = locate(ResolvedCase(case, pains=pains), atlas, reasons=False)
    assert found.structures
    assert not found.exact
    assert found.note


def test_reasons_add_up_to_the_direction_of_the_answer(located: Located) -> None:
    found = located(pain=SCIATICA_LIKE, reasons=True)
    leader = found.structures[0]
    assert leader.for_
    assert sum(reason.bits for reason in leader.for_) > 0
    assert all(reason.bits > 0 for reason in leader.for_)
    assert all(reason.bits < 0 for reason in leader.against)


def test_structures_that_explain_it_about_equally_are_named_together(located: Located) -> None:
    found = located(pain=[{"area": "low back", "side": "left"}], reasons=True)
    for group in found.overlaps:
        assert len(group) > 1
        assert found.structures[0].structure in group
