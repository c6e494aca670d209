"""Commands that look things up: areas, questions, the atlas, schemas."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from unknot.atlas import Atlas, Cause, Muscle, Node, load_atlas
from unknot.atlas.body import load_body
from unknot.atlas.check import check_atlas
from unknot.atlas.figure import figure_blocks, figure_svg
from unknot.atlas.muscles import MusclePart, referral_levels
from unknot.case import Case, Side, UnknotError, json_schemas
from unknot.cli.run import read_case_file
from unknot.cli.show import console
from unknot.drawing.area_words import match_area
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.drawing.structure_words import structures_named
from unknot.screening import questions_for

LEVELS = {"essential": 0.9, "spillover": 0.5, "rare": 0.25}
SECTIONS = ("muscles", "causes", "findings", "areas", "rules", "questions", "techniques", "groups")


def areas(words: str, side: Side | None, format_: str) -> None:
    """Print what words for a place mean; suggestions come with the error."""
    atlas = load_atlas()
    found = match_area(words, side, atlas)
    nodes = sorted(node for term in found.terms for node in atlas.areas.nodes_of(term, found.side))
    if format_ == "json":
        leaves = [{"area": term, "side": on} for term, on in nodes]
        _print_json(
            {
                "said": words,
                "terms": list(found.terms),
                "side": found.side,
                "note": found.note,
                "leaves": leaves,
            }
        )
        return
    out = console()
    out.print(
        f"[bold]{escape(', '.join(found.terms))}[/]" + (f", {found.side}" if found.side else "")
    )
    if found.note:
        out.print(f"[dim]{escape(found.note)}[/]")
    if found.side is None and any(side in ("left", "right") for _, side in nodes):
        out.print("[dim]no side was said, so left or right[/]")
    for term in found.terms:
        out.print(f"  {escape(term)}: {escape(atlas.areas[term].plain)}")
    _draw(dict.fromkeys(nodes, (0.8, "pain")))


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
        out.print(
            f"[{colour}]{problem.severity}[/] {escape(problem.path)}: {escape(problem.message)}{hint}"
        )
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
    """Print one entry with its referral on the body; optionally write the drawing as SVG."""
    atlas = load_atlas()
    entry = _entry_named(name, atlas)
    if format_ == "json":
        typer.echo(entry.model_dump_json(by_alias=True))
        return
    highlights = {
        node: (LEVELS[role], "essential" if role == "essential" else "spillover")
        for node, role in referral_levels(entry, _drawn_side(entry), atlas.areas).items()
    }
    out = console()
    _describe(entry, atlas, out)
    _draw(highlights)
    if svg is not None:
        title = f"Where {entry.name} refers pain, right side"
        marks = _marks(entry) if isinstance(entry, Muscle) else []
        drawing = figure_svg(
            load_body(),
            highlights,
            views=_views(highlights),
            marks=marks,
            title=title,  # type: ignore[arg-type]
        )
        svg.write_text(drawing, encoding="utf-8")
        out.print(f"[dim]drawing written to {escape(str(svg))}[/]")


def _entry_named(name: str, atlas: Atlas) -> Muscle | Cause:
    ids = structures_named(name, atlas)
    if not ids:
        names = [e.name for e in (*atlas.muscles.values(), *atlas.causes.values())]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else "see `unknot atlas list`"
        raise UnknotError(f"the atlas has nothing called {name!r}", hint=hint)
    first = ids[0]
    return atlas.muscles[first] if first in atlas.muscles else atlas.causes[first]


def _drawn_side(entry: Muscle | Cause) -> Any:
    return "right" if entry.laterality == "paired" else None


def _marks(entry: Muscle) -> list[tuple[Any, str]]:
    body = load_body()
    marks: list[tuple[Any, str]] = []
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


def _describe(entry: Muscle | Cause, atlas: Atlas, out: Any) -> None:
    out.print(f"[bold]{escape(entry.name)}[/] [dim]{entry.id}[/]")
    if isinstance(entry, Muscle):
        facts = (
            ("action", entry.action),
            ("nerve", f"{entry.nerve} ({', '.join(entry.segments)})"),
            ("depth", entry.depth),
            ("reach it", f"{entry.palpation.position}, {entry.palpation.technique}"),
            ("care", entry.palpation.caution),
            ("stretch", entry.stretch),
            ("sign", entry.sign),
            ("kept going by", ", ".join(entry.perpetuators)),
        )
        groups: tuple[MusclePart | Cause, ...] = entry.part
    else:
        facts = (
            ("kind", entry.kind.replace("_", " ")),
            ("plain words", entry.plain),
            ("told apart by", entry.distinguishing),
        )
        groups = (entry,)
    for label, text in facts:
        if text:
            out.print(f"  [dim]{label:14}[/] {escape(text)}")
    for group in groups:
        if isinstance(group, MusclePart):
            out.print(f"  [bold]{escape(group.name)}[/]: {escape(group.location)}")
        for row in group.referral:
            source = row.source.split(";")[0] or "no source yet"
            share = f", {row.frequency:.0%} of {row.n}" if row.frequency is not None else ""
            side = "" if row.side == "same" else f" ({row.side})"
            out.print(
                f"    {row.role:10} {escape(row.area)}{side} [dim]{row.certainty}{share}: {escape(source)}[/]"
            )
    if not entry.reviewed_by:
        out.print("  [yellow]not clinically reviewed[/]")


def _draw(highlights: dict[Node, tuple[float, str]]) -> None:
    out = console()
    markup = "rich" if out.is_terminal else "plain"
    text = figure_blocks(load_body(), highlights, width=min(80, out.width), markup=markup)  # type: ignore[arg-type]
    out.print(Text.from_markup(text) if markup == "rich" else Text(text))


def write_schemas(folder: Path) -> None:
    """Write each document's JSON Schema to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        typer.echo(str(path))


def _print_json(data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False))
