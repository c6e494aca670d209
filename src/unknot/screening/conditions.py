"""Evaluate a declarative condition: True, False, or None while an answer is missing."""

from __future__ import annotations

from collections.abc import Iterable

from unknot.atlas.rules import (
    AGE,
    PREGNANCY_WEEKS,
    Condition,
    PainCondition,
    SensationCondition,
    Threshold,
)
from unknot.case import Pain
from unknot.screening.facts import Facts
from unknot.screening.words import match


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Say whether ``condition`` holds for ``facts``; None while that is open.

    Kleene's three-valued logic: an open part decides nothing unless the others decide alone.
    """
    if condition.all is not None:
        return _all(holds(part, facts) for part in condition.all)
    if condition.any is not None:
        return _any(holds(part, facts) for part in condition.any)
    if condition.count is not None:
        values = [holds(part, facts) for part in condition.count.of]
        if sum(value is True for value in values) >= condition.count.n:
            return True
        possible = sum(value is not False for value in values)
        return None if possible >= condition.count.n else False
    return _single(condition, facts)


def _single(condition: Condition, facts: Facts) -> bool | None:
    if condition.yes is not None:
        value = facts[condition.yes].value
        return None if value is None else value is True
    if condition.not_yes is not None:
        return facts[condition.not_yes].value is not True
    if condition.no is not None:
        fact = facts[condition.no]
        if fact.value is None and fact.open == "not asked yet":
            return None
        return fact.value is not True
    if condition.number is not None:
        return _compared(condition.number, facts)
    if condition.choice is not None:
        value = facts[condition.choice.question].value
        return None if value is None else value in condition.choice.one_of
    if condition.age_at_least is not None:
        return _compared(Threshold(question=AGE, at_least=condition.age_at_least), facts)
    if condition.age_below is not None:
        return _compared(Threshold(question=AGE, below=condition.age_below), facts)
    if condition.pregnancy_weeks_at_least is not None:
        at_least = condition.pregnancy_weeks_at_least
        return _compared(Threshold(question=PREGNANCY_WEEKS, at_least=at_least), facts)
    if condition.sex is not None:
        sex = facts.case.person.sex
        return None if sex is None else sex in condition.sex
    return _observed(condition, facts)


def _observed(condition: Condition, facts: Facts) -> bool:
    """Decide what is in the document or is not: never open."""
    if condition.reason is not None:
        return facts.case.reason in condition.reason
    if condition.area is not None:
        return not facts.places.isdisjoint(condition.area)
    if condition.sensation is not None:
        return _felt(condition.sensation, facts)
    if condition.pain is not None:
        return any(_fits(pain, condition.pain) for pain in facts.case.pain)
    if condition.finding is not None:
        return condition.finding in facts.findings
    if condition.listed is not None:
        return condition.listed in facts.classes
    if condition.unrecognised is not None:
        return bool(facts.unrecognised.get(condition.unrecognised))
    if condition.nowhere:
        return facts.nowhere
    if condition.words is not None:
        reading = facts.knowledge.reading
        return any(
            match(sentence, condition.words, reading) == "said"
            for sentence in facts.words.sentences
        )
    raise ValueError(f"a condition that says nothing: {condition!r}")


def _compared(threshold: Threshold, facts: Facts) -> bool | None:
    value = facts[threshold.question].value
    if value is None:
        return None
    if isinstance(value, bool | str):
        raise TypeError(f"{threshold.question} is {value!r}, not a number")
    return (threshold.at_least is None or value >= threshold.at_least) and (
        threshold.below is None or value < threshold.below
    )


def _felt(wanted: SensationCondition, facts: Facts) -> bool:
    return any(
        kind in wanted.kinds and (not wanted.areas or not places.isdisjoint(wanted.areas))
        for kind, places in facts.sensations
    )


def _fits(pain: Pain, wanted: PainCondition) -> bool:
    strength = max(pain.worst or 0.0, pain.intensity or 0.0)
    return (
        (not wanted.onset or pain.onset in wanted.onset)
        and (not wanted.trend or pain.trend in wanted.trend)
        and (wanted.worst_at_least is None or strength >= wanted.worst_at_least)
    )


def _all(values: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _any(values: Iterable[bool | None]) -> bool | None:
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result
