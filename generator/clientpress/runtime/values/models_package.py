"""A package of models: what `typing.get_type_hints`, `inspect` and msgspec need of its modules.

Annotations are text, and name models of modules that are not imported. Whoever asks a module for its
namespace finds the names of all of them there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from . import lazy


def lazily(
    package: str, exports: Mapping[str, str], modules: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of the package; see `lazy.lazily`."""
    sys.modules[package].__class__ = _Package
    return lazy.lazily(package, exports, modules)


class _Package(ModuleType):
    """Gets its modules as attributes when they are imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if type(value) is ModuleType:
            value.__class__ = _Module
        super().__setattr__(name, value)


class _Module(ModuleType):
    """A module whose namespace, for whoever asks for it, has the names of the others too."""

    def __getattribute__(self, name: str) -> Any:
        value = ModuleType.__getattribute__(self, name)
        return _completed(value) if name == "__dict__" else value


def _completed(names: dict[str, Any]) -> dict[str, Any]:
    from .annotations import Scope  # no model is loaded before one is used

    scope = Scope(names["__name__"])
    # An alias that is text is found by the scope, as something that `|` takes.
    scope.update((k, v) for k, v in names.items() if k[0] == "_" or type(v) is not str)
    return scope
