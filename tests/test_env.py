"""tools/env.py on machines that are not as it would wish."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from .conftest import load_tool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, working on a copy of what it reads, in an empty folder."""
    module = load_tool("env")
    root = tmp_path / "repository"
    (root / "requirements").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements/run.txt", "requirements/test.txt"):
        (root / name).write_bytes((Path(module.ROOT) / name).read_bytes())
    for name in ("VENV", "BIN", "PYTHON", "STAMP", "LOG"):
        monkeypatch.setattr(module, name, getattr(module, name).replace(module.ROOT, str(root)))
    monkeypatch.setattr(module, "ROOT", str(root))
    monkeypatch.delenv("UNKNOT_PYTHON", raising=False)
    return module


def stand_in(folder: Path, name: str, version: tuple[int, int], missing: list[str]) -> None:
    """An interpreter that answers the probe as told."""
    answer = {
        "version": version,
        "full": f"{version[0]}.{version[1]}.9",
        "usual": True,
        "path": str(folder / name),
        "missing": missing,
    }
    script(folder, name, f"echo '{json.dumps(answer)}'")


def script(folder: Path, name: str, line: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{line}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def path(env: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of two folders, `first` and `second`; the tool itself runs on an old Python."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}{os.pathsep}{tmp_path / 'second'}")
    stand_in(tmp_path, "python-old", (3, 8), [])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python-old"))
    return tmp_path


def test_the_newest_python_wins(env: ModuleType, path: Path) -> None:
    stand_in(path / "first", "python3.11", (3, 11), [])
    stand_in(path / "second", "python3.12", (3, 12), [])
    assert env.pick_python()["path"] == str(path / "second" / "python3.12")


def test_a_shim_that_fails_is_passed_over(env: ModuleType, path: Path) -> None:
    script(path / "first", "python3.13", "echo 'command not found' >&2; exit 127")
    script(path / "first", "python3.11", "exit 127")
    stand_in(path / "second", "python3.11", (3, 11), [])
    assert env.pick_python()["path"] == str(path / "second" / "python3.11")


def test_plain_python3_will_do(env: ModuleType, path: Path) -> None:
    stand_in(path / "first", "python3", (3, 12), [])
    assert env.pick_python()["version"] == [3, 12]


def test_a_python_that_is_too_new_is_not_taken(env: ModuleType, path: Path) -> None:
    stand_in(path / "first", "python3", (3, 14), [])
    with pytest.raises(env.Stop, match=r"needs Python 3\.13, 3\.12 or 3\.11, and none was found"):
        env.pick_python()


def test_debian_without_venv_is_told_the_package(env: ModuleType, path: Path) -> None:
    stand_in(path / "first", "python3", (3, 11), ["ensurepip"])
    with pytest.raises(env.Stop, match=r"apt install python3\.11-venv"):
        env.pick_python()


def test_a_whole_older_python_beats_a_crippled_newer_one(env: ModuleType, path: Path) -> None:
    stand_in(path / "first", "python3.13", (3, 13), ["sqlite3"])
    stand_in(path / "second", "python3.11", (3, 11), [])
    assert env.pick_python()["version"] == [3, 11]


def test_a_chosen_python_is_not_silently_replaced(
    env: ModuleType, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(path / "first", "python3.11", (3, 11), [])
    monkeypatch.setenv("UNKNOT_PYTHON", str(path / "python-old"))
    with pytest.raises(env.Stop, match="UNKNOT_PYTHON="):
        env.pick_python()


@pytest.fixture
def calls(env: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run; making an environment leaves a Python in it."""
    done: list[str] = []

    def pretend(command: list[str], *args: object, **more: object) -> None:
        words = " ".join(command)
        if "-m venv" in words:
            done.append("venv")
            Path(env.BIN).mkdir(parents=True)
            Path(env.PYTHON).touch()
        elif "-r" in command:
            done.append(Path(command[-1]).name)
        elif "--editable" in command:
            assert "--no-index" in command
            done.append("unknot")

    monkeypatch.setattr(env, "run_logged", pretend)
    monkeypatch.setattr(env, "pick_python", lambda: {"full": "3.12.0", "path": "python3.12"})
    return done


def test_the_second_time_nothing_is_done(env: ModuleType, calls: list[str]) -> None:
    env.prepare("run")
    assert calls == ["venv", "run.txt", "unknot"]
    env.prepare("run")
    assert len(calls) == 3


def test_the_test_environment_serves_the_demo(env: ModuleType, calls: list[str]) -> None:
    env.prepare("test")
    env.prepare("run")
    assert calls == ["venv", "test.txt", "unknot"]


def test_the_demo_environment_grows_into_the_test_environment(
    env: ModuleType, calls: list[str]
) -> None:
    env.prepare("run")
    env.prepare("test")
    assert calls == ["venv", "run.txt", "unknot", "test.txt", "unknot"]


def test_a_new_lock_is_installed_and_never_shrinks_the_profile(
    env: ModuleType, calls: list[str]
) -> None:
    env.prepare("test")
    lock = Path(env.ROOT, "requirements", "test.txt")
    lock.write_text(lock.read_text() + "\n")
    env.prepare("run")
    assert calls[3:] == ["test.txt", "unknot"]


def test_a_change_in_pyproject_alone_needs_no_network(env: ModuleType, calls: list[str]) -> None:
    env.prepare("run")
    project = Path(env.ROOT, "pyproject.toml")
    project.write_text(project.read_text() + "\n")
    env.prepare("run")
    assert calls[3:] == ["unknot"]


@pytest.mark.parametrize("harm", ["python", "moved", "stamp"])
def test_a_broken_or_moved_environment_is_made_anew(
    env: ModuleType, calls: list[str], harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.prepare("run")
    if harm == "python":
        Path(env.PYTHON).unlink()
    elif harm == "stamp":
        Path(env.STAMP).write_text("{half a st")
    else:
        stamp = json.loads(Path(env.STAMP).read_text())
        Path(env.STAMP).write_text(json.dumps({**stamp, "root": "elsewhere"}))
    env.prepare("run")
    assert calls[3:] == ["venv", "run.txt", "unknot"]


def test_a_failed_installation_is_not_taken_for_a_whole_one(
    env: ModuleType, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend = env.run_logged

    def fail(command: list[str], *args: object, **more: object) -> None:
        if "-r" in command:
            raise env.Stop("no network")
        pretend(command)

    monkeypatch.setattr(env, "run_logged", fail)
    with pytest.raises(env.Stop, match="no network"):
        env.prepare("run")
    monkeypatch.setattr(env, "run_logged", pretend)
    env.prepare("run")
    assert calls[-2:] == ["run.txt", "unknot"]


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    env: ModuleType, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 50 * 2**20})
    monkeypatch.setattr(env.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(env.Stop, match="Only 50 MB are free"):
        env.prepare("run")
    assert not calls


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError('… Failed to establish a new connection')", "could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("ERROR: No matching distribution found for x==1", "no ready-made build"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)", "certificate"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)
def test_a_failure_is_explained(env: ModuleType, said: str, told: str) -> None:
    explanation = env.explain(f"first\n{said}\n")
    assert told in explanation
    assert env.LOG in explanation


def test_a_failing_command_stops_with_the_log_kept(env: ModuleType) -> None:
    Path(env.VENV).mkdir()
    with pytest.raises(env.Stop, match="out of luck"):
        env.run_logged([sys.executable, "-c", "raise SystemExit('out of luck')"])
    assert "out of luck" in Path(env.LOG).read_text()
