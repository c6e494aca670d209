"""What the atlas says about causes of the lower body and of the whole body, muscles apart."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from unknot.atlas import Atlas, Cause, load_atlas
from unknot.atlas.atlas import DATA
from unknot.atlas.causes import Setting
from unknot.atlas.source import read_folder

SETTINGS: tuple[Setting, ...] = ("massage_practice", "primary_care", "pain_clinic")
WHEN = re.compile(
    r"^(age|pregnancy_weeks) (>=|<) \d+$|^sex == (female|male)$|^finding:(?P<finding>[a-z0-9-]+)$"
)
GLUTEALS = ("gluteus-minimus", "gluteus-medius", "gluteus-maximus", "piriformis")
LUMBAR_LEVELS = ("l1-l2", "l2-l3", "l3-l4", "l4-l5", "l5-s1")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def causes() -> dict[str, Cause]:
    return {
        **read_folder(DATA / "causes" / "lower", Cause),
        **read_folder(DATA / "causes" / "systemic", Cause),
    }


def weight(cause: Cause, finding: str) -> float:
    return max((one.weight for one in cause.finding if one.finding == finding), default=0.0)


def reached(atlas: Atlas, cause: Cause, side: str = "right") -> set[str]:
    """Leaf areas a cause on ``side`` refers to, whatever the role."""
    leaves = set()
    for row in cause.referral:
        wanted = side if row.side == "same" else "both"
        leaves |= {leaf for leaf, _ in atlas.areas.nodes_of(row.area, wanted)}  # type: ignore[arg-type]
    return leaves


def per_person(cause: Cause, setting: Setting) -> float:
    share: float = getattr(cause.prior, setting)
    return share * (2 if cause.laterality == "paired" else 1)


def test_the_standard_differential_of_the_lower_body_is_complete(causes: dict[str, Cause]) -> None:
    assert len(causes) >= 120
    regions = {cause.region for cause in causes.values()}
    assert {"low back", "pelvis", "hip", "groin", "thigh", "knee", "leg", "ankle", "foot"} < regions
    kinds = {cause.kind for cause in causes.values()}
    assert {"nerve_root", "nerve_entrapment", "joint", "bone", "disc", "tendon"} <= kinds
    assert {"bursa", "fascia", "vascular", "systemic", "psychological"} <= kinds


def test_every_cause_uses_known_words_for_areas_findings_and_muscles(
    atlas: Atlas, causes: dict[str, Cause]
) -> None:
    for cause in causes.values():
        assert all(row.area in atlas.areas for row in cause.referral), cause.id
        assert {one.finding for one in cause.finding} <= set(atlas.findings), cause.id
        assert {one.muscle for one in cause.secondary} <= set(atlas.muscles), cause.id


def test_every_cause_can_be_told_apart_by_at_least_three_findings(
    causes: dict[str, Cause],
) -> None:
    for cause in causes.values():
        assert sum(one.weight >= 0.2 for one in cause.finding) >= 3, cause.id
        assert cause.distinguishing, cause.id
        assert any(row.role == "essential" for row in cause.referral) or cause.kind in {
            "systemic",
            "psychological",
        }, cause.id


def test_modifiers_can_be_read_and_name_known_findings(
    atlas: Atlas, causes: dict[str, Cause]
) -> None:
    for cause in causes.values():
        for modifier in cause.modifier:
            match = WHEN.match(modifier.when)
            assert match, f"{cause.id}: {modifier.when}"
            if match["finding"]:
                assert match["finding"] in atlas.findings, f"{cause.id}: {modifier.when}"


def test_a_claim_of_a_textbook_or_a_measurement_names_its_source(
    causes: dict[str, Cause],
) -> None:
    for cause in causes.values():
        for row in cause.referral:
            assert (row.certainty == "expert") or row.source, f"{cause.id}: {row.area}"
            assert (row.certainty == "measured") <= (row.frequency is not None), cause.id
            assert (row.frequency is None) == (row.n is None), f"{cause.id}: {row.area}"
        for one in cause.finding:
            assert (one.certainty == "expert") or one.source, f"{cause.id}: {one.finding}"


def test_nobody_has_signed_these_causes(causes: dict[str, Cause]) -> None:
    assert all(cause.reviewed_by == "" for cause in causes.values())


@pytest.mark.parametrize(
    "word", ["psychosomatic", "unexplained", "catastroph", "imaginary", "low tolerance"]
)
def test_words_that_hurt_stand_nowhere(word: str) -> None:
    for folder in ("lower", "systemic"):
        for path in sorted((DATA / "causes" / folder).glob("*.toml")):
            assert word not in path.read_text(encoding="utf-8").lower(), path.name


def test_words_for_clients_name_no_diagnosis_or_danger(causes: dict[str, Cause]) -> None:
    frightening = re.compile(
        r"\b(\w+itis|\w+opathy|syndrome|rupture|degenerat\w*|abnormal)\b", re.I
    )
    for cause in causes.values():
        assert not frightening.search(cause.plain), f"{cause.id}: {cause.plain}"
        assert len(cause.plain) <= 160, cause.id


def test_serious_causes_are_kept_elsewhere(causes: dict[str, Cause]) -> None:
    assert not any(cause.serious for cause in causes.values())


def test_priors_grow_from_massage_practice_to_pain_clinic_for_the_spine(
    causes: dict[str, Cause],
) -> None:
    spine = [c for c in causes.values() if c.kind in {"nerve_root", "disc"} or "facet" in c.id]
    assert len(spine) >= 17
    for cause in spine:
        assert cause.prior.massage_practice <= cause.prior.primary_care <= cause.prior.pain_clinic


@pytest.mark.parametrize("setting", SETTINGS)
def test_all_these_causes_together_leave_room_for_muscles(
    causes: dict[str, Cause], setting: Setting
) -> None:
    assert sum(per_person(cause, setting) for cause in causes.values()) < 1.6
    facets = sum(per_person(c, setting) for c in causes.values() if "facet" in c.id)
    assert facets < 0.2


def test_common_causes_come_before_rare_ones(causes: dict[str, Cause]) -> None:
    def prior(name: str) -> float:
        return causes[name].prior.massage_practice

    assert prior("l5-nerve-root") > prior("l4-nerve-root") > prior("l2-nerve-root")
    assert prior("plantar-fasciopathy") > prior("baxter-nerve") > prior("medial-calcaneal-nerve")
    assert prior("patellofemoral-pain") > prior("medial-plica")
    assert prior("sacroiliac-joint") > prior("lumbar-facet-joint-l4-l5")
    assert prior("greater-trochanteric-pain-syndrome") > prior("ischiofemoral-impingement")


@pytest.mark.parametrize("root", ["l5-nerve-root", "s1-nerve-root"])
def test_a_painful_gluteal_point_speaks_for_a_sciatic_root(
    causes: dict[str, Cause], root: str
) -> None:
    cause = causes[root]
    silent = 1.0
    for one in cause.secondary:
        if one.muscle in GLUTEALS:
            silent *= 1 - one.weight
    assert 0.65 <= 1 - silent <= 0.85
    assert weight(cause, "gluteal-trigger-point-tender") > 0.5
    assert weight(cause, "gluteal-trigger-point-tender") > weight(
        causes["lumbar-facet-joint-l5-s1"], "gluteal-trigger-point-tender"
    )


@pytest.mark.parametrize(
    ("root", "finding"),
    [
        ("l3-nerve-root", "reduced-knee-reflex"),
        ("l4-nerve-root", "reduced-knee-reflex"),
        ("l5-nerve-root", "weak-great-toe-extension"),
        ("s1-nerve-root", "reduced-ankle-reflex"),
    ],
)
def test_each_root_has_its_own_sign(causes: dict[str, Cause], root: str, finding: str) -> None:
    assert weight(causes[root], finding) >= 0.4


def test_l5_keeps_the_ankle_reflex_and_a_fibular_palsy_keeps_inversion(
    causes: dict[str, Cause],
) -> None:
    assert weight(causes["l5-nerve-root"], "reduced-ankle-reflex") == 0
    fibular = causes["common-fibular-neuropathy"]
    assert weight(causes["l5-nerve-root"], "weak-ankle-inversion") > weight(
        fibular, "weak-ankle-inversion"
    )


def test_saphenous_and_sural_neuropathy_spare_power(causes: dict[str, Cause]) -> None:
    for name in ("saphenous-nerve", "sural-nerve", "meralgia-paraesthetica"):
        assert not any(one.finding.startswith("weak-") for one in causes[name].finding), name


def test_facet_pain_stops_above_the_knee_and_root_pain_does_not(
    atlas: Atlas, causes: dict[str, Cause]
) -> None:
    below = {leaf for leaf, _ in atlas.areas.nodes_of("lower leg", "right")}
    below |= {leaf for leaf, _ in atlas.areas.nodes_of("foot", "right")}
    for level in LUMBAR_LEVELS:
        assert not reached(atlas, causes[f"lumbar-facet-joint-{level}"]) & below, level
    for root in ("l4", "l5", "s1"):
        assert reached(atlas, causes[f"{root}-nerve-root"]) & below, root


def test_neighbouring_facets_refer_to_overlapping_areas(
    atlas: Atlas, causes: dict[str, Cause]
) -> None:
    names = [f"lumbar-facet-joint-{level}" for level in LUMBAR_LEVELS]
    for upper, lower in pairwise(names):
        a, b = reached(atlas, causes[upper]), reached(atlas, causes[lower])
        assert len(a & b) / len(a | b) >= 0.3, (upper, lower)


def test_hip_joint_pain_is_measured_in_the_buttock_and_never_in_the_low_back(
    atlas: Atlas, causes: dict[str, Cause]
) -> None:
    hip = causes["hip-osteoarthritis"]
    shares = {row.area: row.frequency for row in hip.referral if row.certainty == "measured"}
    assert shares["buttock"] == 0.71
    assert shares["groin"] == 0.55
    low_back = {leaf for leaf, _ in atlas.areas.nodes_of("low back", "right")}
    assert not reached(atlas, hip) & low_back


def test_sacroiliac_pain_carries_its_measured_shares(causes: dict[str, Cause]) -> None:
    shares = {row.area: (row.frequency, row.n) for row in causes["sacroiliac-joint"].referral}
    assert shares["buttock"] == (0.94, 50)
    assert shares["groin"] == (0.14, 50)
    assert weight(causes["sacroiliac-joint"], "si-gillet") == 0


def test_sitting_eases_stenosis_and_standing_eases_the_arteries(causes: dict[str, Cause]) -> None:
    stenosis, arteries = causes["lumbar-spinal-stenosis"], causes["peripheral-artery-disease"]
    assert weight(stenosis, "eases-sitting") > weight(arteries, "eases-sitting")
    assert weight(arteries, "eases-standing") > weight(stenosis, "eases-standing")


def test_first_steps_speak_for_the_fascia_and_against_its_mimics(
    causes: dict[str, Cause],
) -> None:
    fascia = weight(causes["plantar-fasciopathy"], "worse-first-steps")
    for mimic in ("baxter-nerve", "heel-fat-pad", "tarsal-tunnel-syndrome"):
        assert fascia - weight(causes[mimic], "worse-first-steps") >= 0.5, mimic


def test_growth_plate_pain_belongs_to_the_young_and_polymyalgia_to_the_old(
    causes: dict[str, Cause],
) -> None:
    def factor(cause: str, when: str) -> float:
        return next(m.factor for m in causes[cause].modifier if m.when == when)

    assert factor("osgood-schlatter-disease", "age < 18") >= 10
    assert factor("calcaneal-apophysitis", "age < 16") >= 10
    assert factor("polymyalgia-rheumatica", "age < 50") <= 0.02
    assert factor("hip-osteoarthritis", "age < 40") < 1 < factor("hip-osteoarthritis", "age >= 55")


def test_whole_body_causes_act_on_both_sides(atlas: Atlas, causes: dict[str, Cause]) -> None:
    whole = [cause for cause in causes.values() if cause.laterality in {"global", "midline"}]
    assert {"fibromyalgia", "polymyalgia-rheumatica"} <= {cause.id for cause in whole}
    for cause in whole:
        for row in cause.referral:
            midline = atlas.areas[row.area].laterality == "midline"
            assert row.side in ({"midline", "both"} if midline else {"both"}), (cause.id, row.area)


def test_few_causes_are_global_because_each_doubles_the_work(causes: dict[str, Cause]) -> None:
    assert sum(cause.laterality == "global" for cause in causes.values()) <= 10
