"""Findings that are not areas: tests, history, qualities and what a palpating hand feels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from unknot.atlas.muscles import Share
from unknot.atlas.source import Entry, Statement
from unknot.case.case import Position

FindingKind = Literal["test", "sign", "history", "quality", "behaviour", "sensation"]
"""test: something done; sign: something seen or measured; history: something told;
quality: what the pain is like; behaviour: what worsens or eases it; sensation: numb, tingling."""


class Accuracy(Statement):
    """Measured accuracy of a test for a target: which causes it speaks for, and how well."""

    causes: tuple[str, ...] = Field(description="Ids of causes, or muscle ids for trigger points.")
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
