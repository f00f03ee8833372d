# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Sources of tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..wire.errors import ConfigurationError
from ..wire.secrets import Quiet, Secret
from ..wire.urls import is_header_value
from .core import Core
from .effects import Flow
from .limits import Deadline
from .options import Options
from .schemes import SecurityScheme


class Token(Quiet, frozen=True):
    """A token for one request."""

    value: str
    is_cached: bool = False
    """Whether it was fetched earlier, so that a new one may be accepted if it is refused."""


class TokenSource:
    """The tokens for one security scheme of one client."""

    def token(
        self, core: Core, scopes: Sequence[str], options: Options, deadline: Deadline
    ) -> Flow[Token]:
        """A token that has these scopes."""
        raise NotImplementedError

    def forget(self, value: str) -> None:
        """Do not return this token again: it was refused."""


class Grant:
    """A credential for which tokens are issued."""

    __slots__ = ()

    def __source__(
        self, scheme: SecurityScheme, argument: str, base_url: str
    ) -> TokenSource:
        """The tokens of one client.

        Raises:
            ConfigurationError: The token endpoint is not known.
        """
        raise NotImplementedError


Credential: TypeAlias = (
    str | tuple[str, str] | Callable[[], str | Awaitable[str]] | Grant
)
"""A key or token; user and password for "basic"; a function that returns tokens; a grant."""


class Ask(NamedTuple):
    """Call a function of the caller; the outcome is its result, as a secret.

    Async drivers accept coroutine functions too, and call others in a worker thread, since they may
    take long.
    """

    function: Callable[[], Any]
    label: str
    """Its name in errors."""

    def do(self) -> Secret[Any]:
        outcome = self.function()
        if not hasattr(outcome, "__await__"):
            return Secret(outcome)
        close = getattr(outcome, "close", None)
        if close is not None:
            close()  # a coroutine that never runs
        raise ConfigurationError(
            f"{self.label} is async; use the async client, or a function that is not async"
        )

    async def do_async(self) -> Secret[Any]:
        from inspect import iscoroutinefunction

        from anyio import to_thread

        if iscoroutinefunction(self.function):
            return Secret(await self.function())
        outcome = await to_thread.run_sync(self.function)
        return Secret(await outcome if hasattr(outcome, "__await__") else outcome)


def fault_of(text: str) -> str:
    """Why a secret cannot be sent, as the end of a sentence; "" if it can be."""
    if text != text.strip():
        return "must not begin or end with a blank"
    return "" if is_header_value(text) else "must not hold control characters"
