"""Promises about the repository itself, each held by a check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "unknot"
CORE = (
    "case atlas drawing screening locating planning treating outcomes evidence "
    "letters exchange cohort"
).split()
MODULES = ("assess", "audience")
"""Single modules of the core, between the stations and what shows them."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def core_modules() -> list[Path]:
    packages = [path for name in CORE for path in (SOURCE / name).rglob("*.py")]
    return sorted([*packages, *(SOURCE / f"{name}.py" for name in MODULES)])


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- nothing of anybody's machine or registry ---------------------------------------------------

# In pieces, so that this file does not hold what it forbids.
REGISTRIES = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("conda", "anaconda", "org"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~$}<-])/(?:home|Users|root|work)/(?=\w)")


def test_no_tracked_file_names_a_registry_or_somebodys_folder() -> None:
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", "ignore")
        found += [f"{label(path)}: {host}" for host in REGISTRIES if host in text]
        found += [f"{label(path)}: {hit.group()}" for hit in MACHINE_PATH.finditer(text)]
    assert not found


# --- the lock files -----------------------------------------------------------------------------


def locked(profile: str) -> dict[str, tuple[Requirement, int]]:
    """Return what a lock file pins: name to (requirement, number of hashes)."""
    text = (ROOT / "requirements" / f"{profile}.txt").read_text(encoding="utf-8")
    pins = {}
    for entry in text.replace("\\\n", " ").splitlines():
        said, *hashes = entry.split("--hash=sha256:")
        pins[canonicalize_name(Requirement(said).name)] = (Requirement(said), len(hashes))
    return pins


@pytest.mark.parametrize("profile", ["run", "test"])
def test_a_lock_pins_every_package_by_hash_and_names_no_address(profile: str) -> None:
    for name, (requirement, hashes) in locked(profile).items():
        assert str(requirement.specifier).startswith("=="), name
        assert hashes >= 1, name
    text = (ROOT / "requirements" / f"{profile}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"^\w.*", "", text, flags=re.M)


def test_the_test_lock_holds_everything_the_run_lock_holds() -> None:
    run, test = locked("run"), locked("test")
    assert {name: str(run[name][0]) for name in run} == {
        name: str(test[name][0]) for name in run if name in test
    }


@pytest.mark.parametrize("profile", ["run", "test"])
def test_the_locks_satisfy_pyproject(profile: str) -> None:
    wanted = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    if profile == "test":
        wanted = wanted + PROJECT["project"]["optional-dependencies"]["test"]
    pins = locked(profile)
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is not locked: run `make lock`"
        version = str(pins[name][0].specifier).removeprefix("==")
        assert requirement.specifier.contains(version), f"{name}: run `make lock`"


def test_heavy_packages_stay_out_of_the_demo() -> None:
    heavy = {"pyarrow", "duckdb", "dask", "distributed", "psycopg", "playwright", "pandas"}
    assert not heavy & locked("run").keys()


# --- layers and purity --------------------------------------------------------------------------


def test_every_package_has_its_place_in_the_layers() -> None:
    layers = " ".join(PROJECT["tool"]["importlinter"]["contracts"][0]["layers"])
    placed = set(re.findall(r"\w+", layers))
    assert set(CORE) | set(MODULES) | {"cli", "clinic"} == placed
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages <= placed


# The core gets dates and chance as arguments (`as_of`, a seeded generator), and never looks at
# the network, the machine's settings or the web framework.
FORBIDDEN_MODULES = {
    "time": "take the moment as an argument",
    "socket": "the core does not talk to the network",
    "ssl": "the core does not talk to the network",
    "urllib.request": "the core does not talk to the network",
    "http": "the core does not talk to the network",
    "requests": "the core does not talk to the network",
    "secrets": "take chance as an argument (seed=)",
    "django": "only clinic and cli know the web framework",
    "csp": "only clinic and cli know the web framework",
    "django_htmx": "only clinic and cli know the web framework",
    "whitenoise": "only clinic and cli know the web framework",
    "typer": "only cli knows the command line",
    "rich": "only cli knows the command line",
}
FORBIDDEN_NAMES = {
    r"datetime\.(datetime\.)?(now|utcnow|today)": "take `as_of` as an argument",
    r"(datetime\.)?date\.today": "take `as_of` as an argument",
    r"os\.(environ|environb|getenv|putenv|urandom)": "take settings as arguments",
    r"random\.(?!Random$)\w+": "use random.Random(seed)",
    r"(np|numpy)\.random\.(?!default_rng$|Generator$|SeedSequence$|BitGenerator$|PCG64$)\w+": (
        "use numpy.random.default_rng(seed)"
    ),
    r"uuid\.uuid[14]": "take ids as arguments, or derive them (uuid5)",
}


def impurities(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for each clock, chance, network or setting that is used."""
    tree = ast.parse(source)
    real: dict[str, str] = {}  # local name -> where it comes from
    for node in ast.walk(tree):
        came: list[tuple[str, str]] = []
        if isinstance(node, ast.Import):
            came = [(name.name, name.asname or "") for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            came = [(f"{node.module}.{name.name}", name.asname or name.name) for name in node.names]
        for module, local in came:
            if local:
                real[local] = module
            for forbidden, why in FORBIDDEN_MODULES.items():
                if f"{module}.".startswith(f"{forbidden}."):
                    yield node.lineno, f"import {module}: {why}"
            if isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{module}: {why}") for why in reasons(module))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, *others = ast.unparse(node).split(".")
            dotted = ".".join([real.get(first, first), *others])
            if first.isidentifier():
                yield from ((node.lineno, f"{dotted}: {why}") for why in reasons(dotted))
        elif isinstance(node, ast.Call) and not node.args and not node.keywords:
            called = ast.unparse(node.func)
            if called.split(".")[-1] in {"default_rng", "Random"}:
                yield node.lineno, f"{called}(): give it a seed"


def reasons(dotted: str) -> Iterator[str]:
    return (why for name, why in FORBIDDEN_NAMES.items() if re.fullmatch(name, dotted))


def test_the_core_reads_no_clock_no_chance_no_network_and_no_setting() -> None:
    found = [
        f"{label(path)}:{line}: {what}"
        for path in core_modules()
        for line, what in impurities(path.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from time import perf_counter",
        "import datetime\nx = datetime.date.today()",
        "import datetime as dt\nx = dt.datetime.now()",
        "from datetime import date\nx = date.today()",
        "from datetime import datetime\nx = datetime.now(UTC)",
        "import random\nx = random.random()",
        "from random import choice",
        "import numpy as np\nx = np.random.rand(3)",
        "import numpy as np\nx = np.random.default_rng()",
        "import os\nx = os.environ['HOME']",
        "from os import environ",
        "import urllib.request",
        "from django.conf import settings",
        "import uuid\nx = uuid.uuid4()",
    ],
)
def test_the_purity_check_sees(source: str) -> None:
    assert list(impurities(source))


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\nx = datetime.date(2026, 1, 1)",
        "from datetime import date, timedelta\nx = date.fromisoformat(y)",
        "import numpy as np\nx = np.random.default_rng(7)",
        "import random\nx = random.Random(7)",
        "from urllib.parse import quote",
        "import os\nx = os.path.join('a', 'b')",
        "x = person.time.now",
    ],
)
def test_the_purity_check_lets_pass(source: str) -> None:
    assert not list(impurities(source))


# --- a fresh machine ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["env", "browser"])
def test_the_first_scripts_run_on_an_old_python_with_nothing_installed(name: str) -> None:
    source = (ROOT / "tools" / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    for node in ast.walk(tree):
        modules = [item.name for item in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for module in modules:
            assert module.split(".")[0] in sys.stdlib_module_names, module


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.M))


def test_the_makefile_keeps_to_make_3_81() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    newer = [".ONESHELL", "!=", "::=", "$(file ", "$(guile ", "$(intcmp ", "$(let ", "define "]
    assert [word for word in newer if word in makefile] == []
    described = set(re.findall(r"^([a-z][a-z-]*):.*## \w", makefile, flags=re.M))
    assert described == make_targets()


def test_every_make_command_in_the_documents_exists() -> None:
    unknown = [
        f"{label(path)}: make {target}"
        for path in tracked_files()
        if path.suffix == ".md" or path.name == "run"
        for target in re.findall(r"(?:^|`|\$ )make ([a-z][a-z-]*)", path.read_text("utf-8"), re.M)
        if target not in make_targets()
    ]
    assert not unknown
