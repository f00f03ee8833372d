"""What all calls of a client share: the API's description, credentials, settings, clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin

from msgspec import Struct

from ..wire import errors
from ..wire.operation import Operation
from ..wire.urls import BaseURL, parse_base_url
from .effects import Flow
from .limits import Clock, Deadline
from .options import Options
from .pauses import Pauses


class Api(Struct, frozen=True, kw_only=True):
    """The API as a whole.

    Attributes:
        package: The generated package, whose `errors` refine the runtime's.
        base_url: "" if the caller must give one.
        observers: Modules beside this one that look at calls, such as "capture" and "tracing".
    """

    name: str
    version: str = ""
    package: str | None = ""
    base_url: str = ""
    base_url_env: tuple[str, ...] = ()
    security: Secured | None = None
    observers: tuple[str, ...] = ()


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


class Authorizer(Protocol):
    """What puts credentials on requests."""

    @property
    def secret_query_names(self) -> frozenset[str]:
        """Query parameters whose values are credentials."""
        ...

    def authorize(
        self,
        core: Core,
        operation: Operation[Any],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """What has to go on a request to the origin that the credentials were given for.

        Raises:
            Error: What getting a token raises.
        """
        ...

    def apply(self, operation: Operation[Any]) -> Applied:
        """The same, without the credentials that a token is fetched for."""
        ...


class Secured(Protocol):
    """The security schemes of an API."""

    def authorizer(
        self,
        credentials: Mapping[str, Any],
        base: BaseURL,
        is_authenticated: bool,
    ) -> Authorizer:
        """What puts the credentials of one client on requests.

        Args:
            is_authenticated: Whether the transport brings its own, so that none have to be given.

        Raises:
            ConfigurationError: They are missing, or of the wrong kind.
        """
        ...


class Core(NamedTuple):
    """What all calls of a client share."""

    api: Api
    base: BaseURL
    credentials: Authorizer
    options: Options
    user_agent: str
    pauses: Pauses
    misfits: set[tuple[str, str]]
    """Operations and places whose answers did not fit, and that were logged."""
    clock: Clock = Clock()
    is_base_given: bool = False
    """Whether the caller gave the base URL, or the environment did."""

    def server(self, own: str) -> BaseURL:
        """Where an operation is that may have an address of its own."""
        if not own:
            return self.base
        if own[:1] == "/":
            return parse_base_url(urljoin(self.base.url, own))
        return self.base if self.is_base_given else parse_base_url(own)

    def error_class(self, name: str) -> Any:
        """The API's own class for an error of the runtime, else the runtime's."""
        package = f"{self.api.package}.errors" if self.api.package else ""
        try:
            module = import_module(package) if package else errors
        except ModuleNotFoundError as e:
            if e.name is None or not f"{package}.".startswith(f"{e.name}."):
                raise
            module = errors
        return getattr(module, name, getattr(errors, name))


def from_environment(names: Sequence[str]) -> str:
    """The first of these environment variables that holds something; "" if none does."""
    for name in names:
        value = os.environ.get(name, "").strip()
        if value:
            return value
    return ""
