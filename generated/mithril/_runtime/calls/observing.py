# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Observers of calls: captures, hooks, logs and spans.

A package has only the observers that were requested. Its `Api` names their modules, which are
loaded with the first call.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..wire.messages import Failure, Request, Response
    from .answers import Answer


class Watch:
    """An observer of one call. This base class does nothing."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def held(self, seconds: float) -> None:
        """The server refuses all requests for some time, so the next one waits."""

    def sending(self, number: int) -> None:
        """A request is about to be sent; `number` is that of the attempt, from 1."""

    def sent(self, request: Request, outcome: Response | Failure) -> None:
        """The answer to a request was received, or the request failed."""

    def again(self, seconds: float) -> None:
        """The request is sent again after so many seconds."""

    def answered(self, answer: Answer, elapsed: float) -> None:
        """The call has its last answer; it took `elapsed` seconds, waits included."""
