"""Everything the package ships about a build: outlines, shading, id rasters, blocks, zone table.

Written files (all derived; nobody edits them):

``zones.csv``                   id, slug, side, region, label, area_cm2
``<build>/figure.json``         views: size, outline, contour lines, zone outlines, zone centres
``<build>/shade-<view>.webp``   darkness 0..255 over the view's box
``<build>/ids-<view>.png``      zone id = red + 256 green, one pixel per unit
``<build>/blocks.txt``          leaf per terminal cell
``checksums.txt``               SHA-256 of all the above
``../areas/area_zones.csv``     term, zone, weight
"""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt, gaussian_filter

from . import geometry, rasterise, trace, zones

BLOCK_STEP = 13.5  # units: front and back side by side fit 80 columns
BLOCK_VIEWS = ("front", "back", "left", "right")


def label_picture(figure: geometry.Figure, pic: rasterise.Picture) -> np.ndarray:
    """Zone id per pixel, 0 outside."""
    n = pic.mix(figure.canonical_normals)
    n /= np.linalg.norm(n, axis=1, keepdims=True) + 1e-9
    share = {k: pic.mix(v)[:, 0] for k, v in figure.bone_share.items()}
    out = np.zeros(pic.face.shape, np.int32)
    out[pic.inside] = zones.label(
        pic.mix(figure.canonical).astype(float), n.astype(float), share, figure.joints
    )
    return out


def seen_from_inside(figure: geometry.Figure, pic: rasterise.Picture) -> np.ndarray:
    """Pixels where a cropped view looks into the cut limb."""
    facing = pic.image(geometry.normals(pic.vertices, figure.faces) @ pic.view.matrix.T)[..., 1]
    out: np.ndarray = (
        pic.inside & (facing < -0.05)
        if pic.view.crop is not None
        else np.zeros(pic.face.shape, bool)
    )
    return out


def contours(pic: rasterise.Picture) -> list[np.ndarray]:
    """Visible occluding contours inside the outline, in tenths of a unit."""
    f, p, d, zb, px = pic.faces, pic.points, pic.point_depth, pic.depth, pic.px
    a, b = p[f[:, 1]] - p[f[:, 0]], p[f[:, 2]] - p[f[:, 0]]
    front = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) < 0
    edges = np.sort(np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]]), 1)
    owner = np.tile(np.arange(len(f)), 3)
    key = edges[:, 0].astype(np.int64) * (len(p) + 1) + edges[:, 1]
    order = np.argsort(key, kind="stable")
    pair = np.where(key[order][1:] == key[order][:-1])[0]
    one, two = order[pair], order[pair + 1]
    edges = edges[one[front[owner[one]] != front[owner[two]]]]
    mid, depth = (p[edges[:, 0]] + p[edges[:, 1]]) / 2, (d[edges[:, 0]] + d[edges[:, 1]]) / 2
    h, w = zb.shape
    x, y = np.clip(mid[:, 0].astype(int), 4, w - 5), np.clip(mid[:, 1].astype(int), 4, h - 5)
    near = np.stack([zb[y + j, x + i] for i in (-1, 0, 1) for j in (-1, 0, 1)]).max(0)
    far = np.stack([zb[y + j, x + i] for i in (-4, 0, 4) for j in (-4, 0, 4)]).min(0)
    inner = far > -1e8
    edges = edges[(depth > near - 0.016) & inner & (depth - np.where(inner, far, 0) > 0.010)]
    lines = [p[line] for line in _chains(edges)]
    lines = _join_ends(
        [v for v in lines if len(v) > 3 and np.ptp(v, axis=0).max() > 1.2 * px], 1.6 * px
    )
    out = []
    for line in lines:
        step = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        if step[-1] / px < 4:
            continue
        t = np.linspace(0, 1, max(int(step[-1] / px * 3), 4))
        even = np.stack([np.interp(t, step / step[-1], line[:, i]) for i in (0, 1)], 1)
        out.append(np.round(trace.thin(trace.smooth(even, 2.5) / px, 0.12) * 10).astype(int))
    return out


def _chains(edges: np.ndarray) -> list[list[int]]:
    adjacent: dict[int, list[int]] = {}
    for u, v in edges.tolist():
        adjacent.setdefault(u, []).append(v)
        adjacent.setdefault(v, []).append(u)
    used: set[tuple[int, int]] = set()
    lines = []
    for start in sorted(adjacent, key=lambda q: (len(adjacent[q]) == 2, q)):
        for nxt in adjacent[start]:
            if (start, nxt) in used:
                continue
            line, u, v = [start, nxt], start, nxt
            used |= {(u, v), (v, u)}
            while True:
                ways = [q for q in adjacent[v] if (v, q) not in used]
                if not ways or (len(adjacent[v]) > 2 and len(ways) != 1):
                    break
                used |= {(v, ways[0]), (ways[0], v)}
                line.append(ways[0])
                v = ways[0]
            lines.append(line)
    return lines


def _join_ends(lines: list[np.ndarray], gap: float) -> list[np.ndarray]:
    lines = sorted(lines, key=len, reverse=True)
    i = 0
    while i < len(lines):
        joined = False
        for line in (lines[i], lines[i][::-1]):
            if i + 1 >= len(lines):
                break
            ends = np.array([[q[0], q[-1]] for q in lines[i + 1 :]])
            away = np.linalg.norm(ends - line[-1], axis=2)
            j, e = np.unravel_index(away.argmin(), away.shape)
            if away[j, e] < gap:
                other = lines.pop(i + 1 + int(j))
                lines[i] = np.vstack([line, other if e == 0 else other[::-1]])
                joined = True
                break
        if not joined:
            i += 1
    return lines


def centre(mask: np.ndarray) -> tuple[int, int]:
    """A point well inside a region (x, y): deepest pixel, nearest the middle among equals."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    ys, xs = np.where(depth >= depth.max() * 0.8)
    k = np.argmin((xs - xs.mean()) ** 2 + (ys - ys.mean()) ** 2)
    return int(xs[k]), int(ys[k])


def shading(figure: geometry.Figure, view: rasterise.View, target: Path) -> None:
    """Darkness as a grey picture that runs on past the outline, so clipping shows no fringe."""
    fine = view.oversample == 8
    pic = rasterise.take(figure, view, 4 if fine else 3)
    d = rasterise.darkness(figure, pic, 1.0 if fine else 0.75)
    d = np.where(seen_from_inside(figure, pic), 0.5, d)
    scale = 2 if fine else 1.5
    size = (int(view.width * scale), int(view.height * scale))
    grey = np.array(
        Image.fromarray((d * 255).astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
    )
    inside = (
        np.array(
            Image.fromarray((pic.inside * 255).astype(np.uint8)).resize(
                size, Image.Resampling.LANCZOS
            )
        )
        > 250
    )
    away, nearest = distance_transform_edt(~inside, return_indices=True)
    spread = grey[tuple(nearest)].astype(float)
    spread = np.where(away > 5, gaussian_filter(spread, 12), spread)
    Image.fromarray(spread.clip(0, 255).astype(np.uint8)).save(target, quality=70, method=6)


def build_figure(figure: geometry.Figure, folder: Path) -> dict[str, np.ndarray]:
    """Write one build; returns the id raster (h, w) of every view."""
    folder.mkdir(parents=True, exist_ok=True)
    views, rasters = {}, {}
    for view in rasterise.VIEWS:
        px = view.oversample
        pic = rasterise.take(figure, view, px)
        labels = label_picture(figure, pic)
        hole = seen_from_inside(figure, pic)
        labels[hole] = 0
        labels = trace.drop_islands(labels, 40 if px == 8 else 24)
        solid = trace.drop_islands((pic.inside).astype(np.int32), 200)
        outline = trace.rings(solid, px, 3.0, 0.10).get(1, [])
        cut = trace.rings(trace.drop_islands(hole.astype(np.int32), 200), px, 3.0, 0.10).get(1, [])
        borders = trace.rings(labels, px, 8.0 if px == 8 else 6.0, 0.14)
        ids = labels[px // 2 :: px, px // 2 :: px]
        rasters[view.name] = ids
        shading(figure, view, folder / f"shade-{view.name}.webp")
        pair = np.stack(
            [ids & 255, ids >> 8, np.zeros_like(ids)], -1
        )  # a canvas keeps 8 bits per channel
        Image.fromarray(pair.astype(np.uint8)).save(folder / f"ids-{view.name}.png", optimize=True)
        views[view.name] = {
            "width": view.width,
            "height": view.height,
            "left_at": view.left_at,
            "front_at": view.front_at,
            "cm_per_unit": round(
                100
                / rasterise.UNITS_PER_M
                * zones.STATURE_M
                / figure.poses["anatomical"][:, 2].max(),
                4,
            ),
            "outline": "".join(trace.path(r) for r in outline),
            "cut": "".join(trace.path(r) for r in cut),
            "lines": "".join(trace.path(line, closed=False) for line in contours(pic)),
            "zones": {str(k): "".join(trace.path(r) for r in v) for k, v in borders.items()},
            "centres": {str(k): centre(ids == k) for k in np.unique(ids).tolist() if k},
        }
    document = {
        "schema": "unknot/figure/1",
        "build": figure.build,
        "path_units_per_unit": 10,
        "views": views,
    }
    (folder / "figure.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    return rasters


def blocks(rasters: dict[str, np.ndarray], leaf_of_id: np.ndarray) -> str:
    """Leaf per terminal cell (a text row holds two cells): the leaf covering most of the cell.

    Per view one line ``name columns rows x0 y0 step`` (units), then the rows. Numbers count the
    leaves by side in the order in which the zone table first names them, from 1; 0 is outside.
    """
    out = []
    for name in BLOCK_VIEWS:
        ids = rasters[name]
        ys, xs = np.where(ids > 0)
        x0, y0 = max(int(xs.min()) - 2, 0), max(int(ys.min()) - 2, 0)
        ids = ids[y0 : ys.max() + 3, x0 : xs.max() + 3]
        rows, columns = (int(np.ceil(n / BLOCK_STEP)) for n in ids.shape)
        out.append(f"{name} {columns} {rows} {x0} {y0} {BLOCK_STEP}")
        edge_y = (np.arange(rows + 1) * BLOCK_STEP).astype(int)
        edge_x = (np.arange(columns + 1) * BLOCK_STEP).astype(int)
        for r in range(rows):
            cells = []
            for c in range(columns):
                part = ids[edge_y[r] : edge_y[r + 1], edge_x[c] : edge_x[c + 1]].ravel()
                count = np.bincount(leaf_of_id[part], minlength=1)
                blank = count[0]
                count[0] = 0
                cells.append(int(count.argmax()) if count.sum() > blank * 0.8 else 0)
            out.append(" ".join(map(str, cells)))
    return "\n".join(out) + "\n"


def build_all(out: Path, areas: Path, builds: tuple[str, ...] = geometry.BUILDS) -> None:
    """Write every shipped file under ``out`` and ``areas``."""
    rigs = geometry.read_rigs()
    table = zones.sided_ids(zones.read_registry())
    neutral = geometry.make_figure(rigs, "neutral")
    area = zones.areas_cm2(neutral)
    nodes = list(dict.fromkeys((row.leaf, side) for row, side in table))
    leaf_of_id = np.array([0, *(nodes.index((row.leaf, side)) + 1 for row, side in table)])
    out.mkdir(parents=True, exist_ok=True)
    with (out / "zones.csv").open("w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["id", "slug", "side", "region", "label", "area_cm2"])
        for k, (row, side) in enumerate(table, 1):
            w.writerow([k, row.slug, side, row.slug.split(".")[0], row.label, f"{area[k]:.1f}"])
    with (areas / "area_zones.csv").open("w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["term", "zone", "weight"])
        w.writerows([row.leaf, row.slug, "1.0"] for row in zones.read_registry())
    for name in builds:
        figure = neutral if name == "neutral" else geometry.make_figure(rigs, name)
        rasters = build_figure(figure, out / name)
        (out / name / "blocks.txt").write_text(blocks(rasters, leaf_of_id))
    write_checksums(out)


def write_checksums(out: Path) -> None:
    files = sorted(p for p in out.rglob("*") if p.is_file() and p.name != "checksums.txt")
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(out).as_posix()}"
        for p in files
    ]
    (out / "checksums.txt").write_text("\n".join(lines) + "\n")
