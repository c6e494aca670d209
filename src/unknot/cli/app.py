"""Every command of ``unknot``: what it takes, and which module does it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from unknot import __version__

Format = Literal["table", "json"]
Reader = Literal["client", "practitioner", "provider"]
SettingName = Literal["massage_practice", "primary_care", "pain_clinic"]

app = typer.Typer(
    name="unknot",
    help="From where it hurts, to what to press, how hard, for how long, and whether it helped.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
atlas_app = typer.Typer(help="Look at what unknot knows, and check it.", no_args_is_help=True)
app.add_typer(atlas_app, name="atlas")


def _print_version(wanted: bool) -> None:
    if wanted:
        from unknot.atlas import load_atlas

        typer.echo(f"unknot {__version__}, atlas {load_atlas().revision}")
        raise typer.Exit()


@app.callback()
def unknot(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and the atlas revision.",
        ),
    ] = False,
) -> None:
    """From where it hurts, to what to press, how hard, for how long, and whether it helped."""


Cases = Annotated[
    list[str], typer.Argument(metavar="CASE.json", help="Case files; - reads standard input.")
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="table for people, json for machines.")
]
ForOption = Annotated[Reader, typer.Option("--for", help="Who will read the answer.")]
SettingOption = Annotated[SettingName, typer.Option("--setting", help="Selects the base rates.")]


@app.command()
def assess(
    cases: Cases,
    format_: FormatOption = "table",
    for_: ForOption = "practitioner",
    setting: SettingOption = "massage_practice",
) -> None:
    """Run cases through the whole path: screened, located, planned."""
    from unknot.cli import run

    run.assess_cases(cases, ["screening", "differential", "plan"], format_, for_, setting)


@app.command()
def screen(cases: Cases, format_: FormatOption = "table", for_: ForOption = "practitioner") -> None:
    """Is it safe? The verdict, why, what is still to ask, and the limits."""
    from unknot.cli import run

    run.assess_cases(cases, ["screening"], format_, for_, "massage_practice")


@app.command()
def locate(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="CASE.json", help="Case files; - for standard input."),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(metavar="CASES.jsonl", help="One case per line; - for standard input."),
    ] = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="With --batch: say why, too.")] = False,
    format_: FormatOption = "table",
    for_: ForOption = "practitioner",
    setting: SettingOption = "massage_practice",
) -> None:
    """Which sources best explain the pain, how sure, and what speaks against them."""
    from unknot.cli import run

    if batch is not None:
        run.refuse_in_batch(cases, for_)
        raise typer.Exit(run.locate_batch(batch, reasons=reasons, setting=setting))
    if not cases:
        raise typer.BadParameter("give at least one case file, or --batch CASES.jsonl")
    run.assess_cases(cases, ["differential"], format_, for_, setting)


@app.command()
def plan(
    cases: Cases,
    format_: FormatOption = "table",
    for_: ForOption = "practitioner",
    setting: SettingOption = "massage_practice",
) -> None:
    """A dosed session, or why there is none."""
    from unknot.cli import run

    run.assess_cases(cases, ["screening", "plan"], format_, for_, setting)


@app.command()
def questions(
    case: Annotated[str | None, typer.Argument(metavar="CASE.json")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every question there is.")] = False,
    format_: FormatOption = "table",
) -> None:
    """The safety and history questions that apply to a case."""
    from unknot.cli import look

    look.questions(case, everything=all_, format_=format_)


@app.command()
def areas(
    words: Annotated[
        list[str], typer.Argument(help='e.g. "back of the right thigh above the knee"')
    ],
    side: Annotated[
        Literal["left", "right", "both", "midline"] | None,
        typer.Option(help="If not in the words."),
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """What words for a place on the body are taken to mean."""
    from unknot.cli import look

    look.areas(" ".join(words), side, format_)


@atlas_app.command("check")
def atlas_check(format_: FormatOption = "table") -> None:
    """Validate everything unknot knows; say what share is sourced, measured, reviewed."""
    from unknot.cli import look

    raise typer.Exit(look.atlas_check(format_))


@atlas_app.command("list")
def atlas_list(
    kind: Annotated[str, typer.Argument(help="muscles, causes, findings, areas, rules, …")] = "",
    format_: FormatOption = "table",
) -> None:
    """List what the atlas holds."""
    from unknot.cli import look

    look.atlas_list(kind, format_)


@atlas_app.command("show")
def atlas_show(
    name: Annotated[list[str], typer.Argument(help='e.g. "gluteus minimus"')],
    svg: Annotated[
        Path | None, typer.Option(help="Also write the drawing of its referral to this file.")
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Show a muscle, cause, area, finding, rule …; places are drawn on the body."""
    from unknot.cli import look

    look.atlas_show(" ".join(name), svg, format_)


@app.command()
def demo(
    serve_after: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the page afterwards.")
    ] = True,
    port: int = 8000,
) -> None:
    """Take a worked real case through the whole path, then serve the page."""
    from unknot.cli import demonstrate

    demonstrate.demo(serve_after=serve_after, port=port)


@app.command()
def serve(
    port: int = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the page on this machine."""
    from unknot.cli import server

    server.serve(host, port)


@app.command()
def schemas(folder: Annotated[Path, typer.Argument(help="Where to write them.")]) -> None:
    """Write the JSON Schemas of the public documents."""
    from unknot.cli import look

    look.write_schemas(folder)


@app.command(hidden=True)
def version() -> None:
    """Print the version and the atlas revision."""
    _print_version(True)


def main() -> None:
    """Run the command line; an error people can act on is one line and exit status 2."""
    try:
        status = app(standalone_mode=False)
        sys.stdout.flush()
        raise SystemExit(status if isinstance(status, int) else 0)
    except BrokenPipeError:
        raise SystemExit(_reader_left()) from None
    except SystemExit as stopped:
        # Typer turns a closed pipe into exit status 1.
        if isinstance(stopped.__context__, BrokenPipeError):
            raise SystemExit(_reader_left()) from None
        raise
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except Exception as error:
        raise SystemExit(_told(error)) from None


def _reader_left() -> int:
    """Whoever read us has enough: that is no error, and nothing may be written at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _told(error: Exception) -> int:
    """Print an error people can act on as one line and return 2; raise any other."""
    usage = getattr(error, "format_message", None)
    if usage is not None:
        text = str(usage()).strip()
        if type(error).__name__ == "NoArgsIsHelpError":
            print(text)
            return 2
        text = text.removeprefix("Value error, ").replace(": Value error,", ":")
        command = getattr(getattr(error, "ctx", None), "command_path", "unknot")
        command = command.replace("python -m unknot.cli", "unknot")
        print(f"unknot: {text.rstrip('.')}; see `{command} --help`", file=sys.stderr)
        return 2
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        print(f"unknot: {place}{error.strerror.lower()}", file=sys.stderr)
        return 2
    from unknot.case.errors import UnknotError

    if not isinstance(error, UnknotError):
        raise error
    print(f"unknot: {error}", file=sys.stderr)
    return 2
