"""Properties of screening over any case Hypothesis can think of."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from unknot.atlas import load_atlas
from unknot.case import Case, Differential, Screening, SeriousRow
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolved import AreaPain, ResolvedCase
from unknot.screening import questions_for, review, screen

ATLAS = load_atlas()
TODAY = date(2026, 11, 22)
QUESTIONS = ATLAS.screening.questions
YES_NO = sorted(q.id for q in QUESTIONS.values() if q.type == "yes_no")
DANGERS = [name for name in YES_NO if not QUESTIONS[name].reassuring]
SENTENCES = [
    "My neck is stiff.",
    "It is numb when I wipe.",
    "My calf is swollen and hot.",
    "No fever, no weakness.",
    "I take apixaban.",
    "My mum had cancer.",
    "The weather is nice.",
]
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def severity(screening: Screening) -> int:
    return -VERDICTS.index(screening.verdict)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Where it hurts, who it is, and mostly-no answers to what applies, some of them missing."""
    nodes = draw(st.lists(st.sampled_from(ATLAS.areas.nodes), min_size=1, max_size=4, unique=True))
    person = {
        "age": draw(st.one_of(st.none(), st.integers(8, 95))),
        "sex": draw(st.sampled_from(["female", "male", None])),
    }
    words = " ".join(draw(st.lists(st.sampled_from(SENTENCES), max_size=2, unique=True)))
    fields: dict[str, Any] = {"nodes": nodes, "person": person, "words": words or None}
    fields["medicines"] = draw(
        st.lists(st.sampled_from(["aspirin", "warfarin", "q1z"]), max_size=1)
    )
    answers: dict[str, Any] = {}
    if draw(st.booleans()):
        for _ in range(3):
            for one in questions_for(build(fields, answers), ATLAS):
                if one.question.type == "yes_no":
                    answers.setdefault(one.question.id, one.question.reassuring)
    changed = draw(
        st.dictionaries(
            st.sampled_from(YES_NO), st.sampled_from([True, False, "not_sure"]), max_size=4
        )
    )
    fields["answers"] = {**answers, **changed}
    return fields


def build(fields: dict[str, Any], answers: dict[str, Any]) -> ResolvedCase:
    case = Case.model_validate(
        {
            "schema": "unknot/case/1",
            "as_of": TODAY.isoformat(),
            "reason": "pain",
            "person": fields["person"],
            "words": fields["words"],
            "medicines": fields["medicines"],
            "answers": answers,
        }
    )
    pain = AreaPain(frozenset(fields["nodes"]), path="pain[0]", said="here", side=None)
    return ResolvedCase(case, pains=(pain,))


def look(fields: dict[str, Any], answers: dict[str, Any] | None = None) -> Screening:
    resolved = build(fields, fields["answers"] if answers is None else answers)
    return screen(resolved, ATLAS, as_of=TODAY)


@SOME
@given(cases(), st.data())
def test_removing_an_answer_never_opens_the_way_to_a_plan(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    applying = [
        one.question.id
        for one in questions_for(build(fields, fields["answers"]), ATLAS)
        if one.question.id in fields["answers"]
    ]
    assume(applying)
    gone = data.draw(st.sampled_from(applying))
    before = look(fields)
    after = look(fields, {k: v for k, v in fields["answers"].items() if k != gone})
    if after.verdict in ("proceed", "modify"):
        assert before.verdict in ("proceed", "modify")
    assert severity(after) >= min(severity(before), -VERDICTS.index("not_screened"))


@SOME
@given(cases(), st.sampled_from(DANGERS))
def test_one_more_red_flag_never_lowers_the_verdict(fields: dict[str, Any], flag: str) -> None:
    assert severity(look(fields, {**fields["answers"], flag: True})) >= severity(look(fields))


@SOME
@given(cases(), st.sampled_from(YES_NO))
def test_not_sure_is_at_least_as_grave_as_no(fields: dict[str, Any], question: str) -> None:
    no = look(fields, {**fields["answers"], question: False})
    unsure = look(fields, {**fields["answers"], question: "not_sure"})
    if not QUESTIONS[question].reassuring:
        assert severity(unsure) >= severity(no)
    else:
        yes = look(fields, {**fields["answers"], question: True})
        assert severity(unsure) >= severity(yes)


@SOME
@given(cases(), st.sampled_from(SENTENCES))
def test_one_more_sentence_never_lowers_the_verdict(fields: dict[str, Any], more: str) -> None:
    longer = {**fields, "words": f"{fields['words'] or ''} {more}"}
    assert severity(look(longer)) >= severity(look(fields))


@SOME
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(fields: dict[str, Any], chance: Any) -> None:
    pairs = list(fields["answers"].items())
    chance.shuffle(pairs)
    shuffled = {**fields, "nodes": fields["nodes"][::-1]}
    assert look(shuffled, dict(pairs)) == look(fields)


@SOME
@given(cases())
def test_complete_means_nothing_required_is_open(fields: dict[str, Any]) -> None:
    screening = look(fields)
    required = [ask for ask in screening.ask if QUESTIONS[ask.question].required]
    assert screening.complete == (not required)
    if not screening.complete:
        assert screening.verdict not in ("proceed", "modify")


@SOME
@given(cases(), st.data())
def test_review_only_raises(fields: dict[str, Any], data: st.DataObject) -> None:
    share = st.floats(0, 1, allow_nan=False)
    rows = [
        SeriousRow(
            id=f"cause-{index}",
            structure="a structure",
            kind="vascular",
            triage=data.draw(share),
            threshold=data.draw(share),
            raised=data.draw(st.booleans()),
            verdict=data.draw(st.sampled_from(VERDICTS)),
            act_within="now",
            to="a doctor",
            rule_out="a test",
        )
        for index in range(data.draw(st.integers(0, 3)))
    ]
    before = look(fields)
    after = review(before, Differential(unexplained=0.0, serious=tuple(rows)))
    assert severity(after) >= severity(before)
    assert set(before.reasons) <= set(after.reasons)
    assert after.limits == before.limits
    assert after.ask == before.ask
    for row in rows:
        if row.raised or row.triage >= row.threshold:
            assert severity(after) >= -VERDICTS.index(row.verdict)
