# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Creates and checks the shared state of all calls of a client."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..wire.errors import ConfigurationError
from ..wire.urls import is_header_value, parse_base_url
from .core import Api, Authorizer, Core, from_environment
from .options import Options, check_options
from .pauses import Pauses
from .userinfo import UserInfo


def make_core(
    api: Api,
    credentials: Mapping[str, Any],
    *,
    base_url: str | None,
    options: Options | None,
    user_agent: str | None,
    authenticated: bool,
) -> Core:
    """Check the arguments of a client, and create its `Core`.

    Args:
        authenticated: Whether the transport has its own credentials, so that none are needed.

    Raises:
        ConfigurationError: Something is missing or wrong.
    """
    own_url = base_url or from_environment(api.base_url_env)
    text = own_url or api.base_url
    if not text:
        variables = " or ".join(api.base_url_env)
        alternative = f" or the environment variable {variables}" if variables else ""
        raise ConfigurationError(f"Give the argument base_url{alternative}")
    base = parse_base_url(text)
    # Many give the address with the version that the paths have already.
    if own_url and api.prefix and base.url.endswith(api.prefix):
        base = base._replace(prefix=api.prefix)
    authorizer: Authorizer = UserInfo(base.userinfo)
    if api.security is not None:
        authorizer = api.security.authorizer(credentials, base, authenticated)
    if options is not None:
        check_options(options)
        if options.idempotency_key is not None:
            raise ConfigurationError("An idempotency key belongs to one call")
    python = ".".join(map(str, sys.version_info[:2]))
    agent = user_agent or f"{api.name}/{api.version or '0'} python/{python}"
    if not is_header_value(agent):
        raise ConfigurationError("user_agent must not hold control characters")
    return Core(
        api=api,
        base=base._replace(userinfo=""),
        credentials=authorizer,
        options=options or Options(),
        user_agent=agent,
        pauses=Pauses(),
        misfits=set(),
        is_base_given=bool(own_url),
    )
