"""Words for places, as clients, physiotherapists and case reports write them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unknot.atlas import Node, load_atlas
from unknot.case import Side
from unknot.drawing.area_words import AreaMatch, SideConflict, UnknownArea, match_area

PHRASES = Path(__file__).parents[1] / "cases/area_words.csv"
PAIRED = [t for t, a in load_atlas().areas.by_term.items() if a.laterality == "paired"]

# "Left side of the head" and "right under the chin" can be read in two ways.
UNAMBIGUOUS = [
    t for t in PAIRED if t.split()[0] not in ("side", "under", "above", "below", "around")
]


def match(words: str, side: Side | None = None) -> AreaMatch:
    return match_area(words, side, load_atlas())


def nodes(found: AreaMatch) -> set[Node]:
    areas = load_atlas().areas
    return {n for p in found.places for term in p.terms for n in areas.nodes_of(term, p.side)}


def told(words: str) -> str:
    return "; ".join(
        " | ".join(place.terms) + (f" @{place.side}" if place.side else "")
        for place in match(words).places
    )


def rows() -> list[dict[str, str]]:
    with PHRASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_phrase_people_write_means_what_was_checked_for_it() -> None:
    changed = {
        row["said"]: told(row["said"]) for row in rows() if told(row["said"]) != row["means"]
    }
    assert not changed


def test_naming_a_term_or_its_plain_name_is_naming_the_term() -> None:
    areas = load_atlas().areas.by_term
    for term, area in areas.items():
        assert match(term).terms == (term,)
        assert match(term).note is None
        twins = {other.term for other in areas.values() if other.plain == area.plain}
        names = {"back of head"} if area.plain == "back of the head" else twins
        assert match(area.plain).terms[0] in names


def test_the_way_a_name_is_typed_changes_nothing() -> None:
    for term in load_atlas().areas.by_term:
        plain = nodes(match(term))
        spaced = "  ".join(term.split())
        for typed in (term.upper(), f"  {spaced} ", f"the {term}", f"my {term}", f"{term} hurts"):
            assert nodes(match(typed)) == plain, typed


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_side_in_the_words_is_the_side_of_the_field(side: Side) -> None:
    other: Side = "left" if side == "right" else "right"
    for term in PAIRED:
        by_field = nodes(match(term, side))
        for said in (f"{side} {term}", f"{term}, {side}", f"{term} on the {side}"):
            found = match(said)
            if "may not mean the side" in str(found.note):
                assert nodes(found) == nodes(match(term)), "right below the kneecap"
                continue
            if said.startswith(f"{side} side of"):
                assert nodes(found) >= by_field, "its left half, or its side"
            else:
                assert nodes(found) == by_field, said
            assert {on for _, on in nodes(found)} <= {side, "midline"}
            assert nodes(match(said, side)) == nodes(found)
            with pytest.raises(SideConflict, match=str(side)):
                match(said, other)


def test_every_phrase_of_the_vocabulary_resolves_alone() -> None:
    atlas = load_atlas()
    for key, meanings in atlas.vocabulary.phrases.items():
        for row in meanings:
            if row.kind == "part":
                found = match(" ".join(key))
                expected = {leaf for t in row.terms for leaf, _ in atlas.areas.nodes_of(t, None)}
                if len(meanings) == 1:
                    assert {leaf for leaf, _ in nodes(found)} == expected, key
                assert nodes(found)


def _said(kind: str, *, means: tuple[str, ...] = ()) -> list[str]:
    return sorted(
        " ".join(key)
        for key, meanings in load_atlas().vocabulary.phrases.items()
        if len(meanings) == 1
        and meanings[0].kind == kind
        and (not means or meanings[0].means in means)
    )


def _paired_parts() -> list[str]:
    """Phrases for places that have a left and a right, said in plain words."""
    atlas = load_atlas()
    paired = {term for term, area in atlas.areas.by_term.items() if area.laterality == "paired"}
    return [
        phrase
        for phrase in _said("part")
        if phrase.replace(" ", "").isalpha()
        and not {"both", "and"} & set(phrase.split())
        and set(atlas.vocabulary.phrases[tuple(phrase.split())][0].terms) <= paired
    ]


@settings(max_examples=300, deadline=None)
@given(
    part=st.sampled_from(_paired_parts()),
    aspect=st.sampled_from(["", *_said("aspect")]),
    level=st.sampled_from(["", *_said("level")]),
    side=st.sampled_from(["", "left", "right", "both"]),
    after=st.booleans(),
)
def test_any_phrase_composed_of_known_words_resolves_on_its_side(
    part: str, aspect: str, level: str, side: str, after: bool
) -> None:
    words = " ".join(word for word in (level, aspect, part) if word)
    words = f"{words} {side}" if after else f"{side} {words}"
    try:
        found = match(words)
    except SideConflict:
        fixed = {a.term for a in load_atlas().areas.by_term.values() if a.laterality != "paired"}
        alone = match(part).terms
        assert set(alone) & fixed, "only a place on one side can contradict a side"
        return
    assert nodes(found)
    if side in ("left", "right"):
        assert {on for _, on in nodes(found)} <= {side, "midline"}
    assert found == match(words.upper()) == match(f"  {words}  ")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_answer_or_one_sentence(text: str) -> None:
    problem: UnknownArea | SideConflict | None = None
    try:
        found = match(text)
    except (UnknownArea, SideConflict) as error:
        problem = error
    if problem is None:
        assert nodes(found)
    else:
        assert "\n" not in str(problem)
        assert len(getattr(problem, "nearest", ())) <= 3


@settings(max_examples=150, deadline=None)
@given(
    first=st.sampled_from(UNAMBIGUOUS),
    second=st.sampled_from(UNAMBIGUOUS),
    sides=st.tuples(st.sampled_from(["left", "right"]), st.sampled_from(["left", "right"])),
)
def test_two_places_keep_their_own_sides(first: str, second: str, sides: tuple[Side, Side]) -> None:
    both = match(f"{sides[0]} {first} and {sides[1]} {second}")
    expected = nodes(match(first, sides[0])) | nodes(match(second, sides[1]))
    assert nodes(both) == expected


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("butock", "buttock"),
        ("shouldr", "shoulder"),
        ("right nee", "knee"),
        ("hamstrng", "posterior thigh"),
        ("kneee", "knee"),
        ("tailbne", "coccyx"),
        ("forarm", "forearm"),
        ("wirst", "wrist"),
        ("elbo", "elbow"),
        ("anckle", "ankle"),
        ("abdomin", "abdomen"),
        ("sacroilliac joint", "sacroiliac joint"),
        ("collerbone", "collarbone region"),
        ("clavical", "collarbone region"),
    ],
)
def test_a_misspelling_is_an_error_that_names_what_was_meant(misspelt: str, meant: str) -> None:
    with pytest.raises(UnknownArea) as caught:
        match(misspelt)
    assert meant in caught.value.nearest
    assert repr(meant) in str(caught.value)


def test_every_suggestion_can_be_used() -> None:
    for words in ("butock", "nonsense", "hed", "asdfgh", "L9 zone", "upper bak of nek"):
        try:
            match(words)
        except UnknownArea as error:
            for suggestion in error.nearest:
                assert nodes(match(suggestion))


def test_a_misspelt_part_of_a_longer_phrase_is_left_out_aloud() -> None:
    found = match("right butock and thigh")
    assert found.terms == ("thigh",)
    assert found.note is not None
    assert "butock (buttock?)" in found.note


@pytest.mark.parametrize("words", ["left side", "right > left", "on the left", "L", "both sides"])
def test_a_side_without_a_place_says_so(words: str) -> None:
    with pytest.raises(UnknownArea, match="names a side but no place"):
        match(words)


def test_where_it_does_not_hurt_is_not_a_place() -> None:
    with pytest.raises(UnknownArea, match="only where it does not hurt"):
        match("not the knee")
    free = match("whole right arm but not the hand")
    hand = {leaf for leaf, _ in nodes(match("hand"))}
    assert not {leaf for leaf, _ in nodes(free)} & hand
    assert free.note is not None
    assert "left out: hand" in free.note


def test_a_place_on_one_side_contradicts_the_other_side() -> None:
    assert match("appendix").side == "right"
    with pytest.raises(SideConflict, match="lies on the right"):
        match("appendix", "left")
    with pytest.raises(SideConflict):
        match("right lower quadrant", "left")


def test_a_plural_means_both_sides_unless_a_side_is_given() -> None:
    assert match("knees").side == "both"
    assert "plural" in str(match("knees").note)
    assert match("knees", "left").side == "left"
    assert match("left knees").side == "left"


def test_right_is_not_always_a_side() -> None:
    vague = match("right above the knee")
    assert vague.side is None
    assert "may not mean the side" in str(vague.note)
    assert match("right above the knee", "left").side == "left"
    assert match("on the right above the knee").side == "right"


def test_matching_is_deterministic() -> None:
    for row in rows()[::10]:
        assert match(row["said"]) == match(row["said"])
