"""What the atlas says about causes of the upper body and headaches that are not muscles."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.atlas.atlas import DATA
from unknot.atlas.causes import Cause
from unknot.atlas.source import read_folder

FOLDER = DATA / "causes" / "upper"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def upper() -> dict[str, Cause]:
    return read_folder(FOLDER, Cause)


def leaves(atlas: Atlas, cause: Cause, *roles: str) -> set[str]:
    """Leaf areas the cause refers to in these roles (all roles if none is given)."""
    return {
        leaf
        for row in cause.referral
        if not roles or row.role in roles
        for leaf, _ in atlas.areas.nodes_of(row.area, "both")
    }


def findings(cause: Cause) -> dict[str, float]:
    return {row.finding: row.weight for row in cause.finding}


def expected_number(upper: dict[str, Cause], setting: str) -> float:
    """Mean number of these causes a person who comes with pain has."""
    number = 0.0
    for cause in upper.values():
        prior: float = getattr(cause.prior, setting)
        number += prior * (2 if cause.laterality == "paired" else 1)
    return number


def test_every_area_finding_and_muscle_named_is_in_the_atlas(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    for identity, cause in upper.items():
        assert all(row.area in atlas.areas for row in cause.referral), identity
        assert all(row.finding in atlas.findings for row in cause.finding), identity
        assert all(row.muscle in atlas.muscles for row in cause.secondary), identity
        named = [
            row.when.removeprefix("finding:")
            for row in cause.modifier
            if row.when.startswith("finding:")
        ]
        assert all(finding in atlas.findings for finding in named), identity


def test_ids_are_unique_over_all_causes(atlas: Atlas, upper: dict[str, Cause]) -> None:
    stems = Counter(path.stem for path in (DATA / "causes").rglob("*.toml"))
    assert all(stems[identity] == 1 for identity in upper)
    assert upper.keys() <= atlas.causes.keys()


def test_nothing_here_is_serious(upper: dict[str, Cause]) -> None:
    assert not any(cause.serious for cause in upper.values())


def test_each_cause_can_be_told_apart(upper: dict[str, Cause]) -> None:
    for identity, cause in upper.items():
        assert len(cause.finding) >= 3, identity
        assert any(row.role == "essential" for row in cause.referral), identity
        assert len(cause.plain) > 40, identity
        assert len(cause.distinguishing) > 60, identity


def test_no_two_causes_have_the_same_pattern_and_the_same_findings(upper: dict[str, Cause]) -> None:
    seen: dict[object, str] = {}
    for identity, cause in upper.items():
        pattern = frozenset((row.area, row.side, row.role) for row in cause.referral)
        key = (pattern, frozenset(findings(cause).items()))
        assert key not in seen, f"{identity} and {seen[key]}"
        seen[key] = identity


def test_a_fact_that_changes_the_prior_is_not_counted_again_as_a_finding(
    upper: dict[str, Cause],
) -> None:
    for identity, cause in upper.items():
        raised = {row.when.removeprefix("finding:") for row in cause.modifier}
        assert not raised & findings(cause).keys(), identity


def test_textbook_statements_name_their_source(upper: dict[str, Cause]) -> None:
    for identity, cause in upper.items():
        for row in (*cause.referral, *cause.finding):
            assert row.certainty == "expert" or row.source, identity
            assert row.source != "general knowledge, unchecked" or row.certainty == "expert"


def test_sides_fit_the_laterality(atlas: Atlas, upper: dict[str, Cause]) -> None:
    for identity, cause in upper.items():
        for row in cause.referral:
            lone = atlas.areas[row.area].laterality == "midline"
            if cause.laterality == "midline":
                assert row.side in ("midline", "both"), (identity, row.area)
            if lone:
                assert row.side in ("midline", "both"), (identity, row.area)


def test_the_priors_leave_most_people_to_their_muscles(upper: dict[str, Cause]) -> None:
    assert 0.4 < expected_number(upper, "massage_practice") < 0.8
    for setting in ("primary_care", "pain_clinic"):
        assert expected_number(upper, setting) < 1.2


def test_the_common_is_more_likely_than_the_rare(upper: dict[str, Cause]) -> None:
    def prior(identity: str) -> float:
        return upper[identity].prior.massage_practice

    assert prior("tension-type-headache") > prior("migraine") > prior("cluster-headache")
    assert prior("rotator-cuff-tendinopathy") > prior("frozen-shoulder") > prior("axillary-nerve")
    assert prior("carpal-tunnel-syndrome") > prior("cubital-tunnel-syndrome")
    assert prior("cubital-tunnel-syndrome") > prior("guyon-canal-syndrome")
    assert prior("c7-nerve-root") > prior("c6-nerve-root") > prior("c8-nerve-root")
    assert prior("c8-nerve-root") > prior("t1-nerve-root")
    assert prior("costochondritis") > prior("tietze-syndrome")


def test_facet_levels_keep_the_order_measured_by_blocks(upper: dict[str, Cause]) -> None:
    level = {
        row: upper[f"cervical-facet-joint-{row}"].prior.pain_clinic
        for row in ("c2-c3", "c3-c4", "c4-c5", "c5-c6", "c6-c7")
    }
    assert min(level["c2-c3"], level["c5-c6"]) > level["c6-c7"] > level["c4-c5"]
    assert level["c3-c4"] <= level["c4-c5"]


@pytest.mark.parametrize(
    ("root", "digit"),
    [("c6", "thumb, dorsal"), ("c7", "middle finger, dorsal"), ("c8", "little finger, dorsal")],
)
def test_each_lower_cervical_root_owns_its_digit(
    atlas: Atlas, upper: dict[str, Cause], root: str, digit: str
) -> None:
    for other in ("c5", "c6", "c7", "c8"):
        essential = leaves(atlas, upper[f"{other}-nerve-root"], "essential")
        assert (digit in essential) == (other == root)


def test_the_reflex_lost_tells_c6_from_c7(upper: dict[str, Cause]) -> None:
    c6, c7 = findings(upper["c6-nerve-root"]), findings(upper["c7-nerve-root"])
    assert "reduced-biceps-reflex" in c6
    assert "reduced-triceps-reflex" not in c6
    assert "reduced-triceps-reflex" in c7
    assert "reduced-biceps-reflex" not in c7


def test_carpal_tunnel_spares_the_palm_and_pronator_syndrome_does_not(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    wrist, elbow = upper["carpal-tunnel-syndrome"], upper["pronator-syndrome"]
    assert "palm, centre" not in leaves(atlas, wrist)
    assert "palm, centre" in leaves(atlas, elbow, "essential")
    assert "sensory-loss-palm-thenar" in findings(elbow)
    assert "sensory-loss-palm-thenar" not in findings(wrist)


def test_the_back_of_the_ulnar_hand_tells_elbow_from_wrist(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    assert "hand, dorsal ulnar" in leaves(atlas, upper["cubital-tunnel-syndrome"])
    assert "hand, dorsal ulnar" not in leaves(atlas, upper["guyon-canal-syndrome"])


def test_pure_motor_nerves_give_no_numbness(upper: dict[str, Cause]) -> None:
    for identity in (
        "anterior-interosseous-nerve",
        "radial-tunnel-syndrome",
        "suprascapular-nerve",
        "long-thoracic-nerve",
    ):
        found = findings(upper[identity])
        assert not {"numbness", "tingling"} & found.keys(), identity


def test_the_acromioclavicular_joint_never_hurts_at_the_back_of_the_shoulder(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    assert "back of shoulder" not in leaves(atlas, upper["acromioclavicular-joint"])


def test_the_costotransverse_joint_sends_nothing_to_the_front_or_the_arm(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    reached = leaves(atlas, upper["costotransverse-joint"])
    fronts = {"sternum", "upper chest", "middle chest, beside sternum", "breast and nipple"}
    assert not reached & fronts
    regions = {atlas.areas[leaf].region for leaf in reached}
    assert not regions & {"upper arm", "forearm", "hand", "shoulder"}


def test_joints_and_tendons_of_the_shoulder_stay_above_the_hand(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    for identity in (
        "rotator-cuff-tendinopathy",
        "rotator-cuff-tear",
        "subacromial-bursa",
        "acromioclavicular-joint",
        "biceps-long-head-tendon",
    ):
        regions = {atlas.areas[leaf].region for leaf in leaves(atlas, upper[identity])}
        assert "hand" not in regions, identity


def test_stiffness_in_every_direction_is_the_joint_and_not_the_cuff(
    upper: dict[str, Cause],
) -> None:
    def stiff(identity: str) -> float:
        return findings(upper[identity]).get("restricted-shoulder-passive-all", 0.0)

    assert min(stiff("frozen-shoulder"), stiff("glenohumeral-osteoarthritis")) > 0.7
    assert stiff("rotator-cuff-tendinopathy") < 0.2


def test_headaches_differ_by_how_long_an_attack_lasts(upper: dict[str, Cause]) -> None:
    lasts = {
        "trigeminal-neuralgia": "attacks-seconds",
        "paroxysmal-hemicrania": "attacks-minutes",
        "cluster-headache": "attacks-15-180-minutes",
        "migraine": "attacks-hours-days",
    }
    for identity, own in lasts.items():
        durations = {row for row in findings(upper[identity]) if row in lasts.values()}
        assert durations == {own}


def test_tension_type_headache_is_two_sided_and_migraine_sickens(upper: dict[str, Cause]) -> None:
    tension, migraine = upper["tension-type-headache"], upper["migraine"]
    assert tension.laterality == "midline"
    assert migraine.laterality == "paired"
    assert findings(migraine)["nausea"] > 0.5
    assert findings(tension).get("nausea", 0.0) < 0.1
    assert findings(migraine)["throbbing-pain"] > findings(tension)["throbbing-pain"]
    assert findings(tension)["pressing-band-pain"] > 0.7


def test_roots_make_trigger_points_in_their_own_segment(
    atlas: Atlas, upper: dict[str, Cause]
) -> None:
    for level in ("C5", "C6", "C7", "C8"):
        for row in upper[f"{level.lower()}-nerve-root"].secondary:
            segments = atlas.muscles[row.muscle].segments
            assert level in segments, (level, row.muscle, segments)


def test_age_and_sex_shift_the_priors_the_standard_way(upper: dict[str, Cause]) -> None:
    def factor(identity: str, when: str) -> float:
        return next((row.factor for row in upper[identity].modifier if row.when == when), 1.0)

    assert factor("migraine", "sex == female") > 1.5
    assert factor("cluster-headache", "sex == male") > 1.5
    assert factor("dupuytren", "sex == male") > 1.5
    assert factor("thumb-base-osteoarthritis", "sex == female") > 1.5
    assert factor("glenohumeral-osteoarthritis", "age >= 60") > 1.5
    assert factor("glenohumeral-instability", "age < 30") > 1.5
    assert factor("frozen-shoulder", "finding:diabetes") > 1.5
    assert factor("carpal-tunnel-syndrome", "pregnancy_weeks >= 20") > 1.5


def test_measured_shares_are_attached_where_there_are_any(upper: dict[str, Cause]) -> None:
    disc = {row.area: row.frequency for row in upper["cervical-disc-upper"].referral}
    assert disc["back of neck, upper third"] == 0.9
    assert disc["suboccipital region"] == 0.6
    joint = {row.area: row.frequency for row in upper["glenohumeral-osteoarthritis"].referral}
    assert joint["side of neck"] == 0.18


def test_what_did_not_join_is_counted(upper: dict[str, Cause]) -> None:
    with (DATA / "provenance.csv").open(encoding="utf-8", newline="") as file:
        tables = {row["table"]: row for row in csv.DictReader(file)}
    with (DATA / "unmapped.csv").open(encoding="utf-8", newline="") as file:
        unmapped = Counter(row["table"] for row in csv.DictReader(file))
    mine = [name for name in tables if name.endswith("(upper)")]
    assert len(mine) == 3
    for name in mine:
        row = tables[name]
        assert int(row["rows"]) == int(row["joined"]) + int(row["unmapped"])
        assert unmapped[name] == int(row["unmapped"])
