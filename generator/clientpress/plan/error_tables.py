"""The documented errors that operations of a group have in common: one table for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from clientpress.plan.types import Decoder, OperationPlan

ErrorTable = Mapping[str, Decoder]
"""Status → what reads the body."""


def shared_errors(operations: Iterable[OperationPlan]) -> ErrorTable:
    """The table that saves most lines where operations name it and add what they have besides.

    Returns:
        Errors that several operations have, all with JSON bodies; empty where none are.
    """
    tables = [frozenset(plan.errors) for plan in operations if plan.errors]
    distinct = list(dict.fromkeys(tables))
    candidates = [*distinct, *(a & b for a, b in combinations(distinct, 2))]
    best, most = frozenset[tuple[str, Decoder]](), 0
    for table in candidates:
        users = sum(table <= other for other in tables)
        saved = len(table) * (users - 1)
        if saved > most and all(decoder.kind == "json" for _, decoder in table):
            best, most = table, saved
    order = [error for plan in operations for error in plan.errors]
    return {status: decoder for status, decoder in order if (status, decoder) in best}


def further_errors(plan: OperationPlan, shared: ErrorTable) -> ErrorTable | None:
    """What an operation has besides the shared errors; None where it has not all of these."""
    own = dict(plan.errors)
    if not shared or any(own.get(status) != d for status, d in shared.items()):
        return None
    return {status: d for status, d in own.items() if status not in shared}
