"""Names of muscles, causes and groups, as people write them."""

from __future__ import annotations

import pytest

from unknot.atlas import load_atlas
from unknot.drawing.structure_words import structures_in, structures_named

ATLAS = load_atlas()


def test_every_name_and_alias_leads_to_its_entry() -> None:
    for entry in (*ATLAS.muscles.values(), *ATLAS.causes.values()):
        for name in (entry.name, entry.id, *entry.aliases):
            assert entry.id in structures_named(name, ATLAS), name
            assert entry.id in structures_named(f" {name.upper()} ", ATLAS)


def test_a_group_stands_for_its_members() -> None:
    for group in ATLAS.groups.values():
        assert set(structures_named(group.name, ATLAS)) >= set(group.members)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tender gluteus minimus and piriformis", ("gluteus-minimus", "piriformis")),
        ("taut band in the (right) infraspinatus!", ("infraspinatus",)),
        ("nothing of the kind", ()),
        ("", ()),
    ],
)
def test_structures_are_found_in_text_in_their_order(text: str, named: tuple[str, ...]) -> None:
    assert structures_in(text, ATLAS) == named


def test_an_unknown_structure_is_nothing() -> None:
    assert structures_named("musculus nonsensicus", ATLAS) == ()
