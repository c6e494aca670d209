"""Run a case for the page. Nothing here words anything; presenters and templates do."""

from __future__ import annotations

from dataclasses import dataclass

from unknot.assess import assess
from unknot.atlas import Atlas
from unknot.case import Assessment, InvalidCase
from unknot.clinic.intake.reading import Entered, Problem
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.screening import QuestionToAsk, questions_for


@dataclass(frozen=True)
class Looked:
    """A case as the page shows it; all but ``entered`` is empty if the case could not be read."""

    entered: Entered
    resolved: ResolvedCase | None = None
    assessment: Assessment | None = None
    questions: tuple[QuestionToAsk, ...] = ()

    @property
    def says_where(self) -> bool:
        found = self.resolved
        return bool(found and (found.pains or found.sensations or found.case.words))


def look_at(entered: Entered, atlas: Atlas) -> Looked:
    """Resolve, screen, locate and plan for the reader the page is shown to."""
    case = entered.case
    if case is None:
        return Looked(entered)
    try:
        resolved = resolve(case, atlas)
        assessment = assess(case, atlas, audience=entered.audience, reasons=trained(entered))
    except InvalidCase as error:
        entered.problems.extend(
            Problem("where", "invalid", detail=message) for _, message, _ in error.problems
        )
        return Looked(entered)
    return Looked(entered, resolved, assessment, tuple(questions_for(resolved, atlas)))


def trained(entered: Entered) -> bool:
    return entered.audience == "practitioner"
