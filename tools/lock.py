#!/usr/bin/env python3
"""Write requirements/run.txt and test.txt anew from pyproject.toml (`make lock`).

One lock for every system and for Python 3.11 to 3.13, with hashes and with no address in it.
What is locked already stays as it is where it can; `--upgrade` lets everything move, and
`--upgrade-package NAME` one package. Needs uv: the one on the PATH, else a passing copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMPILE = (
    "pip compile --quiet --universal --generate-hashes --no-header --no-annotate "
    "--python-version 3.11 --fork-strategy fewest pyproject.toml requirements/build.in"
).split()


def lock(uv, wishes):
    """Resolve both profiles; what `run` holds, `test` holds at the same version."""
    run = ["-o", "requirements/run.txt"]
    test = ["--extra", "test", "-c", "requirements/run.txt", "-o", "requirements/test.txt"]
    for profile in (run, test):
        subprocess.run([uv, *COMPILE, *wishes, *profile], cwd=ROOT, check=True)
        print(f"wrote {profile[-1]}")


def main(wishes):
    uv = shutil.which("uv")
    if uv:
        return lock(uv, wishes)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--target", folder, "uv"], check=True)
        return lock(os.path.join(folder, "bin", "uv"), wishes)


if __name__ == "__main__":
    main(sys.argv[1:])
