"""What planning tests share: the atlas, and cases and differentials said in few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.atlas.body import Body, load_body
from unknot.case import Case, CauseRow, Differential, StructureRow
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase

TODAY = date(2026, 11, 22)
Suspect = tuple[str, int, str, float]
"""A muscle, the index of its part, a side and a probability."""


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="session")
def body() -> Body:
    return load_body()


@pytest.fixture(scope="session")
def a_case(atlas: Atlas) -> Callable[..., ResolvedCase]:
    """Build a resolved case: where it hurts, and any other field of the case."""

    def build(*areas: tuple[str, str], **fields: Any) -> ResolvedCase:
        case = {
            "schema": "unknot/case/1",
            "as_of": TODAY.isoformat(),
            "reason": "pain" if areas else "relaxation",
            "pain": [{"area": area, "side": side, "intensity": 5} for area, side in areas],
            **fields,
        }
        return resolve(Case.model_validate(case), atlas)

    return build


@pytest.fixture(scope="session")
def suspecting(atlas: Atlas) -> Callable[[Sequence[Suspect]], Differential]:
    """Build a differential in which the given points are active with the given probabilities."""

    def build(suspects: Sequence[Suspect]) -> Differential:
        causes: dict[str, CauseRow] = {}
        for name, index, side, probability in suspects:
            muscle = atlas.muscles[name]
            part = muscle.part[index % len(muscle.part)]
            row = CauseRow.model_validate(
                {
                    "id": f"{name}/{part.id}:{side}",
                    "kind": "trigger_point",
                    "structure": muscle.name,
                    "part": part.name,
                    "side": side,
                    "probability": probability,
                }
            )
            causes[row.id] = row
        structures: dict[str, dict[str, float]] = {}
        for row in causes.values():
            sides = structures.setdefault(row.id.split("/")[0], {})
            sides[row.side] = 1 - (1 - sides.get(row.side, 0.0)) * (1 - row.probability)
        return Differential(
            causes=tuple(sorted(causes.values(), key=lambda row: -row.probability)),
            structures=tuple(
                StructureRow.model_validate(
                    {
                        "id": name,
                        "kind": "trigger_point",
                        "structure": atlas.muscles[name].name,
                        "probability": max(sides.values()),
                        "sides": sides,
                    }
                )
                for name, sides in structures.items()
            ),
            unexplained=0.1,
        )

    return build
