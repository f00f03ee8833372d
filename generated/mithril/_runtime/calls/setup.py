# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Makes what all calls of a client share, and checks it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..wire.errors import ConfigurationError
from ..wire.urls import check_header, parse_base_url
from .core import Api, Authorizer, Core, from_environment
from .options import Options, check_options
from .pauses import Pauses
from .secrets import UserInfo


def make_core(
    api: Api,
    credentials: Mapping[str, Any],
    *,
    base_url: str | None,
    options: Options | None,
    user_agent: str | None,
    authenticated: bool,
) -> Core:
    """Check what a client is made of.

    Args:
        authenticated: Whether the transport brings its own credentials, so that none have to be
            given.

    Raises:
        ConfigurationError: Something is missing or wrong.
    """
    given = base_url or from_environment(api.base_url_env)
    text = given or api.base_url
    if not text:
        variables = " or ".join(api.base_url_env)
        said = f" or the environment variable {variables}" if variables else ""
        raise ConfigurationError(f"Give the argument base_url{said}")
    base = parse_base_url(text)
    authorizer: Authorizer = UserInfo(base.userinfo)
    if api.security is not None:
        authorizer = api.security.authorizer(credentials, base, authenticated)
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
        api=api,
        base=base._replace(userinfo=""),
        credentials=authorizer,
        options=options or Options(),
        user_agent=agent,
        pauses=Pauses(),
        misfits=set(),
        is_base_given=bool(given),
    )


def default_user_agent(api: Api) -> str:
    """Name and version of the client and of Python."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{api.name}/{api.version or '0'} python/{version}"
