# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Modules that are loaded on first use: members of packages (PEP 562), and parts of the runtime."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, ForwardRef

_RUNTIME = __name__.rpartition(".values.")[0]


def lazily(
    package: str, exports: Mapping[str, str], modules: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package.

    They are defined here because a loaded module becomes an attribute of its package, where it
    hides a builtin of the same name from the code of the package.

    Args:
        exports: The modules of the exported names.
        modules: Modules that are members themselves.
    """

    def get(name: str) -> Any:
        if name in modules:
            return import_module(f"{package}.{name}")
        module = exports.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module}"), name)
        if isinstance(value, str):
            value = ForwardRef(value)  # an alias: `Alias | None` can be evaluated
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        own = vars(sys.modules[package]).keys() - {"TYPE_CHECKING"}
        return sorted({*own, *exports, *modules})

    return get, names


@cache
def part(name: str) -> ModuleType | None:
    """A module of the runtime that a package has only if its API needs it; None without it.

    Args:
        name: Such as `values.unions`.
    """
    module = f"{_RUNTIME}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as e:
        if e.name != module:
            raise
        return None
