"""Commands that take cases: read, run the path, print."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

import typer

from unknot.assess import AssessmentPart, assess
from unknot.atlas import Atlas, load_atlas
from unknot.atlas.causes import Setting
from unknot.audience import Audience
from unknot.case import Assessment, Case, Differential, InvalidCase, UnknotError, read_case
from unknot.case.read import MAX_BYTES
from unknot.cli.progress import progress
from unknot.drawing.resolve import resolve
from unknot.locating import locate

BATCH_CAUSES = 20


def read_case_file(name: str) -> Case:
    """Read a case from a file, or from standard input for ``-``; no date means today.

    Raises
    ------
    UnknotError
        If the file cannot be read or is not a case; its path starts with the file's name.
    """
    try:
        case = read_case(_bytes_of(name))
    except InvalidCase as error:
        place = f"{shown_name(name)}: {error.path}" if error.path else shown_name(name)
        message = str(error).removeprefix(f"{error.path}: ") if error.path else str(error)
        raise UnknotError(message, path=place) from None
    return dated(case)


def shown_name(name: str) -> str:
    """What errors call an input."""
    return "standard input" if name == "-" else name


def dated(case: Case) -> Case:
    """Fill in today's date, as this machine's calendar has it, where a case says none."""
    return case if case.as_of else case.model_copy(update={"as_of": date.today()})  # noqa: DTZ011


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(name)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnknotError("there is no such file", path=name) from None
    except IsADirectoryError:
        raise UnknotError("this is a folder, not a case file", path=name) from None
    except OSError as error:
        raise UnknotError(f"cannot be read: {error.strerror}", path=name) from None


def assess_cases(
    names: Sequence[str],
    parts: Collection[AssessmentPart],
    format_: str,
    audience: Audience,
    setting: Setting,
) -> None:
    """Assess each case and print it; a bad one is an error line, and exit status 2 at the end."""
    atlas = load_atlas()
    failed = False
    for index, name in enumerate(names):
        try:
            case = read_case_file(name)
            answer = assess(
                case, atlas, parts=parts, audience=audience, setting=setting, as_of=case.as_of
            )
        except UnknotError as error:
            print(f"unknot: {_in_file(error, name)}", file=sys.stderr)
            failed = True
            continue
        if format_ == "json":
            typer.echo(to_json(answer))
        else:
            from unknot.cli import show

            show.assessment(case, answer, atlas, first=index == 0)
    if failed:
        raise typer.Exit(2)


def refuse_in_batch(names: list[str] | None, audience: Audience) -> None:
    """Refuse what ``--batch`` would ignore: case files, and a reader who must not see shares."""
    if names:
        raise UnknotError("--batch takes its cases from one file", hint=f"leave {names[0]!r} away")
    if audience != "practitioner":
        raise UnknotError(
            f"--batch prints rankings with numbers, which are not for a {audience}",
            hint="leave --for away, or give case files instead",
        )


def _in_file(error: UnknotError, name: str) -> str:
    text, place = str(error), shown_name(name)
    return text if text.startswith(place) else f"{place}: {text}"


def to_json(answer: Assessment) -> str:
    """One line of JSON: only the parts asked for, keys as published."""
    data = answer.model_dump(mode="json", by_alias=True)
    empty = ("screening", "differential", "next_findings", "plan", "withheld_because")
    for key in empty:
        if data[key] is None and not (key == "plan" and data["withheld_because"]):
            del data[key]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def locate_batch(name: str, *, reasons: bool, setting: Setting) -> int:
    """Locate one case per line; return 0 if all were good, 3 if some, 2 if none.

    One envelope line per good line, in order; errors go to standard error as
    ``line N: path: message``.
    """
    atlas = load_atlas()
    good = bad = 0
    with _opened(name) as file:
        for number, raw in progress(_lines(file), name):
            try:
                case = dated(read_case(raw))
                typer.echo(to_json(_located(case, atlas, setting, reasons)))
                good += 1
            except UnknotError as error:
                print(f"line {number}: {error}", file=sys.stderr)
                bad += 1
    if not good:
        if not bad:
            print(f"unknot: {shown_name(name)}: there is no case in it", file=sys.stderr)
        return 2
    return 3 if bad else 0


def _located(case: Case, atlas: Atlas, setting: Setting, reasons: bool) -> Assessment:
    resolved = resolve(case, atlas)
    found = locate(resolved, atlas, setting=setting, reasons=reasons)
    return Assessment(
        id=case.id,
        as_of=case.as_of,
        atlas=atlas.revision,
        reviewed=atlas.reviewed,
        resolved=resolved.resolved,
        unused=resolved.unused,
        differential=_shortened(found),
    )


def _shortened(differential: Differential) -> Differential:
    return differential.model_copy(
        update={
            "causes": differential.causes[:BATCH_CAUSES],
            "structures": differential.structures[:BATCH_CAUSES],
            "serious": tuple(row for row in differential.serious if row.raised),
        }
    )


def _opened(name: str) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    if Path(name).is_dir():
        raise UnknotError("this is a folder, not a file of cases", path=name)
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise UnknotError("there is no such file", path=name) from None
    except OSError as error:
        raise UnknotError(f"cannot be read: {error.strerror}", path=name) from None


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, raw in enumerate(file, start=1):
        if raw.strip():
            yield number, raw
