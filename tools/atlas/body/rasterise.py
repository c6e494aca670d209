"""Orthographic views of the figure: z-buffer, interpolation, shading, occluding contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from . import geometry

UNITS_PER_M = 500.0  # one view unit is 2 mm on the neutral figure


@dataclass(frozen=True)
class View:
    """A camera: rows of ``matrix`` are screen right, towards the viewer, screen up."""

    name: str
    pose: str
    matrix: np.ndarray
    width: int
    height: int
    centre: tuple[float, float]
    left_at: str = ""  # screen edge at which the figure's left is; empty in a view from the side
    front_at: str = ""  # screen edge at which the figure's front is; empty in the others
    crop: Callable[[np.ndarray], np.ndarray] | None = None
    oversample: int = 4


def _upright(yaw: float) -> np.ndarray:
    return geometry.rotation([0, 0, 1], yaw) * np.array([[1], [-1], [1]])


def _feet(c: np.ndarray) -> np.ndarray:
    return c[:, 2] < 0.12


def _left_leg(c: np.ndarray) -> np.ndarray:
    return (c[:, 2] < 0.885) & (c[:, 0] > 0)


def _right_leg(c: np.ndarray) -> np.ndarray:
    return (c[:, 2] < 0.885) & (c[:, 0] < 0)


_SOLE = np.array([[1.0, 0, 0], [0, 0, -1], [0, -1, 0]])
_TOP = np.array([[-1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
VIEWS = (
    View("front", "anatomical", _upright(0), 540, 960, (0, 0.925), "right"),
    View("back", "anatomical", _upright(180), 540, 960, (0, 0.925), "left"),
    View("left", "side", _upright(-90), 400, 960, (-0.22, 0.925), front_at="left"),
    View("right", "side", _upright(90), 400, 960, (0.22, 0.925), front_at="right"),
    View("soles", "anatomical", _SOLE, 260, 180, (0, 0.072), "right", crop=_feet, oversample=8),
    View("feet-top", "anatomical", _TOP, 260, 180, (0, 0.072), "left", crop=_feet, oversample=8),
    View(
        "inner-left",
        "anatomical",
        _upright(90),
        220,
        480,
        (0.055, 0.445),
        front_at="right",
        crop=_left_leg,
    ),
    View(
        "inner-right",
        "anatomical",
        _upright(-90),
        220,
        480,
        (-0.055, 0.445),
        front_at="left",
        crop=_right_leg,
    ),
)


@numba.njit(cache=False)
def _zbuffer(p, d, faces, w, h):  # type: ignore[no-untyped-def]
    fid = np.full((h, w), -1, np.int32)
    bar = np.zeros((h, w, 3), np.float32)
    zb = np.full((h, w), -1e9, np.float32)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        x0, y0 = p[a]
        x1, y1 = p[b]
        x2, y2 = p[c]
        den = (y1 - y2) * (x0 - x2) + (x2 - x1) * (y0 - y2)
        if abs(den) < 1e-12:
            continue
        xa = max(int(np.floor(min(x0, x1, x2) - 0.5)), 0)
        xb = min(int(np.ceil(max(x0, x1, x2) + 0.5)), w - 1)
        ya = max(int(np.floor(min(y0, y1, y2) - 0.5)), 0)
        yb = min(int(np.ceil(max(y0, y1, y2) + 0.5)), h - 1)
        for y in range(ya, yb + 1):
            for x in range(xa, xb + 1):
                u, v = x + 0.5, y + 0.5
                l0 = ((y1 - y2) * (u - x2) + (x2 - x1) * (v - y2)) / den
                l1 = ((y2 - y0) * (u - x2) + (x0 - x2) * (v - y2)) / den
                l2 = 1 - l0 - l1
                if l0 < -1e-6 or l1 < -1e-6 or l2 < -1e-6:
                    continue
                z = l0 * d[a] + l1 * d[b] + l2 * d[c]
                if z > zb[y, x]:
                    zb[y, x] = z
                    fid[y, x] = f
                    bar[y, x, 0] = l0
                    bar[y, x, 1] = l1
                    bar[y, x, 2] = l2
    return fid, bar, zb


@dataclass(frozen=True)
class Picture:
    """What a camera sees: face per pixel (h, w), -1 where none; barycentrics; depth in metres."""

    view: View
    px: int
    face: np.ndarray
    bary: np.ndarray
    depth: np.ndarray
    faces: np.ndarray
    points: np.ndarray
    point_depth: np.ndarray
    vertices: np.ndarray

    @property
    def inside(self) -> np.ndarray:
        return self.face >= 0

    def mix(self, attribute: np.ndarray) -> np.ndarray:
        """Per-vertex attribute (n, k) at every visible pixel (pixels, k)."""
        m = self.inside
        t, w = self.faces[self.face[m]], self.bary[m].astype(np.float32)
        a = attribute.astype(np.float32)
        if a.ndim == 1:
            a = a[:, None]
        return a[t[:, 0]] * w[:, :1] + a[t[:, 1]] * w[:, 1:2] + a[t[:, 2]] * w[:, 2:]

    def image(self, attribute: np.ndarray) -> np.ndarray:
        out = np.zeros((*self.face.shape, attribute.shape[1]), np.float32)
        out[self.inside] = self.mix(attribute)
        return out


def take(figure: geometry.Figure, view: View, px: int) -> Picture:
    """Draw the figure in a view at ``px`` pixels per unit."""
    x = figure.poses[view.pose]
    y = x @ view.matrix.T
    w, h = view.width * px, view.height * px
    p = np.stack(
        [
            (y[:, 0] - view.centre[0]) * px * UNITS_PER_M + w / 2,
            h / 2 - (y[:, 2] - view.centre[1]) * px * UNITS_PER_M,
        ],
        1,
    )
    faces = figure.faces
    if view.crop is not None:
        keep = view.crop(figure.canonical)
        faces = np.ascontiguousarray(faces[keep[faces].all(1)])
    fid, bar, zb = _zbuffer(p, y[:, 1].copy(), faces, w, h)
    return Picture(view, px, fid, bar, zb, faces, p, y[:, 1], x)


def darkness(figure: geometry.Figure, pic: Picture, grain: float) -> np.ndarray:
    """Soft light, hollows and exaggerated relief as darkness 0..1, zero outside the figure."""
    m, zb = pic.inside, pic.depth
    n = pic.image(geometry.normals(pic.vertices, figure.faces) @ pic.view.matrix.T)
    n /= np.linalg.norm(n, axis=2, keepdims=True) + 1e-9
    facing = np.clip(n[..., 1], 0, 1)
    key, fill = np.array([-0.30, 0.80, 0.52]), np.array([0.55, 0.75, 0.1])
    light = 0.70 * np.clip(n @ (key / np.linalg.norm(key)), 0, 1) + 0.30 * np.clip(
        n @ (fill / np.linalg.norm(fill)), 0, 1
    )
    hollow, z0 = np.zeros(m.shape), np.where(m, zb, 0)
    for s, k in ((3, 30), (9, 16), (24, 9)):
        around = gaussian_filter(z0, s * grain) / (
            gaussian_filter(m.astype(float), s * grain) + 1e-6
        )
        hollow += np.where(m, np.clip((around - zb) * k, -0.16, 0.30), 0)
    relief = np.zeros(m.shape)
    for s, k in ((7, 0.55), (16, 0.75), (34, 0.45)):
        share = gaussian_filter(m.astype(float), s * grain)[..., None] + 1e-6
        blurred = (
            np.stack([gaussian_filter(n[..., i] * m, s * grain) for i in range(3)], -1) / share
        )
        relief -= k * ((n - blurred) @ np.array([-0.45, 0.45, 0.77]))
    edge = np.clip(distance_transform_edt(m) / 14, 0, 1)
    d = (
        0.56 * (1 - light)
        + 0.30 * (1 - facing) ** 2.2
        + 0.80 * hollow
        + 0.75 * np.clip(relief, -0.35, 0.35) * edge * facing
    )
    return np.clip(d + 0.03, 0, 0.80) * m
