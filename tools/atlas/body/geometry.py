"""The figure as a mesh: reading the frozen builds, posing, subdividing, normals.

Axes are those of the mesh: x towards the figure's left, y backwards, z up; metres, floor at z = 0.
``body.npz`` holds one topology with three sets of vertices (neutral, female, male).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.sparse as sp

MESH = Path(__file__).with_name("body.npz")
BUILDS = ("neutral", "female", "male")


@dataclass
class Rig:
    """One build at rest: vertices (n, 3) m, bone heads (b, 3) m, weights (n, b), quads (m, 4)."""

    vertices: np.ndarray
    heads: np.ndarray
    weights: np.ndarray
    quads: np.ndarray
    parents: np.ndarray
    bones: list[str]
    index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = self.weights / self.weights.sum(axis=1, keepdims=True)
        self.index = {name: i for i, name in enumerate(self.bones)}


def read_rigs(path: Path = MESH) -> dict[str, Rig]:
    """All builds, with the chest of the neutral figure made plain in each."""
    z = np.load(path)
    rigs = {
        b: Rig(
            vertices=z["v_" + b].astype(float),
            heads=z["bh_" + b].astype(float),
            weights=z["W"].astype(float),
            quads=z["F"],
            parents=z["parents"],
            bones=[str(n) for n in z["bones"]],
        )
        for b in BUILDS
    }
    patches = _relief_patches(rigs["neutral"])
    for rig in rigs.values():
        rig.vertices = _relax(rig, patches)
    return rigs


def _relief_patches(rig: Rig) -> list[tuple[int, np.ndarray]]:
    """Relief nobody wants to paint on: both nipples, and the dent over T12."""
    v, h, ix = rig.vertices, rig.heads, rig.index
    patches = []
    for sign in (1, -1):
        centre = np.array([0.094 * sign, h[ix["spine01"], 2] - 0.022])
        r = np.linalg.norm(v[:, [0, 2]] - centre, axis=1)
        patches.append((1, np.where(v[:, 1] > -0.03, 9.0, r)))
    r = np.linalg.norm(v[:, [0, 2]] - [0, h[ix["spine02"], 2] - 0.01], axis=1)
    patches.append((0, np.where(v[:, 1] < 0.03, 9.0, r)))
    return patches


def _relax(rig: Rig, patches: list[tuple[int, np.ndarray]]) -> np.ndarray:
    """Replace each patch by a cubic surface fitted to its surroundings, feathered at the rim."""
    v, f = rig.vertices.copy(), rig.quads
    n = len(v)
    e = np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 3]], f[:, [3, 0]]])
    e = np.concatenate([e, e[:, ::-1]])
    adjacency = sp.csr_matrix((np.ones(len(e)), (e[:, 0], e[:, 1])), (n, n))
    adjacency.data[:] = 1
    mean = sp.diags(1 / np.maximum(np.asarray(adjacency.sum(1)).ravel(), 1)) @ adjacency
    for unfold, r in patches:
        ring, inner = (r > 0.026) & (r < 0.075), r < 0.060
        centre = v[ring][:, [0, 2]].mean(0)

        def cubic(p: np.ndarray, centre: np.ndarray = centre) -> np.ndarray:
            a, b = ((p[:, [0, 2]] - centre) / 0.06).T
            return np.stack([a**i * b**j for i in range(4) for j in range(4 - i)], 1)

        k = np.linalg.lstsq(cubic(v[ring]), v[ring, 1], rcond=None)[0]
        step = (np.clip((0.028 - r) / 0.004, 0, 1) * unfold)[:, None]
        for _ in range(300):
            v[:, [0, 2]] += step * (mean @ v[:, [0, 2]] - v[:, [0, 2]])
        m = np.clip((0.058 - r[inner]) / 0.028, 0, 1)
        m = m * m * (3 - 2 * m)
        v[inner, 1] = (1 - m) * v[inner, 1] + m * (cubic(v[inner]) @ k)
    return v


# ---------------------------------------------------------------- rotations and posing


def rotation(axis: object, degrees: float) -> np.ndarray:
    a = np.asarray(axis, float)
    a = a / np.linalg.norm(a)
    t = np.deg2rad(degrees)
    k = np.array([[0, -a[2], a[1]], [a[2], 0, -a[0]], [-a[1], a[0], 0]])
    return np.eye(3) + np.sin(t) * k + (1 - np.cos(t)) * k @ k


def _turn(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Smallest rotation that takes direction a to direction b."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    v = np.cross(a, b)
    s = np.linalg.norm(v)
    return np.eye(3) if s < 1e-9 else rotation(v, np.degrees(np.arctan2(s, a @ b)))


def apply_pose(rig: Rig, world: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Linear blend skinning; ``world`` gives rotations in world axes, inherited by children."""
    count = len(rig.bones)
    r: list[np.ndarray] = [np.eye(3)] * count
    t: list[np.ndarray] = [np.zeros(3)] * count
    for i, name in enumerate(rig.bones):
        p = rig.parents[i]
        up, head = (np.eye(3), rig.heads[i]) if p < 0 else (r[p], r[p] @ rig.heads[i] + t[p])
        r[i] = world.get(name, np.eye(3)) @ up
        t[i] = head - r[i] @ rig.heads[i]
    rs, ts = np.array(r), np.array(t)
    v = np.einsum("vb,bij,vj->vi", rig.weights, rs, rig.vertices, optimize=True) + rig.weights @ ts
    return v, np.einsum("bij,bj->bi", rs, rig.heads) + ts


def _both_sides(world: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    m = np.diag([-1.0, 1, 1])
    return world | {k[:-2] + ".R": m @ r @ m for k, r in world.items() if k.endswith(".L")}


def posed(rig: Rig, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and bone heads in an authoring pose.

    ``anatomical``: arms 17° from the trunk, palms forward. ``side``: arm flexed forward so that
    flank, axilla and hip can be painted.
    """
    ix = rig.index
    w: dict[str, np.ndarray] = {}

    def heads() -> np.ndarray:
        return apply_pose(rig, _both_sides(w))[1]

    def aim(bone: str, tail: str, direction: object) -> None:
        h = heads()
        w[bone] = _turn(h[ix[tail]] - h[ix[bone]], np.asarray(direction, float)) @ w.get(
            bone, np.eye(3)
        )

    def hanging(abduction: float, flexion: float) -> np.ndarray:
        return rotation([1, 0, 0], -flexion) @ (
            rotation([0, 1, 0], -abduction) @ np.array([0, 0, -1.0])
        )

    aim("upperleg01.L", "lowerleg01.L", [0.085, -0.015, -1])  # hip-width stance, knees straight
    aim("lowerleg01.L", "foot.L", [0.045, 0.06, -1])
    w["foot.L"] = rotation([0, 0, 1], 4)
    w["clavicle.L"] = rotation([0, 1, 0], 4)
    abduction, flexion = (17, 0) if kind == "anatomical" else (5, 34)
    upper = hanging(abduction, flexion + 2)
    aim("upperarm01.L", "lowerarm01.L", upper)
    fore = (
        rotation([1, 0, 0], -16) @ upper if kind == "side" else hanging(abduction + 8, flexion + 3)
    )
    aim("lowerarm01.L", "wrist.L", fore)

    h = heads()
    axis = h[ix["wrist.L"]] - h[ix["lowerarm01.L"]]
    axis /= np.linalg.norm(axis)

    def palm_normal() -> np.ndarray:
        h = heads()
        o = h[ix["wrist.L"]]
        n = -np.cross(h[ix["finger2-1.L"]] - o, h[ix["finger5-1.L"]] - o)
        return n / np.linalg.norm(n)

    target = np.array([0, -1.0, 0]) if kind == "anatomical" else np.array([-1.0, 0.05, 0])
    p = palm_normal()
    p, q = p - (p @ axis) * axis, target - (target @ axis) * axis
    supination = np.degrees(np.arctan2(np.cross(p, q) @ axis, p @ q))
    if abs(supination) > 120:
        supination -= np.sign(supination) * 180
    for bone, share in (("lowerarm01.L", 0.30), ("lowerarm02.L", 0.42), ("wrist.L", 0.28)):
        w[bone] = rotation(axis, supination * share) @ w.get(bone, np.eye(3))
    aim("wrist.L", "finger3-1.L", fore)
    p = palm_normal()
    for finger, spread in ((2, -5), (3, 0), (4, 5), (5, 11)):
        h = heads()
        along = h[ix["finger3-1.L"]] - h[ix["wrist.L"]]
        along /= np.linalg.norm(along)
        for joint, curl in ((1, 6), (2, 12)):
            d = rotation(p, -spread) @ along
            d = np.cos(np.deg2rad(curl)) * d + np.sin(np.deg2rad(curl)) * p
            aim(f"finger{finger}-{joint}.L", f"finger{finger}-{joint + 1}.L", d)
    v, h = apply_pose(rig, _both_sides(w))
    floor = v[:, 2].min()
    return v - [0, 0, floor], h - [0, 0, floor]


# ---------------------------------------------------------------- subdivision


def _incidence(
    rows: np.ndarray, cols: np.ndarray, value: float, shape: tuple[int, int]
) -> sp.csr_matrix:
    return sp.csr_matrix((np.full(len(rows), value), (rows, cols)), shape)


def subdivide(quads: np.ndarray, n: int) -> tuple[sp.csr_matrix, np.ndarray]:
    """One Catmull-Clark step: operator (N, n) on vertices, and the new quads."""
    nf = len(quads)
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], 2).reshape(-1, 2), 1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    ne = len(unique)
    face_edge = inverse.reshape(nf, 4)
    rim = np.bincount(inverse, minlength=ne) != 2
    faces, corner = np.repeat(np.arange(nf), 4), quads.ravel()
    face_point = _incidence(faces, corner, 0.25, (nf, n))
    edge_mid = _incidence(np.repeat(np.arange(ne), 2), unique.ravel(), 0.5, (ne, n))
    edge_face = _incidence(face_edge.ravel(), faces, 1.0, (ne, nf))
    edge_face = sp.diags(1 / np.asarray(edge_face.sum(1)).ravel()) @ edge_face
    keep, drop = sp.diags((~rim).astype(float)), sp.diags(rim.astype(float))
    edge_point = keep @ (0.5 * edge_mid + 0.5 * edge_face @ face_point) + drop @ edge_mid
    vertex_face = _incidence(corner, faces, 1.0, (n, nf))
    valence = np.maximum(np.asarray(vertex_face.sum(1)).ravel(), 1)
    vertex_edge = _incidence(unique.ravel(), np.repeat(np.arange(ne), 2), 1.0, (n, ne))
    degree = np.maximum(np.asarray(vertex_edge.sum(1)).ravel(), 1)
    on_rim = np.zeros(n, bool)
    on_rim[unique[rim].ravel()] = True
    inside = (
        sp.diags(1 / valence) @ (sp.diags(1 / valence) @ vertex_face @ face_point)
        + sp.diags(2 / valence) @ (sp.diags(1 / degree) @ vertex_edge @ edge_mid)
        + sp.diags((valence - 3) / valence)
    )
    rim_edges = vertex_edge @ drop
    rim_degree = np.maximum(np.asarray(rim_edges.sum(1)).ravel(), 1)
    border = 0.5 * sp.diags(1 / rim_degree) @ rim_edges @ edge_mid + 0.5 * sp.identity(n)
    vertex_point = (
        sp.diags((~on_rim).astype(float)) @ inside + sp.diags(on_rim.astype(float)) @ border
    )
    operator = sp.vstack([vertex_point, edge_point, face_point]).tocsr()
    e, c = n + face_edge, n + ne + np.arange(nf)
    parts = [np.stack([quads[:, j], e[:, j], c, e[:, j - 1]], 1) for j in range(4)]
    return operator, np.stack(parts, 1).reshape(-1, 4)


def triangles(quads: np.ndarray) -> np.ndarray:
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit vertex normals (n, 3), area-weighted."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    n = np.cross(b - a, c - a)
    out = np.zeros_like(vertices)
    for j in range(3):
        np.add.at(out, faces[:, j], n)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


# ---------------------------------------------------------------- the figure ready for drawing


@dataclass(frozen=True)
class Figure:
    """A build subdivided twice, in both poses, with the attributes that zones are computed from.

    ``canonical`` and ``canonical_normals`` are those of the neutral build in the anatomical pose,
    carried along with every vertex, so that one rule names the same skin in every pose and build.
    All builds are drawn at the height of the neutral one.
    """

    build: str
    faces: np.ndarray
    poses: dict[str, np.ndarray]
    canonical: np.ndarray
    canonical_normals: np.ndarray
    bone_share: dict[str, np.ndarray]
    joints: dict[str, tuple[np.ndarray, ...] | np.ndarray]


def make_figure(rigs: dict[str, Rig], build: str) -> Figure:
    neutral, rig = rigs["neutral"], rigs[build]
    base, heads = posed(neutral, "anatomical")
    quads, n, operator = neutral.quads, len(base), None
    for _ in range(2):
        step, quads = subdivide(quads, n)
        n = step.shape[0]
        operator = step if operator is None else step @ operator
    faces = triangles(quads)
    canonical = operator @ base
    poses = {kind: operator @ posed(rig, kind)[0] for kind in ("anatomical", "side")}
    same_height = canonical[:, 2].max() / poses["anatomical"][:, 2].max()
    poses = {kind: v * same_height for kind, v in poses.items()}
    return Figure(
        build=build,
        faces=faces,
        poses=poses,
        canonical=canonical,
        canonical_normals=normals(canonical, faces),
        bone_share={k: operator @ v for k, v in _bone_shares(neutral).items()},
        joints=_joints(neutral, heads),
    )


def _bone_shares(rig: Rig) -> dict[str, np.ndarray]:
    def share(*prefixes: str) -> np.ndarray:
        return rig.weights[:, [i for i, b in enumerate(rig.bones) if b.startswith(prefixes)]].sum(1)

    hand = ("wrist", "finger", "metacarpal")
    out = {"arm": share("upperarm", "lowerarm", *hand), "hand": share(*hand)}
    for k in range(1, 6):
        out[f"finger{k}"], out[f"toe{k}"] = share(f"finger{k}"), share(f"toe{k}")
    return out


def _joints(rig: Rig, heads: np.ndarray) -> dict[str, tuple[np.ndarray, ...] | np.ndarray]:
    """Joint centres of the left side as (lateral, forward, up), metres."""

    def at(bone: str) -> np.ndarray:
        x, y, z = heads[rig.index[bone]]
        return np.array([x, -y, z])

    names = {
        "shoulder": "upperarm01",
        "elbow": "lowerarm01",
        "wrist": "wrist",
        "hip": "upperleg01",
        "knee": "lowerleg01",
        "ankle": "foot",
    }
    out: dict[str, tuple[np.ndarray, ...] | np.ndarray] = {
        k: at(b + ".L") for k, b in names.items()
    }
    for k in range(1, 6):
        a, m, e = (at(f"finger{k}-{j}.L") for j in (1, 2, 3))
        out[f"finger{k}"] = (a, e, e + (e - m)) if k == 1 else (a, m, e)
    return out
