"""Honest sentences about what treatment by hand is known to do, by painted region."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from unknot.atlas import Atlas
from unknot.atlas.source import Entry, read_toml


class Note(Entry):
    """One claim in plain words. ``regions``: any of them; ``with_regions``: and any of these."""

    id: str
    about: str
    regions: tuple[str, ...] = ()
    with_regions: tuple[str, ...] = ()
    words: str
    sure: str
    certainty: str = "expert"
    sources: tuple[str, ...] = ()
    reviewed_by: str = ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Each source as an address and the text to show."""
        return tuple(
            (one if one.startswith("http") else f"https://doi.org/{one}", one)
            for one in self.sources
            if one.startswith(("http", "10."))
        )


class Ask(Entry):
    """A question worth asking, and whom."""

    whom: str
    words: str


class EvidenceNotes(Entry):
    """The file ``evidence_notes.toml``."""

    note: tuple[Note, ...]
    ask: tuple[Ask, ...]


def notes_for(regions: Iterable[str], atlas: Atlas) -> list[Note]:
    """Notes on the painted regions, then the ones that hold anywhere."""
    painted = set(regions)
    special, general = [], []
    for note in _read(atlas).note:
        if not note.regions:
            general.append(note)
        elif painted & set(note.regions) and (
            not note.with_regions or painted & set(note.with_regions)
        ):
            special.append(note)
    return special + general


def asks(atlas: Atlas) -> tuple[Ask, ...]:
    return _read(atlas).ask


@cache
def _read(atlas: Atlas) -> EvidenceNotes:
    return read_toml(atlas.root / "evidence_notes.toml", EvidenceNotes)
