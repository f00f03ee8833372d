"""Cases: each folder of `tests/cases` is a whole user project.

    document.yaml and whatever it refers to, or a pyproject.toml
    command        the arguments after `clientpress`; by default: generate document.yaml --output client
    status         the exit status; by default 0
    stdout.txt, stderr.txt   the exact texts, where the case is about them
    expected/      the tree that is written, without the runtime and the manifest; absent means that nothing is written
    use.py         a program that uses the client; it must end without an error

`make accept` rewrites the texts and the tree.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from clientpress.cli import main

DEFAULT = "generate document.yaml --output client"
CASES = sorted(path for path in Path(__file__).parent.glob("cases/*") if path.is_dir())
_OURS = {
    "command",
    "status",
    "stdout.txt",
    "stderr.txt",
    "expected",
    "use.py",
    "__pycache__",
}
_NOT_COMPARED = ("_runtime", ".clientpress")


def tree_of(folder: Path) -> dict[str, str]:
    """The text of every file that a case compares, by path."""
    found = dict[str, str]()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not set(parts) & {*_NOT_COMPARED, "__pycache__"}:
            found["/".join(parts)] = path.read_text()
    return found


def read(path: Path, default: str) -> str:
    return path.read_text() if path.exists() else default


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accepts: bool
) -> None:
    for entry in case.iterdir():
        if entry.name not in _OURS:
            (shutil.copytree if entry.is_dir() else shutil.copy)(
                entry, tmp_path / entry.name
            )
    inputs = tree_of(tmp_path)
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(read(case / "command", DEFAULT))
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(
        result.exception, SystemExit
    ), result.output
    written = {
        path: text
        for path, text in tree_of(tmp_path).items()
        if inputs.get(path) != text
    }
    if accepts:
        accept(case, result.stdout, result.stderr, written)
    assert (result.exit_code, result.stderr) == (
        int(read(case / "status", "0")),
        read(case / "stderr.txt", result.stderr if result.exit_code == 0 else ""),
    )
    assert result.stdout == read(case / "stdout.txt", result.stdout)
    assert written == tree_of(case / "expected")
    if (case / "use.py").exists():
        use(case / "use.py", tmp_path)


def use(program: Path, folder: Path) -> None:
    """Run a program beside the generated package, with warnings as errors."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'src'}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-W", "error", str(program)]
    result = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def accept(case: Path, stdout: str, stderr: str, written: dict[str, str]) -> None:
    """Take over what came out as what is expected, and say what changed."""
    for name, text in (("stdout.txt", stdout), ("stderr.txt", stderr)):
        if (case / name).exists() and (case / name).read_text() != text:
            (case / name).write_text(text)
            print(f"accepted {case.name}/{name}")
    old = tree_of(case / "expected")
    for path in old.keys() - written.keys():
        (case / "expected" / path).unlink()
        print(f"accepted {case.name}: {path} is gone")
    for path, text in written.items():
        if old.get(path) != text:
            target = case / "expected" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            print(f"accepted {case.name}: {path}")
