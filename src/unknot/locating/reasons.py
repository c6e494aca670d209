"""Why: for and against each shown source, in bits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from unknot.case import EvidenceBits
from unknot.locating.inference import (
    Configurations,
    Prepared,
    lane_signs,
    partitions,
)

SMALLEST_BITS = 0.1
"""Reasons weaker than this are not worth a line."""


def reasons_for(
    prepared: Prepared, configurations: Configurations, structures: dict[str, frozenset[int]]
) -> dict[str, tuple[tuple[EvidenceBits, ...], tuple[EvidenceBits, ...]]]:
    """Return, per structure, the evidence for it and against it, strongest first.

    A structure is on when at least one of its sources is. Bits of a present finding are
    ``log2 P(finding | on, rest) / P(finding | off, rest)``, summed over everything else, on the
    likeliest configuration of global sources. For an absent or silent finding the factor of the
    likeliest source is given: ``log2 (1 - weight)``, whatever else is true.
    """
    lane = int(np.argmax(configurations.weight))
    signs = lane_signs(prepared, configurations.on[lane : lane + 1])[0]
    result = {}
    for name, members in structures.items():
        rows = [row for row in map(prepared.row_of, sorted(members)) if row is not None]
        bits = _present_bits(prepared, signs, rows) if rows else []
        if not rows:
            bits.extend(_whole_body_bits(prepared, configurations.on[lane], members))
        bits.extend(_absent_bits(prepared, _likeliest(prepared, configurations, members)))
        strong = [(label, value) for label, value in bits if abs(value) >= SMALLEST_BITS]
        strong.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
        result[name] = (
            tuple(EvidenceBits(evidence=label, bits=value) for label, value in strong if value > 0),
            tuple(EvidenceBits(evidence=label, bits=value) for label, value in strong if value < 0),
        )
    return result


def _likeliest(prepared: Prepared, configurations: Configurations, members: frozenset[int]) -> int:
    lane = int(np.argmax(configurations.weight))

    def posterior(source: int) -> float:
        row = prepared.row_of(source)
        return float(prepared.odds[source] if row is None else configurations.posterior[lane, row])

    return max(sorted(members), key=posterior)


def _present_bits(
    prepared: Prepared, signs: NDArray[np.float64], rows: list[int]
) -> list[tuple[str, float]]:
    """Four sums per finding: with and without it, with the structure free and off.

    What the sum loses by turning the structure off is the part in which it is on.
    """
    base = prepared.odds[prepared.local]
    own = set(rows)
    parents = [
        index
        for index, positive in enumerate(prepared.positives)
        if own & set(positive.causes.tolist())
    ]
    present = [one for one in prepared.evidence.observations if one.present]
    lanes_signs = [signs]
    for index in parents:
        left_out = signs.copy()
        left_out[index] = 0.0
        lanes_signs.append(left_out)
    off = base.copy()
    off[rows] = 0.0
    odds = np.array([base, off] * len(lanes_signs))
    sums = partitions(prepared, odds, np.repeat(np.array(lanes_signs), 2, axis=0)).reshape(-1, 2)
    ratio = (sums[:, 0] - sums[:, 1]) / sums[:, 1]
    return [
        (present[index].label, math.log2(float(ratio[0] / ratio[place])))
        for place, index in enumerate(parents, start=1)
        if ratio[0] > 0 and ratio[place] > 0
    ]


def _whole_body_bits(
    prepared: Prepared, on: NDArray[np.float64], members: frozenset[int]
) -> list[tuple[str, float]]:
    """The same ratio for sources of the whole body: the lane with all of them on, and all off."""
    places = [place for place, source in enumerate(prepared.globals_) if int(source) in members]
    if not places:
        return []
    present = [one for one in prepared.evidence.observations if one.present]
    parents = [n for n, one in enumerate(present) if members & one.weights.keys()]
    lanes = np.repeat(on[None, :], 2, axis=0)
    lanes[0, places], lanes[1, places] = 1.0, 0.0
    both = lane_signs(prepared, lanes)
    signs = [both]
    for index in parents:
        left_out = both.copy()
        left_out[:, index] = 0.0
        signs.append(left_out)
    odds = np.repeat(prepared.odds[prepared.local][None, :], 2 * len(signs), axis=0)
    sums = partitions(prepared, odds, np.concatenate(signs)).reshape(-1, 2)
    ratio = sums[:, 0] / sums[:, 1]
    return [
        (present[index].label, math.log2(float(ratio[0] / ratio[place])))
        for place, index in enumerate(parents, start=1)
    ]


def _absent_bits(prepared: Prepared, source: int) -> list[tuple[str, float]]:
    bits = [
        (one.label, math.log2(1 - min(one.weights[source], 1 - 1e-9)))
        for one in prepared.evidence.observations
        if not one.present and source in one.weights
    ]
    silent = [
        math.log2(1 - min(weights[source], 1 - 1e-9))
        for weights in prepared.evidence.silent_areas.values()
        if source in weights
    ]
    if silent:
        plural = "s" if len(silent) > 1 else ""
        bits.append((f"{len(silent)} area{plural} of its pattern not reported", sum(silent)))
    return bits
