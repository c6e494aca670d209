"""The body figure: zones of skin, views, and which zones make up an area.

Everything is read from ``data/body`` and ``data/areas/area_zones.csv``, which are generated from
one mesh (see ``tools/atlas/body``). Lengths in a picture are view units: one unit is 2 mm on the
figure, ``View.cm_per_unit`` on a person 1.72 m tall. Zones partition the skin, and every zone
belongs to exactly one leaf area on its side.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from unknot.atlas.areas import LeafSide, Node
from unknot.atlas.source import AtlasError

Build = Literal["neutral", "female", "male"]
BUILDS: tuple[Build, ...] = ("neutral", "female", "male")
VIEWS = ("front", "back", "left", "right", "soles", "feet-top", "inner-left", "inner-right")
IdRaster = npt.NDArray[np.int32]

_DATA = Path(__file__).parent / "data"
_SIDES: Mapping[str, LeafSide] = {"R": "right", "L": "left", "M": "midline"}
_SAME_HEIGHT = {"front", "back", "left", "right"}  # views in which a height is the same number
_MOVED = {"shoulder", "arm", "elbow", "forearm", "wrist", "hand"}  # posed apart in side views


@dataclass(frozen=True)
class Zone:
    """A patch of skin, finer than an area.

    ``id`` is its number in the id rasters (0 is outside the figure); ``slug`` and ``side`` are the
    lasting name, the number is only valid for one revision of the data. ``area_cm2`` is the skin
    area on a person 1.72 m tall; ``leaf`` the area term it belongs to.
    """

    id: int
    slug: str
    side: LeafSide
    region: str
    label: str
    area_cm2: float
    leaf: str

    @property
    def node(self) -> Node:
        """The leaf term and side this zone is part of."""
        return (self.leaf, self.side)


@dataclass(frozen=True)
class View:
    """One picture of the figure.

    ``width`` and ``height`` are in units. Paths (``outline``, ``cut``, ``lines``, ``zones`` by zone
    id) are SVG path data in tenths of a unit. ``centres`` gives a point well inside each visible
    zone, in units. ``left_at`` is the screen edge at which the figure's own left is, None in views
    from the side; there ``front_at`` is the screen edge at which its front is. The views
    ``inner-left`` and ``inner-right`` show one leg from the inside.
    """

    name: str
    width: int
    height: int
    left_at: Literal["left", "right"] | None
    front_at: Literal["left", "right"] | None
    cm_per_unit: float
    outline: str
    cut: str
    lines: str
    zones: Mapping[int, str]
    centres: Mapping[int, tuple[int, int]]


@dataclass(frozen=True)
class Blocks:
    """A view as terminal cells: ``nodes`` (rows, columns) is index + 1 into ``Body.nodes``.

    0 is outside. ``x0``, ``y0`` (units) is the corner of the first cell, ``step`` (units) the edge
    of a cell.
    """

    nodes: npt.NDArray[np.int16]
    x0: int
    y0: int
    step: float


@dataclass(frozen=True)
class Body:
    """One build of the figure."""

    build: Build
    zones: tuple[Zone, ...] = field(repr=False)
    views: Mapping[str, View] = field(repr=False)

    def zone(self, which: int | str, side: LeafSide | None = None) -> Zone:
        """Return a zone by id, or by slug and side (a midline slug needs no side).

        Raises
        ------
        KeyError
            If there is no such zone.
        """
        if isinstance(which, int):
            if not 1 <= which <= len(self.zones):
                raise KeyError(which)
            return self.zones[which - 1]
        found = self._by_slug.get((which, side or "midline")) or self._by_slug.get(
            (which, "midline")
        )
        if found is None:
            raise KeyError((which, side))
        return found

    @cached_property
    def _by_slug(self) -> Mapping[tuple[str, LeafSide], Zone]:
        return {(z.slug, z.side): z for z in self.zones}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every leaf term and side that has skin, in the order of the zone table."""
        return tuple(dict.fromkeys(z.node for z in self.zones))

    @cached_property
    def zones_of_leaf(self) -> Mapping[Node, tuple[int, ...]]:
        """Zone ids of each leaf term and side."""
        found: dict[Node, list[int]] = {}
        for z in self.zones:
            found.setdefault(z.node, []).append(z.id)
        return MappingProxyType({node: tuple(ids) for node, ids in found.items()})

    @cached_property
    def leaf_of_zone(self) -> Mapping[int, Node]:
        """Leaf term and side of each zone id."""
        return MappingProxyType({z.id: z.node for z in self.zones})

    @cached_property
    def areas_cm2(self) -> npt.NDArray[np.float64]:
        """Skin area (zones + 1,) in cm² by zone id; entry 0 is 0."""
        return np.array([0.0, *(z.area_cm2 for z in self.zones)])

    def ids(self, view: str) -> IdRaster:
        """Zone id per pixel (height, width), one pixel per unit, 0 outside; read-only."""
        return _read_ids(self.build, self._view(view).name)

    def shade(self, view: str) -> bytes:
        """Darkness of the drawn body as a grey WebP picture over the view's box."""
        return (_folder(self.build) / f"shade-{self._view(view).name}.webp").read_bytes()

    def blocks(self, view: str) -> Blocks:
        """Return the terminal cells of the front, back, left or right view."""
        return _read_blocks(self.build)[view]

    def zone_point(self, zone: Zone | int, view: str) -> tuple[int, int] | None:
        """Return a point (x, y) in units well inside ``zone`` in ``view``, None if unseen."""
        return self._view(view).centres.get(zone if isinstance(zone, int) else zone.id)

    def best_view(self, zone: Zone | int) -> str:
        """Return the name of the view that shows most of ``zone``.

        The left side mirrors the right and every build answers alike, so that a place given in a
        zone's best view is the same place wherever it is drawn.
        """
        here = self.zone(zone) if isinstance(zone, int) else zone
        twin = self._by_slug.get((here.slug, "right"))
        if here.side == "left" and twin is not None:
            return _mirrored(self.best_view(twin))
        seen = {name: _pixels("neutral", name)[here.id] for name in self.views}
        return max(seen, key=lambda name: seen[name])

    def resolve_anchor(
        self, slug: str, side: LeafSide | None = None, u: float = 0.5, v: float = 0.5
    ) -> Mapping[str, tuple[int, int]]:
        """Return where a point of skin lies in every view that shows it.

        The point is given in the box around the zone in its best view: ``v`` runs from 0 at the top
        to 1 at the bottom; ``u`` runs from 0 at the edge nearest the midline to 1 at the outer edge
        (front and back views, soles, feet from above) or from 0 in front to 1 behind (side views),
        so one pair serves both sides. On a midline zone ``u`` runs from the figure's right to its
        left. A point beside the zone moves to the nearest skin of it. In other views the height is
        kept and the place across is that of the zone's middle: good for a mark, not for measuring.

        Returns
        -------
        mapping
            View name to (x, y) in units, best view first.
        """
        zone = self.zone(slug, side)
        best = self.best_view(zone)
        x, y = self._in_box(zone, best, u, v)
        found = {best: (x, y)}
        enough = 0.25 * _pixels(self.build, best)[zone.id]
        for name in self.views:
            if name == best or _pixels(self.build, name)[zone.id] < max(enough, 12):
                continue
            ys, xs = np.nonzero(self.ids(name) == zone.id)
            same_height = {best, name} <= _SAME_HEIGHT and zone.region not in _MOVED
            height = float(y) if same_height else ys.min() + v * float(np.ptp(ys))
            row = ys[int(np.argmin(np.abs(ys - height)))]
            across = xs[ys == row]
            found[name] = (int(across[len(across) // 2]), int(row))
        return found

    def _in_box(self, zone: Zone, view: str, u: float, v: float) -> tuple[int, int]:
        ys, xs = np.nonzero(self.ids(view) == zone.id)
        width, left_at = float(np.ptp(xs)), self.views[view].left_at
        if left_at is None:
            from_left = self.views[view].front_at == "left"
        elif zone.side == "midline":
            from_left = left_at == "right"
        else:
            from_left = (zone.side == "left") == (left_at == "right")
        x = xs.min() + (u if from_left else 1 - u) * width
        y = ys.min() + v * float(np.ptp(ys))
        k = int(np.argmin((xs - x) ** 2 + (ys - y) ** 2))
        return int(xs[k]), int(ys[k])

    def _view(self, name: str) -> View:
        if name not in self.views:
            raise KeyError(f"no view {name!r}; there are {', '.join(self.views)}")
        return self.views[name]


def _mirrored(view: str) -> str:
    """Return the view that shows the left side as ``view`` shows the right."""
    if view.endswith("left"):
        return view.removesuffix("left") + "right"
    return view.removesuffix("right") + "left" if view.endswith("right") else view


@cache
def load_body(build: Build = "neutral") -> Body:
    """Read one build of the figure.

    Raises
    ------
    AtlasError
        If a zone belongs to no leaf, to two, or only in part.
    """
    if build not in BUILDS:
        raise AtlasError(
            f"no build {build!r}", path="body", hint=f"choose one of {', '.join(BUILDS)}"
        )
    document = json.loads((_folder(build) / "figure.json").read_text(encoding="utf-8"))
    views = {
        name: View(
            name=name,
            width=v["width"],
            height=v["height"],
            left_at=v["left_at"] or None,
            front_at=v["front_at"] or None,
            cm_per_unit=v["cm_per_unit"],
            outline=v["outline"],
            cut=v["cut"],
            lines=v["lines"],
            zones=MappingProxyType({int(k): p for k, p in v["zones"].items()}),
            centres=MappingProxyType({int(k): (p[0], p[1]) for k, p in v["centres"].items()}),
        )
        for name, v in document["views"].items()
    }
    return Body(build=build, zones=_read_zones(), views=MappingProxyType(views))


def _folder(build: str) -> Path:
    return _DATA / "body" / build


@cache
def _read_zones() -> tuple[Zone, ...]:
    leaf_of: dict[str, str] = {}
    with (_DATA / "areas" / "area_zones.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            where = f"areas/area_zones.csv:{reader.line_num}"
            if row["zone"] in leaf_of:
                raise AtlasError(f"zone {row['zone']!r} belongs to two leaves", path=where)
            if float(row["weight"]) != 1.0:
                raise AtlasError(f"zone {row['zone']!r} belongs to a leaf in part", path=where)
            leaf_of[row["zone"]] = row["term"]
    with (_DATA / "body" / "zones.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 1):
        if int(row["id"]) != number or row["slug"] not in leaf_of:
            raise AtlasError(
                f"zone {row['slug']!r} has no leaf or a wrong id",
                path=f"body/zones.csv:{number + 1}",
            )
    return tuple(
        Zone(
            id=int(row["id"]),
            slug=row["slug"],
            side=_SIDES[row["side"]],
            region=row["region"],
            label=row["label"],
            area_cm2=float(row["area_cm2"]),
            leaf=leaf_of[row["slug"]],
        )
        for row in rows
    )


@cache
def _read_ids(build: str, view: str) -> IdRaster:
    with Image.open(_folder(build) / f"ids-{view}.png") as picture:
        rgb = np.asarray(picture.convert("RGB"), dtype=np.int32)
    ids = rgb[..., 0] + 256 * rgb[..., 1]
    ids.setflags(write=False)
    return ids


@cache
def _pixels(build: str, view: str) -> npt.NDArray[np.int64]:
    """Visible pixels by zone id."""
    return np.bincount(_read_ids(build, view).ravel(), minlength=len(_read_zones()) + 1)


@cache
def _read_blocks(build: str) -> Mapping[str, Blocks]:
    lines = iter((_folder(build) / "blocks.txt").read_text(encoding="utf-8").splitlines())
    found = {}
    for line in lines:
        name, _, rows, x0, y0, step = line.split()
        cells = np.array([next(lines).split() for _ in range(int(rows))], dtype=np.int16)
        cells.setflags(write=False)
        found[name] = Blocks(cells, int(x0), int(y0), float(step))
    return MappingProxyType(found)
