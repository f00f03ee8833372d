"""Security schemes of a document, credentials as secrets, and what they add to a request."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

__all__ = ["Alternatives", "Applied", "Secret", "SecurityScheme", "from_environment"]

Alternatives: TypeAlias = Sequence[Sequence[str]]


class SecurityScheme(Struct, frozen=True):
    """A security scheme of the document.

    kind: "apiKey" (with `name` and `place`: "header", "query" or "cookie"), "http" (with `scheme`),
        "oauth2", "openIdConnect" (a bearer token that the caller gives), or "mutualTLS" (the
        transport's business).
    env: environment variables that are asked in turn when no argument is given.
    argument: the client's argument for it, as errors call it.
    token_url, refresh_url: where the client credentials grant gets its tokens; may be relative
        to the base URL.
    client_env: environment variables of the client's id, and of its secret, for that grant.
    """

    kind: str
    scheme: str = ""
    name: str = ""
    place: str = "header"
    env: tuple[str, ...] = ()
    argument: str = ""
    token_url: str = ""
    refresh_url: str = ""
    client_env: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def needs_credential(self) -> bool:
        """Whether a request has to carry something."""
        return self.kind != "mutualTLS"


class Secret:
    """A credential. It is shown by `reveal` alone, though pickles must hold it."""

    __slots__ = ("_value",)

    def __init__(self, value: str | tuple[str, str]) -> None:
        self._value = value

    def reveal(self) -> str | tuple[str, str]:
        """The credential itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


class Applied(Struct):
    """What credentials add to one request."""

    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    cookies: list[str] = []
    cached: list[Callable[[], None]] = []
    """For each token that was there already: drops it, so that another one is fetched."""

    def forget(self) -> bool:
        """Have other tokens fetched the next time; whether there is any to be fetched."""
        for drop in self.cached:
            drop()
        return bool(self.cached)


def from_environment(names: Sequence[str]) -> str:
    """The first of these environment variables that holds something; "" if none does."""
    for name in names:
        value = os.environ.get(name, "").strip()
        if value:
            return value
    return ""
