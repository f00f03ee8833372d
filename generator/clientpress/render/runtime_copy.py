"""The runtime beside a client: copied verbatim, and only the modules that the client's files
import.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

HEADER = "# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa\n"
FOLDER = "_runtime"

# Looked up by name when they are needed, so no import statement shows them.
ALWAYS = ("calls/client", "wire/errors")


def runtime_modules(
    package: Mapping[str, str], always: Collection[str]
) -> frozenset[str]:
    """The modules of the runtime that the files of a package need.

    Args:
        always: Modules that no import statement names.
    """
    needed = set(always)
    for text in package.values():
        needed |= {f"{m[1]}/{m[2] or m[3]}" for m in _MENTION.finditer(text)}
    todo = list(needed)
    while todo:
        for name in _needs(todo.pop()) - needed:
            needed.add(name)
            todo.append(name)
    return frozenset(needed)


def runtime_files(modules: Collection[str]) -> dict[str, str]:
    """The text of these modules, by path below the package."""
    rooms = {f"{name.partition('/')[0]}/__init__" for name in modules}
    names = sorted({*modules, *rooms, "__init__"})
    return {f"{FOLDER}/{name}.py": HEADER + _source(name) for name in names}


# `from .._runtime.values.model import …`, `from .._runtime.wire import errors`, and the module of a
# lazy export: `"_runtime.results.pages"`.
_MENTION = re.compile(
    r'^\s*(?:from \.+|".*": ")_runtime\.(\w+)(?:\.(\w+)| import (\w+))', re.MULTILINE
)


@cache
def _source(name: str) -> str:
    return (files("clientpress") / "runtime" / f"{name}.py").read_text(encoding="utf-8")


@cache
def _needs(name: str) -> frozenset[str]:
    """The modules that one runtime module imports, at any level."""
    room = name.partition("/")[0]
    modules = set[str]()
    for node in ast.walk(ast.parse(_source(name))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        # `from .name import`, `from ..room.name import`, `from . import name`, `from ..room import name`
        steps = [room] if node.level == 1 else []
        steps += node.module.split(".") if node.module else []
        if len(steps) == 2:
            modules.add("/".join(steps))
        else:
            modules |= {f"{steps[0]}/{alias.name}" for alias in node.names}
    return frozenset(modules)
