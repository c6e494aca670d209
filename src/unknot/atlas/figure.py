"""Draw the body figure: a standalone SVG, or coloured blocks for a terminal.

The SVG uses presentation attributes only (a strict content policy blocks ``style``), one shade
picture per view as a data URI, and says in its description what it shows. Meaning is never carried
by colour alone: what a muscle refers is plain or dotted, numbness is striped.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np

from unknot.atlas.areas import Node
from unknot.atlas.body import Body, View, Zone

Style = Literal["pain", "essential", "spillover", "numb"]
Theme = Literal["light", "dark", "auto"]
Markup = Literal["rich", "ansi", "plain"]
Highlights = Mapping[Node, tuple[float, Style]]
"""Leaf term and side → level 0..1 and how to draw it."""
Mark = tuple[Zone | tuple[str, float, float], str]
"""A zone, or a view with x and y in units; and a short label."""

_COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "body": "#ecdfd4", "shade": "#4a2f22", "line": "#5b3f33", "text": "#3b3b3b",
        "pain": "#c8102e", "essential": "#a3123f", "spillover": "#a3123f", "numb": "#1d5fa8",
        "mark": "#111111", "halo": "#ffffff",
    },
    "dark": {
        "body": "#7e8ba0", "shade": "#05080f", "line": "#c3cede", "text": "#d5deea",
        "pain": "#ff5a5f", "essential": "#ff6b9a", "spillover": "#ff6b9a", "numb": "#7cc4ff",
        "mark": "#ffffff", "halo": "#12161d",
    },
}  # fmt: skip
_WORDS: Mapping[Style, str] = {
    "pain": "pain",
    "essential": "usual referred pain",
    "spillover": "spread of referred pain",
    "numb": "numb or tingling",
}
_CAPTIONS: Mapping[str, str] = {
    "front": "Front",
    "back": "Back",
    "left": "Left side",
    "right": "Right side",
    "soles": "Soles",
    "feet-top": "Feet from above",
    "inner-left": "Left leg, inside",
    "inner-right": "Right leg, inside",
}
_GAP = 12
_CAPTION = 44


@dataclass(frozen=True)
class _Ink:
    """Colours of a theme; with ``auto`` the page may set ``--figure-<name>``."""

    theme: Theme

    def __getitem__(self, name: str) -> str:
        if self.theme == "auto":
            return f"var(--figure-{name}, {_COLOURS['light'][name]})"
        return _COLOURS[self.theme][name]


def figure_svg(
    body: Body,
    highlights: Highlights,
    *,
    views: Sequence[str] = ("front", "back"),
    theme: Theme = "light",
    marks: Sequence[Mark] = (),
    title: str = "Body figure",
    prefix: str = "figure",
    shade: bool = True,
) -> str:
    """Return an SVG document of ``views`` side by side.

    Parameters
    ----------
    body
        The figure to draw.
    highlights
        Leaf term and side → (level, style); level 0 draws nothing, 1 the strongest.
    views
        Names of views, in order.
    theme
        ``auto`` takes colours from the page's custom properties ``--figure-body`` and so on.
    marks
        Points to mark: a zone (drawn in the asked view that shows most of it) or
        (view, x, y) in units, with a short label.
    title
        The accessible name; the description lists what is highlighted and marked.
    prefix
        Begins every id in the document; give each figure on a page its own.
    shade
        False leaves the modelling of the body away: 20 KB less per view.

    Raises
    ------
    KeyError
        If a highlighted leaf has no skin on that side, or a view does not exist.
    """
    ink = _Ink(theme)
    for node in highlights:
        if node not in body.zones_of_leaf:
            raise KeyError(f"no skin for {node[0]!r}, {node[1]}")
    parts, x = [], 0
    height = max(body.views[name].height for name in views) + _CAPTION
    placed = _place_marks(body, views, marks)
    for name in views:
        view = body.views[name]
        parts.append(f'<g transform="translate({x} {_CAPTION})">')
        parts.append(_body_layer(body, view, ink, f"{prefix}-{name}", shade))
        parts.append(_highlight_layer(body, view, highlights, ink, prefix))
        parts.append(_line_layer(view, ink))
        parts.extend(_mark(px, py, text, ink) for at, px, py, text in placed if at == name)
        parts.append("</g>" + _caption(view, x, ink))
        x += view.width + _GAP
    width = x - _GAP
    about = describe(body, highlights, marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(about)}</desc>'
        f"<defs>{_patterns(ink, prefix)}</defs>{''.join(parts)}</svg>"
    )


def describe(body: Body, highlights: Highlights, marks: Sequence[Mark] = ()) -> str:
    """Say in words what a figure shows."""
    said = []
    for (term, side), (level, style) in sorted(highlights.items(), key=lambda i: (-i[1][0], i[0])):
        if level > 0:
            where = term if side == "midline" else f"{side} {term}"
            said.append(f"{where}: {_WORDS[style]}, level {round(level * 10)} of 10")
    for where_, text in marks:
        if isinstance(where_, Zone):
            left_right = "" if where_.side == "midline" else f"{where_.side} "
            said.append(f"mark {text}: {left_right}{where_.label}")
        else:
            said.append(f"mark {text}: {_CAPTIONS[where_[0]].lower()} view")
    return "; ".join(said) + "." if said else "Nothing is highlighted."


def _body_layer(body: Body, view: View, ink: _Ink, key: str, shade: bool) -> str:
    """Fill of the body, and its shading clipped to the outline."""
    out = [
        f'<path transform="scale(.1)" d="{view.outline}" fill="{ink["body"]}" fill-rule="evenodd"/>'
    ]
    if shade:
        data = base64.b64encode(body.shade(view.name)).decode()
        box = f'width="{view.width}" height="{view.height}"'
        out.append(
            f'<clipPath id="{key}-clip"><path transform="scale(.1)" d="{view.outline}" '
            f'clip-rule="evenodd"/></clipPath>'
            f'<mask id="{key}-mask" maskUnits="userSpaceOnUse" x="0" y="0" {box} '
            f'color-interpolation="sRGB"><image {box} preserveAspectRatio="none" '
            f'href="data:image/webp;base64,{data}"/></mask>'
            f'<g clip-path="url(#{key}-clip)"><rect {box} fill="{ink["shade"]}" opacity=".72" '
            f'mask="url(#{key}-mask)"/></g>'
        )
    return "".join(out)


def _highlight_layer(body: Body, view: View, highlights: Highlights, ink: _Ink, prefix: str) -> str:
    out = []
    for node, (level, style) in sorted(highlights.items()):
        d = "".join(view.zones[z] for z in body.zones_of_leaf[node] if z in view.zones)
        if not d or level <= 0:
            continue
        strength = f"{0.30 + 0.55 * min(level, 1.0):.2f}"
        plain = style in ("pain", "essential")
        fill = ink[style] if plain else f"url(#{prefix}-{style})"
        edge = f'stroke="{fill}" stroke-width="5"' if plain else ""
        out.append(f'<path d="{d}" fill="{fill}" {edge} opacity="{strength}"/>')
    return f'<g transform="scale(.1)" stroke-linejoin="round">{"".join(out)}</g>'


def _line_layer(view: View, ink: _Ink) -> str:
    line = f'fill="none" stroke="{ink["line"]}" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<g transform="scale(.1)" {line}>'
        f'<path d="{view.lines}" stroke-width="8" opacity=".6"/>'
        f'<path d="{view.cut}" stroke-width="6" stroke-dasharray="20 20" opacity=".6"/>'
        f'<path d="{view.outline}" stroke-width="11" opacity=".85"/></g>'
    )


def _patterns(ink: _Ink, prefix: str) -> str:
    """Dots for spillover, stripes for numbness; in tenths of a unit."""
    box = 'patternUnits="userSpaceOnUse"'
    return (
        f'<pattern id="{prefix}-spillover" {box} width="50" height="50">'
        f'<circle cx="13" cy="13" r="11" fill="{ink["spillover"]}"/>'
        f'<circle cx="38" cy="38" r="11" fill="{ink["spillover"]}"/></pattern>'
        f'<pattern id="{prefix}-numb" {box} width="45" height="45" patternTransform="rotate(45)">'
        f'<rect width="20" height="45" fill="{ink["numb"]}"/></pattern>'
    )


def _caption(view: View, x: int, ink: _Ink) -> str:
    text = f'font-family="system-ui, sans-serif" font-size="17" fill="{ink["text"]}"'
    middle = x + view.width / 2
    out = f'<text x="{middle:g}" y="18" text-anchor="middle" {text}>{_CAPTIONS[view.name]}</text>'
    if view.left_at is not None:
        letters = ("L", "R") if view.left_at == "left" else ("R", "L")
        for letter, at in zip(letters, (x + 14, x + view.width - 14), strict=True):
            out += (
                f'<text x="{at}" y="18" text-anchor="middle" font-weight="bold" {text}>'
                f"{letter}</text>"
            )
    else:
        letter = "L" if view.name.endswith("left") else "R"
        out += (
            f'<text x="{middle:g}" y="38" text-anchor="middle" font-weight="bold" {text}>'
            f"{letter}</text>"
        )
        ends = ("front", "back") if view.front_at == "left" else ("back", "front")
        for word, at, anchor in zip(
            ends, (x + 4, x + view.width - 4), ("start", "end"), strict=True
        ):
            out += f'<text x="{at}" y="38" text-anchor="{anchor}" opacity=".7" {text}>{word}</text>'
    return out


def _place_marks(
    body: Body, views: Sequence[str], marks: Sequence[Mark]
) -> list[tuple[str, float, float, str]]:
    placed = []
    for where, text in marks:
        if isinstance(where, Zone):
            seen = {name: int((body.ids(name) == where.id).sum()) for name in views}
            best = max(seen, key=lambda name: seen[name])
            point = body.zone_point(where, best)
            if point is not None:
                placed.append((best, float(point[0]), float(point[1]), text))
        else:
            placed.append((where[0], where[1], where[2], text))
    return placed


def _mark(x: float, y: float, text: str, ink: _Ink) -> str:
    return (
        f'<g stroke="{ink["mark"]}" fill="none" stroke-width="1.6">'
        f'<circle cx="{x:g}" cy="{y:g}" r="6.5" stroke="{ink["halo"]}" stroke-width="4"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="6.5"/>'
        f'<path d="M{x - 3:g} {y - 3:g}l6 6m0-6l-6 6"/></g>'
        f'<text x="{x + 10:g}" y="{y + 5:g}" font-family="system-ui, sans-serif" font-size="14" '
        f'font-weight="bold" fill="{ink["mark"]}" stroke="{ink["halo"]}" stroke-width="3" '
        f'paint-order="stroke" stroke-linejoin="round">{escape(text)}</text>'
    )


# ------------------------------------------------------------------ terminal

_BLOCK_RGB: Mapping[str, tuple[int, int, int]] = {
    "body": (120, 110, 102),
    "pain": (224, 49, 62),
    "essential": (206, 54, 118),
    "spillover": (214, 150, 170),
    "numb": (74, 144, 217),
}
_BLOCK_SIGN = {"body": "·", "pain": "#", "essential": "@", "spillover": "+", "numb": "o"}


def figure_blocks(
    body: Body,
    highlights: Highlights,
    *,
    views: Sequence[str] = ("front", "back"),
    width: int = 80,
    markup: Markup = "rich",
) -> str:
    """Return the figure as text, at most ``width`` columns wide.

    Views stand side by side as far as they fit, the rest below. ``rich`` and ``ansi`` draw two
    cells per character in 24-bit colour; ``plain`` draws signs: · body, # pain, @ usual referred
    pain, + its spread, o numb. A highlighted area too small for a cell still gets one.
    """
    rows: list[list[str]] = []
    for name in views:
        if name not in ("front", "back", "left", "right"):
            raise KeyError(f"no terminal picture of {name!r}")
        rows.append([name])
    lines: list[str] = []
    group: list[tuple[str, list[list[str]]]] = []
    used = 0
    for (name,) in rows:
        cells = _cells(body, highlights, name)
        if group and used + 2 + len(cells[0]) > width:
            lines += _set_rows(group, markup)
            group, used = [], 0
        used += len(cells[0]) + (2 if group else 0)
        group.append((name, cells))
    return "\n".join(lines + _set_rows(group, markup)) + "\n"


def _cells(body: Body, highlights: Highlights, name: str) -> list[list[str]]:
    """Kind of every cell: empty, body, or a style."""
    blocks = body.blocks(name)
    kinds = [["body" if cell else "" for cell in row] for row in blocks.nodes.tolist()]
    number = {node: i + 1 for i, node in enumerate(body.nodes)}
    for node, (level, style) in sorted(highlights.items(), key=lambda item: item[1][0]):
        if level <= 0:
            continue
        hit = np.argwhere(blocks.nodes == number[node]).tolist()
        if not hit:
            points = [body.views[name].centres.get(z) for z in body.zones_of_leaf[node]]
            hit = [
                [int((p[1] - blocks.y0) / blocks.step), int((p[0] - blocks.x0) / blocks.step)]
                for p in points
                if p is not None
            ]
        for row, column in hit:
            kinds[row][column] = style
    return kinds


def _set_rows(group: Sequence[tuple[str, list[list[str]]]], markup: Markup) -> list[str]:
    heads = []
    for name, cells in group:
        columns = len(cells[0])
        left, right = {"front": ("R", "L"), "back": ("L", "R")}.get(name, ("", ""))
        heads.append(left + _CAPTIONS[name].center(columns - len(left) - len(right)) + right)
    out = ["  ".join(heads).rstrip()]
    tall = max(len(cells) for _, cells in group)
    for row in range(0, tall, 2):
        pieces = []
        for _, cells in group:
            blank = [""] * len(cells[0])
            top = cells[row] if row < len(cells) else blank
            low = cells[row + 1] if row + 1 < len(cells) else blank
            pieces.append(_paint(top, low, markup))
        out.append("  ".join(pieces).rstrip())
    return out


def _paint(top: Sequence[str], low: Sequence[str], markup: Markup) -> str:
    out, i = [], 0
    while i < len(top):
        j = i
        while j < len(top) and (top[j], low[j]) == (top[i], low[i]):
            j += 1
        out.append(_run(top[i], low[i], j - i, markup))
        i = j
    return "".join(out)


def _run(top: str, low: str, count: int, markup: Markup) -> str:
    if not top and not low:
        return " " * count
    if markup == "plain":
        strongest = max((top, low), key=lambda kind: (kind not in ("", "body"), kind != ""))
        return _BLOCK_SIGN[strongest] * count
    sign, front, back = ("▀", top, low) if top else ("▄", low, "")
    if markup == "rich":
        tone = "rgb({},{},{})".format(*_BLOCK_RGB[front])
        behind = " on rgb({},{},{})".format(*_BLOCK_RGB[back]) if back else ""
        return f"[{tone}{behind}]{sign * count}[/]"
    tone = "\x1b[38;2;{};{};{}m".format(*_BLOCK_RGB[front])
    behind = "\x1b[48;2;{};{};{}m".format(*_BLOCK_RGB[back]) if back else ""
    return f"{tone}{behind}{sign * count}\x1b[0m"
