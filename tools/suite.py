#!/usr/bin/env python3
"""Check everything, then test everything; `--check` stops before the tests.

Every step runs even when an earlier one failed, so that one run tells all. Words that are not
`--check` go to pytest: `python tools/suite.py tests/case -k area`.
"""

import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORKERS = min(2, os.cpu_count() or 1)

CHECKS = (
    ("ruff", ["ruff", "check", "--output-format", "concise"]),
    ("format", ["ruff", "format", "--check", "--output-format", "concise"]),
    ("types", ["mypy"]),
    ("layers", ["lint-imports", "--no-logo"]),
)


def main(words):
    env = dict(os.environ)
    env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env.get("PATH", "")
    steps = list(CHECKS)
    if "--check" not in words:
        steps.append(("browser", [sys.executable, os.path.join("tools", "browser.py"), "--ensure"]))
        steps.append(("tests", ["pytest", "-q", "-n", str(WORKERS), *words]))
    results = []
    for name, command in steps:
        print(f"── {name}", flush=True)
        began = time.monotonic()
        status = subprocess.call(command, cwd=ROOT, env=env)
        results.append((name, status, time.monotonic() - began))
    print("──")
    for name, status, seconds in results:
        print(f"{name:8} {'ok' if status == 0 else 'FAILED':6} {seconds:6.1f} s")
    return 0 if all(status == 0 for _, status, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
