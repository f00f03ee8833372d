# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Where tokens come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeAlias

from ..wire.errors import ConfigurationError, InvalidRequestError
from ..wire.urls import check_header
from .core import Core
from .effects import Flow
from .limits import Deadline
from .options import Options
from .schemes import SecurityScheme

__all__ = ["Credential", "Grant", "Token", "TokenSource", "check_secret"]


class Token(NamedTuple):
    """A token for one request."""

    value: str
    is_cached: bool = False
    """Whether it was there already, so that another one may do where it is refused."""


class TokenSource:
    """What hands out the tokens for one security scheme of one client."""

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

        Raises ConfigurationError if it is not known where they come from.
        """
        raise NotImplementedError


Credential: TypeAlias = (
    str | tuple[str, str] | Callable[[], str | Awaitable[str]] | Grant
)
"""A key or token; user and password for the scheme "basic"; what returns or gets tokens."""


def check_secret(text: str, said: str) -> None:
    """Refuse what would inject headers. Raises ConfigurationError, which never shows it."""
    try:
        check_header("Authorization", text, said=said)
    except InvalidRequestError as e:
        raise ConfigurationError(str(e)) from None
