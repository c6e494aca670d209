"""A clinician's free words name the findings they should, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import FindingEntry, load_atlas
from unknot.drawing.finding_words import FindingWords, match_finding

FINDINGS = load_atlas().findings
WORDS = FindingWords(FINDINGS)


def named(words: str) -> set[str]:
    """Findings named, a denied one with a minus before it."""
    return {("-" if match.flipped else "") + match.finding for match in WORDS.match(words)}


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ("SLR 40 degrees with pain down the leg", "straight-leg-raise"),
        ("Lasègue positive", "straight-leg-raise"),
        ("crossed SLR positive", "crossed-straight-leg-raise"),
        ("Spurling positive to the left", "spurling"),
        ("Phalen's test positive", "phalen"),
        ("Tinel positive over the cubital tunnel", "tinel-elbow"),
        ("thigh thrust reproduces the pain", "si-thigh-thrust"),
        ("laslett cluster 4 of 5", "si-cluster"),
        ("femoral nerve stretch positive", "femoral-nerve-stretch"),
        ("weakness of great toe extension", "weak-great-toe-extension"),
        ("hip flexion 4-/5", "weak-hip-flexion"),
        ("unable to stand on tiptoe", "weak-ankle-plantarflexion"),
        ("foot drop", "weak-ankle-dorsiflexion"),
        ("triceps reflex diminished", "reduced-triceps-reflex"),
        ("ankle jerk absent", "reduced-ankle-reflex"),
        ("sensation reduced in the C6 dermatome", "sensory-loss-c6"),
        ("numb little finger", "sensory-loss-ulnar"),
        (
            "shoulder external rotation limited to 20 degrees",
            "restricted-shoulder-external-rotation",
        ),
        ("full range of motion of the shoulder", "shoulder-movement-full"),
        ("mouth opening limited to 25 mm", "restricted-jaw-opening"),
        ("costovertebral angle tenderness", "tender-flank"),
        ("bruxism", "teeth-clenching"),
        ("takes warfarin", "anticoagulant"),
        ("history of breast cancer", "cancer-history"),
        ("worse with prolonged sitting", "worse-sitting-long"),
        ("trouble rising from a chair", "worse-rising-from-sitting"),
        ("worse on climbing stairs", "worse-stairs"),
        ("cannot lie on the affected shoulder", "worse-lying-on-it"),
        ("pain on deep inspiration", "worse-deep-breath"),
        ("relieved by sitting down", "eases-sitting"),
        ("eased by shaking the hand", "eases-shaking-hand"),
        ("first steps in the morning are painful", "worse-first-steps"),
        ("pain wakes her from sleep", "night-pain-waking"),
        ("attacks lasting 30 minutes", "attacks-15-180-minutes"),
        ("pins and needles", "tingling"),
        ("lancinating", "shooting-pain"),
        ("power 5/5 throughout", "power-normal"),
    ],
)
def test_a_usual_phrase_names_its_finding(words: str, finding: str) -> None:
    assert finding in named(words)


@pytest.mark.parametrize(
    ("words", "denied"),
    [
        ("McMurray negative", "mcmurray"),
        ("negative straight leg raise", "straight-leg-raise"),
        ("no saddle anaesthesia", "saddle-numbness"),
        ("denies fever", "fever"),
        ("tinnitus absent", "tinnitus"),
        ("not eased by rest", "eases-rest"),
        ("ankle dorsiflexion 5/5", "weak-ankle-dorsiflexion"),
        ("sitting is not painful", "worse-sitting"),
        ("x-ray normal", "xray-abnormal"),
        ("biceps reflex normal", "reduced-biceps-reflex"),
        ("without night pain", "night-pain-waking"),
    ],
)
def test_a_denial_turns_the_finding_round(words: str, denied: str) -> None:
    assert f"-{denied}" in named(words)
    assert denied not in named(words)


def test_absent_belongs_to_a_reflex_and_does_not_deny_its_loss() -> None:
    assert named("knee jerk absent") == {"reduced-knee-reflex"}


def test_a_denial_reaches_over_a_list_but_not_past_a_comma() -> None:
    assert named("no fever, chills or weight loss") == {"-fever", "-chills-unwell", "-weight-loss"}
    assert "night-pain-waking" in named("denies fever, night pain present")


def test_each_of_two_tests_keeps_its_own_result() -> None:
    assert named("Phalen negative, Tinel positive at the wrist") == {"-phalen", "tinel-wrist"}
    assert named("Hoffmann negative; Spurling positive") == {"-hoffmann", "spurling"}


def test_one_phrase_may_name_two_findings_without_mixing_them_up() -> None:
    assert named("hip flexion and knee extension weak 4+/5") == {
        "weak-hip-flexion",
        "weak-knee-extension",
    }


def test_the_more_specific_finding_replaces_the_general_one() -> None:
    assert named("worse sitting on hard surfaces") == {"worse-sitting-hard-surface"}
    assert named("hard to go from sit to stand") == {"worse-rising-from-sitting"}


def test_what_eases_is_not_taken_for_what_worsens() -> None:
    assert named("pain relieved by sitting") == {"eases-sitting"}
    assert named("worse with sitting") == {"worse-sitting"}


def test_numbers_decide_about_morning_stiffness() -> None:
    assert "morning-stiffness-under-30-min" in named("morning stiffness 20 minutes")
    assert "morning-stiffness-over-30-min" not in named("morning stiffness 20 minutes")
    assert "morning-stiffness-over-30-min" in named("morning stiffness 50 minutes")
    assert "morning-stiffness-over-60-min" in named("morning stiffness lasting two hours")


@pytest.mark.parametrize(
    ("words", "not_named"),
    [
        ("heel raise painful at the Achilles", "deep-ache"),
        ("pain on resisted hip abduction", "worse-hip-movement"),
        ("walks bent to guard the pain", "worse-walking"),
        ("upper limb tension tests reproduce pain", "worse-stress"),
        ("painless squatting", "worse-squatting"),
        ("stands on one leg", "bilateral-leg-pain"),
        ("restaurant work", "eases-rest"),
    ],
)
def test_a_word_that_only_looks_alike_names_nothing(words: str, not_named: str) -> None:
    assert not_named not in named(words)


def test_words_of_no_finding_name_none() -> None:
    assert named("likes gardening on Sundays") == set()
    assert named("") == set()


@pytest.mark.parametrize("identity", sorted(FINDINGS))
def test_the_name_of_a_finding_names_it_alone(identity: str) -> None:
    (match,) = WORDS.match(FINDINGS[identity].name)
    assert match.finding == identity
    assert not match.flipped


def test_the_most_specific_match_comes_first() -> None:
    first, *_ = WORDS.match("hip flexion, adduction and internal rotation increase the groin pain")
    assert first.finding == "fadir"


def test_a_mapping_and_its_sorted_words_give_the_same_answer() -> None:
    few = {identity: FINDINGS[identity] for identity in ("spurling", "fever")}
    assert match_finding("Spurling negative", few) == FindingWords(few).match("Spurling negative")


def finding(*patterns: str) -> dict[str, FindingEntry]:
    entry = FindingEntry(id="x", name="zz", kind="sign", leak=0.1, patterns=patterns)
    return {"x": entry}


@pytest.mark.parametrize(
    ("pattern", "words", "matches"),
    [
        ("sit", "sitting", True),
        ("sit.", "sitting", False),
        ("worse|hurt sit", "sitting hurts", True),
        ("worse|hurt sit", "sitting", False),
        ("neck_flex", "flexion of the neck", False),
        ("neck_flex", "neck flexion", True),
        ("flex_neck", "flexion of the neck", True),
        ("walk -relief", "relief on walking", False),
        (">30 minute", "45 minutes", True),
        (">30 minute", "30 minutes", False),
        ("<31 minute", "30 minutes", True),
        ("lasègue", "Lasegue", True),
    ],
)
def test_the_language_of_patterns(pattern: str, words: str, matches: bool) -> None:
    assert bool(match_finding(words, finding(pattern))) is matches


def test_a_pattern_with_an_exclamation_mark_says_the_finding_is_absent() -> None:
    assert match_finding("range full", finding("!range full"))[0].flipped
    assert not match_finding("range not full", finding("!range full"))[0].flipped


@given(st.text(max_size=120))
def test_any_text_at_all_can_be_read(text: str) -> None:
    WORDS.match(text)


VOCABULARY = [
    "no",
    "not",
    "worse",
    "with",
    "sitting",
    "knee",
    "pain",
    "weak",
    "4/5",
    "negative",
    "eased",
    "by",
    "rest",
    ",",
    "or",
    "numb",
    "thumb",
    "reflex",
    "absent",
    "Spurling",
]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=10).map(" ".join))
def test_what_was_matched_stands_in_the_words_and_reading_twice_agrees(text: str) -> None:
    matches = WORDS.match(text)
    assert matches == WORDS.match(text)
    assert len({match.finding for match in matches}) == len(matches)
    said = text.lower().replace("4/5", "weak").split()
    for match in matches:
        assert set(match.matched) <= set(said)
