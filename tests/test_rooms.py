"""The rooms of the house: what may import what.

Every import counts: late ones in functions, and those under `TYPE_CHECKING`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parents[1] / "generator" / "clientpress"

RUNTIME_ROOMS = ["values", "wire", "calls", "results", "batches|tables|tensors"]
"""The folders of the runtime, from the lowest; those beside each other know nothing of each other."""

GENERATOR_ROOMS = [
    "diagnostics|syntax|runtime",
    "document|printing",
    "api",
    "config|parse|plan",
    "render|suggest",
    "output|pipeline",
    "command_options|generating|inspecting|suggesting|testing",
    "__init__",
    "cli",
    "__main__",
]
"""The folders and modules of the generator, from the lowest."""


def imports(root: Path, package: str) -> dict[str, set[str]]:
    """Which module of a package imports which others; names are dotted, below the package."""
    paths = {_name(root, path): path for path in sorted(root.rglob("*.py"))}
    return {
        name: {
            found
            for wanted in _imported(path, name, package)
            if (found := _module(wanted, paths)) is not None and found != name
        }
        for name, path in paths.items()
    }


def _name(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _imported(path: Path, name: str, package: str) -> Iterator[str]:
    above = name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _below(alias.name, package)
        elif isinstance(node, ast.ImportFrom):
            start = above[: len(above) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{module}.{alias.name}" if module else alias.name
                yield from [full] if node.level else _below(full, package)


def _below(module: str, package: str) -> list[str]:
    start = f"{package}."
    return [module.removeprefix(start)] if module.startswith(start) else []


def _module(wanted: str, paths: Mapping[str, Path]) -> str | None:
    """The module that an imported name is, or is in."""
    for name in (wanted, wanted.rpartition(".")[0]):
        for found in (name, f"{name}.__init__".removeprefix(".")):
            if found in paths:
                return found
    return None


def climbing(edges: Mapping[str, set[str]], rooms: list[str]) -> list[str]:
    """The imports of a higher room, or of one on the same floor."""
    floors = {room: i for i, floor in enumerate(rooms) for room in floor.split("|")}

    def room(name: str) -> str:
        return name.partition(".")[0]

    return [
        f"{name} imports {other}"
        for name, others in edges.items()
        for other in sorted(others)
        if room(name) != room(other) and floors[room(other)] >= floors[room(name)]
    ]


def circle(edges: Mapping[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; empty if there is none."""
    done = set[str]()

    def search(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name not in done:
            for other in sorted(edges[name]):
                if found := search(other, [*way, name]):
                    return found
            done.add(name)
        return []

    for name in edges:
        if found := search(name, []):
            return found
    return []


@pytest.mark.parametrize(
    "root, package, rooms",
    [
        (GENERATOR / "runtime", "clientpress.runtime", RUNTIME_ROOMS),
        (GENERATOR, "clientpress", GENERATOR_ROOMS),
    ],
    ids=["runtime", "generator"],
)
def test_every_room_imports_lower_ones_only(
    root: Path, package: str, rooms: list[str]
) -> None:
    edges = imports(root, package)
    listed = {room for floor in rooms for room in floor.split("|")}
    there = {name.partition(".")[0] for name in edges} - {
        "__init__" if package == "clientpress.runtime" else ""
    }
    assert there == listed
    assert climbing(edges, rooms) == []
    assert circle(edges) == []


def test_a_climbing_import_and_a_circle_are_found(tmp_path: Path) -> None:
    for path, text in {
        "low/__init__.py": "",
        "low/a.py": "def f():\n    from ..high import b\n",
        "high/__init__.py": "",
        "high/b.py": "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from ..low.a import f\n",
        "high/c.py": "from p.high.b import x\nimport p.low.a\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    edges = imports(tmp_path, "p")
    assert edges["high.c"] == {"high.b", "low.a"}
    assert climbing(edges, ["low", "high"]) == ["low.a imports high.b"]
    assert circle(edges) == ["high.b", "low.a", "high.b"]
