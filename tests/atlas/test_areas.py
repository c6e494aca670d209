"""The words for places: leaves, coarse and deep terms, aliases."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from unknot.atlas.areas import Areas, load_areas

FOLDER = Path(__file__).parents[2] / "src" / "unknot" / "atlas" / "data" / "areas"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def areas() -> Areas:
    return load_areas(FOLDER)


def test_terms_are_unique() -> None:
    terms = [row["term"] for row in rows("areas.csv")]
    assert len(terms) == len(set(terms)) > 300


def test_every_row_is_filled_in() -> None:
    for row in rows("areas.csv"):
        assert all(row[c] for c in ("term", "region", "plain", "kind", "laterality", "source")), row
        assert row["certainty"] in ("measured", "textbook", "expert")
        assert row["surface"] == ("no" if row["kind"] == "deep" else "yes"), row["term"]


def test_parts_are_leaves_and_leaves_have_none(areas: Areas) -> None:
    leaves = set(areas.leaves)
    for term, area in areas.by_term.items():
        if area.kind == "leaf":
            assert not area.parts, term
        else:
            assert area.parts, term
            assert {part for part, _ in area.parts} <= leaves, term


def test_a_midline_leaf_has_one_node_and_a_paired_one_two(areas: Areas) -> None:
    assert areas.nodes_of("sternum", "left") == (("sternum", "midline"),)
    assert len(areas.nodes_of("forehead", None)) == 2


def test_quadrants_keep_their_side(areas: Areas) -> None:
    assert areas.nodes_of("right upper quadrant", None) == (("upper abdomen", "right"),)
    assert areas.nodes_of("left lower quadrant", None) == (("lower abdomen", "left"),)


def test_the_whole_body_is_every_leaf(areas: Areas) -> None:
    assert set(areas.nodes_of("widespread, whole body", "both")) == set(areas.nodes)


@pytest.mark.parametrize(
    ("coarse", "leaf"),
    [
        ("posterior thigh", "posterior thigh, middle third"),
        ("buttock", "ischial tuberosity"),
        ("leg, whole", "little toe, plantar"),
        ("arm, whole", "thumb, palmar"),
        ("back of knee", "back of knee, lateral half"),
        ("sole", "third web space of foot"),
        ("jaw", "temporomandibular joint"),
        ("pelvic girdle", "sacroiliac joint"),
    ],
)
def test_coarse_terms_hold_what_their_words_say(areas: Areas, coarse: str, leaf: str) -> None:
    assert leaf in {part for part, _ in areas[coarse].parts}


def test_placeholders_for_digits_are_not_terms(areas: Areas) -> None:
    assert not [term for term in areas.by_term if term.startswith("corresponding")]
    for digit in ("great", "second", "third", "fourth", "little"):
        assert f"{digit} toe" in areas


def test_aliases_are_new_words_for_known_terms(areas: Areas) -> None:
    aliases = [row["alias"].lower() for row in rows("aliases.csv")]
    assert len(aliases) == len(set(aliases))
    for row in rows("aliases.csv"):
        assert row["term"] in areas, row
        assert row["alias"] not in areas, row
