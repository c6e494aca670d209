"""What each reader may see: a client never a ranking, a dose or a diagnosis; a provider words."""

from __future__ import annotations

from typing import Literal

from unknot.atlas import Atlas
from unknot.case import Assessment, Differential, Reason, Screening, Verdict
from unknot.drawing.resolved import ResolvedCase

Audience = Literal["client", "practitioner", "provider"]
MAY_BE_INVOLVED_FROM = 0.1
"""A source below this probability is not mentioned to a client."""
AT_MOST = 4
FROM_THE_DIFFERENTIAL = "cause:"
"""Rules so named were raised by a serious cause in the differential."""


def for_audience(
    assessment: Assessment,
    audience: Audience,
    screening: Screening,
    differential: Differential,
    resolved: ResolvedCase,
    atlas: Atlas,
) -> Assessment:
    """Return the assessment as ``audience`` may see it, with its plain sentences."""
    if audience == "practitioner":
        return assessment
    if audience == "client":
        told = _client_screening(screening, atlas)
        return assessment.model_copy(
            update={
                "audience": "client",
                "differential": None,
                "next_findings": None,
                "plan": None,
                "withheld_because": None,
                "unused": (),
                "resolved": tuple(
                    row for row in assessment.resolved if not row.path.startswith("findings")
                ),
                "screening": told if assessment.screening is not None else None,
                "messages": _client_messages(told, differential, resolved, atlas),
            }
        )
    return assessment.model_copy(
        update={
            "audience": "provider",
            "differential": None,
            "next_findings": None,
            "messages": _provider_messages(screening, differential, atlas),
        }
    )


def _client_screening(screening: Screening, atlas: Atlas) -> Screening:
    """The client sees what to do and what is still asked, not the limits of technique.

    A reason that came from the differential names a cause; the client reads that the pattern
    needs checking, by when and by whom, without a name.
    """
    reasons: dict[str, Reason] = {}
    for reason in screening.reasons:
        if reason.rule.startswith(FROM_THE_DIFFERENTIAL):
            reason = reason.model_copy(
                update={
                    "rule": "pattern",
                    "because": atlas.client_sentences.pattern_needs_checking,
                    "source": "",
                }
            )
        reasons.setdefault(reason.because, reason.model_copy(update={"say": None}))
    shown = tuple(reasons.values())
    if _stops(screening.verdict):
        shown = tuple(reason for reason in shown if reason.verdict == screening.verdict)
    return screening.model_copy(
        update={
            "limits": (),
            "words_to_read": (),
            "reasons": shown,
            "ask": () if _stops(screening.verdict) else screening.ask,
        }
    )


def _client_messages(
    screening: Screening, differential: Differential, resolved: ResolvedCase, atlas: Atlas
) -> tuple[str, ...]:
    """The verdict first; when it stops, then only by when and by whom, and nothing else.

    ``screening`` is as the client may see it, without names of causes.

    What a practitioner says aloud (``Reason.say``) is not for a client to read alone: "I am
    calling an ambulance" would be believed.
    """
    sentences = atlas.client_sentences
    messages = [sentences.verdict[screening.verdict]]
    if _stops(screening.verdict):
        messages.extend(f"{one.because} {_whom_and_when(one)}" for one in screening.reasons)
        return tuple(dict.fromkeys(message.strip() for message in messages))
    if not resolved.pains:
        return tuple(messages)
    involved = may_be_involved(differential, atlas)
    if involved:
        messages.append(f"{sentences.may_be_involved} {'; '.join(involved)}.")
    else:
        messages.append(sentences.not_known_yet)
    messages.append(sentences.not_a_diagnosis)
    return tuple(messages)


def _whom_and_when(reason: Reason) -> str:
    if not reason.to:
        return ""
    when = f", {reason.act_within}" if reason.act_within else ""
    return f"Who: {reason.to}{when}."


def _stops(verdict: Verdict) -> bool:
    return verdict in ("emergency", "urgent_referral")


def may_be_involved(differential: Differential, atlas: Atlas) -> tuple[str, ...]:
    """Name what may be involved in a client's words, in no order of likelihood."""
    found: dict[str, None] = {}
    for row in differential.structures:
        if row.serious or row.probability < MAY_BE_INVOLVED_FROM:
            continue
        if row.kind == "trigger_point":
            region = atlas.muscles[row.id].region
            found[atlas.client_sentences.muscles_of.get(region, f"muscles of the {region}")] = None
        else:
            found[atlas.causes[row.id].plain.rstrip(".")] = None
        if len(found) == AT_MOST:
            break
    return tuple(sorted(found))


def _provider_messages(
    screening: Screening, differential: Differential, atlas: Atlas
) -> tuple[str, ...]:
    """Safety first, gravest first; possible sources only if treatment is still in question."""
    lines = []
    for reason in screening.reasons:
        if reason.verdict == "not_screened":
            lines.append(f"Not answered yet: {len(screening.ask)} safety questions.")
            continue
        when = f" ({reason.act_within})" if reason.act_within else ""
        lines.append(f"{reason.because.replace('You told us', 'In the client’s words')}{when}")
    if _stops(screening.verdict):
        return tuple(dict.fromkeys(lines))
    for row in differential.structures[:AT_MOST]:
        if row.probability >= MAY_BE_INVOLVED_FROM:
            lines.append(f"{row.structure}: {atlas.likelihood_word(row.probability)}")
    return tuple(dict.fromkeys(lines))
