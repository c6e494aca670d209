"""``unknot/case/1``: the contract everybody writes to, from a therapist's file to the page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from unknot.case.document import TEXT, VISIBLE, Part

Side = Literal["left", "right", "both", "midline"]
Sex = Literal["female", "male", "other"]
Onset = Literal["gradual", "sudden", "injury", "after procedure"]
Trend = Literal["better", "same", "worse", "fluctuating"]
ReasonToCome = Literal["pain", "stiffness", "stress or low mood", "relaxation", "recovery", "other"]
AnsweredBy = Literal["client", "practitioner", "provider", "relative"]
Position = Literal["prone", "supine", "side-lying", "seated"]
Pressure = Literal["light", "medium", "firm"]
View = Literal["front", "back", "left", "right", "soles", "feet-top", "inner-left", "inner-right"]
Layer = Literal["pain", "numb", "tingling", "do not touch"]
SensationKind = Literal[
    "numbness", "pins and needles", "tingling", "weakness", "burning", "coldness", "swelling"
]

Zero10 = Annotated[float, Field(ge=0, le=10)]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE)]
Quote = Annotated[str, Field(max_length=500, pattern=TEXT)]
Unit = Annotated[str, Field(max_length=20, pattern=TEXT)]
QuestionId = Annotated[str, Field(min_length=1, max_length=120, pattern=VISIBLE)]
Number = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Coordinate = Annotated[float, Field(ge=-200, le=2000)]
ShortList = Annotated[tuple[Words, ...], Field(max_length=50)]


class Person(Part):
    """Who it is about; everything optional, unknown stays unknown."""

    age: Annotated[int, Field(ge=0, le=120)] | None = None
    sex: Sex | None = None
    height_cm: Annotated[float, Field(ge=40, le=260)] | None = None
    weight_kg: Annotated[float, Field(ge=2, le=400)] | None = None
    pregnancy_weeks: Annotated[int, Field(ge=0, le=45)] | None = None


class Pain(Part):
    """One pain: where, how strong (0-10), what it is like, since when, what changes it."""

    area: Words
    side: Side | None = None
    intensity: Zero10 | None = None
    worst: Zero10 | None = None
    qualities: ShortList = ()
    main: bool = False
    began_on: date | None = None
    onset: Onset | None = None
    trend: Trend | None = None
    worse_with: ShortList = ()
    eases_with: ShortList = ()


class Sensation(Part):
    """Something felt that is not pain: numbness, pins and needles, weakness."""

    area: Words
    side: Side | None = None
    kind: SensationKind


class Answer(Part):
    """An answer to a question, with the day it was given and by whom.

    ``value`` is true or false, a number, a date as text, a choice, ``"not_sure"`` or
    ``"declined"``. A missing day means the day of the case (``as_of``).
    """

    value: bool | Number | Quote
    unit: Unit | None = None
    answered_on: date | None = None
    answered_by: AnsweredBy = "client"
    quote: Quote | None = Field(
        default=None, description="The client's own words this answer rests on."
    )


def _as_answer(value: Answer | bool | float | str) -> Answer:
    return value if isinstance(value, Answer) else Answer(value=value)


if TYPE_CHECKING:
    AnswerOrValue = Answer
else:
    AnswerOrValue = Annotated[Answer | bool | Number | Quote, AfterValidator(_as_answer)]
"""``"fever": false`` stands for an answer by the client on the day of the case."""


class Felt(Part):
    """Where something was felt while a point was pressed."""

    area: Words
    side: Side | None = None


class Finding(Part):
    """A test, palpation or history finding; words resolve later, unknown ones are kept."""

    finding: Words
    side: Side | None = None
    present: bool
    ranking_shown_before: bool = Field(
        default=False, description="True if the ranking had been seen before this was found."
    )
    technique: Words | None = None
    structure: Words | None = None
    part: Words | None = None
    value: Annotated[float, Field(ge=-1000, le=100000)] | None = None
    unit: Unit | None = None
    reproduces: Literal["mine", "other", "none"] | None = None
    felt: Annotated[tuple[Felt, ...], Field(max_length=50)] = ()
    when: date | None = None


class Stroke(Part):
    """One painted stroke in view units (1 unit = 2 mm on a 172 cm person)."""

    view: View
    radius: Annotated[float, Field(ge=1, le=60)]
    intensity: Zero10 | None = None
    quality: Annotated[str, Field(max_length=60, pattern=TEXT)] | None = None
    layer: Layer = "pain"
    points: Annotated[
        tuple[tuple[Coordinate, Coordinate], ...],
        Field(min_length=1, max_length=2000, description="(x, y) pairs"),
    ]


class Drawing(Part):
    """What was painted, kept as strokes, with the atlas and build it was painted on."""

    atlas: Annotated[str, Field(max_length=80, pattern=TEXT)] | None = None
    build: Literal["neutral", "female", "male"] = "neutral"
    strokes: Annotated[tuple[Stroke, ...], Field(max_length=500)] = ()


class DoNotTouch(Part):
    """A place the client does not want touched."""

    area: Words
    side: Side | None = None


class PressurePainThreshold(Part):
    """The client's own measured threshold at one place."""

    area: Words
    side: Side | None = None
    value: Annotated[float, Field(gt=0, le=2000)]
    unit: Literal["kPa", "kg/cm2", "N", "lbf"]
    tip_cm2: Annotated[float, Field(gt=0, le=10)] = 1.0


class Tolerance(Part):
    """How much the client wants to bear: a ceiling on the 0-10 scale, a preference."""

    pain_ceiling: Zero10 | None = None
    preference: Pressure | None = None
    pressure_pain_threshold: Annotated[tuple[PressurePainThreshold, ...], Field(max_length=50)] = ()


class Practitioner(Part):
    """Who will do the work, and what is inside their scope."""

    training: Words | None = None
    scope: ShortList = ()


class SessionFrame(Part):
    """What the session offers: minutes with hands on, positions the client can take."""

    hands_on_minutes: Annotated[float, Field(ge=5, le=180)] = 45
    positions: Annotated[tuple[Position, ...], Field(min_length=1, max_length=4)] = (
        "prone",
        "supine",
        "side-lying",
        "seated",
    )


_SAYS_SOMETHING: dict[str, Any] = {
    "anyOf": [
        {"required": ["pain"], "properties": {"pain": {"minItems": 1}}},
        {"required": ["sensations"], "properties": {"sensations": {"minItems": 1}}},
        {"required": ["reason"], "properties": {"reason": {"type": "string"}}},
        {
            "required": ["drawing"],
            "properties": {
                "drawing": {
                    "type": "object",
                    "required": ["strokes"],
                    "properties": {"strokes": {"minItems": 1}},
                }
            },
        },
    ]
}


class Case(Part):
    """One case. Only ``schema`` and one of ``pain``, ``sensations``, ``drawing`` or ``reason``.

    Less said gives a flatter answer, never an error. ``as_of`` is the day the case is looked
    at; the core has no clock, so the caller fills it in when it is missing.
    """

    model_config = ConfigDict(json_schema_extra=_SAYS_SOMETHING)

    schema_: Literal["unknot/case/1"] = Field(alias="schema")
    id: Annotated[str, Field(max_length=200, pattern=TEXT)] | None = None
    as_of: date | None = None
    person: Person = Person()
    reason: ReasonToCome | None = None
    goal: Quote | None = None
    words: Annotated[str, Field(max_length=5000, pattern=TEXT)] | None = None
    pain: Annotated[tuple[Pain, ...], Field(max_length=60)] = ()
    sensations: Annotated[tuple[Sensation, ...], Field(max_length=60)] = ()
    recall: Literal["now", "24h", "7d", "30d"] = "7d"
    drawing: Drawing | None = None
    answers: Annotated[dict[QuestionId, AnswerOrValue], Field(max_length=500)] = Field(
        default_factory=dict
    )
    findings: Annotated[tuple[Finding, ...], Field(max_length=300)] = ()
    medicines: ShortList = ()
    conditions: ShortList = ()
    procedures: ShortList = ()
    devices: ShortList = ()
    allergies: ShortList = ()
    do_not_touch: Annotated[tuple[DoNotTouch, ...], Field(max_length=60)] = ()
    tolerance: Tolerance = Tolerance()
    practitioner: Practitioner = Practitioner()
    session: SessionFrame = SessionFrame()

    @model_validator(mode="after")
    def says_something(self) -> Case:
        """Refuse a case with neither pain, sensation, drawing nor reason."""
        painted = self.drawing is not None and self.drawing.strokes
        if not (self.pain or self.sensations or painted or self.reason):
            raise ValueError(
                "the case says nothing: give at least one of pain, sensations, drawing or reason"
            )
        return self
