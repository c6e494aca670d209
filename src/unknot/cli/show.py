"""An assessment in the terminal: safety first, then sources, then the session."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from unknot.atlas import Atlas, Node
from unknot.atlas.body import load_body
from unknot.atlas.figure import figure_blocks
from unknot.case import Assessment, Case, Differential, Plan, Screening, StructureRow, UnknotError
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


def console() -> Console:
    """Return a console as wide as the terminal, at most ``WIDTH`` columns."""
    made = Console(highlight=False)
    return Console(highlight=False, width=min(made.width, WIDTH))


def assessment(case: Case, answer: Assessment, atlas: Atlas, *, first: bool = True) -> None:
    """Print one assessment."""
    out = console()
    if not first:
        out.print()
    title = case.id or "case"
    out.print(Rule(f"[bold]{escape(title)}[/]", style="dim"))
    if case.words:
        out.print(Padding(Text(f"“{case.words.strip()}”", style="italic"), (0, 2)))
    pictured = _picture(case, atlas)
    if pictured:
        out.print(Padding(Text.from_markup(pictured), (1, 0, 0, 2)))
    if answer.screening is not None:
        out.print(_screening(answer.screening))
    if answer.messages:
        out.print(Group(*(Padding(escape(line), (0, 2)) for line in answer.messages)))
    if answer.differential is not None:
        out.print(_differential(answer.differential, atlas))
    if answer.plan is not None:
        out.print(_plan(answer.plan))
    if answer.withheld_because:
        out.print(Padding(f"[bold]No session plan:[/] {escape(answer.withheld_because)}.", (1, 2)))
    if answer.unused:
        out.print(Padding(f"[dim]Not understood: {escape('; '.join(answer.unused))}[/]", (0, 2)))
    if not answer.reviewed:
        out.print(
            Padding(
                f"[dim]Atlas {answer.atlas}: not clinically reviewed. Not a diagnosis.[/]", (0, 2)
            )
        )


def _picture(case: Case, atlas: Atlas) -> str:
    try:
        resolved = resolve(case, atlas)
    except UnknotError:
        return ""
    if not resolved.pains:
        return ""
    levels: dict[Node, tuple[float, str]] = {}
    for pain in resolved.pains:
        level = 0.6 if pain.intensity is None else max(pain.intensity / 10, 0.2)
        for node in pain.nodes:
            if level > levels.get(node, (0.0, ""))[0]:
                levels[node] = (level, "pain")
    for sensation in resolved.sensations:
        for node in sensation.nodes:
            levels.setdefault(node, (0.6, "numb"))
    markup = "rich" if console().is_terminal else "plain"
    return figure_blocks(load_body(), levels, width=78, markup=markup)  # type: ignore[arg-type]


def _screening(screening: Screening) -> RenderableType:
    words, style = VERDICT_WORDS[screening.verdict]
    parts: list[RenderableType] = [Text.from_markup(f"\n  [{style}] {words} [/]")]
    for reason in screening.reasons:
        when = f" [bold]{escape(reason.act_within)}[/]" if reason.act_within else ""
        to = f" → {escape(reason.to)}" if reason.to else ""
        parts.append(Padding(f"• {escape(reason.because)}{when}{to}", (0, 2)))
        if reason.say:
            parts.append(Padding(f"[italic]Say: “{escape(reason.say)}”[/]", (0, 4)))
    if screening.ask:
        parts.append(Padding(f"[bold]Still to ask ({len(screening.ask)}):[/]", (1, 2, 0, 2)))
        for ask in screening.ask[:SHOWN]:
            could = ask.could_become.replace("_", " ")
            parts.append(
                Padding(
                    f"? {escape(ask.words)} [dim]({ask.question}; could become {could})[/]", (0, 2)
                )
            )
        if len(screening.ask) > SHOWN:
            parts.append(Padding(f"[dim]… and {len(screening.ask) - SHOWN} more[/]", (0, 2)))
    told = [limit for limit in screening.limits if not limit.source.startswith("no-go")]
    for limit in told:
        where = ", ".join(_area(area.area, area.side) for area in limit.areas) or (
            limit.structure or limit.movement or limit.position or "whole body"
        )
        parts.append(Padding(f"▨ {escape(where)}: {escape(limit.because)}", (0, 2)))
    if screening.words_to_read:
        parts.append(
            Padding(
                f"[dim]Read these words yourself: {escape(' / '.join(screening.words_to_read))}[/]",
                (0, 2),
            )
        )
    return Group(*parts)


def _area(area: str, side: str | None) -> str:
    return f"{side} {area}" if side in ("left", "right") else area


def _differential(differential: Differential, atlas: Atlas) -> RenderableType:
    if differential.note and not differential.structures:
        return Padding(f"{escape(differential.note)}.", (1, 2))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=False)
    table.add_column("source", overflow="fold", min_width=24)
    table.add_column("share", justify="right")
    table.add_column("", min_width=12)
    table.add_column("for", overflow="fold", ratio=3)
    table.add_column("against", overflow="fold", ratio=2)
    for row in differential.structures[:SHOWN]:
        table.add_row(
            _source(row),
            f"{row.probability:.2f}",
            _bar(row.probability) + f" [dim]{atlas.likelihood_word(row.probability)}[/]",
            _bits(row.for_[:2]),
            _bits(row.against[:1]),
        )
    parts: list[RenderableType] = [Padding("[bold]What best explains it[/]", (1, 2, 0, 2))]
    parts.append(Padding(table, (0, 2)))
    parts.append(
        Padding(
            "[dim]Share of experienced examiners who would name this source. "
            f"Nothing listed explains it: {differential.unexplained:.2f}.[/]",
            (0, 2),
        )
    )
    for group in differential.overlaps:
        parts.append(
            Padding(f"These explain it about equally: {escape(', '.join(group))}.", (0, 2))
        )
    for serious in [row for row in differential.serious if row.triage >= row.threshold / 4][:3]:
        parts.append(
            Padding(
                f"[bold]Kept in sight:[/] {escape(serious.structure)}: {escape(serious.rule_out)}",
                (0, 2),
            )
        )
    if not differential.exact:
        parts.append(
            Padding(f"[yellow]{escape(differential.note or differential.method)}[/]", (0, 2))
        )
    return Group(*parts)


def _source(row: StructureRow) -> str:
    sides = [side for side, value in row.sides.items() if value > 0.5 * max(row.sides.values())]
    where = " or ".join(sides) if sides in (["left", "right"], ["left"], ["right"]) else ""
    name = f"[bold]{escape(row.structure)}[/]"
    return f"{name} [dim]{where}[/]" if where else name


def _bar(probability: float) -> str:
    full = round(probability * 10)
    return f"[green]{'━' * full}[/][dim]{'─' * (10 - full)}[/]"


def _bits(reasons: Iterable[object]) -> str:
    return "\n".join(
        f"{escape(str(getattr(reason, 'evidence', '')))} "
        f"[dim]{getattr(reason, 'bits', 0.0):+.1f}[/]"
        for reason in reasons
    )


def _plan(plan: Plan) -> RenderableType:
    heading = f"[bold]Session[/] [dim]{plan.minutes_used:g} of {plan.minutes_offered:g} minutes[/]"
    parts: list[RenderableType] = [Padding(heading, (1, 2, 0, 2))]
    for note in plan.notes:
        parts.append(Padding(escape(note), (0, 2)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, justify in (("", "right"), ("position", "left"), ("what", "left"), ("where", "left")):
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column("0–10", justify="right")
    table.add_column("dose", overflow="fold")
    position = ""
    for step in plan.steps:
        shown = step.position if step.position != position else ""
        position = step.position
        where = (
            f"{step.side if step.side in ('left', 'right') else ''} {step.structure or ''}".strip()
        )
        if step.part:
            where += f" [dim]({escape(step.part)})[/]"
        pain = "" if step.pain_target is None else f"{step.pain_target:g}"
        table.add_row(
            str(step.n),
            shown,
            escape(step.technique),
            where,
            f"{pain}[dim]≤{step.pain_ceiling:g}[/]",
            _dose(step),
        )
    if plan.steps:
        parts.append(Padding(table, (0, 2)))
        stop = "; ".join(plan.steps[0].stop_if)
        parts.append(Padding(f"[bold]Stop at:[/] {escape(stop)}.", (0, 2)))
    for line in plan.aftercare:
        parts.append(Padding(f"[dim]After: {escape(line)}[/]", (0, 2)))
    for left in plan.left_out[:SHOWN]:
        side = f"{left.side} " if left.side in ("left", "right") else ""
        parts.append(
            Padding(
                f"[dim]Left out: {side}{escape(left.structure)}: {escape(left.because)}[/]", (0, 2)
            )
        )
    return Group(*parts)


def _dose(step: object) -> str:
    hold = getattr(step, "hold_s", None)
    times = getattr(step, "repetitions", None)
    rest = getattr(step, "rest_s", None)
    seconds = getattr(step, "seconds", 0.0)
    kpa = getattr(step, "kpa", None)
    words = [f"{times} ×" if times and times > 1 else "", f"{hold:g} s" if hold else ""]
    text = " ".join(word for word in words if word) or f"{seconds:g} s"
    if rest and times and times > 1:
        text += f", rest {rest:g} s"
    return f"{text}, at most {kpa:g} kPa" if kpa else text
