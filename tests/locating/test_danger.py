"""Saying more never makes a serious cause look safer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import Atlas, load_atlas
from unknot.case import read_case
from unknot.drawing.resolve import resolve
from unknot.locating import build_network
from unknot.locating.evidence import gather
from unknot.locating.triage import triage

ATLAS = load_atlas()
PLACE = st.tuples(
    st.sampled_from(sorted(t for t, a in ATLAS.areas.by_term.items() if a.laterality == "paired")),
    st.sampled_from(["left", "right"]),
)
FINDINGS = sorted(ATLAS.findings)
SIGNS = ["trigger point", "tender to press", "taut band", "twitch response", "reproduces my pain"]
SOME = settings(max_examples=60, deadline=None, derandomize=True)


def scores(atlas: Atlas, **fields: Any) -> dict[str, float]:
    """Triage score of every serious cause."""
    case = read_case({"schema": "unknot/case/1", **fields})
    resolved, network = resolve(case, atlas), build_network(atlas)
    rows = triage(resolved, gather(resolved, atlas, network), network, atlas, case.person)
    return {row.id.rpartition(":")[0]: row.triage for row in rows}


def places(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"area": area, "side": side} for area, side in pairs]


def lowered(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    assert after.keys() == before.keys()
    return {n: (before[n], after[n]) for n in before if after[n] < before[n] * (1 - 1e-9)}


@st.composite
def told(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Findings by their own names, present or absent."""
    return [
        {
            "finding": ATLAS.findings[name].name,
            "present": draw(st.booleans()),
            "side": draw(st.sampled_from(["left", "right", None])),
        }
        for name in draw(st.lists(st.sampled_from(FINDINGS), max_size=4, unique=True))
    ]


@SOME
@given(
    pain=st.lists(PLACE, min_size=1, max_size=4, unique=True),
    findings=told(),
    muscles=st.lists(st.sampled_from(sorted(ATLAS.muscles)), min_size=1, max_size=4),
    sign=st.sampled_from(SIGNS),
    side=st.sampled_from(["left", "right", "both", None]),
    felt=st.lists(PLACE, max_size=2),
    age=st.sampled_from([None, 19, 45, 72]),
)
def test_pressing_never_lowers_a_serious_cause(
    pain: list[tuple[str, str]],
    findings: list[dict[str, Any]],
    muscles: list[str],
    sign: str,
    side: str | None,
    felt: list[tuple[str, str]],
    age: int | None,
) -> None:
    case = {"pain": places(*pain), "person": {"age": age}}
    pressed = [
        {
            "finding": sign,
            "structure": ATLAS.muscles[name].name,
            "side": side,
            "present": True,
            "felt": places(*felt),
        }
        for name in muscles
    ]
    before = scores(ATLAS, **case, findings=findings)
    after = scores(ATLAS, **case, findings=[*findings, *pressed])
    assert lowered(before, after) == {}


@SOME
@given(
    pain=st.lists(PLACE, min_size=1, max_size=4, unique=True),
    more=st.lists(PLACE, min_size=1, max_size=6, unique=True),
    findings=told(),
)
def test_painting_more_never_lowers_a_serious_cause(
    pain: list[tuple[str, str]], more: list[tuple[str, str]], findings: list[dict[str, Any]]
) -> None:
    before = scores(ATLAS, pain=places(*pain), findings=findings)
    after = scores(ATLAS, pain=places(*pain, *more), findings=findings)
    assert lowered(before, after) == {}


@SOME
@given(
    pain=st.lists(PLACE, min_size=1, max_size=3, unique=True),
    findings=told(),
    one_more=st.sampled_from([n for n in FINDINGS if ATLAS.findings[n].kind != "history"]),
    side=st.sampled_from(["left", "right", None]),
)
def test_a_positive_finding_never_lowers_a_serious_cause(
    pain: list[tuple[str, str]],
    findings: list[dict[str, Any]],
    one_more: str,
    side: str | None,
) -> None:
    """Nor hides another one that measures the same thing; a summary that denies others may."""
    entry = ATLAS.findings[one_more]
    if entry.implies_absent or any(f["finding"] == entry.name for f in findings):
        return
    extra = {"finding": entry.name, "present": True, "side": side}
    before = scores(ATLAS, pain=places(*pain), findings=findings)
    after = scores(ATLAS, pain=places(*pain), findings=[*findings, extra])
    assert lowered(before, after) == {}


@pytest.mark.parametrize("serious", sorted(c.id for c in ATLAS.causes.values() if c.serious))
def test_two_findings_that_measure_the_same_never_tell_less_than_one(serious: str) -> None:
    """A finding more telling of something else must not stand in for this cause's own."""
    network = build_network(ATLAS)
    own = {
        name: weight
        for index in network.of_entry[serious]
        for (name, _), weight in network.sources[index].findings.items()
        if ATLAS.findings[name].bundle
    }
    for name in own:
        bundle = ATLAS.findings[name].bundle
        mine = {"finding": ATLAS.findings[name].name, "present": True, "side": "left"}
        before = scores(ATLAS, reason="pain", findings=[mine])[serious]
        for other in FINDINGS:
            if other == name or ATLAS.findings[other].bundle != bundle:
                continue
            also = {"finding": ATLAS.findings[other].name, "present": True, "side": "left"}
            after = scores(ATLAS, reason="pain", findings=[mine, also])[serious]
            assert after >= before * (1 - 1e-9), (name, other)
