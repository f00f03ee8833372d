# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What all calls of a client share: the API's description, credentials, settings, clock."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urljoin

from msgspec import Struct

from . import errors
from .auth import Credential, Credentials, SecurityScheme, from_environment
from .errors import ConfigurationError
from .options import Options, check_options
from .pauses import Pauses
from .urls import BaseURL, check_header, parse_base_url

__all__ = ["Api", "Clock", "Core", "Settings", "make_core"]


class Api(Struct, frozen=True, kw_only=True):
    """The API as a whole.

    package: the generated package, whose `errors` refine the runtime's.
    base_url: "" if the caller must give one.
    security: alternatives, each a set of schemes; an empty one means that none is needed.
    scopes: what tokens of a scheme have to allow.
    """

    name: str
    version: str = ""
    package: str | None = ""
    base_url: str = ""
    base_url_env: tuple[str, ...] = ()
    security_schemes: Mapping[str, SecurityScheme] = {}
    security: tuple[tuple[str, ...], ...] = ()
    scopes: Mapping[str, tuple[str, ...]] = {}


def _random() -> float:
    """From 0 to 1; the module `random` takes long to load."""
    return int.from_bytes(os.urandom(7), "big") / 2**56


class Clock(NamedTuple):
    """Time and chance, so that tests can have their own."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    random: Callable[[], float] = _random


class Settings(NamedTuple):
    """What the transports of a client are made of."""

    verify: bool | str = True
    proxy: str | None = None
    given: Any = None
    """An httpx2 client, or a function that returns one."""


class Core(NamedTuple):
    """What all calls of a client share."""

    api: Api
    base: BaseURL
    credentials: Credentials
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


def make_core(
    api: Api,
    credentials: Mapping[str, Credential | None],
    *,
    base_url: str | None,
    options: Options | None,
    user_agent: str | None,
    authenticated: bool,
) -> Core:
    """Check what a client is made of. Raises ConfigurationError.

    authenticated: the transport brings its own credentials, so none have to be given.
    """
    given = base_url or from_environment(api.base_url_env)
    text = given or api.base_url
    if not text:
        variables = " or ".join(api.base_url_env)
        said = f" or the environment variable {variables}" if variables else ""
        raise ConfigurationError(f"Give the argument base_url{said}")
    base = parse_base_url(text)
    secrets = Credentials(
        api.security_schemes, credentials, base.userinfo, authenticated, base.url
    )
    secrets.check(api.security)
    if options is not None:
        check_options(options)
        if options.idempotency_key is not None:
            raise ConfigurationError("An idempotency key belongs to one call")
    agent = user_agent or default_user_agent(api)
    try:
        check_header("User-Agent", agent)
    except ValueError as e:
        raise ConfigurationError(str(e)) from None
    return Core(
        api,
        base._replace(userinfo=""),
        secrets,
        options or Options(),
        agent,
        Pauses(),
        set(),
        is_base_given=bool(given),
    )


def default_user_agent(api: Api) -> str:
    """Name and version of the client and of Python."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{api.name}/{api.version or '0'} python/{version}"
