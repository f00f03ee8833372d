# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Members of answers that do not fit their types: logged once for each place."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from ..values.issues import Issue
from .core import Core

told: ContextVar[Callable[[str, Issue], None] | None] = ContextVar("told", default=None)
"""A function that is called for every place, with the id of the operation."""

_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST = 1000


def place_of(issue: Issue) -> str:
    """The place of a misfit; all items of an array have the same one."""
    return _INDEX.sub("/*", issue.path)


def tell(core: Core, operation: str, issues: Sequence[Issue]) -> None:
    """Log the places that this client has not logged yet; items of an array are one place."""
    listener = told.get()
    log = logging.getLogger(core.api.package or core.api.name)
    for issue in issues:
        if listener is not None:
            listener(operation, issue)
        place = operation, place_of(issue)
        if place not in core.misfits and len(core.misfits) < _MOST:
            core.misfits.add(place)
            log.warning(
                "%s: the answer is not as documented, and kept as it came: %s: %s",
                *(operation, issue.path, issue.message),
            )
