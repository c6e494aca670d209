"""What the atlas says about muscles: claims an anatomist or therapist would hold it to."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from unknot.atlas import Atlas, Muscle, MusclePart, Node, load_atlas
from unknot.atlas.atlas import DATA
from unknot.atlas.muscles import ROLES, Role, referral_levels, side_of

FINGERS = ["index finger", "middle finger", "ring finger", "little finger"]
TOES = ["second toe", "third toe", "fourth toe", "little toe"]


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


def part_of(atlas: Atlas, muscle: str, part: str) -> MusclePart:
    return next(one for one in atlas.muscles[muscle].part if one.id == part)


def all_parts(atlas: Atlas) -> list[tuple[Muscle, MusclePart]]:
    return [(muscle, part) for muscle in atlas.muscles.values() for part in muscle.part]


def mirrored(levels: dict[Node, Role]) -> dict[Node, Role]:
    other = {"left": "right", "right": "left", "midline": "midline"}
    return {(leaf, other[side]): role for (leaf, side), role in levels.items()}  # type: ignore[misc]


def test_every_muscle_of_the_body_that_therapists_treat_is_there(atlas: Atlas) -> None:
    assert len(atlas.muscles) == 124
    assert len(all_parts(atlas)) == 216


def test_every_part_refers_somewhere_and_says_where_it_lies(atlas: Atlas) -> None:
    for muscle, part in all_parts(atlas):
        assert part.referral, f"{muscle.id} {part.id}"
        assert part.location, f"{muscle.id} {part.id}"


def test_only_the_dome_of_the_diaphragm_has_no_place_on_the_skin(atlas: Atlas) -> None:
    without = [(muscle.id, part.id) for muscle, part in all_parts(atlas) if part.point is None]
    assert without == [("diaphragm", "central-dome")]


def test_every_trigger_point_lies_in_a_zone_of_the_body(atlas: Atlas) -> None:
    with (DATA / "body" / "zones.csv").open(encoding="utf-8", newline="") as file:
        zones = {row["slug"] for row in csv.DictReader(file)}
    for muscle, part in all_parts(atlas):
        if part.point is not None:
            assert part.point.zone in zones, f"{muscle.id} {part.id}"


def test_a_left_muscle_refers_as_its_right_twin_does_in_a_mirror(atlas: Atlas) -> None:
    for muscle, part in all_parts(atlas):
        if muscle.laterality == "paired":
            left = referral_levels(part, "left", atlas.areas)
            right = referral_levels(part, "right", atlas.areas)
            assert mirrored(left) == right, f"{muscle.id} {part.id}"


def test_a_point_refers_to_its_own_side_unless_the_pattern_says_otherwise(atlas: Atlas) -> None:
    levels = referral_levels(atlas.muscles["gluteus-medius"], "right", atlas.areas)
    assert ("buttock, outer", "right") in levels
    assert ("buttock, outer", "left") not in levels
    clavicular = part_of(atlas, "sternocleidomastoid", "clavicular-division-middle")
    forehead = referral_levels(clavicular, "left", atlas.areas)
    assert forehead["forehead", "left"] == forehead["forehead", "right"] == "essential"


def test_gluteus_minimus_mimics_l5_in_front_and_s1_behind(atlas: Atlas) -> None:
    front = referral_levels(part_of(atlas, "gluteus-minimus", "anterior"), "left", atlas.areas)
    back = referral_levels(part_of(atlas, "gluteus-minimus", "posterior"), "left", atlas.areas)
    assert front["lateral leg, middle third", "left"] == "essential"
    assert back["posterior thigh, middle third", "left"] == "essential"
    assert not any(leaf.startswith("posterior thigh") for leaf, _ in front)
    assert not any(leaf.startswith("lateral leg") for leaf, _ in back)


def test_a_false_appendix_lies_on_the_right_only(atlas: Atlas) -> None:
    point = part_of(atlas, "rectus-abdominis", "lateral-border-lower-quadrant")
    assert ("lower abdomen", "right") not in referral_levels(point, "left", atlas.areas)
    right = referral_levels(point, "right", atlas.areas)
    assert right["lower abdomen", "right"] == "essential"
    psoas = atlas.muscles["iliopsoas"]
    assert ("lower abdomen", "right") not in referral_levels(psoas, "left", atlas.areas)


def test_the_strongest_role_wins_where_a_pattern_names_a_place_twice(atlas: Atlas) -> None:
    for muscle in atlas.muscles.values():
        side = None if muscle.laterality == "midline" else "right"
        whole = referral_levels(muscle, side, atlas.areas)
        for part in muscle.part:
            for node, role in referral_levels(part, side, atlas.areas).items():
                assert ROLES.index(whole[node]) <= ROLES.index(role)


def test_sides_are_relative_to_the_source() -> None:
    assert side_of("same", "left") == "left"
    assert side_of("opposite", "left") == "right"
    assert side_of("right", "left") == "right"
    assert side_of("midline", "right") == "midline"
    assert side_of("both", "right") == "both"
    assert side_of("same", None) == side_of("opposite", "midline") == "both"


@pytest.mark.parametrize(
    ("muscle", "digits"),
    [
        ("interossei-of-hand", FINGERS),
        ("lumbricals-of-hand", FINGERS),
        ("interossei-of-foot", TOES),
        ("lumbricals-of-foot", TOES),
    ],
)
def test_each_digit_has_its_own_belly(atlas: Atlas, muscle: str, digits: list[str]) -> None:
    essential: Counter[str] = Counter()
    for part in atlas.muscles[muscle].part:
        reached = {row.area.partition(",")[0] for row in part.referral if row.role == "essential"}
        mine = reached & {*digits}
        assert len(mine) == 1, part.id
        essential.update(mine)
    assert set(essential) == {*digits}


def test_no_muscle_reaches_the_great_toe_through_a_lesser_toe(atlas: Atlas) -> None:
    for part in atlas.muscles["lumbricals-of-foot"].part:
        levels = referral_levels(part, "left", atlas.areas)
        assert not any(leaf.startswith("great toe") for leaf, _ in levels)


def test_a_measured_area_has_its_share_and_its_source(atlas: Atlas) -> None:
    measured = [
        row for _, part in all_parts(atlas) for row in part.referral if row.certainty == "measured"
    ]
    assert measured
    for row in measured:
        assert row.frequency is not None
        assert row.source


def test_injected_infraspinatus_hurts_down_the_upper_arm(atlas: Atlas) -> None:
    belly = part_of(atlas, "infraspinatus", "upper-belly")
    levels = referral_levels(belly, "right", atlas.areas)
    assert levels["lateral upper arm, upper third", "right"] == "essential"
    assert levels["front of shoulder", "right"] == "essential"


def test_a_measured_share_that_contradicts_the_role_is_explained(atlas: Atlas) -> None:
    for _, part in all_parts(atlas):
        for row in part.referral:
            if row.frequency is not None and row.role == "rare":
                assert row.frequency < 0.2 or row.note


def test_a_range_of_prevalence_holds_its_own_share(atlas: Atlas) -> None:
    ranges = 0
    for muscle in atlas.muscles.values():
        for row in muscle.prevalence:
            assert row.certainty == "expert" or row.source, muscle.id
            if row.low is not None and row.high is not None:
                ranges += 1
                assert row.low <= row.share <= row.high
    assert ranges


def test_cautions_are_for_hands_not_for_needles(atlas: Atlas) -> None:
    needle = re.compile(r"needl|pneumothorax|inject", re.IGNORECASE)
    for muscle in atlas.muscles.values():
        assert not needle.search(muscle.palpation.caution), muscle.id


@pytest.mark.parametrize(
    ("muscle", "hazard"),
    [
        ("sternocleidomastoid", "carotid"),
        ("scalenes", "brachial plexus"),
        ("suboccipitals", "vertebral artery"),
        ("longus-colli", "carotid"),
        ("piriformis", "sciatic"),
        ("pectineus", "femoral artery"),
        ("popliteus", "popliteal artery"),
        ("gastrocnemius", "deep vein thrombosis"),
        ("soleus", "deep vein thrombosis"),
        ("quadratus-lumborum", "kidney"),
        ("iliopsoas", "aneurysm"),
        ("fibularis-longus", "common fibular nerve"),
        ("temporalis", "giant cell arteritis"),
        ("pectoralis-major", "cardiac"),
    ],
)
def test_the_hazard_under_the_hand_is_named(atlas: Atlas, muscle: str, hazard: str) -> None:
    assert hazard in atlas.muscles[muscle].palpation.caution


def test_what_is_reached_only_inside_the_pelvis_needs_consent_and_training(atlas: Atlas) -> None:
    only = {m.id for m in atlas.muscles.values() if m.palpation.internal == "only"}
    assert only == {"levator-ani", "coccygeus", "sphincter-ani"}
    for muscle in only:
        assert "consent and trained hands only" in atlas.muscles[muscle].palpation.caution


def test_most_muscles_can_be_reached_lying_down(atlas: Atlas) -> None:
    seated_only = [
        muscle.id
        for muscle in atlas.muscles.values()
        if {muscle.palpation.position, *muscle.palpation.also} == {"seated"}
    ]
    assert seated_only == []


def test_segments_are_single_roots(atlas: Atlas) -> None:
    root = re.compile(r"CN [IVX]+|C[1-8]|T([1-9]|1[0-2])|[LS][1-5]")
    for muscle in atlas.muscles.values():
        for segment in muscle.segments:
            assert root.fullmatch(segment), f"{muscle.id}: {segment}"
    assert atlas.muscles["gluteus-medius"].segments == ("L4", "L5", "S1")
    assert atlas.muscles["sternocleidomastoid"].segments == ("CN XI", "C2", "C3")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("SCM", "sternocleidomastoid"),
        ("QL", "quadratus-lumborum"),
        ("glute min", "gluteus-minimus"),
        ("psoas", "iliopsoas"),
        ("TFL", "tensor-fasciae-latae"),
        ("upper traps", "trapezius-upper"),
        ("peroneus longus", "fibularis-longus"),
        ("ECRB", "extensor-carpi-radialis-brevis"),
        ("traps", "trapezius"),
        ("quads", "quadriceps"),
        ("glutes", "gluteals"),
        ("peroneals", "peroneals"),
        ("multifidus", "multifidi"),
    ],
)
def test_clinic_words_name_one_structure(atlas: Atlas, said: str, meant: str) -> None:
    structures = {**atlas.muscles, **atlas.groups}
    found = [
        identity
        for identity, entry in structures.items()
        if said.casefold() in {name.casefold() for name in (entry.name, *entry.aliases)}
    ]
    assert found == [meant]


def test_groups_hold_what_their_names_promise(atlas: Atlas) -> None:
    groups = {identity: set(group.members) for identity, group in atlas.groups.items()}
    assert groups["rotator-cuff"] == {
        "supraspinatus",
        "infraspinatus",
        "teres-minor",
        "subscapularis",
    }
    for smaller in ("cervical-paraspinals", "thoracic-paraspinals", "lumbar-paraspinals"):
        assert groups[smaller] < groups["paraspinals"]
    assert groups["vasti"] < groups["quadriceps"]
    assert groups["obliques"] < groups["abdominals"]
    assert not groups["hamstrings"] & groups["adductors"]
    assert not groups["forearm-extensors"] & groups["forearm-flexors"]


def test_an_undivided_muscle_has_no_fibres_to_name(atlas: Atlas) -> None:
    assert part_of(atlas, "popliteus", "whole").fibres is None
    assert part_of(atlas, "piriformis", "lateral").fibres == "lateral"
    for muscle in atlas.muscles.values():
        undivided = [part.id for part in muscle.part] == ["whole"]
        assert undivided or all(part.fibres for part in muscle.part), muscle.id


def test_nobody_has_signed_what_no_clinician_has_read(atlas: Atlas) -> None:
    assert not any(muscle.reviewed_by for muscle in atlas.muscles.values())
    assert atlas.reviewed is False
