"""The atlas check finds what one file alone cannot show, and says where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.atlas.check import CheckReport, Problem, check_atlas

AREAS = """\
term,region,aspect,level,plain,kind,laterality,parts
calf,leg,posterior,whole,calf,leaf,paired,
shin,leg,anterior,whole,shin,leaf,paired,
navel,abdomen,anterior,middle,navel,leaf,midline,
leg,leg,all,whole,leg,coarse,paired,calf|shin
"""
SOLEUS = """\
id = "soleus"
name = "soleus"
region = "leg"
origin = "upper fibula"
insertion = "calcaneus"
action = "plantarflexes"
nerve = "tibial nerve"
depth = "intermediate"
reviewed_by = ""

[palpation]
position = "prone"
technique = "flat"

[[part]]
id = "whole"
name = "whole muscle"
location = "calf"
point = { zone = "leg.back" }

[[part.referral]]
area = "calf"
role = "essential"
"""
TIBIALIS = SOLEUS.replace("soleus", "tibialis-anterior").replace('"calf"', '"shin"')
ROOT = """\
id = "s1-root"
name = "S1 nerve root"
kind = "nerve_root"
region = "low back"
laterality = "paired"
plain = "a nerve leaving the low back is irritated"
distinguishing = "ankle jerk"
source = "a book"
certainty = "textbook"

[prior]
massage_practice = 0.01
primary_care = 0.02
pain_clinic = 0.05

[[modifier]]
when = "age >= 50"
factor = 2

[[referral]]
area = "calf"
role = "essential"

[[finding]]
finding = "ankle-jerk"
weight = 0.5

[[secondary]]
muscle = "soleus"
weight = 0.3
"""
AORTA = """\
id = "aorta"
name = "aortic aneurysm"
kind = "vascular"
region = "abdomen"
laterality = "midline"
plain = "the main artery of the belly is wide"
distinguishing = "pulse"

[prior]
massage_practice = 0.001
primary_care = 0.001
pain_clinic = 0.001

[[referral]]
area = "navel"
side = "midline"
role = "essential"

[danger]
verdict = "emergency"
act_within = "now"
to = "ambulance"
say = "call now"
threshold = 0.05
rule_out = "imaging"
"""
JERK = """\
id = "ankle-jerk"
name = "ankle jerk absent"
kind = "test"
leak = 0.05

[[accuracy]]
causes = ["s1-root"]
sensitivity = 0.5
specificity = 0.9
source = "a trial"
certainty = "measured"

[how]
does = "tap"
positive = "nothing moves"
unsafe_with = ["aorta"]
"""
GROUPS = """\
[[group]]
id = "leg-muscles"
name = "leg muscles"
members = ["soleus", "tibialis-anterior"]
"""
FILES = {
    "areas/areas.csv": AREAS,
    "muscles/soleus.toml": SOLEUS,
    "muscles/tibialis-anterior.toml": TIBIALIS,
    "causes/s1-root.toml": ROOT,
    "causes/aorta.toml": AORTA,
    "findings/tests/ankle-jerk.toml": JERK,
    "groups.toml": GROUPS,
    "body/zones.csv": "id,slug\n1,leg.back\n",
    "provenance.csv": "table,rows,joined,unmapped,note\nmuscles,3,2,1,\n",
    "unmapped.csv": "table,row_key,reason\nmuscles,platysma,left out here\n",
}
Checker = Callable[[dict[str, str]], CheckReport]


def in_the_files(problems: tuple[Problem, ...]) -> list[Problem]:
    """Leave out the sections that this small atlas does not have."""
    return [problem for problem in problems if "is not there" not in problem.message]


@pytest.fixture
def check(tmp_path: Path) -> Checker:
    """Check a small sound atlas in which some files were changed."""

    def run(changed: dict[str, str]) -> CheckReport:
        for name, text in {**FILES, **changed}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check_atlas(Atlas(tmp_path))

    return run


def line(text: str, words: str, nth: int = 1) -> int:
    """Return the line of the nth occurrence of ``words``, counted from 1."""
    lines = [number for number, one in enumerate(text.splitlines(), 1) if words in one]
    return lines[nth - 1]


def test_a_sound_atlas_has_no_problem(check: Checker) -> None:
    report = check({})
    assert in_the_files(report.problems) == []
    assert report.ok


MISTAKES = {
    "an unknown area in a muscle": (
        "muscles/soleus.toml",
        ('area = "calf"', 'area = "calff"'),
        "unknown area 'calff'",
    ),
    "an unknown area in a cause": (
        "causes/s1-root.toml",
        ('area = "calf"', 'area = "foot"'),
        "unknown area 'foot'",
    ),
    "an unknown finding": (
        "causes/s1-root.toml",
        ('finding = "ankle-jerk"', 'finding = "knee-jerk"'),
        "unknown finding 'knee-jerk'",
    ),
    "a modifier that asks for an unknown finding": (
        "causes/s1-root.toml",
        ('when = "age >= 50"', 'when = "finding:knee-jerk"'),
        "unknown finding 'knee-jerk'",
    ),
    "a modifier nobody can read": (
        "causes/s1-root.toml",
        ('when = "age >= 50"', 'when = "elderly"'),
        "cannot read the condition 'elderly'",
    ),
    "an unknown muscle made tender": (
        "causes/s1-root.toml",
        ('muscle = "soleus"', 'muscle = "plantaris"'),
        "unknown muscle 'plantaris'",
    ),
    "a test for a cause that is not there": (
        "findings/tests/ankle-jerk.toml",
        ('causes = ["s1-root"]', 'causes = ["l5-root"]'),
        "unknown cause 'l5-root'",
    ),
    "a test unsafe with something harmless": (
        "findings/tests/ankle-jerk.toml",
        ('unsafe_with = ["aorta"]', 'unsafe_with = ["s1-root"]'),
        "'s1-root' is not a serious cause",
    ),
    "a paired cause with an absolute side": (
        "causes/s1-root.toml",
        ('area = "calf"', 'area = "calf"\nside = "left"'),
        "side 'left' for a paired source",
    ),
    "an unpaired organ with a relative side": (
        "causes/aorta.toml",
        ('side = "midline"', 'side = "opposite"'),
        "side 'opposite' for a midline source",
    ),
    "a measured figure without a figure": (
        "muscles/soleus.toml",
        ('area = "calf"', 'area = "calf"\ncertainty = "measured"\nsource = "a trial"'),
        "measured, but no frequency is given",
    ),
    "a textbook claim without a book": (
        "causes/s1-root.toml",
        ('source = "a book"\n', ""),
        "textbook, but no source is given",
    ),
    "an unknown member of a group": (
        "groups.toml",
        ('"soleus", ', '"soleus", "gastrocnemius", '),
        "unknown member 'gastrocnemius' of 'leg muscles'",
    ),
    "a group of one": (
        "groups.toml",
        ('"soleus", ', ""),
        "'leg muscles' needs two or more different members",
    ),
    "an unknown zone": (
        "muscles/soleus.toml",
        ('zone = "leg.back"', 'zone = "leg.bakc"'),
        "unknown zone 'leg.bakc'",
    ),
    "a row left out without a reason": (
        "unmapped.csv",
        ("left out here", ""),
        "no reason is given",
    ),
    "rows that do not add up": (
        "provenance.csv",
        ("muscles,3,2,1", "muscles,4,2,1"),
        "muscles: 2 joined and 1 unmapped are not 4",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_one_error_in_its_file(check: Checker, mistake: str) -> None:
    file, (was, becomes), message = MISTAKES[mistake]
    text = FILES[file]
    assert was in text
    report = check({file: text.replace(was, becomes)})
    assert [problem.message for problem in report.errors] == [message]
    assert not report.ok
    path, _, number = report.errors[0].path.rpartition(":")
    assert path.endswith(Path(file).name)
    assert 1 <= int(number) <= len(text.splitlines()) + 2


def test_the_line_is_the_line_of_the_mistake(check: Checker) -> None:
    text = ROOT + '\n[[referral]]\narea = "shin"\nside = "right"\nrole = "rare"\n'
    report = check({"causes/s1-root.toml": text})
    where = line(text, 'side = "right"')
    assert [problem.path for problem in report.errors] == [f"causes/s1-root.toml:{where}"]


def test_a_near_word_is_offered(check: Checker) -> None:
    report = check({"muscles/soleus.toml": SOLEUS.replace('area = "calf"', 'area = "calff"')})
    assert report.errors[0].hint == "did you mean 'calf'?"
    assert str(report.errors[0]).endswith("unknown area 'calff'; did you mean 'calf'?")


def test_a_cause_that_nothing_speaks_for_is_an_error(check: Checker) -> None:
    text = AORTA.partition("[[referral]]")[0].replace("[prior]", "referral = []\n\n[prior]")
    report = check({"causes/aorta.toml": text})
    assert any(problem.message.startswith("no finding") for problem in report.errors)


def test_a_muscle_nothing_could_be_found_in_is_an_error(check: Checker) -> None:
    text = SOLEUS.partition("[[part]]")[0].replace("[palpation]", "part = []\n\n[palpation]")
    report = check({"muscles/soleus.toml": text})
    assert any("no part" in problem.message for problem in report.errors)


def test_an_area_named_twice_in_one_pattern_is_an_error(check: Checker) -> None:
    text = f'{SOLEUS}\n[[part.referral]]\narea = "calf"\nrole = "rare"\n'
    report = check({"muscles/soleus.toml": text})
    assert [problem.message for problem in report.errors] == ["area 'calf' stands twice"]
    assert report.errors[0].path == f"muscles/soleus.toml:{line(text, 'area =', 2)}"


def test_a_name_with_two_meanings_is_an_error(check: Checker) -> None:
    text = TIBIALIS.replace('region = "leg"', 'region = "leg"\naliases = ["Soleus"]')
    report = check({"muscles/tibialis-anterior.toml": text})
    assert [problem.message for problem in report.errors] == [
        "the name 'soleus' also means 'soleus'"
    ]


def test_causes_may_share_an_alias_but_not_a_name(check: Checker) -> None:
    other = ROOT.replace("s1-root", "l5-root").replace("S1 nerve root", "L5 nerve root")
    alias = 'region = "low back"\naliases = ["pinched nerve"]'
    shared = {
        "causes/s1-root.toml": ROOT.replace('region = "low back"', alias),
        "causes/l5-root.toml": other.replace('region = "low back"', alias),
    }
    report = check(shared)
    assert report.ok
    assert any("'pinched nerve' is shared" in problem.message for problem in report.warnings)
    stolen = alias.replace("pinched nerve", "S1 nerve root")
    report = check({"causes/l5-root.toml": other.replace('region = "low back"', stolen)})
    assert [p.message for p in report.errors] == ["the name 's1 nerve root' also means 'l5-root'"]


def test_a_test_without_a_source_is_shown(check: Checker) -> None:
    text = JERK.replace('source = "a trial"\ncertainty = "measured"\n', "")
    report = check({"findings/tests/ankle-jerk.toml": text})
    assert [p.message for p in in_the_files(report.warnings)] == ["a test without a source"]


def test_a_finding_no_cause_speaks_of_is_shown(check: Checker) -> None:
    orphan = 'id = "hum"\nname = "hums"\nkind = "history"\nleak = 0.5\n'
    report = check({"findings/hum.toml": orphan})
    assert [p.message for p in in_the_files(report.warnings)] == ["no cause speaks of this finding"]


def test_pain_that_nothing_could_explain_is_shown(check: Checker) -> None:
    text = TIBIALIS.replace('area = "shin"', 'area = "calf"')
    report = check({"muscles/tibialis-anterior.toml": text})
    assert [p.message for p in in_the_files(report.warnings)] == ["nothing refers pain to 'shin'"]


def test_a_measured_share_that_contradicts_its_role_is_shown_unless_explained(
    check: Checker,
) -> None:
    measured = 'role = "rare"\nfrequency = 0.8\ncertainty = "measured"\nsource = "a trial"'
    text = SOLEUS.replace('role = "essential"', measured)
    report = check({"muscles/soleus.toml": text})
    assert [p.message for p in in_the_files(report.warnings)] == [
        "80% measured, yet its role is 'rare'"
    ]
    report = check({"muscles/soleus.toml": f'{text}note = "injected healthy people"\n'})
    assert in_the_files(report.problems) == []


def test_a_file_that_cannot_be_read_is_listed_beside_the_rest(check: Checker) -> None:
    report = check(
        {
            "causes/aorta.toml": AORTA.replace('kind = "vascular"', 'kind = "plumbing"'),
            "groups.toml": GROUPS.replace('"soleus", ', '"soleus", "gastrocnemius", '),
        }
    )
    messages = {problem.path: problem.message for problem in report.errors}
    assert "kind" in messages[f"causes/aorta.toml:{line(AORTA, 'kind =')}"]
    assert any("gastrocnemius" in message for message in messages.values())


def test_statements_are_counted_by_how_they_are_known(check: Checker) -> None:
    report = check({})
    counts = {section.section: section for section in report.sections}
    # Each muscle: itself, its palpation, its point, one referral.
    assert counts["muscles"].statements == 8
    assert counts["muscles"].unsourced == 8
    assert counts["causes"].certainty["textbook"] == 1
    assert counts["findings"].certainty["measured"] == 1
    assert counts["groups"].reviewed is None
    assert report.shares["reviewed"] == 0
    known = [report.shares[name] for name in ("measured", "textbook", "expert")]
    assert sum(known) == pytest.approx(1)


def test_a_signature_counts_as_reviewed(check: Checker) -> None:
    signed = SOLEUS.replace('reviewed_by = ""', 'reviewed_by = "A. Clinician, physiotherapist"')
    report = check({"muscles/soleus.toml": signed})
    counts = {section.section: section for section in report.sections}
    assert counts["muscles"].reviewed == 1
    assert report.shares["reviewed"] == pytest.approx(1 / 5)


def test_the_fate_of_every_table_is_reported(check: Checker) -> None:
    (table,) = check({}).tables
    assert (table.table, table.rows, table.joined, table.unmapped) == ("muscles", 3, 2, 1)
    report = check({"unmapped.csv": "table,row_key,reason\n"})
    assert [p.message for p in in_the_files(report.warnings)] == [
        "muscles: 0 rows listed, 1 claimed unmapped"
    ]


def test_an_atlas_with_nothing_in_it_is_a_report_not_a_crash(tmp_path: Path) -> None:
    report = check_atlas(Atlas(tmp_path))
    assert report.ok
    assert report.shares["expert"] == 0
    assert any("is not there" in problem.message for problem in report.warnings)


@pytest.fixture(scope="module")
def shipped() -> CheckReport:
    return check_atlas(load_atlas())


def test_the_shipped_muscles_and_groups_have_no_error(shipped: CheckReport) -> None:
    mine = ("muscles/", "data/groups.toml", "data/unmapped.csv", "base_rates/")
    assert [str(p) for p in shipped.errors if p.path.startswith(mine)] == []


def test_every_shipped_muscle_is_counted(shipped: CheckReport) -> None:
    counts = {section.section: section for section in shipped.sections}
    assert counts["muscles"].entries == 124
    assert counts["muscles"].reviewed == 0
    assert counts["muscles"].certainty["textbook"] > 500
    assert counts["muscles"].certainty["measured"] > 25
