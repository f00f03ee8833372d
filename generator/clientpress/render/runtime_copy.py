"""The runtime beside a client: copied verbatim, and only the modules that the client's files
import.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

HEADER = "# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.\n"
FOLDER = "_runtime"

# Looked up by name when they are needed, so no import statement shows them.
_ALWAYS = ("__init__", "client", "errors")


def runtime_files(
    package: Mapping[str, str], always: tuple[str, ...] = _ALWAYS
) -> dict[str, str]:
    """The runtime modules that the files of a package need, by path below the package."""
    needed = set(always)
    for text in package.values():
        needed |= {
            name for match in _MENTION.finditer(text) if (name := match[1]) in _all()
        }
    todo = list(needed)
    while todo:
        for name in _needs(todo.pop()) - needed:
            needed.add(name)
            todo.append(name)
    return {f"{FOLDER}/{name}.py": HEADER + _source(name) for name in sorted(needed)}


# `from .._runtime.model import …`, and the module of a lazy export: `"_runtime.pages"`.
_MENTION = re.compile(
    r'^\s*(?:from \.+_runtime\.|".*": "_runtime\.)(\w+)', re.MULTILINE
)


@cache
def _all() -> frozenset[str]:
    folder = files("clientpress") / "runtime"
    return frozenset(
        entry.name[:-3] for entry in folder.iterdir() if entry.name.endswith(".py")
    )


@cache
def _source(name: str) -> str:
    return (files("clientpress") / "runtime" / f"{name}.py").read_text(encoding="utf-8")


@cache
def _needs(name: str) -> frozenset[str]:
    """The modules that one runtime module imports, at any level."""
    found = set[str]()
    for node in ast.walk(ast.parse(_source(name))):
        if isinstance(node, ast.ImportFrom) and node.level:
            if node.module:
                found.add(node.module.partition(".")[0])
            else:
                found |= {alias.name for alias in node.names if alias.name in _all()}
    return frozenset(found)
