"""Why: for and against each shown source, in bits."""

from __future__ import annotations

import math

import numpy as np

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
    prepared: Prepared, configurations: Configurations, sources: list[int]
) -> dict[int, tuple[tuple[EvidenceBits, ...], tuple[EvidenceBits, ...]]]:
    """Return, per source, the evidence for it and against it, strongest first.

    Bits of a present finding are ``log2 P(finding | on, rest) / P(finding | off, rest)``, summed
    over everything else, on the likeliest configuration of global sources. For an absent or
    silent finding the factor is exact whatever else is true: ``log2 (1 - weight)``.
    """
    lane = int(np.argmax(configurations.weight))
    on = configurations.on[lane : lane + 1]
    signs = lane_signs(prepared, on)[0]
    base = prepared.odds[prepared.local]
    count = len(prepared.positives)
    result = {}
    for source in sources:
        bits: list[tuple[str, float]] = []
        row = prepared.row_of(source)
        if row is not None and count:
            bits.extend(_present_bits(prepared, base, signs, row))
        bits.extend(_absent_bits(prepared, source))
        strong = [(label, value) for label, value in bits if abs(value) >= SMALLEST_BITS]
        strong.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
        result[source] = (
            tuple(EvidenceBits(evidence=label, bits=value) for label, value in strong if value > 0),
            tuple(EvidenceBits(evidence=label, bits=value) for label, value in strong if value < 0),
        )
    return result


def _present_bits(
    prepared: Prepared,
    base: np.ndarray[tuple[int], np.dtype[np.float64]],
    signs: np.ndarray[tuple[int], np.dtype[np.float64]],
    row: int,
) -> list[tuple[str, float]]:
    """Four sums per finding: with and without it, with the source on and off.

    Turning a source on is its odds going to infinity; the difference of two sums gives its part.
    """
    parents = [
        index
        for index, positive in enumerate(prepared.positives)
        if row in positive.causes.tolist()
    ]
    present = [one for one in prepared.evidence.observations if one.present]
    lanes_signs = [signs]
    for index in parents:
        left_out = signs.copy()
        left_out[index] = 0.0
        lanes_signs.append(left_out)
    off = base.copy()
    off[row] = 0.0
    odds = np.array([base, off] * len(lanes_signs))
    sums = partitions(prepared, odds, np.repeat(np.array(lanes_signs), 2, axis=0)).reshape(-1, 2)
    on_part = (sums[:, 0] - sums[:, 1]) / base[row]
    with_ = on_part[0] / sums[0, 1]
    found = []
    for place, index in enumerate(parents, start=1):
        without = on_part[place] / sums[place, 1]
        if with_ > 0 and without > 0:
            found.append((present[index].label, math.log2(float(with_ / without))))
    return found


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
