"""What screening promises: silence is not safety, and nothing computed later lowers a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from unknot.atlas import Atlas
from unknot.atlas.rules import Condition, Knowledge, Rule, Threshold
from unknot.case import Differential, Screening, SeriousRow
from unknot.drawing.resolved import ResolvedCase
from unknot.screening import questions_for, review, screen

Build = Callable[..., ResolvedCase]
Screened = Callable[[ResolvedCase], Screening]


def rules(screening: Screening) -> set[str]:
    return {reason.rule for reason in screening.reasons}


def asked(screening: Screening) -> set[str]:
    return {ask.question for ask in screening.ask}


# --- silence is not safety


def test_an_empty_case_is_not_screened(client: Build, screened: Screened) -> None:
    screening = screened(client())
    assert screening.verdict == "not_screened"
    assert not screening.complete
    assert len(screening.ask) > 30


def test_no_to_everything_that_applies_is_proceed(all_no: Build, screened: Screened) -> None:
    screening = screened(all_no("low back", "neck"))
    assert screening.verdict == "proceed"
    assert screening.complete
    assert screening.ask == ()


@pytest.mark.parametrize("value", ["not_sure", "declined", "", "perhaps", 0, 1])
def test_an_answer_that_is_neither_yes_nor_no_is_never_a_no(
    value: Any, all_no: Build, screened: Screened
) -> None:
    screening = screened(all_no("low back", answers={"saddle-numbness": value}))
    assert screening.verdict == "not_screened"
    assert "saddle-numbness" in asked(screening)


def test_a_no_expires(all_no: Build, screened: Screened) -> None:
    old = {"fever": {"value": False, "answered_on": "2026-11-19"}}
    screening = screened(all_no("low back", answers=old))
    assert screening.verdict == "not_screened"
    assert asked(screening) == {"fever"}


def test_a_no_that_holds_for_ever_does_not_expire(all_no: Build, screened: Screened) -> None:
    old = {"cancer-ever": {"value": False, "answered_on": "2019-01-01"}}
    assert screened(all_no("knee", answers=old)).verdict == "proceed"


def test_an_old_yes_stands_and_is_asked_again(all_no: Build, screened: Screened) -> None:
    old = {"fever": {"value": True, "answered_on": "2026-11-15"}}
    screening = screened(all_no("knee", answers=old))
    assert "fever" in rules(screening)
    assert "fever" in asked(screening)


def test_an_answer_from_the_future_is_not_trusted(all_no: Build, screened: Screened) -> None:
    later = {"fever": {"value": False, "answered_on": "2026-11-23"}}
    assert asked(screened(all_no("knee", answers=later))) == {"fever"}


def test_without_a_day_a_dated_answer_is_not_trusted(all_no: Build, atlas: Atlas) -> None:
    resolved = all_no(
        "knee", answers={"fever": {"value": False, "answered_on": "2026-11-22"}}, as_of=None
    )
    assert "fever" in asked(screen(resolved, atlas))


def test_pain_without_a_place_asks_where(all_no: Build, screened: Screened) -> None:
    screening = screened(all_no(reason="pain"))
    assert screening.verdict == "not_screened"
    assert asked(screening) == {"where-it-hurts"}
    told = screened(all_no(reason="pain", answers={"where-it-hurts": "my lower back"}))
    assert told.verdict == "proceed"


def test_an_unknown_age_is_asked(all_no: Build, screened: Screened) -> None:
    screening = screened(all_no("knee", person={"age": None}))
    assert "age" in asked(screening)
    assert screening.verdict == "not_screened"


def test_a_yes_to_a_question_we_do_not_know_is_not_passed_over(
    all_no: Build, screened: Screened
) -> None:
    screening = screened(all_no("knee", answers={"sadle-numbness": True}))
    assert screening.verdict == "not_screened"
    assert any("'saddle-numbness'" in reason.because for reason in screening.reasons)


# --- rules


def test_a_rule_that_fails_has_not_said_no(
    all_no: Build, screened: Screened, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Rule.model_construct(
        id="broken",
        when=Condition(number=Threshold(question="saddle-numbness", at_least=3.0)),
        verdict="urgent_referral",
        because="It compares a yes with a number.",
        limit=(),
    )
    whole = atlas.screening
    knowledge = Knowledge.model_construct(
        **{**dict(whole), "rules": {**whole.rules, "broken": broken}}
    )
    resolved = all_no("low back")
    monkeypatch.setitem(atlas.__dict__, "screening", knowledge)
    screening = screened(resolved)
    assert screening.verdict == "not_screened"
    assert not screening.complete
    assert any("'broken' could not be evaluated" in r.because for r in screening.reasons)


def test_the_worst_verdict_wins_and_stands_first(all_no: Build, screened: Screened) -> None:
    screening = screened(
        all_no("low back", answers={"saddle-numbness": True, "osteoporosis": True, "fever": True})
    )
    assert screening.verdict == "emergency"
    assert screening.reasons[0].verdict == "emergency"
    assert {"thin-bones", "fever"} <= rules(screening)


def test_a_danger_says_what_to_do_by_when_to_whom_and_in_which_words(
    all_no: Build, screened: Screened
) -> None:
    reason = screened(all_no("calf", answers={"limb-swollen": True})).reasons[0]
    assert reason.verdict == "urgent_referral"
    assert reason.act_within == "same day"
    assert reason.to
    assert reason.say
    assert reason.source.startswith("https://")


@pytest.mark.parametrize(
    ("areas", "flag"),
    [
        (("low back",), {"constant-night-pain": True}),
        (("shoulder",), {"constant-night-pain": True}),
        (("low back",), {"morning-stiffness": True}),
    ],
)
def test_a_single_weak_flag_does_not_refer(
    areas: tuple[str, ...], flag: dict[str, bool], all_no: Build, screened: Screened
) -> None:
    screening = screened(all_no(*areas, answers=flag, person={"age": 64}))
    assert screening.verdict in {"proceed", "modify"}


def test_weak_flags_together_refer(all_no: Build, screened: Screened) -> None:
    screening = screened(
        all_no("low back", answers={"constant-night-pain": True, "weight-loss": True})
    )
    assert screening.verdict == "urgent_referral"


def test_age_decides_only_in_combination(all_no: Build, screened: Screened) -> None:
    new_headache = {"new-headache": True}
    assert screened(all_no("temple", answers=new_headache)).verdict == "proceed"
    older = screened(all_no("temple", answers=new_headache, person={"age": 71}))
    assert older.verdict == "provider_clearance_first"


# --- clearance


def test_a_provider_can_clear_and_the_limits_stay(all_no: Build, screened: Screened) -> None:
    given = {
        "recent-surgery": True,
        "surgeon-agrees": False,
        "surgery-where": "right knee",
        "clearance:recent-surgery-not-cleared": {"value": True, "answered_by": "provider"},
    }
    screening = screened(all_no("neck", answers=given))
    assert screening.verdict == "modify"
    assert any(
        "medial knee" in {area.area for area in limit.areas}
        or "knee" in {area.area for area in limit.areas}
        for limit in screening.limits
    )


@pytest.mark.parametrize(
    "clearance",
    [
        {"value": True, "answered_by": "client"},
        {"value": True, "answered_by": "relative"},
        {"value": False, "answered_by": "provider"},
        {"value": True, "answered_by": "provider", "answered_on": "2026-01-02"},
    ],
)
def test_only_a_fresh_yes_by_a_provider_clears(
    clearance: dict[str, Any], all_no: Build, screened: Screened
) -> None:
    given = {
        "recent-surgery": True,
        "surgeon-agrees": False,
        "clearance:recent-surgery-not-cleared": clearance,
    }
    assert screened(all_no("neck", answers=given)).verdict == "provider_clearance_first"


@pytest.mark.parametrize("danger", ["saddle-numbness", "limb-swollen"])
def test_nobody_can_clear_an_emergency_or_an_urgent_referral(
    danger: str, all_no: Build, screened: Screened
) -> None:
    before = screened(all_no("low back", answers={danger: True}))
    cleared: dict[str, Any] = {
        f"clearance:{rule}": {"value": True, "answered_by": "provider"} for rule in rules(before)
    }
    after = screened(all_no("low back", answers={danger: True, **cleared}))
    assert after.verdict == before.verdict


# --- medicines and conditions


@pytest.mark.parametrize(
    "medicine", ["apixaban", "Eliquis 5mg twice a day", "WARFARIN", "clopidogrel", "Clexane"]
)
def test_a_blood_thinner_is_known_by_every_name(
    medicine: str, all_no: Build, screened: Screened
) -> None:
    screening = screened(all_no("neck", medicines=[medicine], answers={"blood-thinner": False}))
    assert screening.verdict == "modify"
    light = [limit for limit in screening.limits if limit.source == "rule:blood-thinner"]
    assert light
    assert light[0].whole_body
    assert "deep_pressure" in light[0].forbid


def test_an_unknown_medicine_is_asked_about_and_never_ignored(
    client: Build, all_no: Build, screened: Screened
) -> None:
    unasked = screened(client("neck", medicines=["zzyxalimab"]))
    assert "unrecognised-medicine" in asked(unasked)
    refused = all_no("neck", medicines=["zzyxalimab"], answers={"unrecognised-medicine": False})
    assert screened(refused).verdict == "provider_clearance_first"
    agreed = all_no("neck", medicines=["zzyxalimab"], answers={"unrecognised-medicine": True})
    assert screened(agreed).verdict == "proceed"


def test_ordinary_medicines_change_nothing(all_no: Build, screened: Screened) -> None:
    screening = screened(all_no("neck", medicines=["paracetamol", "cetirizine", "Vitamin D"]))
    assert screening.verdict == "proceed"


def test_a_condition_on_the_list_outweighs_a_no(all_no: Build, screened: Screened) -> None:
    listed = all_no("low back", conditions=["osteoporosis"], answers={"osteoporosis": False})
    assert "thin-bones" in rules(screened(listed))


@pytest.mark.parametrize(("value", "unit"), [(38.6, None), (38.6, "°C"), (101.5, "F")])
def test_a_temperature_is_read_in_its_unit(
    value: float, unit: str | None, all_no: Build, screened: Screened
) -> None:
    given = {"fever": "not_sure", "temperature": {"value": value, "unit": unit}}
    assert screened(all_no("neck", answers=given)).verdict == "provider_clearance_first"


def test_a_temperature_in_no_known_unit_is_not_understood(
    all_no: Build, screened: Screened
) -> None:
    given = {"fever": True, "temperature": {"value": 310, "unit": "K"}}
    assert "temperature" in asked(screened(all_no("neck", answers=given)))


# --- findings


def test_a_finding_that_states_a_danger_raises(all_no: Build, screened: Screened) -> None:
    found = [{"finding": "saddle numbness", "present": True}]
    assert screened(all_no("low back", findings=found)).verdict == "emergency"


def test_a_finding_that_is_absent_reassures_nobody(client: Build, screened: Screened) -> None:
    found = [{"finding": "saddle numbness", "present": False}]
    assert "saddle-numbness" in asked(screened(client("low back", findings=found)))


# --- words against answers


def test_the_clients_own_words_outweigh_a_tick(all_no: Build, screened: Screened) -> None:
    said = "Since Sunday it has been numb when I wipe."
    given = {"saddle-numbness": False}
    assert screened(all_no("low back", words=said, answers=given)).verdict == "emergency"


def test_a_practitioner_who_asked_settles_what_words_raised(
    all_no: Build, screened: Screened
) -> None:
    said = "It feels strange down there, on the saddle of my bike I mean."
    given = {"saddle-numbness": {"value": False, "answered_by": "practitioner"}}
    assert screened(all_no("low back", words=said, answers=given)).verdict == "proceed"


def test_words_no_rule_understood_are_for_a_person_to_read(
    client: Build, screened: Screened
) -> None:
    screening = screened(client("neck", words="My cat is called Otto. I feel feverish."))
    assert screening.words_to_read == ("My cat is called Otto",)


# --- asking


def test_the_gravest_question_is_asked_first(client: Build, screened: Screened) -> None:
    asks = screened(client("low back")).ask
    assert asks[0].question == "saddle-numbness"
    assert asks[0].could_become == "emergency"


def test_a_question_says_what_its_answer_alone_could_bring(
    client: Build, screened: Screened
) -> None:
    could = {ask.question: ask.could_become for ask in screened(client("low back")).ask}
    assert could["limb-swollen"] == "urgent_referral"
    assert could["osteoporosis"] == "modify"
    assert could["constant-night-pain"] == "proceed"


def test_present_answers_change_what_a_question_could_bring(
    client: Build, screened: Screened
) -> None:
    resolved = client("low back", answers={"weight-loss": True})
    could = {ask.question: ask.could_become for ask in screened(resolved).ask}
    assert could["constant-night-pain"] == "urgent_referral"


def test_painting_an_area_brings_its_questions(client: Build, atlas: Atlas) -> None:
    of_knee = {one.question.id for one in questions_for(client("knee"), atlas)}
    of_jaw = {one.question.id for one in questions_for(client("jaw"), atlas)}
    assert "hot-joint" in of_knee - of_jaw
    assert "new-headache" in of_jaw - of_knee


def test_an_ordinary_client_answers_at_most_twelve_screens(client: Build, atlas: Atlas) -> None:
    for area, sex in (("neck", "female"), ("low back", "female"), ("knee", "male")):
        shown = questions_for(client(area, person={"sex": sex, "age": 35}), atlas)
        screens = {one.question.group for one in shown if one.question.group != "about-you"}
        assert len(screens) <= 12, sorted(screens)


def test_pregnancy_is_asked_only_where_it_can_be(client: Build, atlas: Atlas) -> None:
    def ids(**person: Any) -> set[str]:
        return {one.question.id for one in questions_for(client("knee", person=person), atlas)}

    assert "pregnant" in ids(sex="female", age=30)
    assert "pregnant" in ids(sex=None, age=30)
    assert "pregnant" not in ids(sex="male", age=30)
    assert "pregnant" not in ids(sex="female", age=70)


# --- limits


def test_limits_of_anatomy_hold_for_everybody(all_no: Build, screened: Screened) -> None:
    limits = screened(all_no("neck")).limits
    carotid = next(limit for limit in limits if limit.source == "no-go:carotid")
    assert "front of neck" in {area.area for area in carotid.areas}
    assert "sustained_pressure" in carotid.forbid
    assert carotid.only_technique == "pincer, away from the pulse"


def test_what_the_client_does_not_want_is_a_limit(all_no: Build, screened: Screened) -> None:
    resolved = all_no(
        "low back",
        do_not_touch=[{"area": "lower abdomen"}],
        sensations=[{"area": "lateral leg, middle third", "side": "left", "kind": "numbness"}],
        tolerance={"pain_ceiling": 4},
    )
    mine = [limit for limit in screened(resolved).limits if limit.source == "client"]
    contact = next(limit for limit in mine if "contact" in limit.forbid)
    assert {area.area for area in contact.areas} == {"lower abdomen"}
    numb = next(limit for limit in mine if "sustained_pressure" in limit.forbid)
    assert [(a.area, a.side) for a in numb.areas] == [("lateral leg, middle third", "left")]
    assert any(limit.whole_body and limit.max_pain == 4 for limit in mine)


def test_a_fresh_injury_is_left_alone_for_three_days(all_no: Build, screened: Screened) -> None:
    given = {"fresh-injury": True, "fresh-injury-where": "left ankle"}
    limits = screened(all_no("neck", answers=given)).limits
    local = next(limit for limit in limits if limit.source == "rule:fresh-injury")
    assert {(area.area, area.side) for area in local.areas} == {("ankle", "left")}
    assert "contact" in local.forbid
    assert local.until == date(2026, 11, 25)


def test_an_injury_nobody_placed_keeps_the_whole_session_light(
    all_no: Build, screened: Screened
) -> None:
    limits = screened(all_no("neck", answers={"fresh-injury": True})).limits
    local = next(limit for limit in limits if limit.source == "rule:fresh-injury")
    assert local.whole_body
    assert "deep_pressure" in local.forbid


def test_pregnancy_changes_positions(all_no: Build, screened: Screened) -> None:
    resolved = all_no("low back", person={"sex": "female", "age": 30, "pregnancy_weeks": 26})
    screening = screened(resolved)
    assert screening.verdict == "modify"
    assert {limit.position for limit in screening.limits} >= {"prone", "supine"}


# --- review


def serious(triage: float, threshold: float, verdict: Any = "urgent_referral") -> Differential:
    row = SeriousRow(
        id="deep-vein-thrombosis",
        structure="deep vein of the leg",
        kind="vascular",
        triage=triage,
        threshold=threshold,
        raised=triage >= threshold,
        verdict=verdict,
        act_within="same day",
        to="a doctor today",
        rule_out="an ultrasound scan",
    )
    return Differential(unexplained=0.1, serious=(row,))


def test_a_serious_cause_above_its_threshold_raises(all_no: Build, screened: Screened) -> None:
    before = screened(all_no("calf"))
    after = review(before, serious(0.4, 0.2))
    assert before.verdict == "proceed"
    assert after.verdict == "urgent_referral"
    assert after.reasons[0].rule == "cause:deep-vein-thrombosis"
    assert after.reasons[0].to == "a doctor today"


def test_a_serious_cause_below_its_threshold_changes_nothing(
    all_no: Build, screened: Screened
) -> None:
    before = screened(all_no("calf"))
    assert review(before, serious(0.1, 0.2)) == before


def test_reviewing_twice_says_it_once(all_no: Build, screened: Screened) -> None:
    once = review(screened(all_no("calf")), serious(0.4, 0.2))
    assert review(once, serious(0.4, 0.2)) == once
