"""Findings that are not areas: tests, history, qualities and what a palpating hand feels."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field

from unknot.atlas.muscles import Share
from unknot.atlas.source import AtlasError, Entry, Statement, read_folder
from unknot.case.case import Position

FindingKind = Literal["test", "sign", "history", "quality", "behaviour", "sensation"]
"""test: something done; sign: something seen or measured; history: something told;
quality: what the pain is like; behaviour: what worsens or eases it; sensation: numb, tingling."""


class Accuracy(Statement):
    """Measured accuracy of a test for a target: which causes it speaks for, and how well."""

    causes: tuple[str, ...] = Field(
        description="Ids of causes, or muscle ids for trigger points; 'any-muscle' for them all."
    )
    sensitivity: Share | None = None
    specificity: Share | None = None
    lr_positive: float | None = Field(default=None, gt=0)
    lr_negative: float | None = Field(default=None, gt=0)
    n: int | None = None
    reference_standard: str = ""
    spectrum: Literal["primary", "secondary", "surgical", "case-control", ""] = ""
    study: str = ""
    year: int | None = None
    note: str = ""


class Reliability(Statement):
    """Agreement between examiners."""

    kappa: float = Field(ge=-1, le=1)
    study: str = ""
    note: str = ""


class HowTo(Statement):
    """How the test is done, in own words."""

    position: Position | None = None
    does: str
    positive: str
    minutes: float = Field(default=1.0, gt=0)
    discomfort: float = Field(default=2.0, ge=0, le=10)
    training: str = ""
    unsafe_with: tuple[str, ...] = Field(default=(), description="Ids of serious causes.")


class FindingEntry(Statement):
    """One finding that can be present or absent.

    ``leak`` is the probability that it is present without any modelled cause.

    ``patterns`` are how it is said in free words. One pattern is a group of slots separated by
    spaces; every slot must occur in the words, in any order:

    - ``sit`` matches any word that begins so, ``sit.`` only the whole word;
    - ``worse|aggravat`` matches either; ``neck_flex`` matches words that follow one another;
    - ``@worse`` is a shared word group of ``pattern_words.toml``;
    - ``>30`` and ``<31`` compare a number in the words;
    - ``-relief`` must not occur;
    - a leading ``!`` on the pattern means that these words say the finding is absent.

    ``unknot.drawing.finding_words.match_finding`` reads them.
    """

    id: str
    name: str
    kind: FindingKind
    aliases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = Field(
        default=(),
        description="Word groups that name it in free text: all words of one group must occur.",
    )
    sided: bool = True
    leak: Share
    ask_client: str = Field(default="", description="The question in a client's words, if any.")
    ask_practitioner: str = ""
    offered: bool = Field(default=True, description="False for unsafe or useless tests.")
    bundle: str = Field(
        default="",
        description="Findings of one bundle measure the same thing: count only the most telling.",
    )
    implies_absent: tuple[str, ...] = Field(
        default=(),
        description="A summary such as 'neurological examination normal': findings it denies.",
    )
    accuracy: tuple[Accuracy, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    how: HowTo | None = None
    reviewed_by: str = ""


class Group(Entry):
    """A named group of muscles or causes that is answered and asked as one."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...]


class Groups(Entry):
    """The file ``groups.toml``: every named group."""

    group: tuple[Group, ...] = ()


PalpationSignName = Literal[
    "point", "tenderness", "taut_band", "referred_pain", "recognition", "other_pain", "twitch"
]
"""What a palpating hand reports: a trigger point, not further described; a tender spot; a taut
band; pain sent elsewhere; the client's own pain recognised; another pain than theirs; a twitch."""


class PalpationSign(Statement):
    """``weight`` is P(found | active there) before the leak, ``leak`` P(found | none there)."""

    weight: Share
    leak: Share
    note: str = ""


class PalpationAgreement(Statement):
    """How well examiners agree on a sign in some muscles.

    ``low`` to ``high`` is the range printed; both are the value where there is only one.
    """

    sign: PalpationSignName | Literal["location", "active_or_latent"]
    muscles: tuple[str, ...] = Field(default=(), description="Muscle ids; empty means any.")
    measure: Literal["kappa", "weighted kappa", "PABAK", "agreement", "ICC", "not given"]
    low: float | None = None
    high: float | None = None
    n: int | None = None
    study: str = ""
    year: int | None = None
    note: str = ""


class PalpationDiscount(Statement):
    """Powers (0-1) on the likelihood ratio of a finding that was not made blind.

    1 keeps its full worth, 0 makes it worthless.
    """

    ranking_shown_before: Share
    improvement_after_treatment: Share
    novice: Share


class PalpationAccuracy(Entry):
    """What pressing is worth as evidence: the file ``palpation.toml``.

    ``muscle`` holds the signs of a trigger point, ``cause`` those of a joint, tendon or nerve.
    """

    muscle: dict[PalpationSignName, PalpationSign]
    cause: dict[PalpationSignName, PalpationSign]
    agreement: tuple[PalpationAgreement, ...] = ()
    discount: PalpationDiscount

    def sign(
        self, name: PalpationSignName, *, muscle: bool = True, ranking_shown_before: bool = False
    ) -> PalpationSign:
        """Return the numbers of a sign; a cause that lacks it answers with its tenderness.

        A finding made after the ranking was shown keeps its weight and gets the larger leak
        that leaves its likelihood ratio to the power of the discount.
        """
        signs = self.muscle if muscle else self.cause
        found = signs.get(name) or signs["tenderness"]
        if not ranking_shown_before:
            return found
        return discounted(found, self.discount.ranking_shown_before)


def discounted(sign: PalpationSign, power: float) -> PalpationSign:
    """Return ``sign`` with its positive likelihood ratio raised to ``power`` (0-1).

    P(found | active) stays what it was, so an absent sign is worth less as well.
    """
    found = 1 - (1 - sign.weight) * (1 - sign.leak)
    if found <= 0 or sign.leak <= 0:
        return sign
    leak = found / (found / sign.leak) ** power
    weight = 1 - (1 - found) / (1 - leak) if leak < 1 else 0.0
    return sign.model_copy(update={"leak": leak, "weight": max(weight, 0.0)})


_GROUP = re.compile(r"@([a-z]+)")
ANY_MUSCLE = "any-muscle"


def load_findings(root: Path) -> dict[str, FindingEntry]:
    """Read ``findings/`` below ``root``; write out word groups and ``any-muscle``.

    Raises
    ------
    AtlasError
        If a pattern names an unknown word group, or a summary denies an unknown finding.
    """
    findings = read_folder(root / "findings", FindingEntry)
    path = root / "pattern_words.toml"
    muscles = tuple(sorted(file.stem for file in (root / "muscles").rglob("*.toml")))
    groups: dict[str, str] = {}
    if path.exists():
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
    for identity, entry in findings.items():
        for absent in entry.implies_absent:
            if absent not in findings:
                raise AtlasError(
                    f"denies an unknown finding {absent!r}", path=f"findings/{identity}.toml"
                )
        written = tuple(_write_out(pattern, groups, identity) for pattern in entry.patterns)
        accuracy = tuple(_for_every_muscle(row, muscles) for row in entry.accuracy)
        if written != entry.patterns or accuracy != entry.accuracy:
            findings[identity] = entry.model_copy(
                update={"patterns": written, "accuracy": accuracy}
            )
    return findings


def _for_every_muscle(row: Accuracy, muscles: tuple[str, ...]) -> Accuracy:
    if ANY_MUSCLE not in row.causes:
        return row
    causes = dict.fromkeys((*row.causes, *muscles))
    return row.model_copy(update={"causes": tuple(c for c in causes if c != ANY_MUSCLE)})


def _write_out(pattern: str, groups: dict[str, str], identity: str) -> str:
    unknown = [name for name in _GROUP.findall(pattern) if name not in groups]
    if unknown:
        raise AtlasError(
            f"pattern {pattern!r} names an unknown word group @{unknown[0]}",
            path=f"findings/{identity}.toml",
            hint="add it to pattern_words.toml or write the words",
        )
    return _GROUP.sub(lambda match: groups[match[1]], pattern)
