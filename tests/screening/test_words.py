"""Reading the client's own words: many ways to say it, and no alarm when it is denied."""

from __future__ import annotations

import pytest

from unknot.atlas import Atlas
from unknot.screening import read_words
from unknot.screening.words import sentences


def said(text: str, atlas: Atlas) -> set[str]:
    return set(read_words(text, atlas.screening).said)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("It's numb when I wipe.", "saddle-numbness"),
        ("I can’t feel myself wiping", "saddle-numbness"),
        ("Pins and needles around my genitals since last night", "saddle-numbness"),
        ("I cannot tell when my bladder is full", "bladder-change"),
        ("I wet myself on the stairs this morning", "bladder-change"),
        ("My foot slaps when I walk", "new-weakness"),
        ("I keep fumbling with buttons and my hands are clumsy", "clumsy-or-unsteady"),
        ("My left calf is swollen and warm", "limb-swollen"),
        ("My face drooped on one side for a minute", "face-arm-speech"),
        ("There's a tight band across my chest and I'm sweating", "chest-pressure"),
        ("Worst headache of my life, like a hammer blow", "worst-headache"),
        ("My jaw aches halfway through a meal and stops when I rest it", "jaw-tires-chewing"),
        ("I've been shivery with a temperature of 39", "fever"),
        ("Pee like cola after boot camp", "dark-urine"),
        ("My shin is rock hard and it's agony when anyone moves my toes", "tight-limb"),
        ("I don't want to be here any more", "life-not-worth-living"),
    ],
)
def test_laypeople_say_it_in_many_ways(text: str, question: str, atlas: Atlas) -> None:
    assert question in said(text, atlas)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("No numbness when I wipe.", "saddle-numbness"),
        ("I don't have any numbness, tingling or weakness in my foot", "new-weakness"),
        ("My calf isn't swollen or hot", "limb-swollen"),
        ("My calf is sore, not swollen, not warm", "limb-swollen"),
        ("Never had a fever with it", "fever"),
        ("Fever: none", "fever"),
        ("My pee is clear and not dark at all", "dark-urine"),
        ("Denies chest pressure or breathlessness", "breathless"),
        ("My eyesight is normal, no double vision", "vision-change"),
        ("My dad had a blood clot in his leg", "limb-swollen"),
        ("My mum had breast cancer", "cancer-ever"),
    ],
)
def test_what_is_denied_or_somebody_elses_does_not_raise(
    text: str, question: str, atlas: Atlas
) -> None:
    assert question not in said(text, atlas)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("No injury, but my calf is swollen and hot", "limb-swollen"),
        ("No idea why, my calf is swollen and warm", "limb-swollen"),
        ("I don't know why my foot drags", "new-weakness"),
        ("It's not just pain, my grip is weak", "new-weakness"),
        ("My wife noticed my face drooping on one side", "face-arm-speech"),
        ("My jaw aches as I chew but is fine when I stop", "jaw-tires-chewing"),
        ("I haven't slept, my calf is swollen and throbbing", "limb-swollen"),
        ("No chest pain, only a heavy pressure in my upper back and I feel sick", "chest-pressure"),
    ],
)
def test_a_denial_reaches_only_what_it_denies(text: str, question: str, atlas: Atlas) -> None:
    assert question in said(text, atlas)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("I leak a little wee when I sneeze, since the baby", "bladder-change"),
        ("My calf was swollen and hot five years ago", "limb-swollen"),
        ("My chest is tight after bench press", "chest-pressure"),
        ("My calf was swollen and warm, the scan was clear", "limb-swollen"),
        ("I've lost weight on a diet", "weight-loss"),
    ],
)
def test_an_explained_or_old_sign_is_asked_about_and_not_raised(
    text: str, question: str, atlas: Atlas
) -> None:
    read = read_words(text, atlas.screening)
    assert question not in read.said
    assert question in read.hinted


def test_numbers_are_read_where_they_mean_something(atlas: Atlas) -> None:
    read = read_words("It was 190 over 115 on Friday, and I feel 39 degrees hot", atlas.screening)
    assert read.numbers["systolic"][0] == 190
    assert read.numbers["diastolic"][0] == 115
    assert read.numbers["temperature"][0] == 39
    assert "systolic" not in read_words("3 over 4 houses", atlas.screening).numbers


def test_medicines_are_known_in_prose(atlas: Atlas) -> None:
    assert "anticoagulant" in read_words("I'm on Eliquis.", atlas.screening).classes
    assert "anticoagulant" not in read_words("I came off Eliquis.", atlas.screening).classes
    assert "anticoagulant" not in read_words("I don't take warfarin.", atlas.screening).classes


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert [s.plain for s in sentences("Temp 38.5 today. Feel rough!")] == [
        "temp 38.5 today",
        "feel rough",
    ]


@pytest.mark.parametrize("text", ["", "…", "🤕🤕", "\x00\n\n", "a" * 5000, "no " * 1600])
def test_odd_text_is_read_without_harm(text: str, atlas: Atlas) -> None:
    assert said(text, atlas) == set()
