"""Places drawn in the terminal: the views that show them, cropped to them, left and right named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
import numpy.typing as npt
from rich.text import Text

from unknot.atlas import Node
from unknot.atlas.body import Body, View, load_body

Levels = Mapping[Node, tuple[float, str]]
"""Leaf and side → level 0..1 and what it shows: pain, numb, essential or spillover."""

CAPTIONS = {
    "front": "front",
    "back": "back",
    "left": "left side",
    "right": "right side",
    "soles": "soles",
    "feet-top": "feet from above",
    "inner-left": "left leg, inside",
    "inner-right": "right leg, inside",
}
_KINDS = ("", "body", "spillover", "numb", "essential", "pain")
_SIGNS = " ·+o@#"
_COLOURS = (
    "",
    "grey42",
    "rgb(214,150,170)",
    "rgb(74,144,217)",
    "rgb(206,54,118)",
    "rgb(224,49,62)",
)
_WORDS = {
    "pain": "pain",
    "numb": "numb or tingling",
    "essential": "usual referred pain",
    "spillover": "its spread",
}
_LARGE = 0.35
_LEAST = 190
_MARGIN = 50
_ROWS = 34
_GAP = 3
_SHARE = 0.35
_READ_FIRST = {"front": 1.2, "back": 1.2}
"""People read these views more easily, so they win over others that show a little more."""

Kinds = npt.NDArray[np.int8]


@dataclass(frozen=True)
class _Panel:
    view: View
    cells: Kinds
    cropped: bool

    @property
    def columns(self) -> int:
        return int(self.cells.shape[1])


def picture(levels: Levels, width: int, *, colour: bool) -> Text:
    """Draw ``levels`` at most ``width`` columns wide; empty if nothing in them has skin.

    One or two views are chosen that together show the most. A place that takes little of the
    body is shown enlarged with what is around it; a lot of it, or much of the body, as a whole.
    """
    body = load_body()
    known = {node: level for node, level in levels.items() if node in body.zones_of_leaf}
    if not known:
        return Text("")
    names = _views(known, body)
    whole = _large(known, body)
    panels = [_panel(name, known, body, (width - _GAP) // 2, whole=whole) for name in names]
    lines = [_heads(panels), *_rows(panels, colour)]
    text = Text("\n").join(lines)
    kinds = [kind for kind in _WORDS if any(kind == level[1] for level in known.values())]
    text.append("\n")
    for number, kind in enumerate(kinds):
        at = _KINDS.index(kind)
        text.append("   " if number else "")
        text.append("█" if colour else _SIGNS[at], style=_COLOURS[at] if colour else "")
        text.append(f" {_WORDS[kind]}", style="dim" if colour else "")
    if any(panel.cropped for panel in panels):
        text.append("   (enlarged)", style="dim" if colour else "")
    return text


def _views(levels: Levels, body: Body) -> list[str]:
    """The view that shows most of the place, and a second one for what the first hides."""
    zones = {zone for node in levels for zone in body.zones_of_leaf[node]}
    seen = {name: _pixels(name) for name in body.views}
    best = {zone: max(int(counts[zone]) for counts in seen.values()) or 1 for zone in zones}
    weight = {zone: float(body.areas_cm2[zone]) for zone in zones}

    def shown(names: tuple[str, ...]) -> float:
        return sum(
            weight[zone]
            * min(
                1.0,
                max(_READ_FIRST.get(name, 1.0) * int(seen[name][zone]) for name in names)
                / best[zone],
            )
            for zone in zones
        )

    order = list(CAPTIONS)
    if _large(levels, body):
        order = ["front", "back", "left", "right"]
    first = max(order, key=lambda name: (round(shown((name,)), 1), -order.index(name)))
    second = max(
        (name for name in order if name != first),
        key=lambda name: (round(shown((first, name)), 1), -order.index(name)),
    )
    gained = shown((first, second)) - shown((first,))
    if gained < 0.12 * sum(weight.values()):
        return [first]
    return sorted((first, second), key=order.index)


def _large(levels: Levels, body: Body) -> bool:
    """Whether the place is so large that only the whole figure shows it."""
    return max(_tall(levels, name, body) for name in ("front", "back")) > _LARGE


def _tall(levels: Levels, name: str, body: Body) -> float:
    """Share of the figure's height between the top and the bottom of what is marked."""
    kinds = _kinds(levels, name, body)
    if not (kinds > 1).any():
        return 0.0
    marked, whole = _box(kinds > 1), _box(kinds > 0)
    return (marked[1] - marked[0]) / (whole[1] - whole[0])


@lru_cache(maxsize=16)
def _pixels(view: str) -> npt.NDArray[np.int64]:
    body = load_body()
    return np.bincount(body.ids(view).ravel(), minlength=len(body.zones) + 1)


def _kinds(levels: Levels, view: str, body: Body) -> Kinds:
    """What every pixel of a view shows, as an index into ``_KINDS``."""
    of_zone = np.ones(len(body.zones) + 1, dtype=np.int8)
    of_zone[0] = 0
    for node, (level, kind) in sorted(levels.items()):
        if level > 0:
            places = list(body.zones_of_leaf[node])
            of_zone[places] = np.maximum(of_zone[places], _KINDS.index(kind))
    return of_zone[body.ids(view)]


def _panel(name: str, levels: Levels, body: Body, columns: int, *, whole: bool) -> _Panel:
    kinds = _kinds(levels, name, body)
    view = body.views[name]
    box = _box(kinds > 0)
    top, bottom, left, right = box if whole else _window(kinds, view)
    cropped = (bottom - top) < 0.8 * (box[1] - box[0])
    window = kinds[top:bottom, left:right]
    step = max(window.shape[1] / columns, window.shape[0] / (2 * _ROWS))
    return _Panel(view, _shrunk(window, step), cropped)


def _window(kinds: Kinds, view: View) -> tuple[int, int, int, int]:
    """Rows and columns to draw: the place with what is around it, and the midline."""
    top, bottom, left, right = _box(kinds > 0)
    height = bottom - top
    if not (kinds > 1).any():
        return top, bottom, left, right
    t, b, le, r = _box(kinds > 1)
    least = min(_LEAST, height)
    more = max(_MARGIN, (least - (b - t)) // 2)
    t, b = max(top, t - more), min(bottom, b + more)
    wide = max(_MARGIN, ((b - t) - (r - le)) // 2)
    le, r = le - wide, r + wide
    if view.left_at is not None:
        middle = view.width // 2
        le, r = min(le, middle - _MARGIN), max(r, middle + _MARGIN)
    around = _box(kinds[t:b] > 0)
    return t, b, max(around[2], le), min(around[3], r)


def _box(mask: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _shrunk(window: Kinds, step: float) -> Kinds:
    """Cells of ``step`` pixels: what is marked shows where it fills a fair share of the cell.

    A mark too small for any cell still gets the one it fills most.
    """
    rows = np.minimum((np.arange(window.shape[0]) / step).astype(int), 10_000)
    columns = np.minimum((np.arange(window.shape[1]) / step).astype(int), 10_000)
    shape = (int(rows[-1]) + 1 + (int(rows[-1]) + 1) % 2, int(columns[-1]) + 1)
    index = (rows[:, None] * shape[1] + columns[None, :]).ravel()
    total = np.maximum(np.bincount(index, minlength=shape[0] * shape[1]), 1)
    cells = np.zeros(shape[0] * shape[1], dtype=np.int8)
    for kind in range(1, len(_KINDS)):
        at_least = window >= 1 if kind == 1 else window == kind
        share = np.bincount(index, weights=at_least.ravel(), minlength=len(total)) / total
        filled = share >= (0.5 if kind == 1 else _SHARE)
        if kind > 1 and share.any() and not filled.any():
            filled = share == share.max()
        cells[filled] = kind
    return cells.reshape(shape)


def _heads(panels: list[_Panel]) -> Text:
    heads = []
    for panel in panels:
        caption, columns = CAPTIONS[panel.view.name].upper(), panel.columns
        ends = ("", "")
        if panel.view.left_at is not None:
            ends = ("left", "right") if panel.view.left_at == "left" else ("right", "left")
        elif panel.view.front_at is not None:
            ends = ("front", "back") if panel.view.front_at == "left" else ("back", "front")
        room = columns - len(ends[0]) - len(ends[1])
        if room < len(caption) + 2:
            ends, room = (ends[0][:1].upper(), ends[1][:1].upper()), columns - 2
        heads.append((ends[0] + caption.center(max(room, 0)) + ends[1])[: _most(columns)])
    line = (" " * _GAP).join(
        head.ljust(max(panel.columns, len(head))) for head, panel in zip(heads, panels, strict=True)
    )
    return Text(line.rstrip(), style="bold")


def _most(columns: int) -> int:
    return max(columns, 18)


def _rows(panels: list[_Panel], colour: bool) -> list[Text]:
    tall = max(panel.cells.shape[0] for panel in panels)
    lines = []
    for row in range(0, tall, 2):
        line = Text()
        for number, panel in enumerate(panels):
            line.append(" " * (_GAP if number else 0))
            inside = row < panel.cells.shape[0]
            pair = panel.cells[row : row + 2].T.tolist() if inside else [[0, 0]] * panel.columns
            for (top, low), run in groupby(pair, key=tuple):
                sign, style = _cell(top, low, colour)
                line.append(sign * len(list(run)), style)
            missing = len(CAPTIONS[panel.view.name]) - panel.columns
            line.append(" " * max(missing, 0))
        line.rstrip()
        lines.append(line)
    return lines


def _cell(top: int, low: int, colour: bool) -> tuple[str, str]:
    if not colour:
        return _SIGNS[max(top, low)], ""
    if top == low:
        return ("█" if top else " "), _COLOURS[top]
    if not top:
        return "▄", _COLOURS[low]
    behind = f" on {_COLOURS[low]}" if low else ""
    return "▀", _COLOURS[top] + behind
