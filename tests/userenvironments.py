"""Types of generated packages in the environments of those who use them.

Each package is copied to a folder outside of the project and checked there by mypy strict and
pyright strict: where nothing is installed but what every client needs (`bare`), with each extra
alone, and in the project's own environment. The checkers run from the project's environment, so
that the others have nothing else in them. Those are made anew each time, by links to the
distributions that the lock brought.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from clientpress.generating import generate
from tests.judge.making import type_findings

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv-users"
EXTRAS = {"bare": "client", "tables": "tables", "tensors": "tensors"}
"""The environments, and the extra of the project that says what is in each."""


def distributions(extra: str) -> set[str]:
    """What an extra of the project needs, and what that needs in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    waiting = [Requirement(line) for line in extras[extra]]
    found = set[str]()
    while waiting:
        wanted = waiting.pop()
        if wanted.name == project["name"]:
            lines = [line for each in wanted.extras for line in extras[each]]
        elif (name := canonicalize_name(wanted.name)) in found:
            continue
        else:
            found.add(name)
            lines = importlib.metadata.requires(name) or []
        for line in lines:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed)
    return found


def environment(name: str) -> str:
    """The interpreter of a new environment that has one extra and nothing else."""
    folder = ENVIRONMENTS / name
    venv.create(folder, clear=True, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for each in sorted(distributions(EXTRAS[name])):
        for path in importlib.metadata.files(each) or ():
            if ".." in path.parts or "__pycache__" in path.parts:
                continue
            target = packages / path
            target.parent.mkdir(parents=True, exist_ok=True)
            source = Path(str(path.locate()))
            try:
                os.link(source, target)
            except OSError:  # on another disk
                shutil.copy2(source, target)
    return str(folder / "bin" / "python")


def findings(packages: list[Path], python: str = sys.executable) -> list[str]:
    """What the checkers say about copies of packages that are elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder).resolve()
        for package in packages:
            shutil.copytree(package, workspace / package.name)
        copies = [workspace / package.name for package in packages]
        said = type_findings(copies, workspace, python)
    return [line for lines in said.values() for line in lines]


def committed() -> Iterator[Path]:
    """The committed packages, in which is all of the runtime that needs more than `bare` has."""
    for mark in sorted((ROOT / "generated").glob("*/py.typed")):
        yield mark.parent


def made(folder: Path) -> Iterator[Path]:
    """Packages of our own documents, which have every construct between them."""
    for document in sorted((ROOT / "tests" / "documents").glob("*.yaml")):
        package = folder / document.stem.replace(".", "_")
        generate(document, package)
        yield package


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        some = list(committed())
        every = [*some, *made(Path(folder))]
        failed = False
        for name, packages, python in [
            ("the project's own", every, sys.executable),
            *((n, every if n == "bare" else some, environment(n)) for n in EXTRAS),
        ]:
            found = findings(packages, python)
            said = (
                "NOT clean" if found else "clean under mypy strict and pyright strict"
            )
            print(f"environment {name}: {len(packages)} packages are {said}")
            print("\n".join(found), end="\n" if found else "")
            failed = failed or bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
