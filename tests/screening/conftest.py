"""What screening tests share: the atlas, and cases said in few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.case import Case, Screening
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.screening import questions_for, screen

TODAY = date(2026, 11, 22)
Build = Callable[..., ResolvedCase]


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="session")
def client(atlas: Atlas) -> Build:
    """Build a resolved case: where it hurts, answers, and any other field of the case."""

    def build(*areas: str, answers: dict[str, Any] | None = None, **fields: Any) -> ResolvedCase:
        person = {"age": 40, "sex": "male", **fields.pop("person", {})}
        case = {
            "schema": "unknot/case/1",
            "as_of": TODAY.isoformat(),
            "reason": "pain" if areas else "relaxation",
            "person": person,
            "pain": [{"area": area} for area in areas],
            "answers": answers or {},
            **fields,
        }
        return resolve(Case.model_validate(case), atlas)

    return build


@pytest.fixture(scope="session")
def all_no(atlas: Atlas, client: Build) -> Build:
    """Build a case whose every question that applies was answered no, but for the given ones."""

    def build(*areas: str, answers: dict[str, Any] | None = None, **fields: Any) -> ResolvedCase:
        given = dict(answers or {})
        while True:
            resolved = client(*areas, answers=given, **fields)
            missing = [
                one.question
                for one in questions_for(resolved, atlas)
                if one.question.type == "yes_no" and one.question.id not in given
            ]
            if not missing:
                return resolved
            for question in missing:
                given[question.id] = question.reassuring

    return build


@pytest.fixture(scope="session")
def screened(atlas: Atlas) -> Callable[[ResolvedCase], Screening]:
    return lambda resolved: screen(resolved, atlas, as_of=TODAY)
