# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The shared state of all calls of a client: description of the API, credentials, settings, clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin

from msgspec import Struct

from ..wire import errors
from ..wire.operation import Operation
from ..wire.secrets import Quiet
from ..wire.urls import BaseURL, parse_base_url
from .effects import Flow
from .limits import Clock, Deadline
from .options import Options
from .pauses import Pauses


class Api(Struct, frozen=True, kw_only=True):
    """The API as a whole.

    Attributes:
        package: The generated package, whose `errors` are subclasses of the runtime's.
        base_url: "" if the caller must pass one.
        prefix: What all paths begin with, such as "/v1", if it is not a part of `base_url`.
        observers: Modules beside this one that observe calls, such as "capture" and "tracing".
    """

    name: str
    version: str = ""
    package: str | None = ""
    base_url: str = ""
    prefix: str = ""
    base_url_env: tuple[str, ...] = ()
    security: Secured | None = None
    observers: tuple[str, ...] = ()


class Applied(Quiet, frozen=True):
    """The credentials of one request."""

    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    cookies: list[str] = []
    cached: list[Callable[[], None]] = []
    """For each cached token, a function that drops it, so that a new one is fetched."""

    def forget(self) -> bool:
        """Drop the cached tokens, so that new ones are fetched; whether there were any."""
        for drop in self.cached:
            drop()
        return bool(self.cached)


class Authorizer:
    """Adds credentials to requests.

    Attributes:
        secret_query_names: Query parameters whose values are credentials.
    """

    secret_query_names: frozenset[str] = frozenset()

    def authorize(
        self,
        core: Core,
        operation: Operation[Any],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """The credentials for a request to the origin that they are for.

        Raises:
            Error: A token could not be fetched.
        """
        return self.apply(operation)
        yield  # makes this a flow, which yields nothing

    def apply(self, operation: Operation[Any] | None = None) -> Applied:
        """The credentials without those for which a token is fetched."""
        raise NotImplementedError


class Secured(Protocol):
    """The security schemes of an API."""

    def authorizer(
        self, credentials: Mapping[str, Any], base: BaseURL, is_authenticated: bool
    ) -> Authorizer:
        """An object that adds the credentials of one client to requests; see `auth.Security`."""
        ...


class Core(NamedTuple):
    """The shared state of all calls of a client."""

    api: Api
    base: BaseURL
    credentials: Authorizer
    options: Options
    user_agent: str
    pauses: Pauses
    misfits: set[tuple[str, str]]
    """Operations and places in their answers that did not fit, and were logged."""
    clock: Clock = Clock()
    is_base_given: bool = False
    """Whether the base URL is an argument or from the environment."""

    def server(self, own: str) -> BaseURL:
        """The base URL of an operation, which may have its own `server`."""
        if not own:
            return self.base
        if own[:1] == "/":
            return parse_base_url(urljoin(self.base.url, own))
        return self.base if self.is_base_given else parse_base_url(own)

    def error_class(self, name: str) -> Any:
        """The API's subclass of an error of the runtime; the runtime's class if there is none."""
        package = f"{self.api.package}.errors" if self.api.package else ""
        try:
            module = import_module(package) if package else errors
        except ModuleNotFoundError as e:
            if e.name is None or not f"{package}.".startswith(f"{e.name}."):
                raise
            module = errors
        return getattr(module, name, getattr(errors, name))


def from_environment(names: Sequence[str]) -> str:
    """The first of these environment variables that is not blank; "" if all are."""
    for name in names:
        value = os.environ.get(name, "").strip()
        if value:
            return value
    return ""
