"""Label raster to vector borders: shared arcs, smoothed with fixed junctions, then thinned."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter1d
from scipy.ndimage import label as components
from skimage.measure import label as regions

Point = tuple[int, int]


def drop_islands(labels: np.ndarray, smallest: int) -> np.ndarray:
    """Give islands below ``smallest`` pixels to the nearest other zone; drop loose specks."""
    lab = regions(labels, background=0, connectivity=1)
    size = np.bincount(lab.ravel())
    size[0] = 10**9
    tiny = (size < smallest)[lab]
    nearest = distance_transform_edt(
        tiny | (labels == 0), return_distances=False, return_indices=True
    )
    out = labels.copy()
    out[tiny] = labels[tuple(i[tiny] for i in nearest)]
    lab, _ = components(out > 0)
    size = np.bincount(lab.ravel())
    size[0] = 10**9
    out[(size < smallest)[lab]] = 0
    return out


def _arcs(labels: np.ndarray) -> list[tuple[np.ndarray, tuple[int, int]]]:
    """Pixel-edge polylines between junctions, each with the labels on its two sides."""
    grid = np.pad(labels, 1)
    around: dict[Point, list[Point]] = {}

    def join(a: Point, b: Point) -> None:
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)

    for y, x in np.argwhere(grid[:, 1:] != grid[:, :-1]).tolist():
        join((x + 1, y), (x + 1, y + 1))
    for y, x in np.argwhere(grid[1:] != grid[:-1]).tolist():
        join((x, y + 1), (x + 1, y + 1))
    junctions = [p for p, q in around.items() if len(q) != 2]
    fixed, used = set(junctions), set()

    def sides(a: Point, b: Point) -> tuple[int, int]:
        if a[0] == b[0]:
            y = min(a[1], b[1])
            left, right = grid[y, a[0]], grid[y, a[0] - 1]
            return (int(left), int(right)) if b[1] > a[1] else (int(right), int(left))
        x = min(a[0], b[0])
        up, down = grid[a[1] - 1, x], grid[a[1], x]
        return (int(up), int(down)) if b[0] > a[0] else (int(down), int(up))

    def walk(a: Point, b: Point) -> list[Point]:
        points = [a, b]
        used.update({(a, b), (b, a)})
        while b not in fixed:
            c = around[b][0] if around[b][0] != a else around[b][1]
            if (b, c) in used:
                break
            used.update({(b, c), (c, b)})
            points.append(c)
            a, b = b, c
        return points

    out = []
    for p in [*junctions, *(p for p in around if p not in fixed)]:
        for q in around[p]:
            if (p, q) not in used:
                out.append((np.array(walk(p, q), float) - 1, sides(p, q)))
    return out


def smooth(p: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian along the line; ends of an open line stay where they are."""
    if (p[0] == p[-1]).all() and len(p) > 12:
        q = gaussian_filter1d(p[:-1], sigma, axis=0, mode="wrap")
        return np.vstack([q, q[:1]])
    if len(p) < 4:
        return p
    n = int(min(4 * sigma, len(p) - 1))
    before, after = 2 * p[0] - p[1 : n + 1][::-1], 2 * p[-1] - p[-n - 1 : -1][::-1]
    q = gaussian_filter1d(np.vstack([before, p, after]), sigma, axis=0, mode="nearest")[
        n : n + len(p)
    ]
    q[0], q[-1] = p[0], p[-1]
    return q


def thin(p: np.ndarray, tolerance: float) -> np.ndarray:
    """Douglas-Peucker."""
    keep = np.zeros(len(p), bool)
    keep[[0, -1]] = True
    stack = [(0, len(p) - 1)]
    if (p[0] == p[-1]).all() and len(p) > 3:
        far = int(np.argmax(np.linalg.norm(p - p[0], axis=1)))
        keep[far] = True
        stack = [(0, far), (far, len(p) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        d, q = p[b] - p[a], p[a + 1 : b] - p[a]
        length = np.linalg.norm(d)
        e = (
            np.abs(d[0] * q[:, 1] - d[1] * q[:, 0]) / length
            if length > 1e-9
            else np.linalg.norm(q, axis=1)
        )
        i = int(e.argmax())
        if e[i] > tolerance:
            keep[a + 1 + i] = True
            stack += [(a, a + 1 + i), (a + 1 + i, b)]
    return p[keep]


def rings(
    labels: np.ndarray, px: int, sigma: float, tolerance: float
) -> dict[int, list[np.ndarray]]:
    """Closed outlines per label in tenths of a unit; neighbours share their border points."""
    ends: dict[int, list[tuple[Point, Point, np.ndarray]]] = {}
    for p, (left, right) in _arcs(labels):
        q = np.round(thin(smooth(p, sigma) / px, tolerance) * 10).astype(int)
        a, b = (int(p[0][0]), int(p[0][1])), (int(p[-1][0]), int(p[-1][1]))
        if left:
            ends.setdefault(left, []).append((a, b, q))
        if right:
            ends.setdefault(right, []).append((b, a, q[::-1]))
    out: dict[int, list[np.ndarray]] = {}
    for zone, pieces in sorted(ends.items()):
        start: dict[Point, list[tuple[Point, Point, np.ndarray]]] = {}
        for piece in pieces:
            start.setdefault(piece[0], []).append(piece)
        found = []
        for first in list(start):
            while start[first]:
                piece, ring = start[first].pop(0), []
                while True:
                    ring.append(piece[2] if not ring else piece[2][1:])
                    if piece[1] == first or not start.get(piece[1]):
                        break
                    piece = start[piece[1]].pop(0)
                found.append(np.concatenate(ring))
        out[zone] = sorted(found, key=len, reverse=True)
    return out


def path(points: np.ndarray, closed: bool = True) -> str:
    """Relative SVG path data in tenths of a unit; repeated points are left out."""
    p = points[:-1] if closed and (points[0] == points[-1]).all() else points
    steps = np.diff(p, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    body = "".join(
        f"{'' if x < 0 or i == 0 else ' '}{x}{'' if y < 0 else ' '}{y}"
        for i, (x, y) in enumerate(steps.tolist())
    )
    return f"M{p[0][0]} {p[0][1]}" + (f"l{body}" if body else "") + ("z" if closed else "")
