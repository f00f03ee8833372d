# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Members of answers that do not fit their types: told once a place, since the answer is used."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from ..values.issues import Issue
from .core import Core

told: ContextVar[Callable[[str, Issue], None] | None] = ContextVar("told", default=None)
"""Who is told of every place, with the id of the operation."""

_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST = 1000


def place_of(issue: Issue) -> str:
    """The place of a misfit, which is the same for all items of an array."""
    return _INDEX.sub("/*", issue.path)


def tell(core: Core, operation: str, issues: Sequence[Issue]) -> None:
    """Log the places that this client has not seen yet; items of an array are one place."""
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
