"""Danger is never explained away, hidden or mirrored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unknot.atlas import Atlas
from unknot.case import Differential, read_case
from unknot.drawing.resolve import resolve
from unknot.locating import build_network
from unknot.locating.evidence import gather
from unknot.locating.triage import triage

Located = Callable[..., Differential]
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
COMPLAINTS: tuple[dict[str, Any], ...] = (
    {"pain": [{"area": "low back", "side": "both"}], "person": {"age": 71, "sex": "male"}},
    {
        "pain": [{"area": "calf", "side": "right"}],
        "findings": [{"finding": "one calf swollen", "side": "right", "present": True}],
    },
    {"pain": [{"area": "upper chest", "side": "left"}, {"area": "jaw", "side": "left"}]},
    {"pain": [{"area": "temple", "side": "left"}], "person": {"age": 72}},
)


def scores(atlas: Atlas, **fields: Any) -> dict[str, float]:
    """Triage scores by serious cause."""
    case = read_case({"schema": "unknot/case/1", **fields})
    resolved, network = resolve(case, atlas), build_network(atlas)
    rows = triage(resolved, gather(resolved, atlas, network), network, atlas, case.person)
    return {row.structure: row.triage for row in rows}


@SLOW
@given(data=st.data())
def test_a_positive_palpation_never_lowers_a_serious_cause(
    data: st.DataObject, atlas: Atlas
) -> None:
    complaint = data.draw(st.sampled_from(COMPLAINTS))
    muscle = data.draw(st.sampled_from(sorted(atlas.muscles)))
    side = data.draw(st.sampled_from(["left", "right"]))
    pressed = {
        "finding": "tender point reproduces my pain",
        "structure": atlas.muscles[muscle].name,
        "side": side,
        "present": True,
        "reproduces": "mine",
    }
    findings = [*complaint.get("findings", []), pressed]  # type: ignore[misc]
    before = scores(atlas, **complaint)
    after = scores(atlas, **{**complaint, "findings": findings})
    for name, score in before.items():
        assert after[name] >= score - 1e-12, name


def test_every_serious_cause_stays_in_sight_whatever_is_likely(
    located: Located, atlas: Atlas
) -> None:
    found = located(
        pain=[{"area": "buttock", "side": "right"}],
        findings=[
            {
                "finding": "reproduces my pain",
                "structure": "piriformis",
                "side": "right",
                "present": True,
                "reproduces": "mine",
            }
        ],
    )
    serious = {cause.name for cause in atlas.causes.values() if cause.serious}
    assert {row.structure for row in found.serious} == serious


def test_bladder_and_saddle_signs_raise_the_cauda_equina(located: Located) -> None:
    ordinary = located(pain=[{"area": "low back", "side": "both"}])
    marked = located(
        pain=[{"area": "low back", "side": "both"}],
        findings=[
            {"finding": "saddle numbness", "present": True},
            {"finding": "urinary retention", "present": True},
        ],
    )
    name = next(row.structure for row in ordinary.serious if "cauda equina" in row.structure)
    assert not any(row.raised for row in ordinary.serious if row.structure == name)
    assert any(row.raised for row in marked.serious if row.structure == name)


def test_the_most_costly_to_miss_stand_first(located: Located) -> None:
    rows = located(pain=[{"area": "low back", "side": "both"}]).serious
    ratios = [row.triage / row.threshold for row in rows]
    assert ratios == sorted(ratios, reverse=True)


def test_a_gluteal_point_raises_the_root_instead_of_explaining_it_away(located: Located) -> None:
    drawing = {
        "pain": [
            {"area": "buttock", "side": "right"},
            {"area": "posterior thigh", "side": "right"},
            {"area": "posterior leg", "side": "right"},
            {"area": "lateral border of foot", "side": "right"},
        ],
        "findings": [{"finding": "straight leg raise", "side": "right", "present": True}],
    }
    point = {
        "finding": "gluteal trigger point present",
        "side": "right",
        "present": True,
    }
    before = located(**drawing)
    after = located(**{**drawing, "findings": [*drawing["findings"], point]})

    def root(found: Differential) -> float:
        return max((r.probability for r in found.structures if r.kind == "nerve_root"), default=0.0)

    assert root(after) >= root(before)


def test_a_finding_made_after_the_ranking_was_seen_counts_less(located: Located) -> None:
    drawing = {"pain": [{"area": "posterior thigh", "side": "right"}]}

    def minimus(**pressed: object) -> float:
        finding = {
            "finding": "trigger point",
            "structure": "gluteus minimus",
            "side": "right",
            "present": True,
            "reproduces": "mine",
            **pressed,
        }
        found = located(**drawing, findings=[finding])
        return next(r.probability for r in found.structures if r.id == "gluteus-minimus")

    unaided = located(**drawing)
    without = next(r.probability for r in unaided.structures if r.id == "gluteus-minimus")
    assert without < minimus(ranking_shown_before=True) < minimus()


@pytest.mark.parametrize(
    ("organ", "own", "other"),
    [
        ("acute-coronary-syndrome", "left", "right"),
        ("acute-cholecystitis", "right", "left"),
        ("acute-appendicitis", "right", "left"),
    ],
)
def test_organs_that_are_not_paired_are_never_mirrored(
    organ: str, own: str, other: str, atlas: Atlas
) -> None:
    network = build_network(atlas)
    sources = [network.sources[index] for index in network.of_entry[organ]]
    for source in sources:
        assert source.side != other
        near = sum(weight for (_, side), weight in source.areas.items() if side == own)
        far = sum(weight for (_, side), weight in source.areas.items() if side == other)
        assert near > far
