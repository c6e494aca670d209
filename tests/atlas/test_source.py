"""A mistake in the atlas's text is named with its file and line, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from unknot.atlas.muscles import Muscle
from unknot.atlas.source import (
    AtlasError,
    Entry,
    Statement,
    line_of,
    read_csv,
    read_folder,
    read_toml,
)

MUSCLE = """\
id = "soleus"
name = "soleus"
region = "leg"
origin = "upper fibula"
insertion = "calcaneus"
action = "plantarflexes"
nerve = "tibial nerve"
depth = "intermediate"

[palpation]
position = "prone"
technique = "flat"

[[part]]
id = "upper"
name = "upper"
location = "upper calf"

[[part.referral]]
area = "posterior leg"
role = "essential"

[[part]]
id = "lower"
name = "lower"
location = "lower calf"

[[part.referral]]
area = "heel, plantar"
role = "essential"

[[part.referral]]
area = "instep"
role = "spillover"
"""


class Row(Entry):
    name: str
    share: float
    note: str = "nothing said"


def write(folder: Path, text: str, name: str = "soleus.toml") -> Path:
    path = folder / "muscles" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def line(text: str, words: str, nth: int = 1) -> int:
    """Return the line of the nth occurrence of ``words``, counted from 1."""
    lines = [number for number, one in enumerate(text.splitlines(), 1) if words in one]
    return lines[nth - 1]


def failure(path: Path) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        read_toml(path, Muscle)
    return caught.value


def test_a_correct_file_is_read(tmp_path: Path) -> None:
    soleus = read_toml(write(tmp_path, MUSCLE), Muscle)
    assert [row.area for row in soleus.part[1].referral] == ["heel, plantar", "instep"]


def test_a_misspelt_key_is_named_with_the_right_one(tmp_path: Path) -> None:
    text = MUSCLE.replace("insertion =", "insertoin =")
    error = failure(write(tmp_path, text))
    assert error.path == f"muscles/soleus.toml:{line(text, 'insertoin')}"
    assert error.hint == "did you mean 'insertion'?"


def test_a_misspelt_key_inside_a_table_is_named_with_that_table_s_own(tmp_path: Path) -> None:
    head, _, tail = MUSCLE.rpartition("role =")
    text = f"{head}roel ={tail}"
    error = failure(write(tmp_path, text))
    assert error.path == f"muscles/soleus.toml:{line(text, 'roel')}"
    assert error.hint == "did you mean 'role'?"


@pytest.mark.parametrize(
    ("was", "becomes", "nth"),
    [
        ('role = "spillover"', 'role = "splash"', 1),
        ('depth = "intermediate"', 'depth = "very"', 1),
        ('position = "prone"', 'position = "standing"', 1),
    ],
)
def test_a_wrong_value_is_named_by_its_own_line(
    tmp_path: Path, was: str, becomes: str, nth: int
) -> None:
    text = MUSCLE.replace(was, becomes)
    error = failure(write(tmp_path, text))
    assert error.path == f"muscles/soleus.toml:{line(text, becomes, nth)}"


def test_a_wrong_value_in_the_second_part_is_not_blamed_on_the_first(tmp_path: Path) -> None:
    head, _, tail = MUSCLE.rpartition('role = "essential"')
    text = f'{head}role = "main"{tail}'
    assert failure(write(tmp_path, text)).path == f"muscles/soleus.toml:{line(text, 'main')}"
    text = text.replace('role = "essential"', 'role = "chief"').replace('"main"', '"essential"')
    assert failure(write(tmp_path, text)).path == f"muscles/soleus.toml:{line(text, 'chief')}"


def test_a_share_above_one_is_refused(tmp_path: Path) -> None:
    text = f"{MUSCLE}frequency = 83\n"
    error = failure(write(tmp_path, text))
    assert error.path == f"muscles/soleus.toml:{line(text, 'frequency')}"


def test_text_that_is_not_toml_is_named(tmp_path: Path) -> None:
    error = failure(write(tmp_path, MUSCLE.replace("[palpation]", "[palpation")))
    assert error.path == "muscles/soleus.toml"
    assert "not TOML" in error.message


def test_the_id_is_the_file_name(tmp_path: Path) -> None:
    write(tmp_path, MUSCLE, "gastrocnemius.toml")
    with pytest.raises(AtlasError, match=r"rename the file to soleus\.toml"):
        read_folder(tmp_path / "muscles", Muscle)


def test_one_id_has_one_file_even_in_sub_folders(tmp_path: Path) -> None:
    write(tmp_path, MUSCLE)
    inner = tmp_path / "muscles" / "leg"
    inner.mkdir()
    (inner / "soleus.toml").write_text(MUSCLE, encoding="utf-8")
    with pytest.raises(AtlasError, match="two files for 'soleus'"):
        read_folder(tmp_path / "muscles", Muscle)


def test_a_section_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "nowhere", Muscle) == {}


def test_a_bad_row_of_a_table_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text('name,share\nfirst,0.5\n"two\nlines",0.1\nthird,half\n', encoding="utf-8")
    rows = read_csv(path, Row)
    assert next(rows)[1].share == 0.5
    next(rows)
    with pytest.raises(AtlasError, match=r"rates\.csv:5: share"):
        next(rows)


def test_an_empty_cell_takes_the_default(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("name,share,note\nfirst,0.5,\n", encoding="utf-8")
    assert [row.note for _, row in read_csv(path, Row)] == ["nothing said"]


def test_knowledge_is_frozen_and_says_expert_unless_told_otherwise() -> None:
    statement = Statement()
    assert statement.certainty == "expert"
    with pytest.raises(ValueError, match="frozen"):
        statement.certainty = "measured"


def test_a_location_nobody_wrote_falls_back_to_its_nearest_parent() -> None:
    assert line_of(MUSCLE, ("palpation", "caution")) == line(MUSCLE, "[palpation]")
    assert line_of(MUSCLE, ("part", 1, "referral", 1, "note")) == line(MUSCLE, "[[part.ref", 3)
    assert line_of(MUSCLE, ("reviewed_by",)) == 1
