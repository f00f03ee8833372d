"""Types of generated packages in the environments of those who use them.

Each package is copied to a folder outside of the project and checked there by mypy strict and
pyright strict: where nothing is installed but what every client needs (`bare`), and with each
extra alone. In the project's own environment `make typecheck` checks them where they are. The
checkers run from there, so that the other environments have nothing else in them; those are made
anew each time, of links to the files that the lock brought.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from clientpress.generating import generate
from tests.judge.making import type_findings

ROOT = Path(__file__).resolve().parent.parent
GENERATOR = ROOT / "generator" / "clientpress"
OTHERS = (
    ROOT / "tests" / "documents" / "security_servers_3_1.yaml",
    ROOT / "tests" / "cases" / "webhooks" / "document.yaml",
)
"""Documents that need what no committed package does: OAuth 2, servers with variables, webhooks."""
CHAIN = 101
SCALARS = {
    "type": "object",
    "properties": {
        "key": {"type": "string", "contentEncoding": "base64url"},
        "price": {"type": "string", "format": "decimal"},
        "first": {"$ref": "#/components/schemas/Link0"},
    },
    "patternProperties": {"^x-": {"type": "integer"}},
}
REST = {
    "openapi": "3.1.0",
    "info": {"title": "Rest", "version": "1"},
    "servers": [{"url": "https://api.example.com"}],
    "paths": {
        "/scalars": {
            "post": {
                "operationId": "send",
                "deprecated": True,
                "requestBody": {
                    "content": {
                        "application/json": {"schema": SCALARS},
                        "application/x-www-form-urlencoded": {"schema": SCALARS},
                    }
                },
                "responses": {
                    "200": {
                        "description": "The same.",
                        "content": {"application/json": {"schema": SCALARS}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            f"Link{i}": {
                "type": "object",
                "properties": {
                    "next": {"$ref": f"#/components/schemas/Link{i + 1}"},
                    # So many lines that the models are several modules.
                    **{f"text_{j}": {"type": "string"} for j in range(15)},
                },
            }
            for i in range(CHAIN)
        }
        | {f"Link{CHAIN}": {"type": "object"}}
    },
}
"""A document of what is left: scalars of their own, several media types, a long chain of models in several
modules, a deprecated method.
"""
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


def environment(name: str, folder: Path) -> str:
    """The interpreter of a new environment that has one extra and nothing else."""
    venv.create(folder, symlinks=True)
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


def packages(folder: Path) -> list[Path]:
    """The committed packages, and others that have what is left of the runtime.

    What an environment changes is in the runtime; generated modules import nothing else.

    Raises:
        RuntimeError: A part of the runtime is in none of them.
    """
    found = [mark.parent for mark in sorted((ROOT / "generated").glob("*/py.typed"))]
    for document in OTHERS:
        package = folder / f"of_{document.parent.name}_{document.stem}"
        generate(document, package)
        found.append(package)
    rest = folder / "rest.json"
    rest.write_text(json.dumps(REST), encoding="utf-8")
    generate(rest, folder / "of_rest", features=("undeclared",))
    found.append(folder / "of_rest")
    parts = {
        str(path.relative_to(package / "_runtime"))
        for package in found
        for path in package.glob("_runtime/**/*.py")
    }
    runtime = GENERATOR / "runtime"
    missing = {str(path.relative_to(runtime)) for path in runtime.rglob("*.py")} - parts
    if missing:
        raise RuntimeError(f"no package has {', '.join(sorted(missing))}")
    return found


def using(every: list[Path], name: str) -> list[Path]:
    """Those of the packages that can use what is in an environment."""
    part = {"bare": "calls", "tables": "tables", "tensors": "tensors"}[name]
    return [package for package in every if (package / "_runtime" / part).exists()]


def main() -> int:
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        every = packages(Path(folder))
        for name in EXTRAS:
            some = using(every, name)
            found = findings(
                some, environment(name, Path(folder) / "environments" / name)
            )
            said = (
                "NOT clean" if found else "clean under mypy strict and pyright strict"
            )
            print(
                f"environment {name}: {len(some)} packages are {said}",
                *found,
                sep="\n  ",
            )
            failed = failed or bool(found) or not some
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
