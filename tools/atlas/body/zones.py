"""Which zone a point of skin belongs to: one pure function of canonical coordinates.

``canonical`` means the neutral build in the anatomical pose; other builds and poses carry these
coordinates along, so one set of rules labels every picture. Rules are tried in order and the first
match wins: a new rule moves the borders of those after it, so check the golden areas afterwards.
The numbers are landmark heights and distances in metres on a figure 1.854 m tall:

    vertex 1.854 · brow 1.750 · ear 1.689-1.742 · chin 1.618 · C7 1.580 · acromion 1.535
    jugular notch 1.510 · scapular spine root T3 1.478 · nipple 1.365 · inferior angle T7 1.360
    xiphoid 1.325 · T12/L1 1.235 · navel 1.125 · iliac crest L4 1.100 · PSIS S2 1.030
    ASIS 1.030 · trochanter 0.962 · pubis 0.945 · ischial tuberosity 0.918 · gluteal fold 0.887
    knee joint 0.529 · ankle joint 0.082

They are an author's reading of the mesh (certainty: expert) until a clinician signs each border.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator

from .geometry import Figure

Array = np.ndarray
STATURE_M = 1.72  # areas are those of a person this tall
REGISTRY = Path(__file__).with_name("registry.csv")


@dataclass(frozen=True)
class ZoneRow:
    """A zone as registered: order in the file is the numeric id, so rows are only ever appended."""

    slug: str
    midline: bool
    leaf: str
    label: str


def read_registry() -> list[ZoneRow]:
    with REGISTRY.open(newline="") as f:
        return [
            ZoneRow(r["slug"], r["sides"] == "M", r["leaf"], r["label"]) for r in csv.DictReader(f)
        ]


def sided_ids(registry: list[ZoneRow]) -> list[tuple[ZoneRow, str]]:
    """Id k (from 1) is entry k-1: right before left, in registry order."""
    return [(row, side) for row in registry for side in (("M",) if row.midline else ("R", "L"))]


def label(points: Array, normals: Array, share: dict[str, Array], joints: dict) -> Array:
    """Sided zone id per point.

    ``points`` (n, 3) m and ``normals`` (n, 3) canonical; ``share`` bone weight per point by group;
    ``joints`` of the left side as (lateral, forward, up).
    """
    registry = read_registry()
    slugs = _Rules(points, normals, share, joints).run([r.slug for r in registry])
    first = np.cumsum([0] + [1 if r.midline else 2 for r in registry])[:-1] + 1
    paired = np.array([not r.midline for r in registry])
    left = points[:, 0] >= 0
    return (first[slugs] + (paired[slugs] & left)).astype(np.int32)


def areas_cm2(figure: Figure) -> Array:
    """Skin area by zone id (zones + 1,), in the anatomical pose, scaled to ``STATURE_M``."""
    f, c, n = figure.faces, figure.canonical, figure.canonical_normals
    n = n[f].mean(1)
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    share = {k: v[f].mean(1) for k, v in figure.bone_share.items()}
    ids = label(c[f].mean(1), n, share, figure.joints)
    v = figure.poses["anatomical"]
    area = np.linalg.norm(np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]]), axis=1) / 2
    count = len(sided_ids(read_registry()))
    total: Array = np.bincount(ids, area, minlength=count + 1)
    return total * 1e4 * (STATURE_M / v[:, 2].max()) ** 2


def curve(x: Array, xs: list[float], ys: list[float]) -> Array:
    """Smooth monotone-preserving curve through the given points, constant beyond its ends."""
    return PchipInterpolator(xs, ys)(np.clip(x, xs[0], xs[-1]))


def line(x: Array, xs: list[float], ys: list[float]) -> Array:
    return np.interp(x, xs, ys)


class _Rules:
    """Coordinates of all points, and the rules region by region."""

    def __init__(
        self, points: Array, normals: Array, share: dict[str, Array], joints: dict
    ) -> None:
        self.x = np.abs(points[:, 0])  # distance from the midline
        self.f = -points[:, 1]  # forward
        self.z = points[:, 2]  # up
        self.q = np.stack([self.x, self.f, self.z], 1)
        sign = np.where(points[:, 0] < 0, -1.0, 1.0)
        self.n = np.stack([sign * normals[:, 0], -normals[:, 1], normals[:, 2]], 1)
        self.share, self.joints = share, joints

    def run(self, slugs: list[str]) -> Array:
        self.index = {s: i for i, s in enumerate(slugs)}
        self.zone = np.full(len(self.x), -1)
        self.free = np.ones(len(self.x), bool)
        self.hand()
        self.arm()
        self.foot()
        self.leg()
        self.head()
        self.neck()
        self.trunk()
        if self.free.any():
            raise ValueError(
                f"{self.free.sum()} points match no rule, e.g. {self.q[self.free][:3].tolist()}"
            )
        return self.zone

    def put(self, slug: str, mask: Array) -> None:
        m = mask & self.free
        self.zone[m] = self.index[slug]
        self.free[m] = False

    # ------------------------------------------------------------ helpers

    def along(self, a: Array, b: Array) -> tuple[Array, Array, Array]:
        """Position along the axis a→b (0..1), offset from it, and its direction."""
        d = b - a
        length = np.linalg.norm(d)
        d = d / length
        q = self.q - a
        return (q @ d) / length, q - (q @ d)[:, None] * d, d

    @staticmethod
    def around(offset: Array, d: Array) -> Array:
        """Angle about a limb axis in degrees: 0 front, +90 lateral, ±180 back, -90 medial."""
        lateral, front = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
        lateral = lateral - (lateral @ d) * d
        lateral /= np.linalg.norm(lateral)
        front = front - (front @ d) * d - (front @ lateral) * lateral
        front /= np.linalg.norm(front)
        return np.degrees(np.arctan2(offset @ lateral, offset @ front))

    def disc(
        self, a: Array, b: Array, centre: tuple[float, float], radius: tuple[float, float]
    ) -> Array:
        return ((a - centre[0]) / radius[0]) ** 2 + ((b - centre[1]) / radius[1]) ** 2 < 1

    # ------------------------------------------------------------ upper limb

    def _arm_axes(self) -> None:
        j, x, z = self.joints, self.x, self.z
        border = curve(z, [1.40, 1.44, 1.47, 1.50, 1.53], [0.151, 0.147, 0.143, 0.143, 0.148])
        self.is_arm = np.where(z > 1.40, x > border, self.share["arm"] > 0.5)
        self.tu, off, d = self.along(j["shoulder"], j["elbow"])
        self.pu = self.around(off, d)
        self.tf, off, d = self.along(j["elbow"], j["wrist"])
        self.pf = self.around(off, d)

    def hand(self) -> None:
        self._arm_axes()
        j, n = self.joints, self.n
        hand = self.is_arm & (self.share["hand"] > 0.5) & (self.tf > 1.0)
        weight = np.stack([self.share[f"finger{k}"] for k in range(1, 6)], 1)
        which, most = weight.argmax(1), weight.max(1)
        for k, name in enumerate(("thumb", "index", "middle", "ring", "little")):
            a, m, b = j[f"finger{k + 1}"]
            t, _, _ = self.along(a, m)
            far = self.along(m, b)[0] > 0
            finger = hand & (which == k) & (t > (0.06 if k else 0.45)) & (most > 0.5)
            pad = np.array([0, 1.0, 0]) if k else np.array([-0.62, 0.62, -0.45])
            palmar = n @ pad > 0
            for face, m_ in (("palmar", palmar), ("dorsal", ~palmar)):
                self.put(f"hand.{name}-{face}-distal", finger & m_ & far)
                self.put(f"hand.{name}-{face}-proximal", finger & m_)
        t, off, d = self.along(j["wrist"], j["finger3"][0])
        u = off @ self._radial(d)  # towards the thumb
        palmar = (off[:, 1] - 0.10 * u) > -0.001
        self.put("hand.thumb-base", hand & (u > 0.018) & (t < 0.42) & (~palmar | (u > 0.034)))
        self.put(
            "hand.thenar",
            hand & palmar & (u > curve(t, [0, 0.25, 0.62, 0.9], [0.004, 0.004, 0.022, 0.045])),
        )
        self.put("hand.palm-distal-radial", hand & palmar & (t > 0.70) & (u > -0.012))
        self.put("hand.palm-distal-ulnar", hand & palmar & (t > 0.70))
        self.put(
            "hand.hypothenar",
            hand & palmar & (u < curve(t, [0, 0.3, 0.7], [0.002, -0.008, -0.014])),
        )
        self.put("hand.palm-centre", hand & palmar)
        self.put("hand.first-web-dorsal", hand & (u > curve(t, [0, 0.5, 1], [0.022, 0.024, 0.034])))
        self.put("hand.knuckles-radial", hand & (t > 0.78) & (u > 0))
        self.put("hand.knuckles-ulnar", hand & (t > 0.78))
        self.put("hand.dorsum-radial", hand & (u > 0))
        self.put("hand.dorsum-ulnar", hand)

    @staticmethod
    def _radial(d: Array) -> Array:
        v = np.array([1.0, 0, 0])
        v = v - (v @ d) * d
        return v / np.linalg.norm(v)

    def arm(self) -> None:
        arm, tu, pu, tf, pf = self.is_arm, self.tu, self.pu, self.tf, self.pf
        wrist = arm & (tf > 0.90)
        self.put("wrist.palmar-radial", wrist & (abs(pf) < 90) & (pf > 0))
        self.put("wrist.palmar-ulnar", wrist & (abs(pf) < 90))
        self.put("wrist.dorsal-radial", wrist & (pf > 0))
        self.put("wrist.dorsal-ulnar", wrist)
        elbow = arm & (tu > 0.90) & (tf < 0.10)
        self.put("elbow.cubital-fossa", elbow & (abs(pf) < 48))
        self.put("elbow.lateral-epicondyle", elbow & (pf > 0) & (pf < 132))
        self.put("elbow.medial-epicondyle", elbow & (pf < 0) & (pf > -132))
        self.put("elbow.olecranon", elbow)
        for level, end in (("proximal", 0.37), ("middle", 0.64), ("distal", 9)):
            m = arm & (tf >= 0.10) & (tf < end)
            self.put(f"forearm.anterior-{level}", m & (abs(pf) < 50))
            self.put(f"forearm.lateral-{level}", m & (pf > 0) & (pf < 125))
            self.put(f"forearm.medial-{level}", m & (pf < 0) & (pf > -115))
            self.put(f"forearm.posterior-{level}", m)
        self.put(
            "shoulder.acromion",
            (self.z > 1.50) & self.disc(self.x, self.f, (0.178, 0.010), (0.027, 0.030)),
        )
        cap = arm & (tu < 0.22)
        inner = (pu < -42) & (pu > -140)
        self.put("shoulder.deltoid-anterior", cap & (pu > -42) & (pu < 42))
        self.put("shoulder.deltoid-lateral", cap & (pu >= 42) & (pu < 118))
        self.put("shoulder.deltoid-posterior", cap & ~inner)
        self.put("arm.axillary", cap)
        for level, end in (("proximal", 0.45), ("middle", 0.675), ("distal", 9)):
            m = arm & (tu < end)
            self.put(f"arm.anterior-{level}", m & (abs(pu) < 45))
            self.put(f"arm.lateral-{level}", m & (pu > 0) & (pu < 125))
            self.put(f"arm.medial-{level}", m & (pu < 0) & (pu > -132))
            self.put(f"arm.posterior-{level}", m)

    # ------------------------------------------------------------ lower limb

    def _leg_axes(self) -> None:
        j, x, f, z = self.joints, self.x, self.f, self.z
        turn = np.degrees(np.arctan2(x - 0.11, f - 0.01))
        # the border of limb and trunk: gluteal fold behind, inguinal ligament in front
        self.crease = curve(
            turn,
            [-180, -120, -90, -60, -40, -10, 8, 25, 60, 90, 130, 180],
            [0.887, 0.885, 0.882, 0.893, 0.910, 0.965, 1.005, 1.015, 0.965, 0.925, 0.897, 0.887],
        )
        self.is_leg = z < self.crease
        self.tt, off, d = self.along(j["hip"], j["knee"])
        self.pt = self.around(off, d)
        self.ts, off, d = self.along(j["knee"], j["ankle"])
        self.ps = self.around(off, d)

    def foot(self) -> None:
        self._leg_axes()
        x, f, z, n = self.x, self.f, self.z, self.n
        foot = self.is_leg & (z < curve(f, [-0.06, 0, 0.05, 0.10], [0.045, 0.062, 0.085, 0.10]))
        sole = n[:, 2] < -0.35
        weight = np.stack([self.share[f"toe{k}"] for k in range(1, 6)], 1)
        which, toe = weight.argmax(1), foot & (weight.sum(1) > 0.5)
        for k, name in enumerate(
            ("great-toe", "second-toe", "third-toe", "fourth-toe", "little-toe")
        ):
            self.put(f"foot.{name}-plantar", toe & (which == k) & (n[:, 2] < -0.1))
            self.put(f"foot.{name}-dorsal", toe & (which == k))
        u = x - curve(
            f, [-0.05, 0.05, 0.14, 0.20], [0.178, 0.172, 0.176, 0.182]
        )  # lateral of the foot's axis
        heel = f < 0.0
        self.put("foot.heel-plantar-medial", foot & sole & heel & (u < 0))
        self.put("foot.heel-plantar-lateral", foot & sole & heel)
        self.put(
            "foot.third-web-plantar", foot & sole & self.disc(x, f, (0.213, 0.124), (0.008, 0.014))
        )
        self.put("foot.ball-first-mt", foot & sole & (f > 0.088) & (u < 0.001))
        self.put("foot.ball-lateral", foot & sole & (f > 0.068) & (u > 0.048))
        self.put("foot.ball-central", foot & sole & (f > 0.084 - 0.25 * u))
        self.put("foot.arch-medial", foot & sole & (u < 0.004))
        self.put("foot.arch-lateral", foot & sole)
        self.put("foot.heel-posterior", foot & (f < -0.035))
        self.put("foot.hindfoot-medial", foot & (f < 0.03) & (u < 0))
        self.put("foot.hindfoot-lateral", foot & (f < 0.03))
        low = z < curve(f, [0.03, 0.08, 0.14], [0.036, 0.030, 0.024])
        self.put("foot.first-mt-medial", foot & (u < -0.02) & (f > 0.098) & (n[:, 0] < -0.35))
        self.put(
            "foot.arch-medial-side", foot & (u < 0) & (f <= 0.098) & (n[:, 0] < -0.55) & (z < 0.06)
        )
        self.put("foot.lateral-border", foot & (u > 0.012) & low & (n[:, 0] > 0.2))
        self.put("foot.forefoot-dorsum-medial", foot & (f > 0.095) & (u < 0.006))
        self.put("foot.forefoot-dorsum-lateral", foot & (f > 0.085) & (u >= 0.006))
        self.put("foot.midfoot-dorsum-medial", foot & (u < 0.006))
        self.put("foot.midfoot-dorsum-lateral", foot)

    def leg(self) -> None:
        leg, tt, pt, ts, ps = self.is_leg, self.tt, self.pt, self.ts, self.ps
        ankle = leg & (ts > 0.845)
        self.put("ankle.anterior-medial", ankle & (ps > -55) & (ps <= 0))
        self.put("ankle.anterior-lateral", ankle & (ps > 0) & (ps < 55))
        self.put("ankle.lateral-malleolus", ankle & (ps > 0) & (ps < 112))
        self.put("ankle.retromalleolar-lateral", ankle & (ps > 0) & (ps < 150))
        self.put("ankle.medial-malleolus", ankle & (ps < 0) & (ps > -115))
        self.put("ankle.retromalleolar-medial", ankle & (ps < 0) & (ps > -165))
        self.put("ankle.achilles", ankle)
        front = abs(ps) < 50
        knee = leg & (tt > 0.885) & (ts < 0.095)
        above = leg & (tt > 0.858) & (tt < 0.912) & front
        self.put("knee.suprapatellar", above)
        self.put("knee.tibial-tuberosity", knee & (ts > 0.014) & front)
        self.put("knee.patella-centre", knee & (abs(ps) < 21))
        self.put("knee.patella-lateral", knee & front & (ps > 0))
        self.put("knee.patella-medial", knee & front)
        self.put("knee.popliteal-lateral", knee & (ps > 130))
        self.put("knee.popliteal-medial", knee & (ps < -130))
        self.put("knee.lateral", knee & (ps > 0))
        self.put("knee.medial", knee)
        for level, end in (("proximal", 0.34), ("middle", 0.59), ("distal", 9)):
            m = leg & (ts >= 0.095) & (ts < end)
            self.put(f"leg.anteromedial-{level}", m & (ps > -40) & (ps <= -2))
            self.put(f"leg.anterolateral-{level}", m & (ps > -2) & (ps <= 52))
            self.put(f"leg.lateral-{level}", m & (ps > 52) & (ps <= 118))
            self.put(f"leg.medial-{level}", m & (ps > -122) & (ps <= -40))
            self.put(f"leg.posterolateral-{level}", m & (ps > 0))
            self.put(f"leg.posteromedial-{level}", m)
        self._front_of_hip()
        for level, end in (("upper", 0.42), ("middle", 0.65), ("lower", 9)):
            m = leg & (tt < end)
            self.put(f"thigh.anterior-{level}", m & (pt > -28) & (pt < 38))
            self.put(f"thigh.anteromedial-{level}", m & (pt > -75) & (pt <= -28))
            self.put(f"thigh.lateral-{level}", m & (pt > 0) & (pt < 118))
            self.put(f"thigh.medial-{level}", m & (pt < 0) & (pt > -128))
            self.put(f"thigh.posterolateral-{level}", m & (pt > 0))
            self.put(f"thigh.posteromedial-{level}", m)

    def _front_of_hip(self) -> None:
        """Hip zones that straddle the crease of limb and trunk."""
        x, f, z = self.x, self.f, self.z
        dz = z - self.crease
        self.put("hip.trochanter", (x > 0.13) & self.disc(f, z, (-0.002, 0.962), (0.042, 0.038)))
        self.put(
            "hip.anterior",
            (f > 0.045) & self.disc(x - 0.20 * (z - 0.985), z, (0.124, 0.985), (0.036, 0.058)),
        )
        self.put(
            "pelvis.genital",
            (f > 0.012)
            & (x < curve(z, [0.88, 0.90, 0.935], [0.024, 0.030, 0.042]))
            & (z < 0.935)
            & (z > 0.882),
        )
        self.put(
            "pelvis.inguinal",
            (f > 0.03) & (x >= 0.026) & (x < 0.125) & (dz > -0.028) & (dz < 0.024) & (z > 0.885),
        )

    # ------------------------------------------------------------ head and neck

    def head(self) -> None:
        x, f, z, n = self.x, self.f, self.z, self.n
        base = curve(
            f,
            [-0.06, -0.02, 0, 0.035, 0.05, 0.075, 0.10, 0.15],
            [1.708, 1.706, 1.700, 1.684, 1.658, 1.638, 1.622, 1.606],
        )
        self.under_chin = (
            (n[:, 2] < -0.45)
            & (f > 0.05)
            & (z < 1.665)
            & (z > 1.585)
            & (z < curve(f, [0.05, 0.10, 0.13, 0.16], [1.665, 1.646, 1.630, 1.625]))
        )
        head = (z > base) & ~self.under_chin
        nose = head & (f > 0.115) & (z > 1.688) & (z < 1.745)
        self.put(
            "face.nose-bridge",
            nose & (z > 1.708) & (x < curve(z, [1.708, 1.73, 1.745], [0.0065, 0.0085, 0.0105])),
        )
        self.put(
            "face.nose-side",
            nose & (x < curve(z, [1.688, 1.70, 1.72, 1.738], [0.021, 0.021, 0.0155, 0.0105])),
        )
        self.put(
            "head.ear", head & (x > 0.055) & self.disc(f, z, (0.052, 1.7155), (0.0165, 0.0265))
        )
        self.put(
            "head.ear",
            head
            & (x > curve(z, [1.68, 1.70, 1.72, 1.745], [0.0735, 0.0745, 0.0765, 0.0785]))
            & (z < 1.743)
            & (f < 0.070)
            & (f > 0.02),
        )
        self.put("face.eye", head & (f > 0.09) & self.disc(x, z, (0.034, 1.7285), (0.0255, 0.0165)))
        self.put(
            "face.eyebrow",
            head
            & (f > 0.09)
            & (z > 1.7285)
            & (z < 1.7585 - 0.15 * np.clip(x - 0.03, 0, 1))
            & (x < 0.060),
        )
        self.put(
            "head.temple",
            head & (x > 0.045) & (z > 1.7255) & self.disc(f, z, (0.084, 1.752), (0.034, 0.038)),
        )
        self.put(
            "head.forehead-medial", head & (f > 0.06) & (z >= 1.745) & (z < 1.803) & (x < 0.030)
        )
        hairline = curve(x, [0, 0.03, 0.06, 0.075], [1.806, 1.804, 1.793, 1.77])
        self.put("head.forehead-lateral", head & (f > 0.092) & (z >= 1.745) & (z < hairline))
        self.put("head.vertex", head & (z > 1.832))
        self.put("head.frontal-scalp", head & (f > 0.078) & (z > 1.775))
        self.put("head.crown-back", head & (f < 0.018 + 0.25 * (z - 1.79)) & (z > 1.772))
        self.put(
            "head.mastoid",
            head & (f > 0.002) & (f < 0.045) & (z < 1.736 - 0.35 * np.abs(f - 0.030)),
        )
        self.put("head.temporal", head & (f > 0.0) & (f < 0.08) & (z > 1.728) & (z < 1.775))
        self.put("head.parietal", head & (z >= 1.775))
        self.put("head.occiput-upper", head & (f <= 0.04) & (z > 1.740))
        self.put("head.occiput-lower", head & (f <= 0.04))
        mouth = head & (f > 0.105)
        self.put(
            "face.upper-lip",
            mouth
            & (z > 1.6655)
            & (z < 1.690)
            & (x < curve(z, [1.665, 1.675, 1.690], [0.031, 0.027, 0.019])),
        )
        self.put(
            "face.lower-lip",
            mouth
            & (z > 1.647)
            & (z <= 1.6655)
            & (x < curve(z, [1.647, 1.657, 1.665], [0.019, 0.027, 0.031])),
        )
        self.put("face.chin", head & (f > 0.085) & (z <= 1.650) & (x < 0.026))
        self.put("face.tmj", head & (f <= 0.090) & (z > 1.700))
        self.put(
            "face.maxilla",
            mouth
            & (x < curve(z, [1.672, 1.69, 1.711], [0.032, 0.041, 0.044]))
            & (z > 1.672)
            & (z < 1.714),
        )
        self.put("face.zygoma", head & (z > 1.697))
        self.put("face.masseter-upper", head & (f <= 0.100) & (z > 1.672))
        self.put("face.masseter-lower", head & (f <= 0.100))
        self.put("face.cheek", head & (z > 1.657))
        self.put("face.jaw", head)

    def neck(self) -> None:
        x, f, z = self.x, self.f, self.z
        foot_of_neck = curve(
            f, [-0.08, -0.03, 0, 0.03, 0.06, 0.10], [1.556, 1.560, 1.575, 1.556, 1.530, 1.512]
        )
        neck = (
            (z > foot_of_neck) & (x < curve(z, [1.51, 1.56, 1.60], [0.055, 0.066, 0.09]))
        ) | self.under_chin
        turn = np.degrees(np.arctan2(x, f - line(z, [1.52, 1.58, 1.66], [0.015, 0.025, 0.035])))
        self.put("neck.submandibular", neck & self.under_chin)
        self.put("back.spine-c7-t3", neck & (turn > 120) & (x < 0.015) & (z < 1.592))
        self.put("neck.suboccipital-medial", neck & (z > 1.672) & (turn > 146))
        self.put("neck.suboccipital-lateral", neck & (z > 1.672) & (turn > 116))
        strap = curve(
            z, [1.52, 1.55, 1.60, 1.64, 1.68], [20, 32, 60, 82, 100]
        )  # sternomastoid, sternum to mastoid
        self.put("neck.throat-upper", neck & (turn < strap - 15) & (z > 1.572))
        self.put("neck.throat-lower", neck & (turn < strap - 15))
        self.put("shoulder.supraclavicular", neck & (turn > strap + 15) & (f > 0.014) & (z < 1.566))
        side = turn < 118
        self.put("neck.scm-upper", neck & side & (z > 1.642))
        self.put("neck.scm-middle", neck & (turn < strap + 15) & (z > 1.598))
        self.put("neck.scm-lower", neck & (turn < strap + 15))
        self.put("neck.lateral-middle", neck & side & (z > 1.598))
        self.put("neck.lateral-lower", neck & side)
        for level, low in (("upper", 1.642), ("middle", 1.607), ("lower", 0)):
            self.put(f"neck.posterolateral-{level}", neck & (z > low) & (turn < 150))
            self.put(f"neck.paraspinal-{level}", neck & (z > low))

    # ------------------------------------------------------------ trunk

    def trunk(self) -> None:
        x, f, z = self.x, self.f, self.z
        turn = np.degrees(np.arctan2(x, f - 0.02))
        front = turn < curve(z, [0.9, 1.0, 1.1, 1.25, 1.40, 1.44], [52, 54, 58, 62, 66, 92])
        back = turn > curve(z, [0.9, 1.0, 1.1, 1.25, 1.40, 1.44], [118, 116, 114, 116, 120, 92])
        self._shoulder_top(front)
        self._back_midline(turn > 90)
        self._scapula(back)
        self._back(back)
        self._gluteal(back)
        self._side(~front & ~back)
        self._front(front)

    def _shoulder_top(self, front: Array) -> None:
        x, f, z, n = self.x, self.f, self.z, self.n
        collar = curve(x, [0, 0.02, 0.10, 0.16], [1.508, 1.511, 1.520, 1.536])
        ridge = line(x, [0.05, 0.15], [0.012, 0.030])  # trapezius ridge
        self.put("chest.sternum-upper", front & (x < 0.019) & (z > 1.462))
        self.put("shoulder.supraclavicular", (z > collar + 0.010) & (n[:, 2] > -0.1) & (f > ridge))
        self.put("chest.clavicle", (abs(z - collar) < 0.013) & (f > 0.0) & front)
        upper = (f <= ridge + 0.01) & (
            z > curve(x, [0.02, 0.06, 0.10, 0.16], [1.556, 1.540, 1.532, 1.536])
        )
        self.put("shoulder.upper-trapezius-medial", upper & (x > 0.045) & (x < 0.095))
        self.put("shoulder.upper-trapezius-lateral", upper & (x >= 0.095))

    def _back_midline(self, behind: Array) -> None:
        x, z = self.x, self.z
        levels = (
            ("c7-t3", 9, 1.470),
            ("t4-t6", 1.470, 1.390),
            ("t7-t9", 1.390, 1.315),
            ("t10-t12", 1.315, 1.235),
            ("l1-l2", 1.235, 1.160),
            ("l3-l5", 1.160, 1.060),
        )
        for name, top, low in levels:
            self.put(f"back.spine-{name}", behind & (x < 0.016) & (z <= top) & (z > low))
        self.put(
            "pelvis.sacrum",
            behind
            & (z <= 1.060)
            & (z > 0.980)
            & (x < curve(z, [0.980, 1.02, 1.060], [0.016, 0.030, 0.040])),
        )
        self.put(
            "pelvis.coccyx",
            behind
            & (z <= 0.980)
            & (z > 0.935)
            & (x < curve(z, [0.935, 0.96, 0.980], [0.006, 0.013, 0.016])),
        )

    def _scapula(self, back: Array) -> None:
        x, z = self.x, self.z
        medial = curve(
            z, [1.345, 1.37, 1.42, 1.478, 1.50, 1.53], [0.080, 0.070, 0.062, 0.057, 0.060, 0.070]
        )
        lateral = curve(z, [1.345, 1.38, 1.42, 1.47], [0.090, 0.112, 0.130, 0.150])
        spine = 1.474 + 0.62 * (x - 0.060) - 1.2 * np.clip(x - 0.060, 0, 1) ** 2
        self.put("scapula.superior-angle", back & self.disc(x, z, (0.068, 1.513), (0.019, 0.019)))
        self.put("scapula.inferior-angle", back & self.disc(x, z, (0.083, 1.360), (0.020, 0.020)))
        strip = back & (abs(x - medial - 0.002) < 0.0115) & (z > 1.352) & (z < 1.513)
        self.put("scapula.medial-border-upper", strip & (z > 1.455))
        self.put("scapula.medial-border-middle", strip & (z > 1.405))
        self.put("scapula.medial-border-lower", strip)
        blade = back & (x > medial)
        self.put("scapula.supraspinous", blade & (z > spine + 0.008))
        self.put("scapula.spine", blade & (z > spine - 0.008))
        blade &= z > 1.352
        self.put("scapula.infraspinous-upper", blade & (x < lateral - 0.012) & (z > spine - 0.055))
        self.put("scapula.infraspinous-lower", blade & (x < lateral - 0.012))
        self.put("scapula.lateral-border", blade & (x < lateral + 0.012) & (z > 1.36))

    def _back(self, back: Array) -> None:
        x, z = self.x, self.z
        self.put("shoulder.deltoid-posterior", back & (z > 1.395) & (x > 0.133))
        near = back & ((x < 0.064) | ((z > 1.465) & (x < 0.090)))
        self.put("back.interscapular-upper", near & (z > 1.465))
        self.put("back.interscapular-middle", near & (z > 1.42))
        self.put("back.interscapular-lower", near & (z > 1.375))
        self.put("chest.lateral-posterior", back & (z > 1.325) & (x > 0.104))
        self.put("back.paraspinal-t7-t8", back & (z > 1.325) & (x < 0.052))
        self.put("back.lateral-t7-t8", back & (z > 1.325))
        near = back & (x < 0.055)
        rib12 = curve(x, [0.055, 0.09, 0.14], [1.235, 1.222, 1.205])
        self.put("back.paraspinal-t9-t10", near & (z > 1.280))
        self.put("back.paraspinal-t11-t12", near & (z > 1.235))
        self.put("back.lateral-t9-t10", back & (z > 1.280))
        self.put("back.lateral-t11-t12", back & (z > rib12))
        crest = curve(
            x, [0.030, 0.05, 0.075, 0.11, 0.15, 0.17], [1.040, 1.052, 1.078, 1.097, 1.102, 1.098]
        )
        self.put("back.paraspinal-l1-l2", near & (z > 1.160))
        self.put("back.lateral-l1-l2", back & (z > 1.160))
        self.put(
            "pelvis.si-joint",
            back & self.disc(x - 0.25 * (z - 1.03), z, (0.047, 1.026), (0.022, 0.038)),
        )
        self.put("back.paraspinal-l3-l5", near & (z > crest + 0.010))
        self.put("back.lateral-l3-l5", back & (z > crest + 0.012))
        self.put("pelvis.iliac-crest-posterior", back & (z > crest - 0.020))

    def _gluteal(self, back: Array) -> None:
        x, z, n = self.x, self.z, self.n
        self.put("pelvis.perineum", (x < 0.030) & (z < 0.915) & (n[:, 2] < -0.30))
        outer = (
            back
            & (x > curve(z, [0.90, 0.95, 1.02, 1.08], [0.150, 0.140, 0.124, 0.120]))
            & (z > 0.915)
        )
        self.put("gluteal.outer-upper", outer & (z > 1.005))
        self.put("gluteal.outer-lower", outer)
        self.put("gluteal.ischial", back & self.disc(x, z, (0.058, 0.920), (0.027, 0.025)))
        self.put("gluteal.upper-medial", back & (z > 1.016) & (x < 0.090))
        self.put("gluteal.upper-lateral", back & (z > 1.016))
        self.put("gluteal.middle-medial", back & (z > 0.952) & (x < 0.070))
        self.put("gluteal.middle-lateral", back & (z > 0.952))
        self.put("gluteal.lower-medial", back & (x < 0.070))
        self.put("gluteal.lower-lateral", back)

    def _side(self, side: Array) -> None:
        z = self.z
        self.put("chest.axilla", side & (z > 1.368))
        self.put("chest.lateral-upper", side & (z > 1.325))
        self.put("chest.lateral-middle", side & (z > 1.262))
        self.put("chest.lateral-lower", side & (z > 1.200))
        self.put("abdomen.flank", side & (z > 1.114))
        self.put("pelvis.iliac-crest-lateral", side & (z > 1.076))
        self.put("hip.lateral", side)

    def _front(self, front: Array) -> None:
        x, z = self.x, self.z
        mid = front & (x < 0.019)
        self.put("chest.sternum-lower", mid & (z > 1.350))
        self.put("chest.xiphoid", mid & (z > 1.322))
        row = z - 0.20 * np.clip(x - 0.05, 0, 0.1)  # rows rise towards the armpit
        self.put("chest.infraclavicular", front & (row > 1.474))
        self.put("chest.pectoral-upper-medial", front & (row > 1.405) & (x < 0.070))
        self.put("chest.pectoral-upper-lateral", front & (row > 1.405))
        bust = front & (z > curve(x, [0.02, 0.06, 0.10, 0.15], [1.324, 1.325, 1.322, 1.335]))
        self.put("chest.parasternal", bust & (x < 0.050))
        self.put("chest.breast-inner", bust & (x < 0.098))
        self.put("chest.breast-outer", bust)
        margin = curve(x, [0, 0.02, 0.05, 0.09, 0.135], [1.320, 1.305, 1.262, 1.222, 1.200])
        self.put("chest.ribs-medial", front & (z > margin) & (x < 0.080))
        self.put("chest.ribs-lateral", front & (z > margin))
        mid = front & (x < 0.050)
        self.put("abdomen.epigastric", mid & (z > 1.182))
        self.put("abdomen.umbilical", mid & (z > 1.072))
        self.put("abdomen.hypochondrium", front & (z > 1.182))
        self.put("abdomen.lateral-upper", front & (z > 1.125))
        self.put("abdomen.lateral-lower", front & (z > 1.060))
        self.put("abdomen.hypogastric", mid & (z > 1.003))
        self.put("pelvis.suprapubic", mid)
        self.put("abdomen.iliac-fossa", front)
