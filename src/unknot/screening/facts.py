"""What is known about a client, fact by fact: yes, no, a number, or open. Silence stays open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from unknot.atlas import Areas, Atlas, Node
from unknot.atlas.rules import AGE, PREGNANCY_WEEKS, PREGNANT, Knowledge, NamedClass, Question
from unknot.case import Answer, Case
from unknot.drawing.resolved import ResolvedCase
from unknot.screening.words import WordsRead, class_of, read_words

Basis = Literal["answer", "words", "list", "finding", "person"]
Open = Literal["not asked yet", "not sure", "declined", "expired", "not understood"]
Value = bool | float | str


@dataclass(frozen=True)
class Fact:
    """One fact: its value (None while open), what it rests on, and the words behind it.

    ``ask_again`` is true for a yes that has expired: it still stands, and is asked again.
    """

    value: Value | None = None
    basis: Basis | None = None
    open: Open = "not asked yet"
    quote: str = ""
    ask_again: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything a rule may read about one case."""

    case: Case
    by_question: Mapping[str, Fact]
    places: frozenset[str]
    """Terms and regions where something hurts or is felt, drawn or only told."""
    painful: frozenset[Node]
    sensations: tuple[tuple[str, frozenset[str]], ...]
    findings: frozenset[str]
    classes: Mapping[str, str]
    unrecognised: Mapping[str, tuple[str, ...]]
    words: WordsRead
    knowledge: Knowledge
    answers_ignored: tuple[str, ...] = ()

    def __getitem__(self, question: str) -> Fact:
        """Return the fact a question asks for; an open one when nothing is known."""
        return self.by_question.get(question, Fact())

    def with_value(self, question: str, value: Value) -> Facts:
        """Return the same facts, had ``question`` been answered with ``value``."""
        fact = Fact(value, "answer")
        return replace(self, by_question={**self.by_question, question: fact})

    @property
    def nowhere(self) -> bool:
        """Whether pain is the reason to come and no place of it is known."""
        return self.case.reason in (None, "pain") and not self.places


def gather(resolved: ResolvedCase, atlas: Atlas, *, as_of: date | None) -> Facts:
    """Collect the facts of a case from answers, words, lists, findings and drawing.

    A yes from any of them is a yes, because the client's own words, a list of medicines or a
    finding may only raise. One thing settles what words alone raised: a no by a practitioner or
    provider, who read the words and asked.

    Parameters
    ----------
    resolved
        The case with its words and strokes resolved.
    atlas
        What is known.
    as_of
        The day it is looked at; answers older than their question allows have expired.
    """
    knowledge, case = atlas.screening, resolved.case
    today = as_of or case.as_of
    words = _read(case.words, atlas)
    classes, unrecognised = _lists(case, knowledge)
    for name, sentence in words.classes.items():
        classes.setdefault(name, sentence)
    findings = frozenset(found.finding for found in resolved.findings if found.present)
    facts = {
        question.id: _fact(question, case, today, words, classes, findings, knowledge)
        for question in knowledge.questions.values()
    }
    told = set(words.regions)
    for question in knowledge.questions.values():
        value = facts[question.id].value
        if question.type == "area" and question.ask_when and question.ask_when.nowhere:
            told |= read_words(value if isinstance(value, str) else None, knowledge).regions
    nodes = resolved.painful | {node for one in resolved.sensations for node in one.nodes}
    known = {*knowledge.questions, *atlas.findings}
    return Facts(
        case=case,
        by_question=facts,
        places=frozenset(places_of(nodes, atlas.areas) | told),
        painful=resolved.painful,
        sensations=(
            *(
                (one.kind, frozenset(places_of(one.nodes, atlas.areas)))
                for one in resolved.sensations
            ),
            *(
                (("numbness", frozenset(places_of(resolved.numb, atlas.areas))),)
                if resolved.numb
                else ()
            ),
        ),
        findings=findings,
        classes=classes,
        unrecognised=unrecognised,
        words=words,
        knowledge=knowledge,
        answers_ignored=tuple(
            sorted(
                name
                for name, answer in case.answers.items()
                if name not in known and not name.startswith("clearance:") and answer.value is True
            )
        ),
    )


def places_of(nodes: Iterable[Node], areas: Areas) -> set[str]:
    """Return the terms and regions of some nodes, and the coarse terms that hold them."""
    terms = {term for term, _ in nodes}
    return terms.union(*(areas.wider.get(term, frozenset()) for term in terms))


@lru_cache(maxsize=8)
def _read(words: str | None, atlas: Atlas) -> WordsRead:
    """Read words once for the few questions one request asks about them."""
    return read_words(words, atlas.screening)


def _lists(case: Case, knowledge: Knowledge) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Sort the lists of the case into classes, and keep what no class knows."""
    medicines = [entry for entry in knowledge.classes.values() if entry.kind == "medicine"]
    others = [entry for entry in knowledge.classes.values() if entry.kind != "medicine"]
    classes: dict[str, str] = {}
    unknown: dict[str, list[str]] = {"medicine": [], "condition": []}
    lists: tuple[tuple[str, tuple[str, ...], list[NamedClass]], ...] = (
        ("medicine", case.medicines, medicines),
        ("condition", (*case.conditions, *case.procedures, *case.devices), others),
    )
    for kind, entries, known in lists:
        for text in entries:
            found = class_of(text, known)
            for entry in found:
                classes.setdefault(entry.id, text)
            if not found:
                unknown[kind].append(text)
    return classes, {kind: tuple(texts) for kind, texts in unknown.items()}


def _fact(
    question: Question,
    case: Case,
    today: date | None,
    words: WordsRead,
    classes: Mapping[str, str],
    findings: frozenset[str],
    knowledge: Knowledge,
) -> Fact:
    answer = case.answers.get(question.id)
    answered = _answered(question, answer, today) if answer is not None else Fact()
    if question.id == AGE and case.person.age is not None:
        return Fact(float(case.person.age), "person")
    if case.person.pregnancy_weeks:
        if question.id == PREGNANT:
            return Fact(True, "person")
        if question.id == PREGNANCY_WEEKS:
            return Fact(float(case.person.pregnancy_weeks), "person")
    if answered.value is not None and answered.value is not False:
        return answered
    if question.reassuring:
        return answered
    for name, text in classes.items():
        if question.id in knowledge.classes[name].implies:
            return Fact(True, "list", quote=text)
    if not findings.isdisjoint({question.concept, *question.stated_by}):
        return Fact(True, "finding")
    if answered.value is False and answer and answer.answered_by in ("practitioner", "provider"):
        return answered
    if question.id in words.said:
        return Fact(True, "words", quote=words.said[question.id])
    if question.id in words.numbers:
        number, sentence = words.numbers[question.id]
        return Fact(number, "words", quote=sentence)
    return answered


def _answered(question: Question, answer: Answer, today: date | None) -> Fact:
    value = answer.value
    quote = answer.quote or ""
    if isinstance(value, str) and value.strip().lower() in {"not_sure", "not sure"}:
        return Fact(open="not sure", quote=quote)
    if isinstance(value, str) and value.strip().lower() == "declined":
        return Fact(open="declined", quote=quote)
    understood = _understood(question, answer)
    if understood is None:
        return Fact(open="not understood", quote=quote)
    if _expired(question, answer, today):
        if understood is True and not question.reassuring:
            return Fact(True, "answer", open="expired", quote=quote, ask_again=True)
        return Fact(open="expired", quote=quote)
    return Fact(understood, "answer", quote=quote)


def _understood(question: Question, answer: Answer) -> Value | None:
    value = answer.value
    if question.type == "yes_no":
        if isinstance(value, str):
            return {"yes": True, "no": False}.get(value.strip().lower())
        return value if isinstance(value, bool) else None
    if question.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        number = float(value)
        if answer.unit in ("F", "°F") and question.unit == "°C":
            number = (number - 32) / 1.8
        elif answer.unit not in (None, "", question.unit, question.unit.lstrip("°")):
            return None
        low, high = question.range or (0.0, 0.0)
        return number if low <= number <= high else None
    if not isinstance(value, str) or not value.strip():
        return None
    if question.type == "choice":
        return value if value in question.options else None
    if question.type == "date":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return None
    return value.strip()


def _expired(question: Question, answer: Answer, today: date | None) -> bool:
    """An answer without a day is of today; one from tomorrow, or of unknown age, is not trusted."""
    if answer.answered_on is None:
        return False
    if today is None:
        return question.valid_days > 0
    age = (today - answer.answered_on).days
    return age < 0 or (question.valid_days > 0 and age > question.valid_days)
