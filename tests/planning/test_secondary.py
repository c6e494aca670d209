"""A joint or headache makes real points in its segment; a session may treat them."""

from __future__ import annotations

from typing import Any

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.case import Differential, StructureRow, read_case
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.planning.secondary import with_secondary_points


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


def hurting(area: str, atlas: Atlas) -> ResolvedCase:
    pain = [{"area": area, "side": "right"}]
    return resolve(read_case({"schema": "unknot/case/1", "pain": pain}), atlas)


def likely(name: str, atlas: Atlas, **fields: Any) -> Differential:
    cause = atlas.causes[name]
    side = "right" if cause.laterality == "paired" else "midline"
    row = StructureRow(
        id=name,
        kind=cause.kind,
        structure=cause.name,
        probability=0.8,
        sides={side: 0.8},
        serious=cause.serious,
        **fields,
    )
    return Differential(structures=(row,), unexplained=0.1)


def test_a_tension_headache_brings_its_muscles_to_the_table(atlas: Atlas) -> None:
    found = with_secondary_points(
        likely("tension-type-headache", atlas), hurting("temple", atlas), atlas
    )
    muscles = {row.id: row for row in found.structures if row.kind == "trigger_point"}
    assert "temporalis" in muscles
    assert muscles["temporalis"].sides.get("right", 0.0) > 0
    assert all(0 <= row.probability <= 1 for row in found.structures)


def test_only_muscles_that_reach_the_pain_are_added(atlas: Atlas) -> None:
    found = with_secondary_points(
        likely("tension-type-headache", atlas), hurting("great toe", atlas), atlas
    )
    assert all(row.kind != "trigger_point" for row in found.structures)


def test_an_irritated_root_adds_no_place_to_press(atlas: Atlas) -> None:
    before = likely("l5-nerve-root", atlas)
    assert with_secondary_points(before, hurting("buttock", atlas), atlas) == before


def test_a_muscle_already_suspected_only_becomes_likelier(atlas: Atlas) -> None:
    resolved = hurting("temple", atlas)
    before = likely("tension-type-headache", atlas)
    own = StructureRow(
        id="temporalis",
        kind="trigger_point",
        structure="temporalis",
        probability=0.3,
        sides={"right": 0.3, "left": 0.0},
    )
    after = with_secondary_points(
        before.model_copy(update={"structures": (*before.structures, own)}), resolved, atlas
    )
    row = next(row for row in after.structures if row.id == "temporalis")
    assert row.probability > 0.3
