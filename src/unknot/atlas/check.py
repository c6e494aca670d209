"""Check the whole atlas: do its sections agree, and how is each statement known?

Every section is loaded by its own strict reader; this module finds what one file alone cannot
show: an unknown area word, a finding nobody defined, a side that cannot be, a claim without a
source. Loading stops at a file's first error; checking goes on and lists everything.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from unknot.atlas.atlas import Atlas
from unknot.atlas.causes import Cause
from unknot.atlas.findings import FindingEntry
from unknot.atlas.muscles import Muscle, Referral
from unknot.atlas.source import Certainty, Statement, line_of
from unknot.case.errors import UnknotError

Severity = Literal["error", "warning"]
Location = tuple[int | str, ...]

RELATIVE_SIDES = frozenset({"same", "opposite", "both", "midline"})
ABSOLUTE_SIDES = frozenset({"left", "right", "both", "midline"})
ROLE_FLOORS = {"essential": 0.5, "spillover": 0.2, "rare": 0.0}
"""Smallest measured share of each role; above the next role's floor the role is too weak."""

_COMPARISON = re.compile(
    r"(age|pregnancy_weeks) (>=|>|<=|<|==) \d+|sex == (female|male)|finding:(?P<finding>[a-z0-9-]+)"
)


@dataclass(frozen=True)
class Problem:
    """Something in the atlas that cannot be right (error) or should be looked at (warning).

    ``path`` is ``folder/file.toml:line``.
    """

    path: str
    message: str
    hint: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line: ``path: message; hint``."""
        text = f"{self.path}: {self.message}"
        return f"{text}; {self.hint}" if self.hint else text


@dataclass(frozen=True)
class SectionCount:
    """How much a section holds and how it is known.

    ``reviewed`` counts entries signed by a named clinician, None where nothing is signed.
    """

    section: str
    entries: int
    reviewed: int | None
    certainty: Mapping[Certainty, int]
    unsourced: int

    @property
    def statements(self) -> int:
        """Number of statements of any certainty."""
        return sum(self.certainty.values())


@dataclass(frozen=True)
class TableCount:
    """What became of one fact table when the atlas was first written."""

    table: str
    rows: int
    joined: int
    unmapped: int
    note: str = ""


@dataclass(frozen=True)
class CheckReport:
    """Everything found: problems in the order of the files, and counts."""

    revision: str
    problems: tuple[Problem, ...]
    sections: tuple[SectionCount, ...]
    tables: tuple[TableCount, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What makes the atlas unfit for use."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What somebody should look at."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    @property
    def shares(self) -> dict[str, float]:
        """Shares (0-1) of statements measured, textbook, expert and unsourced, of entries reviewed.

        ``reviewed`` counts only entries that a clinician can sign.
        """
        total = sum(section.statements for section in self.sections)
        count: Counter[str] = Counter()
        for section in self.sections:
            count.update(section.certainty)
            count["unsourced"] += section.unsourced
        signed = [section for section in self.sections if section.reviewed is not None]
        entries = sum(section.entries for section in signed)
        reviewed = sum(section.reviewed or 0 for section in signed)
        names = ("measured", "textbook", "expert", "unsourced")
        shares = {name: count[name] / total if total else 0.0 for name in names}
        return {**shares, "reviewed": reviewed / entries if entries else 0.0}


def check_atlas(atlas: Atlas) -> CheckReport:
    """Load every section of ``atlas`` and check each against the others.

    Parameters
    ----------
    atlas
        The atlas; sections whose files are not there yet are left out, with a warning.

    Returns
    -------
    CheckReport
        Every problem with file and line, and how the statements are known.
    """
    return _Check(atlas).run()


@dataclass
class _Check:
    atlas: Atlas
    problems: list[Problem] = field(default_factory=list)
    loaded: dict[str, object] = field(default_factory=dict)

    def run(self) -> CheckReport:
        self._load()
        checks: tuple[Callable[[], None], ...] = (
            self._muscles,
            self._causes,
            self._findings,
            self._groups,
            self._commonness,
            self._names,
            self._sources,
            self._coverage,
            self._tables,
        )
        for check in checks:
            check()
        return CheckReport(
            revision=self.atlas.revision,
            problems=tuple(sorted(set(self.problems), key=_in_order)),
            sections=tuple(self._count(name) for name in self.loaded if self._entries(name)),
            tables=self._provenance,
        )

    # --- loading ------------------------------------------------------------------------------

    def _load(self) -> None:
        for name, member in vars(type(self.atlas)).items():
            if not isinstance(member, cached_property) or name == "revision":
                continue
            try:
                self.loaded[name] = getattr(self.atlas, name)
            except UnknotError as error:
                self._say(error.path or name, error.message, error.hint)
            except FileNotFoundError as error:
                file = Path(error.filename or name).name
                self._say(file, f"section {name!r} is not there", severity="warning")

    def _entries(self, name: str) -> dict[str, BaseModel]:
        section = self.loaded.get(name)
        if isinstance(section, BaseModel):
            return {"": section} if any(True for _ in _statements(section, ())) else {}
        if not isinstance(section, dict):
            return {}
        entries: dict[str, BaseModel] = {}
        for key, value in section.items():
            rows = value if isinstance(value, tuple) else (value,)
            for number, row in enumerate(rows):
                if isinstance(row, BaseModel):
                    entries[f"{key}:{number}" if isinstance(value, tuple) else key] = row
        return entries

    @cached_property
    def muscles(self) -> dict[str, Muscle]:
        return {k: v for k, v in self._entries("muscles").items() if isinstance(v, Muscle)}

    @cached_property
    def causes(self) -> dict[str, Cause]:
        return {k: v for k, v in self._entries("causes").items() if isinstance(v, Cause)}

    @cached_property
    def findings(self) -> dict[str, FindingEntry]:
        return {k: v for k, v in self._entries("findings").items() if isinstance(v, FindingEntry)}

    @cached_property
    def zones(self) -> frozenset[str]:
        """Zone slugs of the body, empty until there is one."""
        found: set[str] = set()
        for path in self.atlas.root.rglob("zones.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                found |= {row["slug"] for row in csv.DictReader(file) if row.get("slug")}
        return frozenset(found)

    # --- where a statement stands -------------------------------------------------------------

    @cached_property
    def _files(self) -> dict[tuple[str, str], Path]:
        files: dict[tuple[str, str], Path] = {}
        for path in sorted(self.atlas.root.rglob("*.toml")):
            parts = path.relative_to(self.atlas.root).parts
            files[parts[0] if len(parts) > 1 else path.stem, path.stem] = path
        return files

    def _place(self, section: str, identity: str, location: Location) -> str:
        path = self._files.get((section, identity)) or self._files.get((section, section))
        if path is None:
            table, _, number = identity.partition(":")
            if number:
                return f"{section}/{table}.csv:{int(number) + 2}"
            return f"{section}/{identity}" if identity else section
        text = path.read_text(encoding="utf-8")
        name = f"{path.parent.name}/{path.name}"
        if path.stem == section and identity not in ("", section):
            lines = text.splitlines()
            wanted = re.compile(rf"^\s*id\s*=\s*[\"']{re.escape(identity)}[\"']")
            found = [number for number, line in enumerate(lines, 1) if wanted.match(line)]
            return f"{name}:{found[0] if found else 1}"
        return f"{name}:{line_of(text, location)}"

    def _say(
        self, path: str, message: str, hint: str | None = None, *, severity: Severity = "error"
    ) -> None:
        self.problems.append(Problem(path, message, hint, severity))

    # --- muscles and causes -------------------------------------------------------------------

    def _muscles(self) -> None:
        for identity, muscle in self.muscles.items():
            ids = Counter(part.id for part in muscle.part)
            for number, part in enumerate(muscle.part):
                here: Location = ("part", number)
                if ids[part.id] > 1:
                    place = self._place("muscles", identity, (*here, "id"))
                    self._say(place, f"two parts are called {part.id!r}", "rename one")
                self._pattern(
                    "muscles", identity, (*here, "referral"), part.referral, muscle.laterality
                )
                self._zone(identity, part.point.zone if part.point else None, (*here, "point"))
            if not muscle.part:
                place = self._place("muscles", identity, ("id",))
                self._say(place, "no part: nothing could be found in it", "add a [[part]]")

    def _zone(self, identity: str, zone: str | None, location: Location) -> None:
        if zone and self.zones and zone not in self.zones:
            place = self._place("muscles", identity, location)
            self._say(place, f"unknown zone {zone!r}", _near(zone, self.zones))

    def _causes(self) -> None:
        for identity, cause in self.causes.items():
            if cause.referral or not cause.finding:
                self._pattern("causes", identity, ("referral",), cause.referral, cause.laterality)
            for number, row in enumerate(cause.finding):
                self._known_finding(identity, row.finding, ("finding", number, "finding"))
            for number, secondary in enumerate(cause.secondary):
                if self.muscles and secondary.muscle not in self.muscles:
                    place = self._place("causes", identity, ("secondary", number, "muscle"))
                    hint = _near(secondary.muscle, self.muscles)
                    self._say(place, f"unknown muscle {secondary.muscle!r}", hint)
            for number, modifier in enumerate(cause.modifier):
                self._modifier(identity, modifier.when, ("modifier", number, "when"))

    def _modifier(self, identity: str, when: str, location: Location) -> None:
        match = _COMPARISON.fullmatch(when)
        if match is None:
            place = self._place("causes", identity, location)
            self._say(place, f"cannot read the condition {when!r}", "e.g. 'age >= 50'")
        elif match["finding"]:
            self._known_finding(identity, match["finding"], location)

    def _known_finding(self, identity: str, finding: str, location: Location) -> None:
        if self.findings and finding not in self.findings:
            place = self._place("causes", identity, location)
            self._say(place, f"unknown finding {finding!r}", _near(finding, self.findings))

    def _pattern(
        self,
        section: str,
        identity: str,
        location: Location,
        rows: tuple[Referral, ...],
        laterality: str,
    ) -> None:
        if not rows:
            place = self._place(section, identity, location[:2])
            self._say(place, "no finding: neither an area nor anything else speaks for it")
        seen: set[tuple[str, str]] = set()
        for number, row in enumerate(rows):
            here = (*location, number)
            if (row.area, row.side) in seen:
                place = self._place(section, identity, (*here, "area"))
                self._say(place, f"area {row.area!r} stands twice", "keep the stronger role")
            seen.add((row.area, row.side))
            areas = self.loaded.get("areas")
            if areas is not None and row.area not in self.atlas.areas:
                place = self._place(section, identity, (*here, "area"))
                hint = _near(row.area, self.atlas.areas.by_term)
                self._say(place, f"unknown area {row.area!r}", hint)
            self._side(self._place(section, identity, (*here, "side")), row.side, laterality)
            self._share(self._place(section, identity, (*here, "frequency")), row)

    def _side(self, place: str, side: str, laterality: str) -> None:
        allowed = RELATIVE_SIDES if laterality == "paired" else ABSOLUTE_SIDES
        if side not in allowed:
            kind = "paired source" if laterality == "paired" else f"{laterality} source"
            hint = (
                "a paired source mirrors: say same, opposite, both or midline"
                if laterality == "paired"
                else "a source without two sides says left, right, both or midline"
            )
            self._say(place, f"side {side!r} for a {kind}", hint)

    def _share(self, place: str, row: Referral) -> None:
        if row.frequency is None:
            if row.certainty == "measured":
                self._say(place, "measured, but no frequency is given", "give it or say textbook")
            return
        fitting = next(role for role, floor in ROLE_FLOORS.items() if row.frequency >= floor)
        if fitting != row.role and not row.note:
            message = f"{row.frequency:.0%} measured, yet its role is {row.role!r}"
            self._say(place, message, f"say {fitting!r}, or why not in a note", severity="warning")

    # --- findings and groups ------------------------------------------------------------------

    def _findings(self) -> None:
        targets = {*self.causes, *self.muscles, *self._entries("groups")}
        used = {row.finding for cause in self.causes.values() for row in cause.finding}
        used |= {
            modifier.when.removeprefix("finding:")
            for cause in self.causes.values()
            for modifier in cause.modifier
        }
        for identity, entry in self.findings.items():
            for number, accuracy in enumerate(entry.accuracy):
                for target in accuracy.causes:
                    if self.causes and target not in targets:
                        place = self._place("findings", identity, ("accuracy", number, "causes"))
                        self._say(place, f"unknown cause {target!r}", _near(target, targets))
            for target in entry.how.unsafe_with if entry.how else ():
                if self.causes and (target not in self.causes or not self.causes[target].serious):
                    place = self._place("findings", identity, ("how", "unsafe_with"))
                    self._say(place, f"{target!r} is not a serious cause", _near(target, targets))
            place = self._place("findings", identity, ("id",))
            if entry.kind == "test" and entry.offered and not any(_sources(entry)):
                hint = "give one, or set offered = false"
                self._say(place, "a test without a source", hint, severity="warning")
            if self.causes and identity not in used and not entry.accuracy:
                self._say(place, "no cause speaks of this finding", severity="warning")

    def _groups(self) -> None:
        structures = {*self.muscles, *self.causes}
        for identity in self._entries("groups"):
            group = self.atlas.groups[identity]
            place = self._place("groups", identity, ("members",))
            for member in group.members:
                if structures and member not in structures:
                    hint = _near(member, structures)
                    self._say(place, f"unknown member {member!r} of {group.name!r}", hint)
            if len(set(group.members)) < max(2, len(group.members)):
                self._say(place, f"{group.name!r} needs two or more different members")

    def _commonness(self) -> None:
        rows = self.loaded.get("commonness")
        for line, row in enumerate(self._rows("commonness.csv") if rows else [], 2):
            muscle = row.get("muscle", "")
            if self.muscles and muscle not in self.muscles:
                hint = _near(muscle, self.muscles)
                self._say(f"data/commonness.csv:{line}", f"unknown muscle {muscle!r}", hint)

    def _names(self) -> None:
        """Find names that mean two structures.

        Two causes may share an alias (all levels of a joint, say): free words then mean any of
        them. A muscle's or a group's word, and anybody's own name, must mean one thing.
        """
        owners: dict[str, list[tuple[str, str, bool]]] = {}
        for section in ("muscles", "groups", "causes"):
            for identity, entry in self._entries(section).items():
                own = str(getattr(entry, "name", "")).casefold()
                aliases = {alias.casefold() for alias in getattr(entry, "aliases", ())}
                for name in {own, *aliases}:
                    owners.setdefault(name, []).append((section, identity, name == own))
        for name, found in owners.items():
            shared = all(section == "causes" and not is_own for section, _, is_own in found)
            for section, identity, is_own in found[1:]:
                place = self._place(section, identity, ("name" if is_own else "aliases",))
                if shared:
                    hint = "a named group would say it once"
                    message = f"the alias {name!r} is shared with {found[0][1]!r}"
                    self._say(place, message, hint, severity="warning")
                else:
                    message = f"the name {name!r} also means {found[0][1]!r}"
                    self._say(place, message, "keep it in one place")

    # --- sources and coverage -----------------------------------------------------------------

    def _sources(self) -> None:
        for section in self.loaded:
            for identity, entry in self._entries(section).items():
                for location, statement in _statements(entry, ()):
                    if statement.certainty != "expert" and not statement.source:
                        place = self._place(section, identity, (*location, "certainty"))
                        message = f"{statement.certainty}, but no source is given"
                        self._say(place, message, "give the source, or say expert")

    def _coverage(self) -> None:
        """Find leaf areas that no source refers to: pain there could never be explained."""
        if not (self.muscles and self.causes and "areas" in self.loaded):
            return
        areas = self.atlas.areas
        patterns = [part.referral for muscle in self.muscles.values() for part in muscle.part]
        patterns += [cause.referral for cause in self.causes.values()]
        reached = {
            leaf
            for rows in patterns
            for row in rows
            if row.area in areas
            for leaf, _ in areas.nodes_of(row.area, "both")
        }
        for leaf in areas.leaves:
            if leaf not in reached:
                message = f"nothing refers pain to {leaf!r}"
                self._say("areas/areas.csv", message, severity="warning")

    # --- counts -------------------------------------------------------------------------------

    def _count(self, section: str) -> SectionCount:
        entries = self._entries(section)
        certainty: Counter[Certainty] = Counter()
        unsourced = 0
        for entry in entries.values():
            for _, statement in _statements(entry, ()):
                certainty[statement.certainty] += 1
                unsourced += not statement.source
        signable = [
            entry for entry in entries.values() if "reviewed_by" in type(entry).model_fields
        ]
        reviewed = sum(bool(getattr(entry, "reviewed_by", "")) for entry in signable)
        return SectionCount(
            section=section,
            entries=len(entries),
            reviewed=reviewed if signable else None,
            certainty=dict(certainty),
            unsourced=unsourced,
        )

    def _rows(self, name: str) -> list[dict[str, str]]:
        path = self.atlas.root / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def _provenance(self) -> tuple[TableCount, ...]:
        found = []
        for line, row in enumerate(self._rows("provenance.csv"), 2):
            try:
                count = TableCount(
                    table=row["table"],
                    rows=int(row["rows"]),
                    joined=int(row["joined"]),
                    unmapped=int(row["unmapped"]),
                    note=row.get("note") or "",
                )
            except (KeyError, TypeError, ValueError):
                self._say(f"data/provenance.csv:{line}", "not table,rows,joined,unmapped,note")
                continue
            found.append(count)
        return tuple(found)

    def _tables(self) -> None:
        rows = self._rows("unmapped.csv")
        for line, row in enumerate(rows, 2):
            if not row.get("reason"):
                self._say(
                    f"data/unmapped.csv:{line}", "no reason is given", "say why it joins nothing"
                )
        listed = Counter(row.get("table") for row in rows)
        claimed: Counter[str | None] = Counter()
        for number, count in enumerate(self._provenance, 2):
            place = f"data/provenance.csv:{number}"
            claimed[count.table.partition(":")[0]] += count.unmapped
            if count.joined + count.unmapped != count.rows:
                message = (
                    f"{count.joined} joined and {count.unmapped} unmapped are not {count.rows}"
                )
                self._say(place, f"{count.table}: {message}")
        for table in {*listed, *claimed}:
            if listed[table] != claimed[table]:
                message = f"{table}: {listed[table]} rows listed, {claimed[table]} claimed unmapped"
                self._say("data/unmapped.csv", message, severity="warning")


def _statements(entry: object, location: Location) -> Iterator[tuple[Location, Statement]]:
    if isinstance(entry, Statement):
        yield location, entry
    if isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from _statements(getattr(entry, name), (*location, name))
    elif isinstance(entry, tuple):
        for number, item in enumerate(entry):
            yield from _statements(item, (*location, number))


def _sources(entry: BaseModel) -> Iterator[str]:
    for _, statement in _statements(entry, ()):
        yield statement.source


def _near(word: str, options: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(word, list(options), n=1, cutoff=0.6)
    return f"did you mean {found[0]!r}?" if found else None


def _in_order(problem: Problem) -> tuple[str, int, str]:
    path, _, line = problem.path.rpartition(":")
    return (
        (path, int(line), problem.message) if line.isdigit() else (problem.path, 0, problem.message)
    )
