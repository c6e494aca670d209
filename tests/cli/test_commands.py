"""Every command, with good input and bad: one line per error, exit status 2, no traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unknot import __version__
from unknot.atlas import load_atlas
from unknot.cli import app as cli

ROOT = Path(__file__).parents[2]
LOW_BACK = str(ROOT / "examples/low-back.json")
EMERGENCY = str(ROOT / "examples/stop-cauda-equina.json")
HEAVY = (
    "numpy",
    "scipy",
    "pydantic",
    "django",
    "PIL",
    "unknot.atlas",
    "unknot.case",
    "unknot.assess",
)


@dataclass
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, at 80 columns."""

    def run_(*arguments: str, stdin: bytes = b"", columns: int = 80) -> Ran:
        monkeypatch.setattr(sys, "argv", ["unknot", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        told = capsys.readouterr()
        return Ran(int(stopped.value.code or 0), told.out, told.err)

    return run_


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, Any], str]:
    """Write a file of a case, or of bytes, and return its path."""

    def write(name: str, content: Any) -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(json.dumps({"schema": "unknot/case/1", **content}), encoding="utf-8")
        return str(path)

    return write


def one_line(ran: Ran) -> str:
    assert ran.status == 2
    assert ran.out == ""
    lines = ran.err.splitlines()
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("unknot: ")
    assert "Traceback" not in ran.err
    return lines[0]


# --- bad input

BAD_FILES: list[tuple[Any, str]] = [
    (b"", "there is nothing in it"),
    (b"\xff\xfe\x00", "this is not UTF-8 text"),
    (b"a" * 10_000_000, "larger than 1 MB"),
    (b"[1, 2]", "not a list"),
    (b"{", "line 1 column 2: this is not JSON"),
    ({"pain": [{"area": "knee", "intensity": 11}]}, "pain[0].intensity: 11 must be at most 10"),
    ({"pain": [{"area": "knee", "side": "up"}]}, "pain[0].side: 'up' is not one of"),
    ({"pain": [{"area": "butock"}]}, "pain[0].area: no body area matches 'butock'; did you mean"),
    ({"pain": [{"area": "left knee", "side": "right"}]}, "says left but the side says right"),
    ({"pain": [{"area": "knee", "sied": "left"}]}, "pain[0].sied: unknown field; did you mean"),
    ({}, "the case says nothing"),
]


@pytest.mark.parametrize(("content", "said"), BAD_FILES, ids=lambda value: str(value)[:40])
def test_a_bad_file_is_one_line(
    run: Run, written: Callable[[str, Any], str], content: Any, said: str
) -> None:
    path = written("case.json", content)
    line = one_line(run("assess", path))
    assert line.startswith(f"unknot: {path}: ")
    assert said in line


@pytest.mark.parametrize("command", ["screen", "locate", "plan", "questions"])
def test_every_command_reads_cases_alike(
    run: Run, written: Callable[[str, Any], str], command: str
) -> None:
    path = written("case.json", {"pain": [{"area": "knee", "intensity": 11}]})
    assert (
        one_line(run(command, path)) == f"unknot: {path}: pain[0].intensity: 11 must be at most 10"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "No such command 'nope'"),
        (["assess"], "Missing argument 'CASE.json'"),
        (["assess", "no-such-file"], "no-such-file: there is no such file"),
        (["assess", "/"], "/: this is a folder, not a case file"),
        (["assess", "--frmat", "json", "x"], "No such option: --frmat"),
        (["assess", "--format", "yaml", "x"], "'yaml' is not one of 'table', 'json'"),
        (["assess", "--for", "nobody", "x"], "'nobody' is not one of 'client'"),
        (["plan", "--for"], "requires an argument"),
        (["locate"], "give at least one case file, or --batch"),
        (["locate", "--setting", "moon", "x"], "'moon' is not one of"),
        (["locate", "--batch", "no-such-file"], "no-such-file: there is no such file"),
        (["locate", "--batch", "/"], "this is a folder"),
        (["locate", "--batch", "x", "y.json"], "leave 'y.json' away"),
        (["locate", "--batch", "x", "--for", "client"], "not for a client"),
        (["locate", "--batch", "x", "--for", "provider"], "not for a provider"),
        (["questions", "no-such-file"], "there is no such file"),
        (["areas"], "Missing argument"),
        (["areas", "butock"], "did you mean 'buttock'"),
        (["areas", "left hip", "--side", "right"], "says left but the side says right"),
        (["areas", "hip", "--side", "up"], "'up' is not one of 'left'"),
        (["atlas", "show", "qwertzuiop"], "the atlas has nothing called 'qwertzuiop'"),
        (["atlas", "show", "glutaeus minimuss"], "did you mean"),
        (["atlas", "list", "musles"], "did you mean 'muscles'?"),
        (["atlas", "nope"], "No such command 'nope'"),
        (["schemas", "/dev/null/x"], "/dev/null/x: not a directory"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_wrong_use_is_one_line(run: Run, arguments: list[str], said: str) -> None:
    assert said in one_line(run(*arguments))


def test_an_unwritable_drawing_is_one_line(run: Run) -> None:
    ran = run("atlas", "show", "piriformis", "--svg", "/dev/null/x.svg")
    assert ran.status == 2
    assert ran.err == "unknot: /dev/null/x.svg: not a directory\n"


# --- cases


def test_standard_input_is_a_case_too(run: Run) -> None:
    text = Path(LOW_BACK).read_bytes()
    assert json.loads(run("locate", "-", "--format", "json", stdin=text).out)["id"] == "low-back"
    assert "standard input: there is nothing in it" in one_line(run("locate", "-"))


def test_one_bad_file_does_not_stop_the_others(
    run: Run, written: Callable[[str, Any], str]
) -> None:
    good = written("good.json", {"id": "good", "pain": [{"area": "right knee"}]})
    bad = written("bad.json", {"pain": [{"area": "butock"}]})
    ran = run("locate", good, bad, good, "no-such-file", "--format", "json")
    assert ran.status == 2
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["good", "good"]
    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("screen", {"screening"}),
        ("locate", {"differential"}),
        ("plan", {"screening", "plan"}),
        ("assess", {"screening", "differential", "plan"}),
    ],
)
def test_json_holds_only_the_parts_asked_for(run: Run, command: str, parts: set[str]) -> None:
    ran = run(command, LOW_BACK, "--format", "json")
    assert ran.status == 0
    assert ran.err == ""
    answer = json.loads(ran.out)
    optional = {"screening", "differential", "next_findings", "plan", "withheld_because"}
    # A plan may be withheld, and then the reason stands beside it.
    assert set(answer) & optional - {"withheld_because"} == parts


@pytest.mark.parametrize("command", ["locate", "plan", "assess", "screen"])
@pytest.mark.parametrize("format_", ["table", "json"])
def test_a_verdict_never_changes_the_status_and_danger_is_never_silent(
    run: Run, command: str, format_: str
) -> None:
    ran = run(command, EMERGENCY, "--format", format_)
    assert ran.status == 0
    assert "emergency" in ran.out.lower()
    if format_ == "json":
        answer = json.loads(ran.out)
        assert answer["screening"]["verdict"] == "emergency"
        assert "differential" not in answer
        assert answer.get("plan") is None
    else:
        assert "What best explains it" not in ran.out
        assert "Session" not in ran.out


@pytest.mark.parametrize("command", ["locate", "plan", "assess", "screen"])
@pytest.mark.parametrize("format_", ["table", "json"])
@pytest.mark.parametrize("example", ["low-back"])
def test_a_client_never_sees_a_ranking_a_dose_or_a_site(
    run: Run, command: str, format_: str, example: str
) -> None:
    path = str(ROOT / f"examples/{example}.json")
    ran = run(command, path, "--for", "client", "--format", format_)
    assert ran.status == 0
    if format_ == "json":
        answer = json.loads(ran.out)
        assert answer["audience"] == "client"
        assert not {"differential", "next_findings", "plan"} & set(answer)
        assert answer["messages"]
    low = ran.out.lower()
    for word in ("probability", "bits", "ischaemic", "compression", "kpa", "trigger point", "━"):
        assert word not in low, word
    for muscle in load_atlas().muscles.values():
        if " " in muscle.name:
            assert muscle.name.lower() not in low, muscle.name


# --- batch

GOOD = b'{"schema":"unknot/case/1","id":"good","pain":[{"area":"right knee"}]}'
BAD = b'{"schema":"unknot/case/1","pain":[{"area":"butock"}]}'


@pytest.mark.parametrize(
    ("lines", "status", "good", "errors"),
    [
        ([GOOD, b"", GOOD], 0, 2, []),
        (
            [GOOD, BAD, b"", b"{bad", GOOD],
            3,
            2,
            ["line 2: pain[0].area: ", "line 4: line 1 column"],
        ),
        ([BAD, b"[]"], 2, 0, ["line 1: pain[0].area: ", "line 2: a case is a JSON object"]),
        ([b"", b"  "], 2, 0, ["unknot: standard input: there is no case in it"]),
        ([b"\xff\xfe", GOOD], 3, 1, ["line 1: this is not UTF-8 text"]),
        ([b"a" * 1_000_001, GOOD], 3, 1, ["line 1: the document is larger than 1 MB"]),
    ],
    ids=["good", "some bad", "all bad", "empty", "binary", "huge"],
)
def test_a_batch_skips_what_is_bad_and_says_which_line(
    run: Run, lines: list[bytes], status: int, good: int, errors: list[str]
) -> None:
    ran = run("locate", "--batch", "-", stdin=b"\n".join(lines) + b"\n")
    assert ran.status == status
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["good"] * good
    told = ran.err.splitlines()
    assert len(told) == len(errors)
    for line, start in zip(told, errors, strict=True):
        assert line.startswith(start)


def test_a_batch_is_in_order_short_and_gives_reasons_only_when_asked(
    run: Run, tmp_path: Path
) -> None:
    cases = [
        {"schema": "unknot/case/1", "id": str(n), "pain": [{"area": area}]}
        for n, area in enumerate(["right knee", "low back", "left temple"])
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    short = [json.loads(line) for line in run("locate", "--batch", str(path)).out.splitlines()]
    full = [
        json.loads(line)
        for line in run("locate", "--batch", str(path), "--reasons").out.splitlines()
    ]
    assert [answer["id"] for answer in short] == ["0", "1", "2"]
    for plain, told in zip(short, full, strict=True):
        assert len(plain["differential"]["causes"]) == 20
        assert not any(row["for"] for row in plain["differential"]["structures"])
        assert any(row["for"] for row in told["differential"]["structures"])
        assert len(plain["resolved"]) == 1
        for old, new in zip(
            plain["differential"]["causes"], told["differential"]["causes"], strict=True
        ):
            assert (old["id"], old["probability"]) == (new["id"], new["probability"])
            assert old["probability"] == round(old["probability"], 6)


# --- looking things up


def test_areas_say_what_was_understood_and_draw_it(run: Run) -> None:
    ran = run("areas", "back", "of", "the", "right", "thigh", "above", "the", "knee")
    assert ran.out.startswith("posterior thigh, lower third, right")
    assert "#" in ran.out
    data = json.loads(run("areas", "right buttock and left calf", "--format", "json").out)
    assert data["places"] == [
        {"terms": ["buttock"], "side": "right"},
        {"terms": ["calf"], "side": "left"},
    ]
    assert {leaf["side"] for leaf in data["leaves"]} == {"left", "right"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gluteus minimus", "usual referred pain"),
        ("trapezius", "lower trapezius"),
        ("L5 nerve root", "nerve root"),
        ("knee", "made of kneecap, centre"),
        ("straight leg raise", "straight-leg-raise"),
        ("cauda-equina", "cauda"),
    ],
)
def test_everything_with_a_name_can_be_shown(run: Run, name: str, said: str) -> None:
    ran = run("atlas", "show", *name.split())
    assert ran.status == 0
    assert said in ran.out
    for line in run("atlas", "show", name, "--format", "json").out.splitlines():
        assert json.loads(line)


def test_sections_can_be_listed(run: Run) -> None:
    for line in run("atlas", "list").out.splitlines():
        section, count = line.split()
        rows = run("atlas", "list", section, "--format", "json").out.splitlines()
        assert len(rows) == int(count) > 0
        assert set(json.loads(rows[0])) == {"id", "name"}


def test_questions_come_as_lines_of_json(run: Run) -> None:
    ran = run("questions", "--all", "--format", "json")
    assert {json.loads(line)["id"] for line in ran.out.splitlines()} == set(load_atlas().questions)
    ran = run("questions", LOW_BACK, "--format", "json")
    assert all(json.loads(line)["status"] for line in ran.out.splitlines())


def test_a_drawing_can_be_written(run: Run, tmp_path: Path) -> None:
    for name in ("piriformis", "right lower quadrant"):
        path = tmp_path / "drawing.svg"
        assert run("atlas", "show", name, "--svg", str(path)).status == 0
        assert path.read_text(encoding="utf-8").startswith("<svg")
    assert (
        "only muscles, causes and areas"
        in run("atlas", "show", "straight leg raise", "--svg", str(tmp_path / "x.svg")).err
    )


def test_version_and_schemas(run: Run, tmp_path: Path) -> None:
    expected = f"unknot {__version__}, atlas {load_atlas().revision}\n"
    assert run("--version").out == run("version").out == expected
    assert run("schemas", str(tmp_path / "made")).status == 0
    for path in sorted((tmp_path / "made").iterdir()):
        assert path.read_bytes() == (ROOT / "docs/schemas" / path.name).read_bytes()


# --- the process itself


def started(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-m", "unknot.cli", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=False, **more,
    )  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['unknot', '--help']\n"
        "from unknot.cli import main\n"
        "try: main()\n"
        "except SystemExit as stopped: assert not stopped.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stderr.strip() == "[]"
    for command in ("assess", "locate", "atlas", "areas"):
        assert command in ran.stdout


def test_a_reader_who_leaves_early_is_no_error() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-m", "unknot.cli", "atlas", "list", "findings"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_piped_output_is_plain_text() -> None:
    ran = started("assess", LOW_BACK)
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout
    assert not set("│┃╭╮╰╯█▀▄") & set(ran.stdout)
    assert max(map(len, ran.stdout.splitlines())) <= 80
