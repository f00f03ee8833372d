# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Packages that only some clients need, loaded when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import ConfigurationError


def require(module: str, extra: str) -> Any:
    """A module of a package that is not always installed.

    Args:
        extra: The extra of the project that installs the package.

    Raises:
        ConfigurationError: It is not installed; the message names what to install.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as e:
        if e.name is None or not f"{module}.".startswith(f"{e.name}."):
            raise  # the package is there, but broken
        package = module.partition(".")[0].replace("_", "-")
        raise ConfigurationError(
            f"This needs {package}; install the extra {extra!r}, or {package} itself"
        ) from None
