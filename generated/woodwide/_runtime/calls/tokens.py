# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Where tokens come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..wire.errors import ConfigurationError, InvalidRequestError
from ..wire.urls import check_header
from .core import Core
from .effects import Flow
from .limits import Deadline
from .options import Options
from .schemes import SecurityScheme


class Token(NamedTuple):
    """A token for one request."""

    value: str
    is_cached: bool = False
    """Whether it was fetched earlier, so that a new one may be accepted where it is refused."""


class TokenSource:
    """Hands out the tokens for one security scheme of one client."""

    def token(
        self, core: Core, scopes: Sequence[str], options: Options, deadline: Deadline
    ) -> Flow[Token]:
        """A token that has these scopes."""
        raise NotImplementedError

    def forget(self, value: str) -> None:
        """Do not hand out this token again: it was refused."""


class Grant:
    """A credential that tokens can be got for."""

    __slots__ = ()

    def __source__(
        self, scheme: SecurityScheme, argument: str, base_url: str
    ) -> TokenSource:
        """The tokens of one client.

        Raises:
            ConfigurationError: It is not known where they come from.
        """
        raise NotImplementedError


Credential: TypeAlias = (
    str | tuple[str, str] | Callable[[], str | Awaitable[str]] | Grant
)
"""A key or token; user and password for the scheme "basic"; what returns or gets tokens."""


class Ask(NamedTuple):
    """Call a function of the caller's; the outcome is what it returns.

    Async drivers take coroutine functions too, and call others in a worker thread, since nobody
    knows how long they take.
    """

    function: Callable[[], Any]
    label: str
    """What errors call it."""

    def do(self) -> Any:
        outcome = self.function()
        if not hasattr(outcome, "__await__"):
            return outcome
        close = getattr(outcome, "close", None)
        if close is not None:
            close()  # a coroutine that never runs
        raise ConfigurationError(
            f"{self.label} is async; give it to the async client, or one that is not"
        )

    async def do_async(self) -> Any:
        from inspect import iscoroutinefunction

        from anyio import to_thread

        if iscoroutinefunction(self.function):
            return await self.function()
        outcome = await to_thread.run_sync(self.function)
        return await outcome if hasattr(outcome, "__await__") else outcome


def check_secret(text: str, label: str) -> None:
    """Refuse what would inject headers.

    Args:
        label: What the error calls it.

    Raises:
        ConfigurationError: It would. It is not shown.
    """
    try:
        check_header("Authorization", text, label=label)
    except InvalidRequestError as e:
        raise ConfigurationError(str(e)) from None
