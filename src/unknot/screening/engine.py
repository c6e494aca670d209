"""Is it safe? Rules over facts; the worst verdict wins and silence is not safety."""

from __future__ import annotations

import difflib
from datetime import date

from unknot.atlas import Atlas
from unknot.atlas.rules import Rule
from unknot.case import Ask, Differential, Reason, Screening, Verdict, worst_verdict
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolved import ResolvedCase
from unknot.screening.conditions import holds
from unknot.screening.facts import Fact, Facts, gather
from unknot.screening.limits import limits_of
from unknot.screening.questions import applying, could_become, is_open


def screen(resolved: ResolvedCase, atlas: Atlas, *, as_of: date | None = None) -> Screening:
    """Screen a case: a pure function of what was said, drawn, listed and found.

    Parameters
    ----------
    resolved
        The case with its words and strokes resolved.
    atlas
        What is known; its screening knowledge is checked when first read.
    as_of
        The day it is looked at; the case's own day when missing.

    Returns
    -------
    Screening
        ``not_screened`` at least, until every question that applies has an answer that holds.

    Notes
    -----
    A rule that cannot be evaluated counts as "cannot say" and leaves the case not screened.
    """
    facts = gather(resolved, atlas, as_of=as_of)
    reasons: list[Reason] = []
    fired: list[Rule] = []
    for rule in sorted(facts.knowledge.rules.values(), key=lambda one: one.id):
        try:
            holds_now = holds(rule.when, facts)
        except Exception as error:  # whatever went wrong, the rule has not said no
            reasons.append(_cannot_say(rule, error))
            continue
        if holds_now:
            fired.append(rule)
            reasons.append(_reason(rule, facts, as_of or resolved.case.as_of))
    ask, complete = _open_questions(facts)
    reasons += _not_understood(facts)
    if not complete:
        reasons.append(_incomplete(ask))
    reasons.sort(key=lambda reason: (VERDICTS.index(reason.verdict), reason.rule))
    return Screening(
        verdict=worst_verdict(reason.verdict for reason in reasons),
        complete=complete and not any(r.verdict == "not_screened" for r in reasons),
        reasons=tuple(reasons),
        ask=ask,
        limits=limits_of(fired, resolved, facts, atlas, as_of=as_of),
        words_to_read=facts.words.unread,
    )


def review(screening: Screening, differential: Differential) -> Screening:
    """Let serious causes in the differential raise the verdict; nothing here lowers it.

    Parameters
    ----------
    screening
        What screening said.
    differential
        What locating found; every serious cause at or above its own threshold is a reason.
    """
    raised = [
        Reason(
            rule=f"cause:{row.id}",
            verdict=row.verdict,
            because=f"The pattern of the pain fits {row.structure} too well to leave it unchecked. "
            f"To rule it out: {row.rule_out}",
            source="",
            act_within=row.act_within,
            to=row.to,
            say=None,
        )
        for row in differential.serious
        if row.raised or row.triage >= row.threshold
    ]
    known = {reason.rule for reason in screening.reasons}
    reasons = [*screening.reasons, *(reason for reason in raised if reason.rule not in known)]
    reasons.sort(key=lambda reason: (VERDICTS.index(reason.verdict), reason.rule))
    return screening.model_copy(
        update={
            "verdict": worst_verdict([screening.verdict, *(r.verdict for r in raised)]),
            "reasons": tuple(reasons),
        }
    )


def _reason(rule: Rule, facts: Facts, today: date | None) -> Reason:
    verdict: Verdict = rule.verdict
    because = rule.because
    told = _told(rule, facts)
    if told:
        because = f"{because} You told us: “{told}”."
    clearance = facts.case.answers.get(f"clearance:{rule.id}")
    if clearance is not None and verdict == "provider_clearance_first":
        by_provider = clearance.answered_by in ("provider", "practitioner")
        day = clearance.answered_on
        fresh = day is None or (
            today is not None and 0 <= (today - day).days <= rule.clearance_days
        )
        if clearance.value is True and by_provider and fresh:
            verdict = "modify"
            because = f"{because} A provider has agreed to treatment; stay inside what was agreed."
        elif clearance.value is False:
            because = f"{because} A provider was asked and has not agreed."
    return Reason(
        rule=rule.id,
        verdict=verdict,
        because=because,
        source=rule.source,
        act_within=rule.act_within or None,
        to=rule.to or None,
        say=rule.say or None,
    )


def _told(rule: Rule, facts: Facts) -> str:
    """Return the client's own words a fired rule rests on, if any."""
    quotes = [
        facts[question].quote
        for question in sorted(rule.when.questions())
        if facts[question].value is True and facts[question].quote
    ]
    quotes += [
        facts.classes[part.listed]
        for part in rule.when.walk()
        if part.listed and part.listed in facts.classes
    ]
    return "”, “".join(dict.fromkeys(quotes))


def _open_questions(facts: Facts) -> tuple[tuple[Ask, ...], bool]:
    """Return what is still to be asked, gravest first, and whether nothing required is open."""
    ask: list[tuple[int, int, Ask]] = []
    complete = True
    for place, (question, _) in enumerate(applying(facts)):
        fact = facts[question.id]
        if not is_open(fact):
            continue
        complete = complete and not question.required
        worst = could_become(question, facts)
        words = question.words + _how_it_stands(fact)
        item = Ask(question=question.id, words=words, could_become=worst)
        ask.append((VERDICTS.index(worst), place, item))
    return tuple(item for *_, item in sorted(ask, key=lambda row: row[:2])), complete


def _how_it_stands(fact: Fact) -> str:
    return "" if fact.open == "not asked yet" else f" (answer so far: {fact.open})"


def _cannot_say(rule: Rule, error: Exception) -> Reason:
    return Reason(
        rule=rule.id,
        verdict="not_screened",
        because=f"The rule {rule.id!r} could not be evaluated ({type(error).__name__}), "
        "so it has not said that this is safe.",
        source="",
    )


def _incomplete(ask: tuple[Ask, ...]) -> Reason:
    count = len(ask)
    return Reason(
        rule="unanswered",
        verdict="not_screened",
        because=f"{count} question{'s' if count != 1 else ''} about safety still "
        f"need{'s' if count == 1 else ''} a yes or a no.",
        source="",
    )


def _not_understood(facts: Facts) -> list[Reason]:
    found = []
    for name in facts.answers_ignored:
        near = difflib.get_close_matches(name, facts.knowledge.questions, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        found.append(
            Reason(
                rule="unknown-question",
                verdict="not_screened",
                because=f"There is a yes to {name!r}, a question we do not know.{hint}",
                source="",
            )
        )
    return found
