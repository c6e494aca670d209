"""Screening knowledge: questions, rules, classes of medicines and conditions, no-go zones.

Each is one text file. `Knowledge.check` holds them together: a rule that names an unknown
question, area or class, a reassuring fact used as a danger, a danger without a deadline, are
errors of the atlas and not surprises in front of a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from unknot.atlas.areas import Areas
from unknot.atlas.muscles import Share
from unknot.atlas.source import AtlasError, Entry, Statement
from unknot.case.assessment import VERDICTS, Forbidden, Verdict
from unknot.case.case import Onset, Position, ReasonToCome, SensationKind, Sex, Trend

ActWithin = Literal["now", "same day", "2 days", "2 weeks", "before treatment", ""]
QuestionType = Literal["yes_no", "number", "choice", "date", "area"]
ClassKind = Literal["medicine", "condition", "procedure", "device"]
AGE, PREGNANT, PREGNANCY_WEEKS = "age", "pregnant", "pregnancy-weeks"
"""Questions that a field of the case's person can answer."""
Patterns = tuple[str, ...]
"""Readable phrase patterns; see `unknot.screening.words` for their small language."""


class Threshold(Entry):
    """A number answered to a question, compared: ``at_least`` and ``below`` are inclusive, strict.

    The unit is the question's own.
    """

    question: str
    at_least: float | None = None
    below: float | None = None


class Choice(Entry):
    """A choice answered to a question."""

    question: str
    one_of: tuple[str, ...]


class SensationCondition(Entry):
    """A sensation of one of ``kinds`` in one of ``areas`` (terms or regions; empty: anywhere)."""

    kinds: tuple[SensationKind, ...]
    areas: tuple[str, ...] = ()


class PainCondition(Entry):
    """A pain with this onset, trend or strength; every field given must hold for one pain."""

    onset: tuple[Onset, ...] = ()
    trend: tuple[Trend, ...] = ()
    worst_at_least: float | None = None


class CountAtLeast(Entry):
    """At least ``n`` of several conditions."""

    n: Annotated[int, Field(ge=1)]
    of: tuple[Condition, ...]


class Condition(Entry):
    """A small declarative condition: exactly one field is set.

    Three-valued: true, false, or open while an answer is missing. ``not_yes`` holds unless a
    *reassuring* question has been answered yes, so that silence never reassures; ``no`` holds
    when a reassuring question was answered with anything but yes.
    """

    yes: str | None = None
    no: str | None = None
    not_yes: str | None = None
    number: Threshold | None = None
    choice: Choice | None = None
    age_at_least: int | None = None
    age_below: int | None = None
    sex: tuple[Sex, ...] | None = None
    pregnancy_weeks_at_least: int | None = None
    reason: tuple[ReasonToCome, ...] | None = None
    area: tuple[str, ...] | None = None
    sensation: SensationCondition | None = None
    pain: PainCondition | None = None
    finding: str | None = None
    listed: str | None = Field(
        default=None, description="Id of a class of medicines, conditions, procedures or devices."
    )
    unrecognised: Literal["medicine", "condition"] | None = None
    words: Patterns | None = None
    nowhere: Literal[True] | None = Field(
        default=None, description="The client comes for pain and no place is known yet."
    )
    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    count: CountAtLeast | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> Condition:
        """Refuse a condition with no field or several."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one condition, not {given or 'none'}")
        return self

    def walk(self) -> Iterator[Condition]:
        """Yield this condition and every condition inside it."""
        yield self
        inner = (*(self.all or ()), *(self.any or ()), *(self.count.of if self.count else ()))
        for condition in inner:
            yield from condition.walk()

    def questions(self) -> set[str]:
        """Ids of the questions this condition reads."""
        found: set[str] = set()
        for condition in self.walk():
            found |= {
                name
                for name in (
                    condition.yes,
                    condition.no,
                    condition.not_yes,
                    condition.number.question if condition.number else None,
                    condition.choice.question if condition.choice else None,
                    AGE if (condition.age_at_least, condition.age_below) != (None, None) else None,
                    PREGNANCY_WEEKS if condition.pregnancy_weeks_at_least is not None else None,
                )
                if name
            }
        return found


class Question(Statement):
    """One question to the client, in the client's own plain words.

    It applies when ``always``, when pain or another sensation lies in one of ``areas`` (terms or
    regions of the area table), or when ``ask_when`` holds; ``only_if`` narrows all three (sex,
    age). ``says`` are phrases in the client's own words that count as yes; ``hints`` only make
    the question be asked; ``softened_by`` turns a ``says`` in the same sentence into a hint.
    """

    id: str
    group: str
    order: int
    words: str
    because: str = Field(description="Why it is asked, told to the client.")
    type: QuestionType = "yes_no"
    options: tuple[str, ...] = ()
    unit: str = ""
    range: tuple[float, float] | None = None
    always: bool = False
    areas: tuple[str, ...] = ()
    ask_when: Condition | None = None
    only_if: Condition | None = None
    reassuring: bool = Field(default=False, description="True if yes is the safe answer.")
    required: bool = Field(default=True, description="False if an open answer blocks nothing.")
    valid_days: Annotated[int, Field(ge=0)] = Field(
        description="Days an answer holds; 0 means for ever."
    )
    concept: str = Field(default="", description="The finding that states the same fact.")
    stated_by: tuple[str, ...] = Field(
        default=(), description="Findings that, when present, say yes to it."
    )
    expected_yes_rate: Share = Field(description="Share of ordinary clients who say yes.")
    says: Patterns = ()
    hints: Patterns = ()
    softened_by: Patterns = ()
    past_counts: bool = Field(
        default=False, description="True if it also counts when it was years ago."
    )
    numbers: Patterns = Field(default=(), description="Phrases with # where the number stands.")
    reviewed_by: str = ""


class QuestionGroup(Entry):
    """Several questions on one screen: "any of these?", with one tap for none."""

    id: str
    order: int
    words: str


class QuestionGroups(Entry):
    """The file ``question_groups.toml``."""

    group: tuple[QuestionGroup, ...]


class RegionWords(Entry):
    """What laypeople call a region of the area table."""

    region: str
    says: Patterns


class RegionWordsFile(Entry):
    """The file ``region_words.toml``."""

    region: tuple[RegionWords, ...]


class WordList(Entry):
    """Many ways to say one thing; a pattern names it as ``@name``."""

    name: str
    words: Patterns


class WordLists(Entry):
    """The file ``word_lists.toml``."""

    list: tuple[WordList, ...]


def expanded(patterns: Patterns, lists: Mapping[str, Patterns], place: str) -> Patterns:
    """Write out every ``@name`` in ``patterns``.

    Raises
    ------
    AtlasError
        If a pattern names a list there is none of.
    """

    def written_out(alternative: str) -> str:
        word = alternative.strip()
        if not word.startswith("@"):
            return alternative
        if word[1:] not in lists:
            raise AtlasError(f"unknown word list {word!r}", path=place)
        return " / ".join(lists[word[1:]])

    return tuple(
        " + ".join(
            " / ".join(written_out(one) for one in group.split(" / "))
            for group in pattern.split(" + ")
        )
        for pattern in patterns
    )


class Reading(Entry):
    """The file ``reading.toml``: words that deny, end a denial, soften, or speak of others."""

    deny: Patterns = Field(description="Words before a sign that deny it.")
    not_denying: Patterns = Field(description="A denying word followed by one of these does not.")
    deny_after: Patterns = Field(description="Phrases after a sign that deny it.")
    unless_then: Patterns = Field(
        description="A phrase of deny_after before one of these does not."
    )
    breaks: Patterns = Field(description="Words that end a denial.")
    subjects: Patterns = Field(description="Words that end a denial when they follow a comma.")
    relatives: Patterns = Field(description="Words for other people.")
    relatives_do: Patterns = Field(description="What follows a relative who has the thing.")
    softens: Patterns = Field(description="Anywhere in the sentence: make sure before believing.")
    past: Patterns = Field(description="Anywhere in the sentence: it was long ago.")
    recent: Patterns = Field(description="Anywhere in the sentence: it is not long ago after all.")
    stopped: Patterns = Field(description="Anywhere in the sentence: a medicine that is over.")
    not_having: Patterns = Field(
        description="Words between a relative's verb and a sign that part them."
    )
    reach: int = Field(ge=1, description="Words a denial reaches.")


class LimitTemplate(Statement):
    """A limit a rule writes. ``where``: the named areas, the painted ones, an answer, everywhere.

    ``days`` bounds it in time, counted from the day of the case.
    """

    where: Literal["areas", "painted", "answer", "whole body"]
    areas: tuple[str, ...] = ()
    question: str = ""
    margin_cm: float = 0.0
    movement: str | None = None
    position: Position | None = None
    structure: str | None = None
    forbid: tuple[Forbidden, ...] = ()
    max_pain: Annotated[float, Field(ge=0, le=10)] | None = None
    max_minutes: float | None = None
    only_technique: str | None = None
    days: int | None = None
    because: str


class Rule(Statement):
    """When ``when`` holds, the verdict is at least ``verdict``; a rule never lowers anything."""

    id: str
    when: Condition
    verdict: Verdict
    because: str
    act_within: ActWithin = ""
    to: str = ""
    say: str = Field(default="", description="A sentence to say aloud, or to show.")
    areas: tuple[str, ...] = Field(default=(), description="Areas it concerns.")
    limit: tuple[LimitTemplate, ...] = ()
    clearance_days: int = Field(
        default=90, description="How long a provider's yes to this rule holds."
    )
    alone: bool = Field(
        default=True, description="False if its evidence is weak alone; then it must be a combo."
    )
    reviewed_by: str = ""


class NamedClass(Statement):
    """A class of medicines, conditions, procedures or devices, with every name people use."""

    id: str
    name: str
    kind: ClassKind
    names: Patterns
    implies: tuple[str, ...] = Field(
        default=(), description="Questions that being on this list answers with yes."
    )
    asks: tuple[str, ...] = Field(default=(), description="Questions it makes worth asking.")
    in_words: bool = Field(
        default=False, description="True if a name in the client's own words counts too."
    )
    why: str = ""
    reviewed_by: str = ""


class NoGo(Statement):
    """A place where hands take care in everybody: what lies there, and what not to do."""

    id: str
    name: str
    areas: tuple[str, ...]
    margin_cm: float = 0.0
    forbid: tuple[Forbidden, ...]
    only_technique: str | None = None
    structure: str | None = None
    because: str
    reviewed_by: str = ""


class Knowledge(Entry):
    """All of it, joined and checked."""

    questions: dict[str, Question]
    groups: dict[str, QuestionGroup]
    rules: dict[str, Rule]
    classes: dict[str, NamedClass]
    no_go: dict[str, NoGo]
    region_words: dict[str, Patterns]
    reading: Reading

    @cached_property
    def rules_of(self) -> dict[str, tuple[Rule, ...]]:
        """Rules by the question they read, gravest first."""
        found: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules.values(), key=lambda one: VERDICTS.index(one.verdict)):
            for question in rule.when.questions():
                found.setdefault(question, []).append(rule)
        return {question: tuple(rules) for question, rules in found.items()}

    def check(self, areas: Areas) -> None:
        """Refuse knowledge that does not hold together.

        Raises
        ------
        AtlasError
            With the file and what is wrong in it.
        """
        known = known_areas(areas)
        for question in self.questions.values():
            self._check_question(question, known)
        for rule in self.rules.values():
            self._check_rule(rule, known)
        for entry in self.classes.values():
            self._check_names((*entry.implies, *entry.asks), f"classes/{entry.id}.toml")
        for zone in self.no_go.values():
            _check_areas(zone.areas, known, f"no_go/{zone.id}.toml")
        for region in self.region_words:
            _check_areas((region,), known, "region_words.toml")

    def _check_question(self, question: Question, known: set[str]) -> None:
        place = f"questions/{question.id}.toml"
        if question.group not in self.groups:
            raise AtlasError(f"unknown group {question.group!r}", path=place)
        if not (question.always or question.areas or question.ask_when):
            raise AtlasError("nothing ever makes it be asked", path=place)
        if question.reassuring and question.says:
            raise AtlasError(
                "words may never reassure: a reassuring question has `says`", path=place
            )
        if (question.type == "number") != (question.range is not None):
            raise AtlasError("a number needs a range, and only a number", path=place)
        if (question.type == "choice") != bool(question.options):
            raise AtlasError("a choice needs options, and only a choice", path=place)
        _check_areas(question.areas, known, place)
        for condition in (question.ask_when, question.only_if):
            if condition is not None:
                self._check_condition(condition, known, place)

    def _check_rule(self, rule: Rule, known: set[str]) -> None:
        place = f"rules/{rule.id}.toml"
        if rule.verdict in {"proceed", "not_screened"}:
            raise AtlasError(f"a rule cannot say {rule.verdict!r}", path=place)
        if rule.verdict in {"emergency", "urgent_referral"} and not (
            rule.act_within and rule.to and rule.say
        ):
            raise AtlasError("a danger needs act_within, to and say", path=place)
        if rule.verdict == "modify" and not (rule.limit or rule.to or rule.say):
            raise AtlasError("it modifies nothing: give a limit, or what to do", path=place)
        if not rule.alone and rule.when.yes:
            raise AtlasError("weak evidence must stand in a combination", path=place)
        _check_areas(rule.areas, known, place)
        self._check_condition(rule.when, known, place)
        for limit in rule.limit:
            _check_areas(limit.areas, known, place)
            if (limit.where == "answer") != bool(limit.question):
                raise AtlasError("a limit at an answer names its question, and only it", path=place)
            if limit.question:
                self._check_names((limit.question,), place)
            if (limit.where == "areas") != bool(limit.areas):
                raise AtlasError("a limit at areas names them, and only it", path=place)

    def _check_condition(self, condition: Condition, known: set[str], place: str) -> None:
        self._check_names(condition.questions(), place)
        for part in condition.walk():
            for name in (part.no, part.not_yes):
                if name and not self.questions[name].reassuring:
                    raise AtlasError(
                        f"{name!r} is a danger sign: its absence must not act", path=place
                    )
            if part.yes and self.questions[part.yes].reassuring:
                raise AtlasError(f"{part.yes!r} reassures: it must not raise", path=place)
            if part.listed and part.listed not in self.classes:
                raise AtlasError(f"unknown class {part.listed!r}", path=place)
            _check_areas(part.area or (), known, place)
            if part.sensation:
                _check_areas(part.sensation.areas, known, place)

    def _check_names(self, names: set[str] | tuple[str, ...], place: str) -> None:
        for name in names:
            if name not in self.questions:
                raise AtlasError(f"unknown question {name!r}", path=place)


def known_areas(areas: Areas) -> set[str]:
    """Return every word a screening file may use for a place: terms and regions."""
    return set(areas.by_term) | {area.region for area in areas.by_term.values()}


def _check_areas(names: tuple[str, ...], known: set[str], place: str) -> None:
    for name in names:
        if name not in known:
            raise AtlasError(f"unknown area {name!r}", path=place)
