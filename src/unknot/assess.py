"""The path of one case: drawing → screening → locating → review → planning.

The stations are pure functions that know nothing of each other; this is the only place that
runs them in order.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal

from unknot.atlas import Atlas
from unknot.atlas.causes import Setting
from unknot.audience import Audience, for_audience
from unknot.case import Assessment, Case, Differential, Screening
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.locating import locate
from unknot.planning import plan_session
from unknot.screening import review, screen

AssessmentPart = Literal["screening", "differential", "plan"]
ALL_PARTS: tuple[AssessmentPart, ...] = ("screening", "differential", "plan")
NO_ASSESSMENT = frozenset({"emergency", "urgent_referral"})
NO_PLAN = {
    "emergency": "this needs emergency care now; no session",
    "urgent_referral": "this needs a doctor first; no session",
    "provider_clearance_first": "a provider must say yes, no, or yes with limits first",
    "not_screened": "safety questions are still open",
}


def assess(
    case: Case,
    atlas: Atlas,
    *,
    parts: Collection[AssessmentPart] = ALL_PARTS,
    audience: Audience = "practitioner",
    setting: Setting = "massage_practice",
    reasons: bool = True,
    as_of: date | None = None,
) -> Assessment:
    """Run a case through every station asked for.

    Parameters
    ----------
    case
        The case; ``case.as_of`` is the day unless ``as_of`` is given.
    atlas
        What is known.
    parts
        Which parts of the answer are wanted. Screening always runs, and a verdict that forbids a
        part removes it and is shown itself, whatever was asked.
    audience
        For whom the answer is worded; a client never gets a ranking, a dose or a site.
    setting
        Selects base rates.
    reasons
        Whether the differential says why, in bits.

    Raises
    ------
    InvalidCase
        If an area cannot be resolved.
    """
    resolved = resolve(case, atlas)
    screening, differential = screen_and_locate(
        resolved, atlas, setting=setting, reasons=reasons, as_of=as_of
    )
    plan = None
    withheld = NO_PLAN.get(screening.verdict) if "plan" in parts else None
    if "plan" in parts and withheld is None:
        plan = plan_session(resolved, differential, screening.limits, atlas)
    shown_if_asked = screening.verdict not in NO_ASSESSMENT
    shown = "differential" in parts and shown_if_asked
    assessment = Assessment(
        id=case.id,
        as_of=as_of or case.as_of,
        atlas=atlas.revision,
        reviewed=atlas.reviewed,
        resolved=resolved.resolved,
        unused=resolved.unused,
        screening=screening if "screening" in parts or not shown_if_asked else None,
        differential=differential if shown else None,
        plan=plan,
        withheld_because=withheld,
    )
    return for_audience(assessment, audience, screening, differential, resolved, atlas)


def screen_and_locate(
    resolved: ResolvedCase,
    atlas: Atlas,
    *,
    setting: Setting = "massage_practice",
    reasons: bool = True,
    as_of: date | None = None,
) -> tuple[Screening, Differential]:
    """Screen, locate, and let the differential raise the verdict."""
    screening = screen(resolved, atlas, as_of=as_of or resolved.case.as_of)
    differential = locate(resolved, atlas, setting=setting, reasons=reasons)
    return review(screening, differential), differential
