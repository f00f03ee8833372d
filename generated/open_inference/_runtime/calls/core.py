# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What all calls of a client share: the API's description, credentials, settings, clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin

from msgspec import Struct

from ..wire import errors
from ..wire.urls import BaseURL, parse_base_url
from .effects import Flow
from .limits import Clock, Deadline
from .options import Options
from .pauses import Pauses
from .schemes import Alternatives, Applied, SecurityScheme

__all__ = ["Api", "Authorizer", "Core"]


class Api(Struct, frozen=True, kw_only=True):
    """The API as a whole.

    package: the generated package, whose `errors` refine the runtime's.
    base_url: "" if the caller must give one.
    security: alternatives, each a set of schemes; an empty one means that none is needed.
    scopes: what tokens of a scheme have to allow.
    observers: modules beside this one that look at calls, such as "capture" and "tracing".
    """

    name: str
    version: str = ""
    package: str | None = ""
    base_url: str = ""
    base_url_env: tuple[str, ...] = ()
    security_schemes: Mapping[str, SecurityScheme] = {}
    security: tuple[tuple[str, ...], ...] = ()
    scopes: Mapping[str, tuple[str, ...]] = {}
    observers: tuple[str, ...] = ()


class Authorizer(Protocol):
    """What puts credentials on requests."""

    @property
    def secret_query_names(self) -> frozenset[str]:
        """Query parameters whose values are credentials."""
        ...

    def authorize(
        self,
        core: Core,
        alternatives: Alternatives,
        scopes: Mapping[str, Sequence[str]],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """What has to go on a request to the origin that the credentials were given for.

        Raises what getting a token raises.
        """
        ...

    def apply(self, alternatives: Alternatives) -> Applied:
        """The same, of the credentials that have not to be asked for."""
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
    """Operations and places whose answers did not fit, and that this was told of."""
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
