"""Clinical stories: what a therapist reads on the form, and the decision that is right.

Each file tells one story twice. From its prose alone the verdict may never be a milder decision;
with the answers its own words support, and the rest asked in the room, it must be the right one.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unknot.atlas import Atlas
from unknot.case import Screening
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolved import ResolvedCase
from unknot.screening import questions_for

CASES = Path(__file__).resolve().parent.parent / "cases" / "screening"
STORIES = [
    pytest.param(tomllib.loads(path.read_text(encoding="utf-8")), id=path.stem)
    for path in sorted(CASES.glob("*.toml"))
]
VIGNETTES = [
    json.loads(line)
    for line in (CASES / "vignettes.jsonl").read_text(encoding="utf-8").splitlines()
]
ALLOWS_A_PLAN = {"proceed", "modify"}
Story = dict[str, Any]
Build = Callable[..., ResolvedCase]
Screened = Callable[[ResolvedCase], Screening]


def person(story: Story) -> dict[str, Any]:
    return {"age": story["age"], "sex": story["sex"]}


def answers(story: Story) -> dict[str, Any]:
    quoted = {
        row["question"]: {"value": row["value"], "quote": row["quote"]} for row in story["quoted"]
    }
    asked = {
        question: {"value": False, "answered_by": "practitioner"} for question in story["asked"]
    }
    return quoted | asked


def right(story: Story) -> set[str]:
    return {story["expected"], *story["also_acceptable"]}


def raised(screening: Screening) -> str:
    """The worst verdict any rule gave, apart from questions still open."""
    found = [r.verdict for r in screening.reasons if r.verdict != "not_screened"]
    return min(found, key=VERDICTS.index, default="proceed")


# --- (a) prose alone


@pytest.mark.parametrize("story", STORIES)
def test_prose_alone_never_allows_a_plan(story: Story, client: Build, screened: Screened) -> None:
    screening = screened(client(person=person(story), words=story["text"], reason="pain"))
    assert screening.verdict not in ALLOWS_A_PLAN
    assert not screening.complete


@pytest.mark.parametrize("story", STORIES)
def test_prose_alone_already_raises_what_it_says(
    story: Story, client: Build, screened: Screened
) -> None:
    screening = screened(client(person=person(story), words=story["text"], reason="pain"))
    assert raised(screening) in right(story)


@pytest.mark.parametrize("story", VIGNETTES, ids=lambda story: f"{story['id']}-{story['group']}")
def test_a_vignette_in_lay_words_never_allows_a_plan(
    story: Story, client: Build, screened: Screened
) -> None:
    screening = screened(client(person=person(story), words=story["text"], reason="pain"))
    assert screening.verdict not in ALLOWS_A_PLAN


def test_lay_words_raise_dangers_and_leave_ordinary_aches_alone(
    client: Build, screened: Screened
) -> None:
    """Floors for the phrase lists; `docs/safety/rule-review.md` has the numbers before tuning."""
    missed, alarmed, dangers, ordinary = [], [], 0, 0
    for story in VIGNETTES:
        found = raised(screened(client(person=person(story), words=story["text"], reason="pain")))
        if story["expected"] in ("emergency", "urgent_referral"):
            dangers += 1
            missed += [] if found in right(story) else [(story["id"], found)]
        elif story["expected"] == "proceed":
            ordinary += 1
            alarmed += [] if found in ALLOWS_A_PLAN else [(story["id"], found)]
    assert len(missed) <= 0.03 * dangers, missed
    assert len(alarmed) <= 0.03 * ordinary, alarmed


# --- (b) answers entered


@pytest.mark.parametrize("story", STORIES)
def test_every_quoted_answer_rests_on_the_clients_own_words(story: Story, atlas: Atlas) -> None:
    for row in story["quoted"]:
        assert row["quote"] in story["text"]
        assert row["question"] in atlas.questions


@pytest.mark.parametrize("story", STORIES)
def test_the_answers_give_the_right_decision(
    story: Story, client: Build, screened: Screened
) -> None:
    screening = screened(
        client(
            *story["areas"],
            person=person(story),
            words=story["text"],
            reason=story["reason"],
            answers=answers(story),
        )
    )
    assert screening.verdict in right(story), screening.reasons
    if story["expected"] in ALLOWS_A_PLAN:
        assert screening.complete, screening.ask


@pytest.mark.parametrize("story", STORIES)
def test_deleting_a_decisive_answer_changes_the_result_or_asks_for_it(
    story: Story, client: Build, screened: Screened, atlas: Atlas
) -> None:
    def told(given: dict[str, Any]) -> ResolvedCase:
        fields = {"person": person(story), "reason": story["reason"]}
        return client(*story["areas"], answers=given, **fields)

    whole = answers(story)
    before = screened(told(whole))
    quoted = [row["question"] for row in story["quoted"]]
    applying = [one.question.id for one in questions_for(told(whole), atlas)]
    for question in {*quoted, *applying} & whole.keys():
        without = {name: value for name, value in whole.items() if name != question}
        after = screened(told(without))
        assert after != before or question in {ask.question for ask in after.ask}, question


@pytest.mark.parametrize("story", [s for s in STORIES if s.values[0]["expected"] == "proceed"])
def test_not_asking_one_question_is_not_a_no(
    story: Story, client: Build, screened: Screened, atlas: Atlas
) -> None:
    whole = answers(story)
    fields = {"person": person(story), "words": story["text"], "reason": story["reason"]}
    applying = questions_for(client(*story["areas"], answers=whole, **fields), atlas)
    for question in (one.question.id for one in applying if one.question.id in whole):
        without = {name: value for name, value in whole.items() if name != question}
        screening = screened(client(*story["areas"], answers=without, **fields))
        assert screening.verdict == "not_screened"
        assert question in {ask.question for ask in screening.ask}
