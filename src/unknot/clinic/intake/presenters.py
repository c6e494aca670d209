"""Documents → what templates show. Words about care stand in templates and data, not here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from unknot.atlas import Atlas, Node
from unknot.atlas.rules import AGE, PREGNANCY_WEEKS
from unknot.case import EvidenceBits, Plan, Reason, Screening, Side, StructureRow
from unknot.clinic.intake import overlays
from unknot.clinic.intake.evidence_notes import asks, notes_for
from unknot.clinic.intake.services import Looked, trained
from unknot.drawing.area_words import match_area
from unknot.screening import QuestionToAsk

AT_MOST = 8
"""Candidates shown to a practitioner."""
SERIOUS_AT_MOST = 4
STOPS = ("emergency", "urgent_referral")
PERSON_FIELDS = {PREGNANCY_WEEKS: "pregnancy_weeks"}


def present(looked: Looked, post: QueryDict, atlas: Atlas) -> dict[str, Any]:
    """Everything the page shows about a case, for the reader it is shown to."""
    shown: dict[str, Any] = {
        "groups": question_groups(looked, post),
        "kept_answers": kept_answers(looked, post),
        "verdict": verdict(looked, atlas),
        "understood": understood(looked, atlas),
        "unreviewed": not atlas.reviewed,
    }
    shown["open_count"] = sum(group["open"] for group in shown["groups"])
    shown["sets_open"] = sum(group["open"] > 0 for group in shown["groups"])
    if trained(looked.entered):
        shown["practice"] = practice(looked, atlas)
    else:
        shown["results"] = results(looked, atlas)
    shown["overlay"] = overlay(looked, atlas)
    return shown


# --- safety


def verdict(looked: Looked, atlas: Atlas) -> dict[str, Any] | None:
    """The safety answer. ``level`` is ``start`` while nothing says where it hurts."""
    assessment = looked.assessment
    if assessment is None or assessment.screening is None:
        return None
    screening = assessment.screening
    reasons = [
        reason
        for reason in screening.reasons
        if reason.rule != "unanswered" and reason.verdict != "proceed"
    ]
    if not trained(looked.entered):
        reasons = [for_client(reason, atlas) for reason in reasons]
    worst = [reason for reason in reasons if reason.verdict == screening.verdict]
    level = screening.verdict
    if level == "not_screened" and not looked.says_where:
        level = "start"
    return {
        "level": level,
        "stops": screening.verdict in STOPS,
        "sentence": atlas.client_sentences.verdict[screening.verdict],
        "reasons": worst if screening.verdict in STOPS else reasons,
        "say": next((reason.say for reason in worst if reason.say), None),
        "to": next((reason.to for reason in worst if reason.to), None),
        "act_within": next((reason.act_within for reason in worst if reason.act_within), None),
        "to_read": screening.words_to_read,
    }


def for_client(reason: Reason, atlas: Atlas) -> Reason:
    """A reason without the name of an illness: what the cause is, in plain words."""
    cause = atlas.causes.get(reason.rule.removeprefix("cause:"))
    if cause is None:
        return reason
    return reason.model_copy(update={"because": f"{cause.plain.rstrip('.')}."})


def question_groups(looked: Looked, post: QueryDict) -> list[dict[str, Any]]:
    """Questions by screen, each with what was answered; age and the like have their own place."""
    groups: dict[str, dict[str, Any]] = {}
    for asked in looked.questions:
        question = asked.question
        if question.id == AGE:
            continue
        group = groups.setdefault(
            question.group,
            {
                "id": question.group,
                "words": asked.group_words,
                "ticks": [],
                "others": [],
                "open": 0,
            },
        )
        row = _question(asked, post)
        group["ticks" if question.type == "yes_no" else "others"].append(row)
    for group in groups.values():
        rows = group["ticks"] + group["others"]
        group["open"] = sum(row["open"] for row in rows)
        group["key"] = " ".join(row["id"] for row in rows)
        group["expanded"] = any(row["value"] in ("yes", "not_sure") for row in group["ticks"])
        group["none"] = bool(group["ticks"]) and all(r["value"] == "no" for r in group["ticks"])
    return list(groups.values())


def _question(asked: QuestionToAsk, post: QueryDict) -> dict[str, Any]:
    question = asked.question
    name = PERSON_FIELDS.get(question.id, f"q.{question.id}")
    value = post.get(name, "")
    if not value and question.group in post.getlist("none") and question.type == "yes_no":
        value = "no" if asked.status == "answered" else ""
    return {
        "id": question.id,
        "name": name,
        "words": question.words,
        "because": question.because,
        "type": question.type,
        "options": question.options,
        "unit": question.unit,
        "range": question.range,
        "value": value,
        "told": asked.fact.quote if not value and asked.fact.value is True else "",
        "open": question.required and asked.status != "answered",
    }


def kept_answers(looked: Looked, post: QueryDict) -> list[tuple[str, str]]:
    """Answers to questions that no longer apply: kept, in case they apply again."""
    asked = {_name(one) for one in looked.questions}
    return [(key, post[key]) for key in post if key.startswith("q.") and key not in asked]


def _name(asked: QuestionToAsk) -> str:
    return PERSON_FIELDS.get(asked.question.id, f"q.{asked.question.id}")


# --- what was understood


def understood(looked: Looked, atlas: Atlas) -> list[dict[str, Any]]:
    """Painted and told places by layer, in plain words, left and right told apart."""
    found = looked.resolved
    if found is None:
        return []
    rows: dict[tuple[str, str, float | None], dict[str, None]] = {}

    def add(layer: str, nodes: Iterable[Node], intensity: float | None, said: str = "") -> None:
        by_side: dict[str, dict[str, None]] = defaultdict(dict)
        for term, side in sorted(nodes):
            by_side[side][atlas.areas[term].plain] = None
        if len({term for term, _ in nodes}) > 3 and said:
            by_side = {side: {said: None} for side in by_side}
        for side, places in by_side.items():
            rows.setdefault((layer, side, intensity), {}).update(places)

    for pain in found.pains:
        add("pain", pain.nodes, pain.intensity, "" if pain.painted else pain.said)
    for sensation in found.sensations:
        add(sensation.kind, sensation.nodes, None)
    add("do not touch", found.do_not_touch, None)
    return [
        {"layer": layer, "side": side, "intensity": intensity, "places": list(places)}
        for (layer, side, intensity), places in rows.items()
    ]


def areas_by_region(atlas: Atlas) -> list[dict[str, Any]]:
    """Every term by region, for choosing instead of painting."""
    regions: dict[str, list[dict[str, Any]]] = {}
    for area in atlas.areas.by_term.values():
        sides = ("left", "right") if area.laterality == "paired" else ("",)
        if area.laterality in ("left", "right"):
            sides = (area.laterality,)
        regions.setdefault(area.region, []).append(
            {"term": area.term, "plain": area.plain, "sides": sides}
        )
    return [{"region": region, "areas": rows} for region, rows in regions.items()]


# --- for a client


def results(looked: Looked, atlas: Atlas) -> dict[str, Any] | None:
    """What may be involved, in no order, and what is known about treatment by hand."""
    assessment, found = looked.assessment, looked.resolved
    if assessment is None or found is None or not looked.says_where:
        return None
    if assessment.screening is not None and assessment.screening.verdict in STOPS:
        return None
    sentences = atlas.client_sentences
    shown_above = set(sentences.verdict.values())
    if assessment.screening is not None:
        shown_above |= {reason.say for reason in assessment.screening.reasons if reason.say}
    lead = sentences.may_be_involved
    involved: list[str] = []
    rest = []
    for message in assessment.messages:
        if message in shown_above:
            continue
        if message.startswith(lead):
            involved = [part.strip() for part in message[len(lead) :].rstrip(".").split(";")]
        else:
            rest.append(message)
    regions = {atlas.areas[term].region for term, _ in found.painful}
    return {
        "lead": lead,
        "involved": involved,
        "messages": rest,
        "notes": notes_for(regions, atlas) if found.pains else [],
        "asks": asks(atlas),
    }


# --- for a practitioner


def practice(looked: Looked, atlas: Atlas) -> dict[str, Any] | None:
    assessment = looked.assessment
    if assessment is None:
        return None
    differential = assessment.differential
    shown: dict[str, Any] = {
        "withheld": assessment.withheld_because,
        "plan": timetable(assessment.plan) if assessment.plan else None,
        **limits(assessment.screening, atlas),
        "unused": assessment.unused,
        "resolved": assessment.resolved,
    }
    if differential is not None:
        shown |= {
            "candidates": [candidate(row, atlas) for row in differential.structures[:AT_MOST]],
            "serious": [one for one in differential.serious if one.raised][:SERIOUS_AT_MOST]
            or differential.serious[:SERIOUS_AT_MOST],
            "unexplained": two_digits(differential.unexplained),
            "overlaps": differential.overlaps,
            "note": differential.note,
            "exact": differential.exact,
            "next": (assessment.next_findings or ())[:4],
        }
    return shown


def limits(screening: Screening | None, atlas: Atlas) -> dict[str, Any]:
    """Limits of this case, apart from the ones that hold in everybody."""
    standing = {zone.because for zone in atlas.no_go.values()}
    found = screening.limits if screening else ()
    return {
        "limits": [one for one in found if one.because not in standing],
        "standing": [one for one in found if one.because in standing],
    }


def candidate(row: StructureRow, atlas: Atlas) -> dict[str, Any]:
    sides = sorted(row.sides.items(), key=lambda pair: -pair[1])
    return {
        "id": row.id,
        "name": row.structure,
        "kind": row.kind,
        "serious": row.serious,
        "percent": two_digits(row.probability),
        "word": atlas.likelihood_word(row.probability),
        "interval": [two_digits(end) for end in row.interval] if row.interval else None,
        "side": sides[0][0] if sides else "",
        "sides": [(side, two_digits(share)) for side, share in sides],
        "parts": row.parts,
        "for": [reason(one) for one in row.for_[:5]],
        "against": [reason(one) for one in row.against[:4]],
    }


def two_digits(probability: float) -> int:
    """A probability in whole per cent, never 0 or 100: nothing here is certain."""
    return min(99, max(1, round(probability * 100)))


def reason(one: EvidenceBits) -> dict[str, str]:
    """How much a finding says, as a step the template puts into words: 1 bit doubles the odds."""
    size = abs(one.bits)
    strength = (
        "strong" if size >= 2 else "clear" if size >= 1 else "some" if size >= 0.4 else "weak"
    )
    return {"evidence": one.evidence, "strength": strength}


def timetable(plan: Plan) -> dict[str, Any]:
    """Steps with the minute each begins."""
    shared = set.intersection(*(set(step.stop_if) for step in plan.steps)) if plan.steps else set()
    rows, at, lying = [], 0.0, ""
    for step in plan.steps:
        rows.append(
            {
                "at": clock(at),
                "long": clock(step.seconds),
                "step": step,
                "turn": step.position != lying,
                "stop_if": [one for one in step.stop_if if one not in shared],
            }
        )
        at, lying = at + step.seconds, step.position
    return {
        "rows": rows,
        "stop_if": [one for one in plan.steps[0].stop_if if one in shared] if plan.steps else [],
        "minutes": round(plan.minutes_used),
        "offered": round(plan.minutes_offered),
        "left_out": plan.left_out,
        "aftercare": plan.aftercare,
        "notes": plan.notes,
    }


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def overlay(looked: Looked, atlas: Atlas) -> dict[str, Any]:
    """What the script draws: zones understood, and for a practitioner what lies over them."""
    found, assessment = looked.resolved, looked.assessment
    drawn: dict[str, Any] = {"named": [], "candidates": {}, "noGo": []}
    if found is None or assessment is None:
        return drawn
    drawn["named"] = [
        {"zones": overlays.zones_of(pain.nodes), "layer": "pain", "intensity": pain.intensity}
        for pain in found.pains
        if not pain.painted
    ]
    drawn["named"] += [
        {"zones": overlays.zones_of(one.nodes), "layer": layer_of(one.kind), "intensity": None}
        for one in found.sensations
        if one.path.startswith("sensations")
    ]
    told = {n for place in found.case.do_not_touch for n in _nodes(place.area, place.side, atlas)}
    drawn["named"].append(
        {"zones": overlays.zones_of(told), "layer": "do not touch", "intensity": None}
    )
    if not trained(looked.entered):
        return drawn
    if assessment.differential is not None:
        drawn["candidates"] = {
            row.id: overlays.referral(row, atlas)
            for row in assessment.differential.structures[:AT_MOST]
        }
    limits = assessment.screening.limits if assessment.screening else ()
    drawn["noGo"] = overlays.no_go(limits, found.do_not_touch, atlas)
    return drawn


def layer_of(kind: str) -> str:
    return "numb" if kind == "numbness" else "tingling"


def _nodes(words: str, side: Side | None, atlas: Atlas) -> set[Node]:
    match = match_area(words, side, atlas)
    return {n for term in match.terms for n in atlas.areas.nodes_of(term, match.side)}
