"""Tell each example's story with its real output; write ``examples/README.md``.

python -m tools.reports.examples
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def output_of(case: Path) -> str:
    """Return what ``unknot assess`` prints for a case in a window of 96 columns."""
    done = subprocess.run(
        [sys.executable, "-m", "unknot.cli", "assess", case.name],
        cwd=EXAMPLES,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "96", "NO_COLOR": "1"},
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def main() -> None:
    """Write the page."""
    stories = tomllib.loads((EXAMPLES / "stories.toml").read_text(encoding="utf-8"))
    lines = [
        "# Worked cases",
        "",
        "Each file is an `unknot/case/1` document. Look at one with",
        "`.venv/bin/unknot assess examples/low-back.json`, or at all of them as JSON lines with",
        "`.venv/bin/unknot assess examples/*.json --format json`. The people are invented unless",
        "the story says otherwise, and the safety answers are the ones a therapist would have",
        "asked in the room. The outputs below are real, made by",
        "`python -m tools.reports.examples`; the atlas behind them has not been clinically",
        "reviewed.",
        "",
    ]
    for name, story in stories.items():
        print(name, flush=True)
        lines += [
            f"## {story['title']}",
            "",
            f"{story['story']} [`{name}.json`]({name}.json)",
            "",
            "```text",
            output_of(EXAMPLES / f"{name}.json"),
            "```",
            "",
        ]
    (EXAMPLES / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
