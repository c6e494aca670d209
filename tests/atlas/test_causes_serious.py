"""What the atlas says about danger and about inner organs: claims a physician would hold it to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isclose

import pytest

from unknot.atlas import Atlas, Cause, load_atlas
from unknot.atlas.causes import Setting
from unknot.case import Person
from unknot.locating import Network, build_network
from unknot.locating.network import holds

ATLAS = load_atlas()
SERIOUS = sorted(cause.id for cause in ATLAS.causes.values() if cause.serious)
CAP = ATLAS.locating.triage.area_factor_cap
SETTINGS: tuple[Setting, ...] = ("massage_practice", "primary_care", "pain_clinic")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return ATLAS


@pytest.fixture(scope="module")
def network(atlas: Atlas) -> Network:
    return build_network(atlas)


def score(
    cause: Cause,
    present: str = "",
    *,
    history: str = "",
    setting: Setting = "massage_practice",
    who: Mapping[str, object] | None = None,
    fit: float = CAP,
) -> float:
    """Score a cause against the background alone, muscles silent, as triage does.

    ``fit`` is what the areas multiply the odds by: the cap when the pain is drawn exactly as the
    cause would draw it, one when the place is only named coarsely.
    """
    names = frozenset(present.split())
    told = names | frozenset(history.split())
    unknown = told - set(ATLAS.findings)
    assert not unknown, unknown
    person = Person.model_validate(who or {})
    prior: float = getattr(cause.prior, setting)
    odds = prior / (1 - prior) * fit
    for modifier in cause.modifier:
        if holds(modifier.when, person, told):
            odds *= modifier.factor
    for row in cause.finding:
        if row.finding in names:
            leak = ATLAS.findings[row.finding].leak
            odds *= (1 - (1 - leak) * (1 - row.weight)) / leak
    return odds / (1 + odds)


def raised(present: str, *, history: str, who: Mapping[str, object], fit: float = CAP) -> set[str]:
    """Return the serious causes that such findings would raise, wherever it hurts."""
    found = set()
    for identity in SERIOUS:
        cause = ATLAS.causes[identity]
        assert cause.danger is not None
        if score(cause, present, history=history, who=who, fit=fit) >= cause.danger.threshold:
            found.add(identity)
    return found


# --- completeness -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identity",
    """
    deep-vein-thrombosis-leg deep-vein-thrombosis-arm pulmonary-embolism acute-coronary-syndrome
    aortic-dissection cervical-artery-dissection abdominal-aortic-aneurysm subarachnoid-haemorrhage
    meningitis stroke giant-cell-arteritis cauda-equina-syndrome cervical-myelopathy
    spinal-infection-lumbar spinal-infection-thoracic spinal-infection-cervical
    spinal-metastasis-lumbar spinal-metastasis-thoracic spinal-metastasis-cervical
    metastatic-cord-compression myeloma pancoast-tumour vertebral-fracture-thoracic
    vertebral-fracture-lumbar hip-fracture femoral-neck-stress-fracture tibial-stress-fracture
    metatarsal-stress-fracture sacral-stress-fracture pars-stress-fracture septic-arthritis-hip
    septic-arthritis-knee septic-arthritis-shoulder acute-compartment-syndrome-leg
    acute-compartment-syndrome-forearm acute-limb-ischaemia-leg acute-limb-ischaemia-arm
    acute-aortic-occlusion rhabdomyolysis shingles-cranial shingles-thoracic shingles-lumbar
    pneumothorax renal-colic pyelonephritis ectopic-pregnancy ovarian-torsion testicular-torsion
    strangulated-hernia acute-pancreatitis cellulitis-leg acute-appendicitis acute-cholecystitis
    pericarditis pneumonia-pleurisy ruptured-spleen perforated-peptic-ulcer rectus-sheath-haematoma
    psoas-abscess retroperitoneal-haematoma necrotising-infection-leg raised-intracranial-pressure
    acute-angle-closure-glaucoma carbon-monoxide-poisoning cerebral-venous-sinus-thrombosis
    cervical-fracture upper-cervical-instability bone-tumour-knee slipped-capital-femoral-epiphysis
    perthes-disease avascular-necrosis-hip achilles-rupture quadriceps-tendon-rupture
    patellar-tendon-rupture pre-eclampsia guillain-barre-syndrome charcot-foot
    diabetic-foot-infection progressive-lumbar-root-compression subdural-haematoma
    """.split(),
)
def test_a_dangerous_cause_that_must_not_be_missed_is_known(atlas: Atlas, identity: str) -> None:
    assert atlas.causes[identity].serious


@pytest.mark.parametrize("identity", SERIOUS)
def test_a_serious_cause_says_what_to_do_by_when_and_to_whom(atlas: Atlas, identity: str) -> None:
    cause = atlas.causes[identity]
    danger = cause.danger
    assert danger is not None
    assert danger.verdict in {"emergency", "urgent_referral", "provider_clearance_first"}
    if danger.verdict == "emergency":
        assert danger.act_within in {"now", "same day"}
    assert danger.to
    assert danger.rule_out
    assert cause.source.startswith(("https://", "http://", "doi:")), "nobody has seen a page on it"
    assert len(cause.finding) >= 3
    assert all(row.finding in atlas.findings for row in cause.finding)
    assert {row.area for row in cause.referral} <= set(atlas.areas.by_term)
    assert cause.referral


@pytest.mark.parametrize("identity", SERIOUS)
def test_a_serious_cause_is_rare_in_every_setting_and_rarer_on_the_massage_table(
    atlas: Atlas, identity: str
) -> None:
    prior = atlas.causes[identity].prior
    assert all(0 < getattr(prior, setting) <= 0.005 for setting in SETTINGS)
    assert prior.massage_practice <= prior.primary_care


@pytest.mark.parametrize("identity", SERIOUS)
def test_the_sentence_to_say_is_calm_short_and_its_own(atlas: Atlas, identity: str) -> None:
    danger = atlas.causes[identity].danger
    assert danger is not None
    words = re.findall(r"[\w'-]+", danger.say)
    assert 12 <= len(words) <= 60
    assert danger.say.endswith(".")
    assert "!" not in danger.say
    frightening = {"die", "dying", "death", "fatal", "deadly", "paralysed", "cancer", "amputation"}
    assert not frightening & {word.lower() for word in words}


def test_sentences_to_say_differ_unless_the_same_thing_sits_elsewhere(atlas: Atlas) -> None:
    by_sentence: dict[str, list[str]] = {}
    for identity in SERIOUS:
        danger = atlas.causes[identity].danger
        assert danger is not None
        by_sentence.setdefault(danger.say, []).append(identity)
    for identities in by_sentence.values():
        stems = {atlas.causes[identity].groups[:1] for identity in identities}
        assert len(stems) == 1, identities


@pytest.mark.parametrize("identity", SERIOUS)
def test_words_for_the_client_name_no_disease(atlas: Atlas, identity: str) -> None:
    cause = atlas.causes[identity]
    plain = cause.plain.lower()
    assert cause.name.lower() not in plain
    diseases = r"\b(cancer|tumou?r|stroke|infarct|embol|thrombos|metasta|meningitis|sepsis|fatal)"
    assert not re.search(diseases, plain)


@pytest.mark.parametrize("identity", SERIOUS)
def test_what_a_cause_must_not_meet_names_real_tests(atlas: Atlas, identity: str) -> None:
    danger = atlas.causes[identity].danger
    assert danger is not None
    for item in danger.aggravated_by:
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", item):
            assert item in atlas.findings, item


def test_neck_dangers_forbid_every_provoking_neck_test(atlas: Atlas) -> None:
    for identity in (
        "cervical-fracture",
        "upper-cervical-instability",
        "cervical-artery-dissection",
    ):
        danger = atlas.causes[identity].danger
        assert danger is not None
        assert {
            "spurling",
            "cervical-extension-rotation",
            "neck-distraction",
            "sharp-purser",
            "alar-ligament-stress",
        } <= set(danger.aggravated_by)


# --- sides ------------------------------------------------------------------------------------


def roles(cause: Cause) -> dict[tuple[str, str], str]:
    return {(row.area, row.side): row.role for row in cause.referral}


def test_the_heart_refers_to_the_left_chest_and_arm_and_is_never_mirrored(
    atlas: Atlas, network: Network
) -> None:
    heart = atlas.causes["acute-coronary-syndrome"]
    told = roles(heart)
    assert told["middle chest, beside sternum", "left"] == "essential"
    assert told["sternum", "midline"] == "essential"
    assert ("medial upper arm", "left") in told
    assert not {side for _, side in told} & {"same", "opposite"}
    (source,) = (one for one in network.sources if one.entry == heart.id)
    assert source.side == "left"
    leaf = "medial upper arm, middle third"
    assert source.areas[leaf, "left"] > 2 * source.areas[leaf, "right"] > 0
    assert source.areas["front of shoulder", "left"] > source.areas["front of shoulder", "right"]
    jaw = "lower jaw, body"
    assert isclose(source.areas[jaw, "left"], source.areas[jaw, "right"])


@pytest.mark.parametrize("identity", ["biliary-colic", "acute-cholecystitis"])
def test_the_gallbladder_refers_to_the_right_and_is_never_mirrored(
    atlas: Atlas, network: Network, identity: str
) -> None:
    told = roles(atlas.causes[identity])
    assert told["right upper quadrant", "right"] == "essential"
    assert told["inferior angle of scapula", "right"] == "essential"
    assert told["top of shoulder", "right"] == "spillover"
    (source,) = (one for one in network.sources if one.entry == identity)
    assert source.side == "right"
    assert {side for _, side in source.areas} == {"right", "midline"}


def test_the_spleen_is_felt_at_the_left_shoulder_and_the_liver_at_the_right(
    network: Network,
) -> None:
    (spleen,) = (one for one in network.sources if one.entry == "ruptured-spleen")
    (liver,) = (
        one for one in network.sources if one.entry == "liver-and-right-diaphragm-irritation"
    )
    shoulder = "top of shoulder"
    assert spleen.areas[shoulder, "left"] > 5 * spleen.areas[shoulder, "right"]
    assert (shoulder, "left") not in liver.areas
    assert liver.areas[shoulder, "right"] == spleen.areas[shoulder, "left"]


def test_the_appendix_lies_right_and_the_sigmoid_left(network: Network) -> None:
    (appendix,) = (one for one in network.sources if one.entry == "acute-appendicitis")
    (sigmoid,) = (one for one in network.sources if one.entry == "acute-diverticulitis")
    assert ("lower abdomen", "left") not in appendix.areas
    assert sigmoid.areas["lower abdomen", "left"] > sigmoid.areas["lower abdomen", "right"]


def test_an_unpaired_organ_never_uses_a_relative_side(atlas: Atlas) -> None:
    for cause in atlas.causes.values():
        if cause.laterality in {"left", "right"}:
            assert not {row.side for row in cause.referral} & {"same", "opposite"}, cause.id


# --- when danger is raised --------------------------------------------------------------------


@pytest.mark.parametrize("identity", SERIOUS)
def test_pain_in_the_right_place_alone_raises_nothing(atlas: Atlas, identity: str) -> None:
    cause = atlas.causes[identity]
    assert cause.danger is not None
    for age in (5, 13, 20, 35, 50, 65, 80):
        for sex in ("female", "male"):
            value = score(cause, setting="primary_care", who={"age": age, "sex": sex})
            assert value < cause.danger.threshold, (age, sex)


@pytest.mark.parametrize("identity", SERIOUS)
def test_one_everyday_finding_raises_nothing(atlas: Atlas, identity: str) -> None:
    cause = atlas.causes[identity]
    assert cause.danger is not None
    for row in cause.finding:
        if atlas.findings[row.finding].leak >= 0.05:
            assert score(cause, row.finding) < cause.danger.threshold, row.finding


@pytest.mark.parametrize("identity", SERIOUS)
def test_the_whole_picture_always_raises_it(atlas: Atlas, identity: str) -> None:
    cause = atlas.causes[identity]
    assert cause.danger is not None
    assert score(cause, " ".join(row.finding for row in cause.finding)) > cause.danger.threshold


@pytest.mark.parametrize(
    ("who", "present", "history"),
    [
        (
            {"age": 42, "sex": "male"},
            "radiating-below-knee shooting-pain sensory-loss-l5 weak-great-toe-extension "
            "reduced-ankle-reflex numbness tingling worse-coughing worse-sitting severe-pain",
            "",
        ),
        (
            {"age": 35, "sex": "female"},
            "sudden-onset worse-bending-forward worse-rolling-over tender-spinous-process "
            "muscle-tightness severe-pain worse-coughing",
            "",
        ),
        (
            {"age": 72, "sex": "female"},
            "worse-bending-forward worse-rolling-over tender-spinous-process worse-standing",
            "osteoporosis hypertension",
        ),
        (
            {"age": 58, "sex": "male"},
            "night-pain-waking constant-pain worse-sitting worse-lying pain-over-three-months",
            "smoking hypertension",
        ),
        (
            {"age": 68, "sex": "female"},
            "restricted-hip-internal-rotation painful-hip-rotation restricted-hip-all "
            "worse-weight-bearing antalgic-gait log-roll",
            "",
        ),
        (
            {"age": 66, "sex": "female"},
            "joint-swelling joint-warmth worse-stairs worse-weight-bearing antalgic-gait",
            "",
        ),
        (
            {"age": 30, "sex": "female"},
            "photophobia phonophobia severe-pain nausea repeated-vomiting throbbing-pain aura",
            "oestrogen-medicine",
        ),
        ({"age": 40, "sex": "female"}, "pressing-band-pain stress fatigue dizziness", ""),
        (
            {"age": 28, "sex": "female"},
            "recent-neck-trauma injury restricted-neck-rotation dizziness tingling nausea",
            "",
        ),
        (
            {"age": 40, "sex": "female"},
            "worse-deep-breath sharp-pain tender-costochondral sudden-onset",
            "",
        ),
        (
            {"age": 30, "sex": "female"},
            "bloating eases-passing-wind-stool constipation diarrhoea cramping-pain fatigue nausea",
            "",
        ),
        (
            {"age": 22, "sex": "female"},
            "worse-menstruation cramping-pain nausea severe-pain diarrhoea",
            "",
        ),
        (
            {"age": 50, "sex": "male"},
            "heartburn worse-lying worse-bending-forward worse-eating burning-pain",
            "smoking hypertension",
        ),
        ({"age": 34, "sex": "male"}, "injury rapid-swelling-after-injury bruising swelling", ""),
        (
            {"age": 55, "sex": "female"},
            "night-pain-waking severe-pain restricted-shoulder-passive-all worse-lying-on-it",
            "diabetes",
        ),
        (
            {"age": 70, "sex": "male"},
            "worse-walking-eased-by-sitting bilateral-leg-pain numbness worse-standing",
            "smoking hypertension",
        ),
        (
            {"age": 45, "sex": "female"},
            "fatigue poor-sleep widespread-pain tender-widespread allodynia dizziness bloating",
            "",
        ),
        ({"age": 30, "sex": "male"}, "severe-pain weakness-felt fatigue overload-new-activity", ""),
        ({"age": 50, "sex": "male"}, "burning-pain allodynia numbness tingling", ""),
    ],
    ids=[
        "sciatica",
        "acute back pain",
        "back pain at 72",
        "smoker with long back pain",
        "hip arthritis",
        "knee arthritis flare",
        "migraine",
        "tension headache",
        "whiplash",
        "sore rib cartilage",
        "irritable bowel",
        "period pain",
        "reflux",
        "ankle sprain that walks",
        "frozen shoulder",
        "spinal stenosis",
        "fibromyalgia",
        "sore after training",
        "burning thigh",
    ],
)
def test_ordinary_complaints_raise_nothing(
    who: dict[str, object], present: str, history: str
) -> None:
    assert raised(present, history=history, who=who) == set()


@pytest.mark.parametrize(
    ("identity", "who", "present", "history"),
    [
        ("cauda-equina-syndrome", {}, "saddle-numbness", ""),
        ("cauda-equina-syndrome", {}, "urinary-retention", ""),
        ("progressive-lumbar-root-compression", {}, "progressive-weakness", ""),
        ("subarachnoid-haemorrhage", {}, "thunderclap-onset", ""),
        ("meningitis", {}, "fever neck-stiffness-meningeal", ""),
        ("stroke", {}, "sudden-face-arm-speech", ""),
        ("giant-cell-arteritis", {"age": 72}, "jaw-claudication", ""),
        ("cervical-artery-dissection", {"age": 38}, "drooping-eyelid recent-neck-trauma", ""),
        ("acute-coronary-syndrome", {"age": 60}, "chest-pressure-quality", ""),
        ("pulmonary-embolism", {}, "shortness-of-breath worse-deep-breath", ""),
        ("aortic-dissection", {}, "tearing-pain sudden-onset", "hypertension"),
        (
            "abdominal-aortic-aneurysm",
            {"age": 70, "sex": "male"},
            "unaffected-by-movement sudden-onset",
            "smoking",
        ),
        ("deep-vein-thrombosis-leg", {}, "calf-swelling-one-sided", ""),
        ("acute-limb-ischaemia-leg", {}, "cold-pale-pulseless-limb", ""),
        (
            "acute-compartment-syndrome-leg",
            {},
            "pain-out-of-proportion calf-compartment-stretch",
            "",
        ),
        ("spinal-infection-lumbar", {}, "fever", "iv-drug-use"),
        ("spinal-metastasis-thoracic", {"age": 61}, "relentless-night-pain", "cancer-history"),
        ("metastatic-cord-compression", {}, "bilateral-leg-weakness", "cancer-history"),
        ("vertebral-fracture-lumbar", {"age": 74}, "minor-trauma-older sudden-onset", ""),
        ("hip-fracture", {"age": 81}, "minor-trauma-older cannot-bear-weight", ""),
        (
            "femoral-neck-stress-fracture",
            {},
            "worse-running training-load-increase hop-test",
            "running-sport",
        ),
        ("septic-arthritis-knee", {}, "hot-red-joint", ""),
        ("cellulitis-leg", {}, "spreading-redness", ""),
        ("shingles-thoracic", {}, "rash burning-pain allodynia", ""),
        ("rhabdomyolysis", {}, "urine-dark", "extreme-exertion-or-crush"),
        ("ectopic-pregnancy", {"age": 27, "sex": "female"}, "missed-period vaginal-bleeding", ""),
        ("testicular-torsion", {"age": 15, "sex": "male"}, "testicular-pain sudden-onset", ""),
        (
            "pre-eclampsia",
            {"age": 31, "sex": "female", "pregnancy_weeks": 34},
            "visual-disturbance",
            "",
        ),
        (
            "slipped-capital-femoral-epiphysis",
            {"age": 13},
            "antalgic-gait restricted-hip-internal-rotation",
            "",
        ),
        ("renal-colic", {"age": 36}, "colicky-pain eases-not-by-position", ""),
        ("acute-appendicitis", {}, "pain-moved-to-right-lower-belly loss-of-appetite", ""),
        ("ruptured-spleen", {}, "abdominal-injury-recent shoulder-tip-pain", ""),
        ("rectus-sheath-haematoma", {}, "abdominal-wall-lump-sudden", "anticoagulant"),
        ("upper-cervical-instability", {}, "head-feels-unsupported", "rheumatoid-arthritis"),
        ("cervical-myelopathy", {}, "clumsy-hands gait-unsteadiness", ""),
        ("achilles-rupture", {}, "pop-at-injury thompson", ""),
    ],
)
def test_a_textbook_danger_is_raised_even_when_its_place_is_named_coarsely(
    identity: str, who: dict[str, object], present: str, history: str
) -> None:
    assert identity in raised(present, history=history, who=who, fit=1.0)


def test_danger_that_only_some_bodies_have_is_not_raised_in_others(atlas: Atlas) -> None:
    for identity in ("ectopic-pregnancy", "ovarian-torsion", "pelvic-inflammatory-disease"):
        cause = atlas.causes[identity]
        assert score(cause, who={"sex": "male"}) < score(cause, who={"sex": "female"}) / 1000
    torsion = atlas.causes["testicular-torsion"]
    assert score(torsion, who={"sex": "female"}) < score(torsion, who={"sex": "male"}) / 1000
    for identity in ("slipped-capital-femoral-epiphysis", "perthes-disease"):
        cause = atlas.causes[identity]
        assert score(cause, who={"age": 40}) < score(cause, who={"age": 12}) / 100
    arteritis = atlas.causes["giant-cell-arteritis"]
    assert score(arteritis, who={"age": 35}) < score(arteritis, who={"age": 70}) / 100


def test_no_danger_is_ruled_out_by_what_a_muscle_does(atlas: Atlas) -> None:
    for identity in SERIOUS:
        danger = atlas.causes[identity].danger
        assert danger is not None
        text = danger.rule_out.lower()
        assert "trigger point" not in text
        assert "reproduc" not in text
