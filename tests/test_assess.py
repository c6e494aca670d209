"""The whole path: a verdict that stops, stops; and each reader sees what is theirs to see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from unknot.assess import NO_PLAN, assess
from unknot.atlas import Atlas, load_atlas
from unknot.case import Assessment, Case, Verdict, read_case
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolve import resolve
from unknot.screening import questions_for, screen

TODAY = date(2026, 11, 22)
ATLAS = load_atlas()
EXAMPLES = Path(__file__).parents[1] / "examples"
BASE: dict[str, Any] = {
    "schema": "unknot/case/1",
    "as_of": TODAY.isoformat(),
    "reason": "pain",
    "person": {"age": 45, "sex": "female"},
    "pain": [
        {"area": "low back", "side": "right", "intensity": 6, "main": True},
        {"area": "buttock", "side": "right", "intensity": 4},
    ],
    "findings": [
        {
            "finding": "trigger point reproduces my pain",
            "structure": "quadratus lumborum",
            "side": "right",
            "present": True,
        }
    ],
}


def answered(**given: Any) -> Case:
    """Answer everything that applies, reassuringly, but for what is given."""
    answers = dict(given)
    while True:
        case = read_case({**BASE, "answers": answers})
        open_ = [
            one.question
            for one in questions_for(resolve(case, ATLAS), ATLAS, as_of=TODAY)
            if one.question.id not in answers
            and one.question.type == "yes_no"
            and one.status != "answered"
        ]
        if not open_:
            return case
        answers |= {question.id: question.reassuring for question in open_}


@cache
def cases() -> dict[Verdict, tuple[Case, ...]]:
    """Cases by the verdict screening gives them; one answer each differs from the reassuring."""
    found: dict[Verdict, list[Case]] = {verdict: [] for verdict in VERDICTS}
    found["not_screened"].append(read_case(BASE))
    calm = answered()
    found[screen(resolve(calm, ATLAS), ATLAS, as_of=TODAY).verdict].append(calm)
    for question in sorted(ATLAS.questions.values(), key=lambda one: one.id):
        if question.type != "yes_no" or all(len(found[v]) >= 2 for v in VERDICTS):
            continue
        changed = answered(**{question.id: not question.reassuring})
        verdict = screen(resolve(changed, ATLAS), ATLAS, as_of=TODAY).verdict
        if len(found[verdict]) < 2:
            found[verdict].append(changed)
    return {verdict: tuple(group) for verdict, group in found.items()}


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a JSON document, with where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{path}[{index}]")
    else:
        yield path, value


def names_of_structures(atlas: Atlas) -> re.Pattern[str]:
    names = {muscle.name for muscle in atlas.muscles.values()}
    names |= {muscle.id for muscle in atlas.muscles.values()}
    names |= {
        cause.name for cause in atlas.causes.values() if cause.kind in ("joint", "disc", "bone")
    }
    names |= {cause.name for cause in atlas.causes.values() if cause.kind.startswith("nerve")}
    return re.compile(r"\b(" + "|".join(re.escape(n) for n in sorted(names)) + r")\b", re.I)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_can_be_reached(verdict: Verdict) -> None:
    assert cases()[verdict]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_that_forbids_a_session_never_has_a_plan(verdict: Verdict) -> None:
    for case in cases()[verdict]:
        for parts in (("plan",), ("screening", "differential", "plan")):
            answer = assess(case, ATLAS, parts=parts, as_of=TODAY, reasons=False)
            final = assess(case, ATLAS, parts=("screening",), as_of=TODAY).screening
            assert final is not None
            if final.verdict in NO_PLAN:
                assert answer.plan is None
                assert answer.withheld_because == NO_PLAN[final.verdict]
            else:
                assert answer.plan is not None
                assert answer.withheld_because is None


@pytest.mark.parametrize("verdict", ["emergency", "urgent_referral"])
def test_an_emergency_shows_what_to_do_and_nothing_else(verdict: Verdict) -> None:
    for case in cases()[verdict]:
        answer = assess(case, ATLAS, as_of=TODAY)
        assert answer.differential is None
        assert answer.next_findings is None
        assert answer.plan is None
        assert answer.screening is not None
        worst = answer.screening.reasons[0]
        assert worst.act_within
        assert worst.to


FORBIDDEN = re.compile(
    r"probab|triage|threshold|interval|\bbits\b|pain_target|pain_ceiling|kpa|hold_s|repetitions"
    r"|rest_s|seconds|steps|position|technique|structures|causes|unexplained|max_|forbid"
)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_client_reads_no_number_structure_dose_site_or_limit(verdict: Verdict) -> None:
    structures = names_of_structures(ATLAS)
    for case in cases()[verdict]:
        answer = assess(case, ATLAS, audience="client", as_of=TODAY)
        document = answer.model_dump(mode="json", by_alias=True)
        assert document["audience"] == "client"
        for path, value in walk(document):
            if value is None:
                continue
            assert not FORBIDDEN.search(path.replace(".screening.ask", "")), path
            assert isinstance(value, (str, bool)), f"{path} holds the number {value}"
            if isinstance(value, str) and not value.startswith("http"):
                found = structures.search(value)
                assert found is None, f"{path} names {found and found.group()}: {value}"
        assert document["messages"]
        assert document["messages"] == list(dict.fromkeys(document["messages"]))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_provider_reads_words_and_not_a_ranking(verdict: Verdict) -> None:
    for case in cases()[verdict]:
        answer = assess(case, ATLAS, audience="provider", as_of=TODAY)
        assert answer.differential is None
        assert answer.next_findings is None
        assert not re.search(r"\d\.\d\d", " ".join(answer.messages))


def test_two_runs_of_the_program_give_the_same_bytes() -> None:
    """From words to plan, also where Python orders its sets differently."""
    case = cases()["proceed"][0].model_dump_json(by_alias=True)
    script = (
        "import sys; from unknot.assess import assess; from unknot.atlas import load_atlas;"
        "from unknot.case import read_case;"
        "print(assess(read_case(sys.argv[1]), load_atlas()).model_dump_json(by_alias=True))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script, case],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_only_what_was_asked_for_is_answered() -> None:
    case = cases()["proceed"][0]
    answer = assess(case, ATLAS, parts=("screening",), as_of=TODAY)
    assert answer.screening is not None
    assert answer.differential is None
    assert answer.plan is None
    assert answer.withheld_because is None


def test_an_emergency_is_said_even_where_screening_was_not_asked_for() -> None:
    """Else leaving it out would be a way round it."""
    case = cases()["emergency"][0]
    answer = assess(case, ATLAS, parts=("differential", "plan"), as_of=TODAY)
    assert answer.screening is not None
    assert answer.screening.verdict == "emergency"
    assert answer.differential is None
    assert answer.plan is None


def test_nothing_unknown_stays_unsaid() -> None:
    case = read_case({**BASE, "findings": [{"finding": "glows in the dark", "present": True}]})
    assert any("glows in the dark" in line for line in assess(case, ATLAS, as_of=TODAY).unused)


def test_an_unreviewed_atlas_says_so() -> None:
    answer: Assessment = assess(cases()["proceed"][0], ATLAS, as_of=TODAY)
    assert answer.reviewed == ATLAS.reviewed
    assert not answer.reviewed


def test_a_stopped_client_reads_what_to_do_first_and_no_name_of_a_cause() -> None:
    case = read_case((EXAMPLES / "stop-cauda-equina.json").read_bytes())
    answer = assess(case, ATLAS, audience="client")
    assert answer.messages[0] == ATLAS.client_sentences.verdict["emergency"]
    assert answer.screening is not None
    assert answer.screening.ask == ()
    text = " ".join(
        [*answer.messages, *(f"{r.because} {r.say}" for r in answer.screening.reasons)]
    ).lower()
    for cause in ATLAS.causes.values():
        if cause.serious:
            assert cause.name.lower() not in text, cause.name
