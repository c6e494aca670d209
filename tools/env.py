#!/usr/bin/env python3
"""Prepare the environment and run things in it. Standard library only, any python3 from 3.8.

    python3 tools/env.py                      prepare .venv for the demo   (make env)
    python3 tools/env.py demo [--no-serve]    prepare, then run the demo   (make demo)
    python3 tools/env.py suite [pytest args]  prepare, then check and test (make test)
    python3 tools/env.py check                prepare, then lint and types (make check)
    python3 tools/env.py test                 prepare .venv for development
    python3 tools/env.py run|test -- COMMAND  prepare, then run COMMAND with .venv first on the PATH

What it does: picks Python 3.13, 3.12 or 3.11 from the PATH, makes .venv beside pyproject.toml,
installs exactly what requirements/run.txt (or test.txt) lists, checked by hash, then unknot
itself. It writes down what it did: a second run does nothing and needs no network.
Delete .venv to begin afresh.

UNKNOT_PYTHON=/path/to/python chooses the Python.
"""

import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "unknot-env.json")
LOG = os.path.join(VENV, "unknot-install.log")

WANTED = ((3, 13), (3, 12), (3, 11))
PROFILES = ("run", "test")  # each holds everything the one before it holds
ROOM_MB = {"run": 600, "test": 1100}
USUALLY = {"run": "about a minute", "test": "one to two minutes"}

PROBE = """
import sys, json, platform
missing = []
for name in ("ssl", "sqlite3", "venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({
    "version": list(sys.version_info[:2]),
    "full": platform.python_version(),
    "usual": platform.python_implementation() == "CPython" and sys.maxsize > 2**32,
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "missing": missing,
}))
"""


class Stop(Exception):
    """Something the person at the keyboard can mend; the message says how."""


# --- which Python -----------------------------------------------------------------------------


def probe(command):
    """Ask an interpreter what it is; None if it does not answer (a broken shim, say)."""
    try:
        done = subprocess.run(
            [*command, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
        )
        return json.loads(done.stdout.decode()) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def candidates():
    """Every interpreter worth asking, the preferred first."""
    chosen = os.environ.get("UNKNOT_PYTHON")
    if chosen:
        yield [chosen]
        return
    names = [f"python{x}.{y}" for x, y in WANTED] + ["python3", "python"]
    seen = set()
    for name in names:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = shutil.which(name, path=folder) if folder else None
            if not path or os.path.abspath(path).startswith(VENV + os.sep):
                continue
            real = os.path.realpath(path)
            # A shim is one file under many names, so its name counts too.
            key = (name, real) if "shims" in path else real
            if key not in seen:
                seen.add(key)
                yield [path]
    if os.name == "nt" and shutil.which("py"):
        for x, y in WANTED:
            yield ["py", f"-{x}.{y}"]
    yield [sys.executable]


def pick_python():
    """Return the best interpreter that really works, or stop with what to install."""
    found, crippled = {}, []
    for command in candidates():
        answer = probe(command)
        if not answer or not answer["usual"] or tuple(answer["version"]) not in WANTED:
            continue
        if answer["missing"]:
            crippled.append(answer)
            continue
        found.setdefault(tuple(answer["version"]), answer)
        if tuple(answer["version"]) == WANTED[0]:
            break
    for version in WANTED:
        if version in found:
            return found[version]
    if os.environ.get("UNKNOT_PYTHON"):
        raise Stop(
            "UNKNOT_PYTHON={} is not a complete Python 3.11, 3.12 or 3.13.".format(
                os.environ["UNKNOT_PYTHON"]
            )
        )
    if crippled:
        worst = crippled[0]
        text = "Python {} at {} lacks {}.".format(
            worst["full"],
            worst["path"],
            ", ".join(worst["missing"]),
        )
        if "ensurepip" in worst["missing"] or "venv" in worst["missing"]:
            x, y = worst["version"]
            text += f"\nOn Debian and Ubuntu:  sudo apt install python{x}.{y}-venv"
        raise Stop(text)
    raise Stop(
        "unknot needs Python 3.13, 3.12 or 3.11, and none was found.\n" + how_to_get_python()
    )


def how_to_get_python():
    if sys.platform == "darwin":
        return "With Homebrew:  brew install python@3.13     or the installer from the Python site."
    if os.name == "nt":
        return "With winget:  winget install Python.Python.3.13"
    if shutil.which("apt"):
        return "On Debian and Ubuntu:  sudo apt install python3 python3-venv   (Debian 12 or newer)"
    if shutil.which("dnf"):
        return "On Fedora:  sudo dnf install python3.13"
    return "Install one with your system's package manager, then run this again."


# --- what has been done -----------------------------------------------------------------------


def digest(*names):
    total = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def read_stamp():
    """Return what stands in .venv, or {} if it is not there, was moved, or lost its Python."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    usable = stamp.get("root") == ROOT and os.path.exists(PYTHON)
    return stamp if usable and stamp.get("profile") in PROFILES else {}


def write_stamp(stamp):
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=2, sort_keys=True)
    os.replace(STAMP + ".new", STAMP)


class Alone:
    """Lets one preparation run at a time; a second one waits for it."""

    def __enter__(self):
        os.makedirs(VENV, exist_ok=True)
        self.file = open(os.path.join(VENV, "unknot-env.lock"), "a")
        try:
            import fcntl
        except ImportError:  # Windows: no such lock, and no such need
            return self
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Waiting for another preparation of .venv to finish …")
            fcntl.flock(self.file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *exc):
        self.file.close()


# --- doing it ---------------------------------------------------------------------------------


def say(text):
    print(text, flush=True)


class Progress:
    """One line that changes on a terminal; elsewhere a line now and then."""

    def __init__(self, total):
        self.total, self.done, self.what = total, 0, "starting"
        self.began, self.told = time.time(), time.time()
        self.live = sys.stdout.isatty()

    def hear(self, line):
        line = line.strip()
        if line.startswith("Collecting ") or line.startswith("Requirement already satisfied: "):
            self.done = min(self.done + 1, self.total)
            name = re.split(r"[=<>~!;\s]", line.split(": ")[-1].replace("Collecting ", ""))[0]
            self.what = "fetching " + name
        elif line.startswith("Downloading ") and "(" in line:
            self.what = self.what.split(" (")[0] + " (" + line.rsplit("(", 1)[1]
        elif line.startswith("Installing collected packages"):
            self.done, self.what = self.total, "unpacking everything"

    def show(self):
        seconds = time.time() - self.began
        text = f"  {self.done:2d} of {self.total}  {seconds:3.0f} s  {self.what}"
        if self.live:
            sys.stdout.write("\r" + text[:78].ljust(78))
            sys.stdout.flush()
        elif time.time() - self.told > 10:
            self.told = time.time()
            say(text)

    def end(self):
        if self.live:
            sys.stdout.write("\r" + " " * 78 + "\r")
            sys.stdout.flush()


def run_logged(command, progress=None, must_work=True):
    """Run a command, its words going to the log; stop with an explanation if it fails."""
    env = dict(os.environ, PYTHONUTF8="1", PIP_USER="0", PIP_NO_INPUT="1")
    env.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUNBUFFERED="1")
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES"):
        env.pop(name, None)
    lines = queue.Queue()
    with open(LOG, "a", encoding="utf-8") as log:
        log.write("\n$ {}\n".format(" ".join(command)))
        work = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

        def listen():
            for raw in work.stdout:
                lines.put(raw.decode("utf-8", "replace"))
            lines.put(None)

        threading.Thread(target=listen, daemon=True).start()
        heard = []
        try:
            while True:
                try:
                    line = lines.get(timeout=0.5)
                except queue.Empty:
                    line = ""
                if line is None:
                    break
                if line:
                    log.write(line)
                    heard.append(line)
                if progress:
                    progress.hear(line)
                    progress.show()
        finally:
            if progress:
                progress.end()
            if work.poll() is None and sys.exc_info()[0]:
                work.terminate()
        status = work.wait()
        work.stdout.close()
        if status and must_work:
            raise Stop(explain("".join(heard)))


TROUBLES = (
    # (what the tool said, what it means and what to do)
    (
        r"No space left on device|Errno 28|disk full",
        "The disk is full. Free some room, then run this again.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that was locked, so it was not installed.\n"
        "Run this again; if it stays, the package index or something on the way altered it:\n"
        "please report it and do not work around it.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The connection's certificate was not accepted. Behind a company's proxy, point pip to\n"
        "its certificate (PIP_CERT=/path/to/certificate.pem), then run this again.",
    ),
    (
        r"NewConnectionError|NameResolutionError|name resolution|getaddrinfo|ProxyError"
        r"|ConnectTimeout|ReadTimeout|Read timed out|ConnectionError|Connection refused"
        r"|ConnectionResetError|RemoteDisconnected|Network is unreachable",
        "The package index could not be reached. The first preparation needs the network;\n"
        "check it (and any proxy), then run this again. What was fetched is kept.",
    ),
    (
        r"Permission denied|Errno 13",
        "A file may not be written. Is .venv owned by another user? Delete it and try again.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "A locked package has no ready-made build for this Python and system, or the package\n"
        "index does not carry it. Try another Python: UNKNOT_PYTHON=python3.12 (or 3.11).",
    ),
    (
        r"ensurepip|No module named venv",
        "This Python cannot make environments. Debian: sudo apt install python3-venv",
    ),
)


def explain(output):
    tail = "".join("  | " + line[:100] + "\n" for line in output.strip().splitlines()[-4:])
    for pattern, meaning in TROUBLES:
        if re.search(pattern, output):
            return f"{meaning}\n{tail}The whole log: {LOG}"
    return f"That did not work; the last lines were:\n{tail}The whole log: {LOG}"


def make_venv(python):
    """Make .venv anew. The lock file inside stays: it is held at this moment."""
    for name in os.listdir(VENV):
        if name == "unknot-env.lock":
            continue
        path = os.path.join(VENV, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    run_logged([python["path"], "-m", "venv", VENV])


def prepare(profile):
    """Bring .venv to what the lock files say; do nothing if it already stands there."""
    marks = {name: digest(f"requirements/{name}.txt") for name in PROFILES}
    project = digest("pyproject.toml")

    def settled(stamp):
        has = stamp.get("profile", "run")
        enough = PROFILES.index(has) >= PROFILES.index(profile)
        return bool(stamp) and enough and stamp.get("lock") == marks[has]

    stamp = read_stamp()
    if settled(stamp) and stamp.get("project") == project:
        return
    with Alone():
        stamp = read_stamp()  # somebody may have done it while we waited
        if settled(stamp) and stamp.get("project") == project:
            return
        began = time.time()
        if not settled(stamp):
            stamp = install(max(profile, stamp.get("profile", "run"), key=PROFILES.index), stamp)
        say("Installing unknot itself …")
        editable = ["--no-build-isolation", "--no-deps", "--no-index", "--editable", ROOT]
        run_logged([PYTHON, "-m", "pip", "install", *editable])
        stamp["project"] = project
        write_stamp(stamp)
        say(f"Ready in {time.time() - began:.0f} s: .venv with Python {stamp['python']}.")


def install(profile, stamp):
    """Install the locked packages of a profile, in the .venv there is or a new one."""
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < ROOM_MB[profile]:
        raise Stop(f"Only {free} MB are free on this disk; .venv needs about {ROOM_MB[profile]}.")
    if not stamp:
        python = pick_python()
        say(
            "Preparing .venv with Python {}. The first time takes {}, later nothing.".format(
                python["full"], USUALLY[profile]
            )
        )
        make_venv(python)
        stamp = {"root": ROOT, "python": python["full"]}
    else:
        say(f"Bringing .venv up to date ({profile}).")
        os.unlink(STAMP)  # until it is whole again
    lock = os.path.join(ROOT, "requirements", profile + ".txt")
    with open(lock, encoding="utf-8") as file:
        total = sum(1 for line in file if "==" in line and "win32" not in line)
    command = [PYTHON, "-m", "pip", "install", "--no-compile", "--only-binary", ":all:"]
    progress = Progress(total)
    run_logged([*command, "--require-hashes", "--no-deps", "-r", lock], progress)
    # Compiling on every core, and no tests, halves what pip would take for it.
    code = [PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", r"[/\\]tests?[/\\]", VENV]
    progress.what = "compiling"
    run_logged(code, progress, must_work=False)
    stamp.update(profile=profile, lock=digest(f"requirements/{profile}.txt"))
    return stamp


# --- the command line -------------------------------------------------------------------------


def run_inside(command):
    """Run a command with .venv first on the PATH; return its exit status."""
    env = dict(os.environ, VIRTUAL_ENV=VENV)
    env["PATH"] = BIN + os.pathsep + env.get("PATH", "")
    env.pop("PYTHONHOME", None)
    program = shutil.which(command[0], path=env["PATH"])
    if not program:
        raise Stop(f"There is no command {command[0]!r}, in .venv or on the PATH.")
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call([program, *command[1:]], env=env)
    os.execve(program, [program, *command[1:]], env)  # so that Ctrl-C goes where it belongs


def main(words):
    what, rest = (words[0], words[1:]) if words else ("run", [])
    if what in ("-h", "--help", "help"):
        say(__doc__.strip())
        return 0
    suite = [PYTHON, os.path.join(ROOT, "tools", "suite.py")]
    jobs = {"demo": ("run", ["unknot", "demo"]), "suite": ("test", suite)}
    jobs["check"] = ("test", [*suite, "--check"])
    if what in jobs:
        profile, command = jobs[what]
        prepare(profile)
        return run_inside(command + rest)
    if what not in PROFILES or (rest and (rest[0] != "--" or len(rest) < 2)):
        raise Stop("Unknown: {}\n\n{}".format(" ".join(words), __doc__.strip()))
    prepare(what)
    if rest:
        return run_inside(rest[1:])
    say("The environment is ready:  source .venv/bin/activate   then   unknot --help")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.stderr.write(f"\n{stop}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Run it again to continue where it was.\n")
        sys.exit(130)
