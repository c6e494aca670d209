"""An assessment in the terminal: safety first, then sources, then the session."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from unknot.atlas import Atlas, Node
from unknot.case import (
    Assessment,
    Case,
    Differential,
    EvidenceBits,
    NextFinding,
    Plan,
    PlanStep,
    Screening,
    StructureRow,
)
from unknot.cli.picture import picture
from unknot.drawing.resolve import resolve

VERDICT_WORDS = {
    "emergency": ("EMERGENCY", "bold white on red"),
    "urgent_referral": ("SEE A DOCTOR FIRST", "bold white on dark_orange3"),
    "provider_clearance_first": ("ASK A PROVIDER FIRST", "bold black on yellow"),
    "not_screened": ("NOT SCREENED YET", "bold black on bright_white"),
    "modify": ("GO AHEAD WITH CARE", "bold black on cyan"),
    "proceed": ("GO AHEAD", "bold black on green"),
}
WIDTH = 100
SHOWN = 8
BAR = 10
LEAST_BITS = 0.05


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Return a console as wide as the terminal, at most ``WIDTH`` columns."""
    made = Console(highlight=False)
    return _Console(highlight=False, width=min(made.width, WIDTH))


def draws_colour(out: Console) -> bool:
    """Whether pictures may use coloured blocks; without colour they use signs."""
    return out.is_terminal and out.color_system is not None


def assessment(case: Case, answer: Assessment, atlas: Atlas, *, first: bool = True) -> None:
    """Print one assessment: safety, where it hurts, sources, session."""
    out = console()
    if not first:
        out.print()
    out.print(Rule(f"[bold]{escape(case.id or 'case')}[/]", style="dim"))
    if case.words:
        out.print(_in(Text(f"“{case.words.strip()}”", style="italic")))
    if answer.screening is not None:
        out.print(_screening(answer.screening))
    if answer.messages:
        out.print(Text(""))
        out.print(Group(*(_in(f"• {escape(line)}") for line in answer.messages)))
    pictured = _picture(case, atlas, out)
    if pictured:
        out.print(_in(pictured, top=1))
    if answer.differential is not None:
        out.print(_differential(answer.differential, atlas))
    if answer.next_findings:
        out.print(_next(answer.next_findings))
    if answer.plan is not None:
        out.print(_plan(answer.plan))
    if answer.withheld_because:
        out.print(_in(f"[bold]No session plan:[/] {escape(answer.withheld_because)}.", top=1))
    out.print(Text(""))
    for said in answer.unused:
        out.print(_in(f"[dim]Not understood: {escape(said)}[/]"))
    if not answer.reviewed:
        out.print(_in(f"[dim]Atlas {answer.atlas}: not clinically reviewed. Not a diagnosis.[/]"))


def _in(what: RenderableType, left: int = 2, top: int = 0) -> Padding:
    return Padding(what, (top, 0, 0, left), expand=False)


def _picture(case: Case, atlas: Atlas, out: Console) -> Text:
    resolved = resolve(case, atlas)
    levels: dict[Node, tuple[float, str]] = {}
    for pain in resolved.pains:
        level = 0.6 if pain.intensity is None else max(pain.intensity / 10, 0.2)
        for node in pain.nodes:
            if level > levels.get(node, (0.0, ""))[0]:
                levels[node] = (level, "pain")
    for sensation in resolved.sensations:
        for node in sensation.nodes:
            levels.setdefault(node, (0.6, "numb"))
    return picture(levels, min(out.width - 4, 84), colour=draws_colour(out))


def _screening(screening: Screening) -> RenderableType:
    words, style = VERDICT_WORDS[screening.verdict]
    parts: list[RenderableType] = [_in(f"[{style}] {words} [/]", top=1)]
    for reason in screening.reasons:
        parts.append(_bullet("•", escape(reason.because)))
        todo = [part for part in (reason.act_within, reason.to) if part]
        if todo:
            parts.append(_bullet("→", f"[bold]{escape(': '.join(todo))}[/]", 4))
        if reason.say:
            parts.append(_in(f"[italic]Say: “{escape(reason.say)}”[/]", 4))
    stops = screening.verdict in ("emergency", "urgent_referral")
    if screening.ask and stops:
        parts.append(_in("[dim]Other questions are open; do not wait for them.[/]", top=1))
    elif screening.ask:
        parts.append(_in(f"[bold]Still to ask[/] [dim]{len(screening.ask)}[/]", top=1))
        for ask in screening.ask[:SHOWN]:
            could = ask.could_become.replace("_", " ")
            note = f"[dim]{escape(ask.question)}, could become {could}[/]"
            parts.append(_bullet("?", f"{escape(ask.words)} {note}"))
        if len(screening.ask) > SHOWN:
            parts.append(_in(f"[dim]and {len(screening.ask) - SHOWN} more[/]", 4))
    told = [limit for limit in screening.limits if not limit.source.startswith("no-go")]
    if told:
        parts.append(_in("[bold]Limits[/]", top=1))
    for limit in told:
        where = ", ".join(_area(area.area, area.side) for area in limit.areas) or (
            limit.structure or limit.movement or limit.position or "whole body"
        )
        parts.append(_bullet("▨", f"{escape(where)}: {escape(limit.because)}"))
    if screening.words_to_read:
        read = " / ".join(screening.words_to_read)
        parts.append(_in(f"[dim]Read these words yourself: {escape(read)}[/]", top=1))
    return Group(*parts)


def _bullet(sign: str, text: str, left: int = 2) -> RenderableType:
    """A line that wraps under its own words."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(sign, text)
    return _in(grid, left)


def _area(area: str, side: str | None) -> str:
    return f"{side} {area}" if side in ("left", "right") else area


def _differential(differential: Differential, atlas: Atlas) -> RenderableType:
    if differential.note and not differential.structures:
        return _in(f"{escape(differential.note)}.", top=1)
    parts: list[RenderableType] = [_in("[bold]What best explains it[/]", top=1)]
    for row in differential.structures[:SHOWN]:
        word = atlas.likelihood_word(row.probability)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row(
            _bar(row.probability),
            f"{row.probability:.2f}",
            Group(
                Text.from_markup(f"{_source(row)} [dim]{escape(word)}[/]"),
                *_reasons("+", row.for_[:2]),
                *_reasons("−", row.against[:1]),
            ),
        )
        parts.append(_in(grid))
    parts.append(
        _in(
            "[dim]The share of experienced examiners who would name this source; + and − are the "
            f"evidence, in bits. Nothing listed explains it: {differential.unexplained:.2f}.[/]",
            top=1,
        )
    )
    for group in differential.overlaps:
        parts.append(_in(f"These explain it about equally: {escape(', '.join(group))}."))
    for serious in [row for row in differential.serious if row.triage >= row.threshold / 4][:3]:
        kept = f"{escape(serious.structure)}: {escape(serious.rule_out)}"
        parts.append(_in(f"[bold]Kept in sight:[/] {kept}"))
    if not differential.exact:
        parts.append(_in(f"[yellow]{escape(differential.note or differential.method)}[/]"))
    return Group(*parts)


def _source(row: StructureRow) -> str:
    sides = [side for side, value in row.sides.items() if value > 0.5 * max(row.sides.values())]
    where = " or ".join(sides) if sides in (["left", "right"], ["left"], ["right"]) else ""
    name = f"[bold]{escape(row.structure)}[/]"
    return f"{name}, {where}" if where else name


def _bar(probability: float) -> str:
    full = round(probability * BAR)
    return f"[green]{'━' * full}[/][dim]{'─' * (BAR - full)}[/]"


def _reasons(sign: str, reasons: Iterable[EvidenceBits]) -> list[Text]:
    return [
        Text.from_markup(f"[dim]{sign}[/] {escape(one.evidence)} [dim]{abs(one.bits):.1f}[/]")
        for one in reasons
        if abs(one.bits) >= LEAST_BITS
    ]


def _next(findings: Iterable[NextFinding]) -> RenderableType:
    parts: list[RenderableType] = [_in("[bold]Worth testing next[/]", top=1)]
    for one in list(findings)[:SHOWN]:
        where = f", {one.side}" if one.side in ("left", "right") else ""
        effort = f"{one.bits:.2f} bits, {one.minutes:g} min"
        parts.append(
            _bullet("▸", f"{escape(one.finding)}{where} [dim]{escape(one.about)}, {effort}[/]")
        )
        for change in one.would_change:
            parts.append(_in(f"[dim]{escape(change.if_)}: {escape(change.then)}[/]", 4))
    return Group(*parts)


def _plan(plan: Plan) -> RenderableType:
    heading = f"[bold]Session[/] [dim]{plan.minutes_used:g} of {plan.minutes_offered:g} minutes[/]"
    parts: list[RenderableType] = [_in(heading, top=1)]
    parts += [_in(escape(note)) for note in plan.notes]
    ceilings = {step.pain_ceiling for step in plan.steps}
    if len(ceilings) == 1:
        parts.append(_in(f"Pain never above {ceilings.pop():g} of 10."))
    place: tuple[str, str] | None = None
    grid = _steps()
    for step in plan.steps:
        here = (step.position, _site(step))
        if here != place:
            if place is not None:
                parts.append(_in(grid, 4))
            grid = _steps()
            if place is None or place[0] != step.position:
                parts.append(_in(f"[bold]{escape(step.position)}[/]", top=1))
            parts.append(_in(here[1]))
            place = here
        pain = "" if step.pain_target is None else f"{step.pain_target:g} of 10"
        if ceilings:
            pain += f" [dim]≤{step.pain_ceiling:g}[/]"
        grid.add_row(str(step.n), escape(step.technique), pain, _dose(step))
    if plan.steps:
        parts.append(_in(grid, 4))
        stop = "; ".join(plan.steps[0].stop_if)
        parts.append(_in(f"[bold]Stop at:[/] {escape(stop)}.", top=1))
    if plan.aftercare:
        parts.append(_in(f"[bold]Afterwards:[/] {escape(_once(plan.aftercare))}"))
    for because, names in _left_out(plan).items():
        parts.append(_in(f"[dim]Left out, {escape(because)}: {escape(', '.join(names))}[/]"))
    return Group(*parts)


def _steps() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", width=2, style="dim")
    grid.add_column(width=26, overflow="fold")
    grid.add_column(width=8)
    grid.add_column(overflow="fold")
    return grid


def _site(step: PlanStep) -> str:
    side = f"{step.side} " if step.side in ("left", "right") else ""
    part = f" [dim]({escape(step.part)})[/]" if step.part else ""
    return f"{side}{escape(step.structure or ', '.join(step.areas))}{part}"


def _once(sentences: Iterable[str]) -> str:
    """Several pieces of advice without what they repeat."""
    clauses = [
        clause.strip() for text in sentences for clause in re.split(r"[;.]", text) if clause.strip()
    ]
    return "; ".join(dict.fromkeys(clauses)) + "."


def _left_out(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in plan.left_out[:SHOWN]:
        found.setdefault(one.because, []).append(_area(one.structure, one.side))
    return found


def _dose(step: PlanStep) -> str:
    words = [
        f"{step.repetitions} ×" if step.repetitions and step.repetitions > 1 else "",
        f"{step.hold_s:g} s" if step.hold_s else "",
    ]
    text = " ".join(word for word in words if word) or f"{step.seconds:g} s"
    if step.rest_s and step.repetitions and step.repetitions > 1:
        text += f", rest {step.rest_s:g} s"
    return f"{text}, at most {step.kpa:g} kPa" if step.kpa else text
