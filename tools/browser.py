#!/usr/bin/env python3
"""Find the browser that the tests use, or install one. Standard library only.

    python3 tools/browser.py            say which one is found
    python3 tools/browser.py --install  install one if there is none   (make browser)
    python3 tools/browser.py --ensure   under CI=true as --install, else only say

Looked for in this order: UNKNOT_CHROMIUM (a path), Chrome and Chromium on the PATH, and where
macOS and Windows keep programs. Nothing is ever installed unless asked for.
"""

import os
import shutil
import subprocess
import sys

NAMES = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    os.path.expanduser("~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    os.path.expandvars(r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"),
    os.path.expandvars(r"%LocalAppData%\Google\Chrome\Application\chrome.exe"),
)
HINT = "No Chrome or Chromium found. To install one:  make browser   (or set UNKNOT_CHROMIUM)"


class NoBrowser(Exception):
    """There is none, and none could be installed."""


def in_ci():
    return os.environ.get("CI", "").lower() in ("true", "1")


def find():
    """Return the path of a browser, or None."""
    chosen = os.environ.get("UNKNOT_CHROMIUM")
    if chosen:
        path = shutil.which(chosen)
        if not path:
            raise NoBrowser(f"UNKNOT_CHROMIUM={chosen} cannot be run.")
        return path
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((place for place in PLACES if os.access(place, os.X_OK)), None)


def flags():
    """Return the start flags: quiet on the network, sandboxed unless root cannot be."""
    quiet = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return (["--no-sandbox"] if root else []) + quiet


def install():
    """Install Chromium the way this system does it."""
    if sys.platform == "darwin" and shutil.which("brew"):
        steps = [["brew", "install", "--cask", "google-chrome"]]
    elif shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        if sudo and in_ci():
            raise NoBrowser(
                "No browser, and only root may install one here: apt-get install chromium"
            )
        steps = [
            [*sudo, "apt-get", "update", "-qq"],
            [
                *sudo,
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
            ],
        ]
    elif shutil.which("dnf"):
        steps = [["sudo", "dnf", "install", "-y", "chromium"]]
    else:
        raise NoBrowser("Please install Chrome or Chromium by hand, then run this again.")
    for step in steps:
        print("$ " + " ".join(step), flush=True)
        quiet = subprocess.DEVNULL if in_ci() else None
        if subprocess.call(step, stdin=quiet, stdout=quiet) != 0:
            raise NoBrowser("That did not work: " + " ".join(step))


def main(words):
    if "-h" in words or "--help" in words:
        print(__doc__.strip())
        return 0
    found = find()
    if not found and ("--install" in words or ("--ensure" in words and in_ci())):
        install()
        found = find()
        if not found:
            raise NoBrowser("Installed, but still not found. Set UNKNOT_CHROMIUM to its path.")
    print("Browser: " + found if found else HINT)
    return 0 if found or "--ensure" in words else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoBrowser as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(1)
