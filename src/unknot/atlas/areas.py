"""Areas: the controlled words for places on the body, and how coarse ones divide into leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from unknot.atlas.source import AtlasError, Entry, read_csv
from unknot.case import Side

AreaKind = Literal["leaf", "coarse", "deep"]
Laterality = Literal["paired", "midline", "left", "right", "global"]
LeafSide = Literal["left", "right", "midline"]
Node = tuple[str, LeafSide]
"""A finding node of the network: a leaf area term and its side."""


class AreaRow(Entry):
    """One line of ``areas/areas.csv``."""

    term: str
    region: str
    aspect: str
    level: str
    plain: str
    kind: AreaKind
    laterality: Laterality
    parts: str = ""
    surface: Literal["yes", "no"] = "yes"
    source: str = ""
    certainty: Literal["measured", "textbook", "expert"] = "expert"


@dataclass(frozen=True)
class Area:
    """A named body area.

    A ``leaf`` is a patch of skin and a finding node; ``coarse`` means somewhere in the union of
    its parts; ``deep`` is felt inside and drawn on the skin over it.
    """

    term: str
    region: str
    aspect: str
    level: str
    plain: str
    kind: AreaKind
    laterality: Laterality
    parts: tuple[tuple[str, LeafSide | None], ...]
    surface: bool


@dataclass(frozen=True)
class Areas:
    """All areas, by term."""

    by_term: dict[str, Area]

    def __getitem__(self, term: str) -> Area:
        """Return the area called ``term``; KeyError if there is none."""
        return self.by_term[term]

    def __contains__(self, term: object) -> bool:
        """Say whether there is an area called ``term``."""
        return term in self.by_term

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Every leaf term, in the table's order."""
        return tuple(term for term, area in self.by_term.items() if area.kind == "leaf")

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every finding node: leaf terms by side."""
        return tuple(node for term in self.leaves for node in self.nodes_of(term, "both"))

    @cached_property
    def wider(self) -> dict[str, frozenset[str]]:
        """For each leaf, the coarse and deep terms that hold it, and its region's name."""
        found: dict[str, set[str]] = {leaf: {self.by_term[leaf].region} for leaf in self.leaves}
        for term, area in self.by_term.items():
            if area.kind != "leaf":
                for leaf, _ in self._leaf_parts(term):
                    found[leaf].add(term)
        return {leaf: frozenset(terms) for leaf, terms in found.items()}

    def nodes_of(self, term: str, side: Side | None) -> tuple[Node, ...]:
        """Return the nodes ``term`` covers on ``side``; None and both cover left and right.

        A midline leaf has one node whatever the side; ``midline`` on a paired leaf covers both
        sides, because pain in the middle of a paired area touches either.
        """
        nodes: dict[Node, None] = {}
        for leaf, fixed in self._leaf_parts(term):
            if self.by_term[leaf].laterality == "midline":
                nodes[(leaf, "midline")] = None
                continue
            wanted: Iterable[Literal["left", "right"]]
            if side == "left" or side == "right":
                wanted = (side,)
            else:
                wanted = ("left", "right")
            for one in wanted:
                if fixed is None or fixed == one:
                    nodes[(leaf, one)] = None
        return tuple(nodes)

    def _leaf_parts(self, term: str) -> list[tuple[str, LeafSide | None]]:
        area = self.by_term[term]
        if area.kind == "leaf":
            return [(term, None)]
        found: list[tuple[str, LeafSide | None]] = []
        for part, fixed in area.parts:
            found.extend((leaf, fixed or inner) for leaf, inner in self._leaf_parts(part))
        return found


def load_areas(folder: Path) -> Areas:
    """Read ``areas.csv`` in ``folder``.

    Raises
    ------
    AtlasError
        If a part is unknown, a leaf has parts, a coarse term has none, or parts form a circle.
    """
    by_term: dict[str, Area] = {}
    lines: dict[str, int] = {}
    for line, row in read_csv(folder / "areas.csv", AreaRow):
        if row.term in by_term:
            raise AtlasError(f"area {row.term!r} stands twice", path=f"areas/areas.csv:{line}")
        by_term[row.term] = Area(
            term=row.term,
            region=row.region,
            aspect=row.aspect,
            level=row.level,
            plain=row.plain,
            kind=row.kind,
            laterality=row.laterality,
            parts=tuple(_part(text) for text in row.parts.split("|") if text),
            surface=row.surface == "yes",
        )
        lines[row.term] = line
    for term, area in by_term.items():
        place = f"areas/areas.csv:{lines[term]}"
        if (area.kind == "leaf") == bool(area.parts):
            raise AtlasError(f"{area.kind} area {term!r} has the wrong parts", path=place)
        for part, _ in area.parts:
            if part not in by_term:
                raise AtlasError(f"{term!r} has an unknown part {part!r}", path=place)
        if _reaches(by_term, term, term):
            raise AtlasError(f"{term!r} is a part of itself", path=place)
    return Areas(by_term)


def _part(text: str) -> tuple[str, LeafSide | None]:
    name, _, side = text.strip().partition("@")
    if side == "left":
        return name, "left"
    if side == "right":
        return name, "right"
    return name, None


def _reaches(by_term: dict[str, Area], start: str, goal: str) -> bool:
    todo, seen = [part for part, _ in by_term[start].parts], set[str]()
    while todo:
        part = todo.pop()
        if part == goal:
            return True
        if part not in seen:
            seen.add(part)
            todo.extend(inner for inner, _ in by_term[part].parts)
    return False
