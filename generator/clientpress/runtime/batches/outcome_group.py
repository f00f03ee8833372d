"""Groups of operations whose pages say what became of requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..results.pagination import Pagination
from ..wire.operation import Operation
from .outcomes import AsyncOutcomes, Outcome, OutcomeListing, Outcomes

__all__ = ["AsyncOutcomeGroup", "OutcomeGroup"]

B = TypeVar("B")
E = TypeVar("E")


class OutcomeGroup(Group):
    """A group with outcomes."""

    def _outcomes(
        self,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Outcomes[B, E]:
        listing = OutcomeListing(
            self._core, operation, pagination, outcome, arguments, body, options
        )
        return Outcomes(listing, self._transport)


class AsyncOutcomeGroup(AsyncGroup):
    """A group with outcomes."""

    def _outcomes(
        self,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncOutcomes[B, E]:
        listing = OutcomeListing(
            self._core, operation, pagination, outcome, arguments, body, options
        )
        return AsyncOutcomes(listing, self._transport)
