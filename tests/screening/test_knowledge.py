"""The screening files hold together, and every rule can be reached by the questions we ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from unknot.atlas import Atlas, AtlasError, load_atlas
from unknot.atlas.rules import Condition, Knowledge, Rule
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolved import ResolvedCase

Build = Callable[..., ResolvedCase]
RULES = sorted(load_atlas().rules)
MEDICINES_OF = {"statin": "atorvastatin", "antiplatelet-mild": "aspirin"}


def test_there_are_enough_rules_and_no_more_screens_than_a_client_bears(atlas: Atlas) -> None:
    assert len(atlas.rules) >= 70
    assert len(atlas.question_groups) <= 13
    always = {q.group for q in atlas.questions.values() if q.always} - {"about-you"}
    assert len(always) <= 12


def test_every_question_feeds_a_rule_a_limit_or_another_question(atlas: Atlas) -> None:
    used = set(atlas.screening.rules_of)
    for question in atlas.questions.values():
        for condition in (question.ask_when, question.only_if):
            used |= condition.questions() if condition else set()
    used |= {limit.question for rule in atlas.rules.values() for limit in rule.limit}
    used.add("where-it-hurts")  # its answer brings the questions of that place
    assert set(atlas.questions) - used == set()


def test_every_finding_a_question_names_is_in_the_atlas(atlas: Atlas) -> None:
    named = {
        finding
        for question in atlas.questions.values()
        for finding in (question.concept, *question.stated_by)
        if finding
    }
    assert named - set(atlas.findings) == set()


def test_every_question_tells_the_client_in_plain_words(atlas: Atlas) -> None:
    for question in atlas.questions.values():
        assert question.words.endswith("?"), question.id
        assert len(question.words) <= 200, question.id
        assert question.because, question.id


def test_a_textbook_statement_names_its_source(atlas: Atlas) -> None:
    entries = [*atlas.rules.values(), *atlas.questions.values(), *atlas.no_go.values()]
    for entry in entries:
        assert (entry.certainty == "expert") or entry.source.startswith("http"), entry.id
        assert entry.reviewed_by == ""


def ways(condition: Condition) -> Iterator[dict[str, Any]]:
    """Yield fields of a case under which ``condition`` holds: the first ones that come to mind."""
    if condition.all is not None:
        merged: dict[str, Any] = {}
        for part in condition.all:
            for way in ways(part):
                merged = merge(merged, way)
                break
        yield merged
    elif condition.any is not None:
        for part in condition.any:
            yield from ways(part)
    elif condition.count is not None:
        merged = {}
        for part in condition.count.of[: condition.count.n]:
            for way in ways(part):
                merged = merge(merged, way)
                break
        yield merged
    elif condition.yes:
        yield {"answers": {condition.yes: True}}
    elif condition.no:
        yield {"answers": {condition.no: False}}
    elif condition.not_yes:
        yield {}
    elif condition.number:
        edge = condition.number.at_least
        yield {"answers": {condition.number.question: edge if edge is not None else 0}}
    elif condition.age_at_least is not None:
        yield {"person": {"age": condition.age_at_least}}
    elif condition.age_below is not None:
        yield {"person": {"age": condition.age_below - 1}}
    elif condition.pregnancy_weeks_at_least is not None:
        yield {"person": {"pregnancy_weeks": condition.pregnancy_weeks_at_least}}
    elif condition.area:
        for area in condition.area:
            yield {"areas": (area,)}
    elif condition.listed:
        names = {"strong-painkiller": "morphine", "blood-pressure-medicine": "amlodipine"}
        yield {"medicines": [(MEDICINES_OF | names)[condition.listed]]}
    elif condition.unrecognised:
        yield {"medicines" if condition.unrecognised == "medicine" else "conditions": ["zzyxq"]}
    elif condition.sensation:
        areas = condition.sensation.areas or ("foot",)
        yield {"sensations": [{"area": areas[0], "kind": condition.sensation.kinds[0]}]}
    elif condition.pain:
        yield {"pain": [{"area": "low back", "trend": "worse", "onset": "sudden"}]}
    elif condition.words:
        yield {"words": "My skin and eyes have gone yellow and my back cracked suddenly."}
    elif condition.nowhere:
        yield {"reason": "pain"}


def merge(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for name, value in second.items():
        if isinstance(value, dict):
            merged[name] = {**merged.get(name, {}), **value}
        elif isinstance(value, tuple | list):
            merged[name] = [*merged.get(name, []), *value]
        else:
            merged[name] = value
    return merged


@pytest.mark.parametrize("name", RULES)
def test_a_rule_fires_when_its_condition_holds(
    name: str, atlas: Atlas, client: Build, screened: Callable[..., Any]
) -> None:
    rule = atlas.rules[name]
    way = next(ways(rule.when))
    areas = way.pop("areas", [])
    if "pain" in way:
        areas = []
    screening = screened(client(*areas, **way))
    fired = {reason.rule: reason.verdict for reason in screening.reasons}
    assert fired.get(name) == rule.verdict
    assert VERDICTS.index(screening.verdict) <= VERDICTS.index(rule.verdict)
    if rule.limit:
        assert any(limit.source == f"rule:{name}" for limit in screening.limits)


def broken(atlas: Atlas, **rule: Any) -> Knowledge:
    whole = atlas.screening
    fields = {"id": "new", "because": "x", "verdict": "modify", "say": "x", **rule}
    return Knowledge.model_construct(**{**dict(whole), "rules": {"new": Rule(**fields)}})


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"when": {"yes": "sadle-numbness"}}, "unknown question"),
        ({"when": {"area": ["elbo"]}}, "unknown area"),
        ({"when": {"listed": "blood-thiner"}}, "unknown class"),
        ({"when": {"not_yes": "fever"}}, "danger sign"),
        ({"when": {"yes": "surgeon-agrees"}}, "reassures"),
        ({"when": {"yes": "fever"}, "verdict": "emergency"}, "act_within"),
        ({"when": {"yes": "fever"}, "verdict": "proceed"}, "cannot say"),
        ({"when": {"yes": "fever"}, "say": ""}, "modifies nothing"),
        ({"when": {"yes": "fever"}, "alone": False}, "combination"),
    ],
)
def test_knowledge_that_does_not_hold_together_is_refused(
    rule: dict[str, Any], message: str, atlas: Atlas
) -> None:
    with pytest.raises(AtlasError, match=message):
        broken(atlas, **rule).check(atlas.areas)


def test_a_condition_says_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Condition(yes="fever", age_at_least=50)
    with pytest.raises(ValueError, match="exactly one"):
        Condition()


def test_absence_of_a_danger_sign_never_acts(atlas: Atlas) -> None:
    """So more red flags can never lower a verdict: only reassuring facts stand in a negation."""
    for rule in atlas.rules.values():
        for part in rule.when.walk():
            for name in (part.no, part.not_yes):
                assert not name or atlas.questions[name].reassuring
