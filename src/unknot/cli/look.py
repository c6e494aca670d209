"""Commands that look things up: areas, questions, the atlas, schemas."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from unknot.atlas import Area, Atlas, Cause, Muscle, Node, load_atlas
from unknot.atlas.area_vocabulary import key_of
from unknot.atlas.body import load_body
from unknot.atlas.check import check_atlas
from unknot.atlas.figure import Mark, Style, figure_svg
from unknot.atlas.muscles import MusclePart, referral_levels
from unknot.atlas.source import Entry
from unknot.case import Case, Side, UnknotError, json_schemas
from unknot.cli.picture import Levels, picture
from unknot.cli.run import read_case_file
from unknot.cli.show import console, draws_colour
from unknot.drawing.area_words import match_area
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.drawing.structure_words import structures_named
from unknot.screening import questions_for

LEVELS = {"essential": 0.9, "spillover": 0.5, "rare": 0.25}
ALSO_SAID = 12
SECTIONS = ("muscles", "causes", "findings", "areas", "rules", "questions", "techniques", "groups")


def areas(words: str, side: Side | None, format_: str) -> None:
    """Print what words for a place mean; suggestions come with the error."""
    atlas = load_atlas()
    found = match_area(words, side, atlas)
    nodes = sorted(
        {
            node
            for place in found.places
            for term in place.terms
            for node in atlas.areas.nodes_of(term, place.side)
        }
    )
    if format_ == "json":
        _print_json(
            {
                "said": words,
                "terms": list(found.terms),
                "side": found.side,
                "note": found.note,
                "places": [{"terms": list(p.terms), "side": p.side} for p in found.places],
                "leaves": [{"area": term, "side": on} for term, on in nodes],
            }
        )
        return
    out = console()
    for place in found.places:
        where = f", {place.side}" if place.side else ""
        for number, term in enumerate(place.terms):
            joined = "or " if number else ""
            plain = atlas.areas[term].plain
            meaning = f" [dim]{escape(plain)}[/]" if plain != term else ""
            out.print(f"{joined}[bold]{escape(term)}[/]{where}{meaning}")
    if found.note:
        out.print(f"[dim]{escape(found.note)}[/]")
    if found.side is None and any(side in ("left", "right") for _, side in nodes):
        out.print("[dim]no side was said, so left or right[/]")
    _draw(dict.fromkeys(nodes, (0.8, "pain")), out)


def questions(name: str | None, *, everything: bool, format_: str) -> None:
    """Print the questions that apply to a case, or all of them."""
    atlas = load_atlas()
    if everything:
        rows = [_question(question) for question in atlas.questions.values()]
    else:
        case = read_case_file(name) if name else None
        resolved = resolve(case, atlas) if case else _nothing_said()
        rows = [
            {**_question(one.question), "status": one.status, "could_become": one.could_become}
            for one in questions_for(resolved, atlas, as_of=case.as_of if case else None)
        ]
    if format_ == "json":
        for row in rows:
            _print_json(row)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("id", style="dim", overflow="fold")
    table.add_column("question", overflow="fold")
    table.add_column("answer")
    table.add_column("status")
    for row in rows:
        kind = " / ".join(row["options"]) or row["type"].replace("_", " ")
        table.add_row(row["id"], escape(row["words"]), kind, row.get("status", ""))
    console().print(table)


def _nothing_said() -> ResolvedCase:
    return ResolvedCase(Case.model_validate({"schema": "unknot/case/1", "reason": "other"}))


def _question(question: Any) -> dict[str, Any]:
    return {
        "id": question.id,
        "words": question.words,
        "because": question.because,
        "type": question.type,
        "options": list(question.options),
        "unit": question.unit,
        "concept": question.concept or None,
        "valid_days": question.valid_days,
    }


def atlas_check(format_: str) -> int:
    """Print the check's report; return 1 if there is an error, else 0."""
    report = check_atlas(load_atlas())
    if format_ == "json":
        _print_json(
            {
                "revision": report.revision,
                "ok": report.ok,
                "shares": report.shares,
                "problems": [
                    {"path": p.path, "message": p.message, "hint": p.hint, "severity": p.severity}
                    for p in report.problems
                ],
                "tables": [
                    {"table": t.table, "rows": t.rows, "joined": t.joined, "unmapped": t.unmapped}
                    for t in report.tables
                ],
            }
        )
        return 0 if report.ok else 1
    out = console()
    sections = Table(
        "section", "entries", "measured", "textbook", "expert", "unsourced", "reviewed", box=None
    )
    for section in report.sections:
        counts = [
            str(section.certainty.get(name, 0)) for name in ("measured", "textbook", "expert")
        ]
        reviewed = "" if section.reviewed is None else str(section.reviewed)
        sections.add_row(
            section.section, str(section.entries), *counts, str(section.unsourced), reviewed
        )
    out.print(sections)
    tables = Table("fact table", "rows", "joined", "unmapped", box=None)
    for table in report.tables:
        tables.add_row(table.table, str(table.rows), str(table.joined), str(table.unmapped))
    out.print(Padding(tables, (1, 0)))
    out.print("  ".join(f"{name} {share:.0%}" for name, share in report.shares.items()))
    for problem in report.problems:
        hint = f" [dim]{escape(problem.hint)}[/]" if problem.hint else ""
        colour = "red" if problem.severity == "error" else "yellow"
        what = f"{escape(problem.path)}: {escape(problem.message)}{hint}"
        out.print(f"[{colour}]{problem.severity}[/] {what}")
    out.print(
        f"atlas {report.revision}: {len(report.errors)} errors, {len(report.warnings)} warnings"
    )
    return 0 if report.ok else 1


def atlas_list(kind: str, format_: str) -> None:
    """Print ids and names of one section, or how many entries each section holds."""
    atlas = load_atlas()
    if not kind:
        for section in SECTIONS:
            typer.echo(f"{section:12} {len(_section(atlas, section))}")
        return
    if kind not in SECTIONS:
        near = difflib.get_close_matches(kind, SECTIONS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(SECTIONS)}"
        raise UnknotError(f"the atlas has no section {kind!r}", hint=hint)
    for identity, name in _section(atlas, kind).items():
        if format_ == "json":
            _print_json({"id": identity, "name": name})
        else:
            typer.echo(f"{identity:55} {name}")


def _section(atlas: Atlas, section: str) -> dict[str, str]:
    if section == "areas":
        return {term: area.plain for term, area in atlas.areas.by_term.items()}
    entries: dict[str, Any] = getattr(atlas, section)
    return {
        identity: str(getattr(entry, "name", None) or getattr(entry, "words", None) or identity)
        for identity, entry in entries.items()
    }


def atlas_show(name: str, svg: Path | None, format_: str) -> None:
    """Print what the atlas holds under a name, with its place on the body.

    Raises
    ------
    UnknotError
        If nothing is called so; it names the three nearest.
    """
    atlas = load_atlas()
    found = _named(name, atlas)
    if format_ == "json":
        for entry in found:
            _print_json(_as_json(entry))
        return
    out = console()
    for number, entry in enumerate(found):
        out.print(Text("")) if number else None
        if isinstance(entry, Area):
            _describe_area(entry, atlas, out)
        elif isinstance(entry, (Muscle, Cause)):
            _describe(entry, atlas, out)
            _draw(_referral(entry, atlas), out)
        else:
            _describe_fields(entry, out)
    if svg is not None:
        _write_svg(svg, found[0], atlas)
        out.print(f"[dim]drawing written to {escape(str(svg))}[/]")


def _named(name: str, atlas: Atlas) -> list[Entry | Area]:
    """Muscles and causes by any of their names, else an area, finding, rule, … by id or name."""
    ids = structures_named(name, atlas)
    if ids:
        return [atlas.muscles[one] if one in atlas.muscles else atlas.causes[one] for one in ids]
    area = atlas.vocabulary.names.get(key_of(name))
    if area is not None:
        return [atlas.areas[area]]
    wanted = name.strip().lower()
    names: dict[str, None] = {}
    for section in SECTIONS:
        for identity, title in _section(atlas, section).items():
            if wanted in (identity.lower(), title.lower()):
                return [getattr(atlas, section)[identity]]
            names.update({identity.replace("-", " "): None, title: None})
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(map(repr, near))}?" if near else "see `unknot atlas list`"
    raise UnknotError(f"the atlas has nothing called {name!r}", hint=hint)


def _as_json(entry: Entry | Area) -> dict[str, Any]:
    if isinstance(entry, Area):
        data = asdict(entry)
        return {**data, "parts": [part for part, _ in entry.parts]}
    return entry.model_dump(mode="json", by_alias=True)


def _referral(entry: Muscle | Cause, atlas: Atlas) -> dict[Node, tuple[float, Style]]:
    roles = referral_levels(entry, _drawn_side(entry), atlas.areas)
    return {
        node: (LEVELS[role], "essential" if role == "essential" else "spillover")
        for node, role in roles.items()
    }


def _write_svg(path: Path, entry: Entry | Area, atlas: Atlas) -> None:
    if isinstance(entry, Area):
        nodes = atlas.areas.nodes_of(entry.term, None)
        levels: dict[Node, tuple[float, Style]] = dict.fromkeys(nodes, (0.8, "pain"))
        marks, title = [], f"Area: {entry.term}"
    elif isinstance(entry, (Muscle, Cause)):
        levels = _referral(entry, atlas)
        marks = _marks(entry) if isinstance(entry, Muscle) else []
        title = f"Where {entry.name} refers pain, right side"
    else:
        raise UnknotError("only muscles, causes and areas have a drawing", hint="leave --svg away")
    drawing = figure_svg(load_body(), levels, views=_views(levels), marks=marks, title=title)
    path.write_text(drawing, encoding="utf-8")


def _describe_area(area: Area, atlas: Atlas, out: Console) -> None:
    out.print(f"[bold]{escape(area.term)}[/] [dim]{area.kind} area, {area.laterality}[/]")
    out.print(f"  {escape(area.plain)}")
    if area.parts:
        out.print(f"  [dim]made of[/] {escape('; '.join(part for part, _ in area.parts))}")
    other = [
        row.phrase
        for rows in atlas.vocabulary.phrases.values()
        for row in rows
        if row.kind == "part" and row.terms == (area.term,) and row.phrase != area.term
    ]
    if other:
        out.print(f"  [dim]also said[/] {escape(', '.join(sorted(other)[:ALSO_SAID]))}")
    nodes = atlas.areas.nodes_of(area.term, None)
    _draw(dict.fromkeys(nodes, (0.8, "pain")), out)


def _describe_fields(entry: Entry, out: Console) -> None:
    """Every field of an entry that has no page of its own."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for key, value in entry.model_dump(mode="json", by_alias=True, exclude_defaults=True).items():
        grid.add_row(f"[dim]{escape(key.replace('_', ' '))}[/]", escape(_plain(value)))
    title = str(getattr(entry, "name", None) or getattr(entry, "id", ""))
    out.print(f"[bold]{escape(title)}[/]")
    out.print(Padding(grid, (0, 0, 0, 2), expand=False))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{key.replace('_', ' ')}: {_plain(inner)}" for key, inner in value.items()
        )
    if isinstance(value, list):
        return "; ".join(_plain(inner) for inner in value)
    return str(value)


def _drawn_side(entry: Muscle | Cause) -> Any:
    return "right" if entry.laterality == "paired" else None


def _marks(entry: Muscle) -> list[Mark]:
    body = load_body()
    marks: list[Mark] = []
    for number, part in enumerate(entry.part, start=1):
        if part.point is not None:
            side = "right" if entry.laterality == "paired" else "midline"
            anchor = body.resolve_anchor(part.point.zone, side, part.point.u, part.point.v)  # type: ignore[arg-type]
            view, place = next(iter(anchor.items()))
            marks.append(((view, *place), str(number)))
    return marks


def _views(highlights: dict[Node, Any]) -> tuple[str, ...]:
    body = load_body()
    shown = []
    for view in ("front", "back", "left", "right"):
        ids = set(body.views[view].zones)
        if any(zone in ids for node in highlights for zone in body.zones_of_leaf.get(node, ())):
            shown.append(view)
    return tuple(view for view in shown if view != "left") or ("front", "back")


def _describe(entry: Muscle | Cause, atlas: Atlas, out: Console) -> None:
    out.print(f"[bold]{escape(entry.name)}[/] [dim]{entry.id}[/]")
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    for label, text in _facts(entry):
        if text:
            facts.add_row(label, escape(text))
    out.print(Padding(facts, (0, 0, 0, 2), expand=False))
    groups: tuple[MusclePart | Cause, ...] = entry.part if isinstance(entry, Muscle) else (entry,)
    for group in groups:
        if isinstance(group, MusclePart):
            out.print(f"\n  [bold]{escape(group.name)}[/] {escape(group.location)}")
        else:
            out.print("\n  [bold]where it hurts[/]")
        rows = Table.grid(padding=(0, 2, 0, 0))
        for row in group.referral:
            share = f", {row.frequency:.0%} of {row.n}" if row.frequency is not None else ""
            side = "" if row.side == "same" else f" ({row.side})"
            rows.add_row(
                row.role,
                f"{escape(row.area)}{side}",
                f"[dim]{row.certainty}{share}{escape(_sources(row.source))}[/]",
            )
        out.print(Padding(rows, (0, 0, 0, 4), expand=False))
    if not entry.reviewed_by:
        out.print("  [yellow]not clinically reviewed[/]")


def _sources(text: str) -> str:
    """Sources short enough for a table: sites by their name, the first two."""
    names = [re.sub(r"^https?://(www\.)?([^/]+)/.*", r"\2", one.strip()) for one in text.split(";")]
    names = list(dict.fromkeys(name for name in names if name))
    if not names:
        return ", no source yet"
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f": {', '.join(names[:2])}{more}"


def _facts(entry: Muscle | Cause) -> list[tuple[str, str]]:
    if isinstance(entry, Cause):
        return [
            ("kind", entry.kind.replace("_", " ")),
            ("plain words", entry.plain),
            ("told apart by", entry.distinguishing),
        ]
    return [
        ("action", entry.action),
        ("nerve", f"{entry.nerve} ({', '.join(entry.segments)})"),
        ("depth", entry.depth),
        ("reach it", f"{entry.palpation.position}, {entry.palpation.technique}"),
        ("care", entry.palpation.caution),
        ("stretch", entry.stretch),
        ("sign", entry.sign),
        ("kept going by", ", ".join(entry.perpetuators)),
    ]


def _draw(levels: Levels, out: Console) -> None:
    drawn = picture(levels, min(out.width - 4, 84), colour=draws_colour(out))
    if drawn:
        out.print(Padding(drawn, (1, 0, 0, 2)))


def write_schemas(folder: Path) -> None:
    """Write each document's JSON Schema to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        typer.echo(str(path))


def _print_json(data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False))
