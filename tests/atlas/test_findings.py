"""What the atlas says about tests, history and pressing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unknot.atlas import AtlasError, FindingEntry, load_atlas
from unknot.atlas.findings import PalpationSign, discounted, load_findings

FINDINGS = load_atlas().findings
TESTS = {identity: entry for identity, entry in FINDINGS.items() if entry.kind == "test"}
NECK_DANGERS = {"cervical-fracture", "cervical-artery-dissection", "upper-cervical-instability"}


def test_every_offered_test_says_how_it_is_done_and_what_counts() -> None:
    silent = [
        identity
        for identity, entry in TESTS.items()
        if entry.offered and (entry.how is None or not entry.how.does or not entry.how.positive)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "identity",
    ["homans", "apley", "eichhoff", "adson", "pivot-shift", "valsalva", "sharp-purser", "murphy"],
)
def test_unsafe_useless_and_medical_tests_are_known_but_never_offered(identity: str) -> None:
    assert not FINDINGS[identity].offered


@pytest.mark.parametrize(
    "identity", ["spurling", "neck-distraction", "wainner-cluster", "flexion-rotation-test"]
)
def test_a_test_that_loads_the_neck_is_unsafe_with_the_dangers_of_the_neck(identity: str) -> None:
    how = FINDINGS[identity].how
    assert how is not None
    assert set(how.unsafe_with) >= NECK_DANGERS


def test_a_calf_that_could_hold_a_clot_is_not_squeezed() -> None:
    how = FINDINGS["syndesmosis-squeeze"].how
    assert how is not None
    assert "deep-vein-thrombosis-leg" in how.unsafe_with


def test_what_a_test_is_unsafe_with_is_always_a_serious_cause() -> None:
    causes = load_atlas().causes
    wrong = {
        (identity, cause)
        for identity, entry in TESTS.items()
        if entry.how is not None
        for cause in entry.how.unsafe_with
        if cause not in causes or not causes[cause].serious
    }
    assert wrong == set()


def test_accuracy_speaks_only_of_causes_and_muscles_there_are() -> None:
    atlas = load_atlas()
    known = {*atlas.causes, *atlas.muscles}
    unknown = {
        (identity, cause)
        for identity, entry in FINDINGS.items()
        for row in entry.accuracy
        for cause in row.causes
        if cause not in known
    }
    assert unknown == set()


def test_a_measured_figure_names_its_study_and_source() -> None:
    for identity, entry in FINDINGS.items():
        for row in entry.accuracy:
            if row.certainty == "measured":
                assert row.source, identity
                assert row.study, identity


def test_a_figure_nobody_checked_is_not_called_measured() -> None:
    for identity, entry in FINDINGS.items():
        for row in entry.accuracy:
            if "from memory" in row.note:
                assert row.certainty == "expert", identity


def test_computed_likelihood_ratios_follow_from_sensitivity_and_specificity() -> None:
    for identity, entry in FINDINGS.items():
        for row in entry.accuracy:
            if "computed from sensitivity" not in row.note or row.sensitivity is None:
                continue
            if row.specificity is None or "zero cell" in row.note:
                continue
            if row.lr_positive is not None:
                expected = row.sensitivity / (1 - row.specificity)
                assert row.lr_positive == pytest.approx(expected, rel=0.05), identity
            if row.lr_negative is not None:
                expected = (1 - row.sensitivity) / row.specificity
                assert row.lr_negative == pytest.approx(expected, abs=0.02), identity


def test_no_single_small_study_makes_a_test_perfect() -> None:
    for identity, entry in FINDINGS.items():
        for row in entry.accuracy:
            for figure in (row.sensitivity, row.specificity):
                assert figure is None or figure < 1, identity


def test_no_finding_is_impossible_or_certain_without_a_cause() -> None:
    assert [identity for identity, entry in FINDINGS.items() if not 0 < entry.leak < 1] == []


def test_a_homans_sign_is_worth_next_to_nothing() -> None:
    (row,) = FINDINGS["homans"].accuracy
    assert row.sensitivity is not None
    assert row.specificity is not None
    assert row.sensitivity / (1 - row.specificity) < 1.2


def test_a_normal_neurological_examination_denies_weakness_reflex_and_sensory_loss() -> None:
    denied = FINDINGS["neurological-exam-normal"].implies_absent
    for part in ("weak-great-toe-extension", "reduced-ankle-reflex", "sensory-loss-l5"):
        assert part in denied


def test_normal_reflexes_say_nothing_about_strength() -> None:
    assert not any(part.startswith("weak-") for part in FINDINGS["reflexes-normal"].implies_absent)


def test_every_name_and_alias_names_one_finding() -> None:
    owners: dict[str, str] = {}
    for identity, entry in FINDINGS.items():
        for name in {entry.name.lower(), *(alias.lower() for alias in entry.aliases)}:
            other = owners.setdefault(name, identity)
            assert other == identity, name


def test_history_quality_and_behaviour_are_asked_in_short_plain_questions() -> None:
    jargon = re.compile(r"\b(provok|aggravat|palpat|bilateral|unilateral|radiat|paraesthes)", re.I)
    for identity, entry in FINDINGS.items():
        question = entry.ask_client
        if not question:
            continue
        assert question.endswith("?"), identity
        assert len(question.split()) <= 25, identity
        assert not jargon.search(question), identity


def test_the_client_can_answer_everything_that_only_the_client_knows() -> None:
    asked = {"history", "quality", "behaviour", "sensation"}
    shipped = Path(load_atlas().root) / "findings"
    own = {
        path.stem
        for folder in ("history", "qualities", "behaviour", "sensations")
        for path in (shipped / folder).glob("*.toml")
    }
    missing = [
        identity
        for identity in own
        if FINDINGS[identity].kind in asked and not FINDINGS[identity].ask_client
    ]
    assert missing == []


def test_tests_of_one_bundle_are_more_than_one() -> None:
    bundles: dict[str, int] = {}
    for entry in FINDINGS.values():
        if entry.bundle:
            bundles[entry.bundle] = bundles.get(entry.bundle, 0) + 1
    assert {"si-provocation", "impingement", "meniscus", "acl"} <= bundles.keys()
    assert [bundle for bundle, count in bundles.items() if count < 2] == []


def test_what_any_muscle_does_is_said_of_every_muscle() -> None:
    said = {cause for row in FINDINGS["deep-ache"].accuracy for cause in row.causes}
    assert said >= set(load_atlas().muscles)
    assert "any-muscle" not in said


def write(folder: Path, **fields: str) -> None:
    (folder / "findings").mkdir(exist_ok=True)
    lines = ['id = "limp"', 'name = "limp"', 'kind = "sign"', "leak = 0.1"]
    lines += [f"{key} = {value}" for key, value in fields.items()]
    (folder / "findings" / "limp.toml").write_text("\n".join(lines), encoding="utf-8")


def test_an_unknown_word_group_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, patterns='["@wors walk"]')
    with pytest.raises(AtlasError, match="@wors") as caught:
        load_findings(tmp_path)
    assert caught.value.path == "findings/limp.toml"


def test_a_word_group_is_written_out(tmp_path: Path) -> None:
    (tmp_path / "pattern_words.toml").write_text('worse = "worse|hurt"', encoding="utf-8")
    write(tmp_path, patterns='["@worse walk -@worse"]')
    assert load_findings(tmp_path)["limp"].patterns == ("worse|hurt walk -worse|hurt",)


def test_a_summary_that_denies_an_unknown_finding_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, implies_absent='["hop"]')
    with pytest.raises(AtlasError, match="hop"):
        load_findings(tmp_path)


def likelihood_ratios(sign: PalpationSign) -> tuple[float, float]:
    found = 1 - (1 - sign.weight) * (1 - sign.leak)
    return found / sign.leak, (1 - found) / (1 - sign.leak)


def test_recognised_pain_is_the_most_telling_sign_of_a_trigger_point() -> None:
    palpation = load_atlas().palpation
    ratios = {name: likelihood_ratios(sign)[0] for name, sign in palpation.muscle.items()}
    assert max(ratios, key=lambda name: ratios[name]) == "recognition"
    assert ratios["tenderness"] < ratios["point"]
    assert ratios["other_pain"] < 1.2


def test_a_spot_that_is_not_tender_speaks_against_more_than_a_missing_twitch() -> None:
    palpation = load_atlas().palpation
    assert (
        likelihood_ratios(palpation.muscle["tenderness"])[1]
        < likelihood_ratios(palpation.muscle["twitch"])[1]
    )


@pytest.mark.parametrize("muscle", [True, False])
def test_what_is_found_after_the_ranking_was_shown_is_worth_less(muscle: bool) -> None:
    palpation = load_atlas().palpation
    blind = palpation.sign("recognition", muscle=muscle)
    told = palpation.sign("recognition", muscle=muscle, ranking_shown_before=True)
    for_blind, against_blind = likelihood_ratios(blind)
    for_told, against_told = likelihood_ratios(told)
    assert 1 < for_told < for_blind
    assert against_blind < against_told < 1


def test_a_sign_nobody_gave_numbers_for_counts_as_tenderness() -> None:
    palpation = load_atlas().palpation
    assert palpation.sign("twitch", muscle=False) == palpation.cause["tenderness"]


@given(
    weight=st.floats(0.01, 0.99),
    leak=st.floats(0.01, 0.9),
    power=st.floats(0, 1),
)
def test_a_discount_is_a_power_on_the_likelihood_ratio(
    weight: float, leak: float, power: float
) -> None:
    sign = PalpationSign(weight=weight, leak=leak)
    found = 1 - (1 - weight) * (1 - leak)
    less = discounted(sign, power)
    ratio = likelihood_ratios(sign)[0]
    assert 1 - (1 - less.weight) * (1 - less.leak) == pytest.approx(found)
    assert likelihood_ratios(less)[0] == pytest.approx(ratio**power)


def test_agreement_on_palpation_names_muscles_there_are_and_its_source() -> None:
    atlas = load_atlas()
    for row in atlas.palpation.agreement:
        assert set(row.muscles) <= atlas.muscles.keys()
        assert row.source
        assert row.low is None or row.high is None or row.low <= row.high


def test_a_finding_carries_no_signature_nobody_gave() -> None:
    assert [entry.id for entry in FINDINGS.values() if entry.reviewed_by] == []
    assert isinstance(FINDINGS["spurling"], FindingEntry)
