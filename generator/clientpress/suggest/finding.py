"""Every rule of this folder."""

from __future__ import annotations

import re

from clientpress.api.operations import Api
from clientpress.diagnostics import Place
from clientpress.suggest.batches import find_batches
from clientpress.suggest.keys import find_idempotency, find_variables
from clientpress.suggest.pagination import find_pages
from clientpress.suggest.polling import find_jobs
from clientpress.suggest.shapes import Shapes
from clientpress.suggest.streams import find_streams
from clientpress.suggest.suggestion import Suggestion

# The JSONPath library refuses these characters in names, also where they are escaped.
_CONTROL = re.compile(r"[\x00-\x1f]")


def suggest(api: Api, document: str) -> tuple[Suggestion, ...]:
    """What a document implies.

    Args:
        api: What the document says.
        document: The name of the document, as in places. Only this file can be changed by an overlay.

    Returns:
        The suggestions; of those for one member of one object only the first.
    """
    shapes = Shapes(api.schemas)
    found = (
        *find_variables(api, Place(document)),
        *find_pages(api.operations, shapes),
        *find_streams(api, shapes),
        *find_batches(api, shapes),
        *find_jobs(api.operations, shapes),
        *find_idempotency(api.operations),
    )
    taken = set[tuple[Place, str]]()
    kept = list[Suggestion]()
    for each in found:
        members = {(each.place, key) for key in each.update}
        is_there = each.place.file == document and not _CONTROL.search(
            each.place.pointer
        )
        if is_there and taken.isdisjoint(members):
            taken |= members
            kept.append(each)
    return tuple(kept)
