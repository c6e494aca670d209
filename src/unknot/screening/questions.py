"""Which questions apply to a case, which are still open, and what an answer could bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from unknot.atlas import Atlas
from unknot.atlas.rules import AGE, PREGNANCY_WEEKS, Condition, Question, Rule
from unknot.case import Verdict, worst_verdict
from unknot.drawing.resolved import ResolvedCase
from unknot.screening.conditions import holds
from unknot.screening.facts import Fact, Facts, Value, gather

Status = Literal["answered", "open", "ask again"]


@dataclass(frozen=True)
class QuestionToAsk:
    """A question that applies to this case, and how it stands.

    ``why_asked`` is "always", "area", "follow-up" or "words"; ``fact`` is what is known.
    """

    question: Question
    group_words: str
    status: Status
    why_asked: str
    fact: Fact
    could_become: Verdict


def questions_for(
    resolved: ResolvedCase, atlas: Atlas, *, as_of: date | None = None
) -> list[QuestionToAsk]:
    """List the questions that apply to a case, groups with the gravest danger first.

    Parameters
    ----------
    resolved
        The case with its words and strokes resolved.
    atlas
        What is known.
    as_of
        The day it is asked; the case's own day when missing.
    """
    facts = gather(resolved, atlas, as_of=as_of)
    return [
        QuestionToAsk(
            question=question,
            group_words=facts.knowledge.groups[question.group].words,
            status=_status(facts[question.id]),
            why_asked=why,
            fact=facts[question.id],
            could_become=could_become(question, facts),
        )
        for question, why in applying(facts)
    ]


def applying(facts: Facts) -> Iterator[tuple[Question, str]]:
    """Yield every question that applies, with why, by group and then by its order."""
    groups = facts.knowledge.groups
    for question in sorted(
        facts.knowledge.questions.values(),
        key=lambda one: (groups[one.group].order, one.order, one.id),
    ):
        why = _why(question, facts)
        if why:
            yield question, why


def is_open(fact: Fact) -> bool:
    """Whether a fact still needs an answer: no value, or a yes too old to be sure of."""
    return fact.value is None or fact.ask_again


def could_become(question: Question, facts: Facts) -> Verdict:
    """Return the worst verdict this question's answer alone could bring, all else as it is."""
    rules = facts.knowledge.rules_of.get(question.id, ())
    worst: Verdict = "proceed"
    for value in _values(question, facts):
        changed = facts.with_value(question.id, value)
        worst = worst_verdict([worst, _first_that_holds(rules, changed)])
    return worst


def _first_that_holds(rules: tuple[Rule, ...], facts: Facts) -> Verdict:
    """Return the verdict of the first rule that holds; they stand gravest first."""
    for rule in rules:
        try:
            if holds(rule.when, facts):
                return rule.verdict
        except Exception:  # a rule that cannot be evaluated cannot be promised to be harmless
            return "not_screened"
    return "proceed"


def _status(fact: Fact) -> Status:
    if fact.ask_again:
        return "ask again"
    return "open" if fact.value is None else "answered"


def _why(question: Question, facts: Facts) -> str:
    if question.only_if is not None and holds(question.only_if, facts) is False:
        return ""
    if question.always:
        return "always"
    if question.areas and not facts.places.isdisjoint(question.areas):
        return "area"
    if question.ask_when is not None and holds(question.ask_when, facts):
        return "follow-up"
    if question.id in facts.words.hinted or question.id in facts.words.said:
        return "words"
    if any(question.id in facts.knowledge.classes[name].asks for name in facts.classes):
        return "list"
    return ""


def _values(question: Question, facts: Facts) -> Iterator[Value]:
    if question.type == "yes_no":
        yield True  # a no to a danger sign raises nothing
        if question.reassuring:
            yield False
    elif question.type == "choice":
        yield from question.options
    elif question.type == "number":
        low, high = question.range or (0.0, 0.0)
        yield from {low, high}
        for rule in facts.knowledge.rules_of.get(question.id, ()):
            for part in rule.when.walk():
                yield from _edges(part, question.id)


def _edges(part: Condition, question: str) -> Iterator[float]:
    """Yield numbers on each side of a threshold."""
    found: list[float | None] = []
    if part.number is not None and part.number.question == question:
        found += [part.number.at_least, part.number.below]
    if question == AGE:
        found += [part.age_at_least, part.age_below]
    if question == PREGNANCY_WEEKS:
        found += [part.pregnancy_weeks_at_least]
    for edge in found:
        if edge is not None:
            yield from (float(edge), float(edge) - 1.0)
