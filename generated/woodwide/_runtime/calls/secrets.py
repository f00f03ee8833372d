# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Credentials that are not shown, and credentials in a base URL."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote

from ..wire.operation import Operation
from .core import Applied, Core
from .effects import Flow
from .limits import Deadline
from .options import Options


class Secret:
    """A credential. Only `reveal` shows it; pickles hold it too."""

    __slots__ = ("_value",)

    def __init__(self, value: str | tuple[str, str]) -> None:
        self._value = value

    def reveal(self) -> str | tuple[str, str]:
        """The credential itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


class UserInfo:
    """Adds user and password of the base URL to requests.

    Args:
        userinfo: Both, encoded as in a URL; "" for none.
    """

    secret_query_names = frozenset[str]()

    def __init__(self, userinfo: str) -> None:
        self.secret = Secret(userinfo)

    def authorize(
        self,
        core: Core,
        operation: Operation[Any],
        options: Options,
        deadline: Deadline,
    ) -> Flow[Applied]:
        """The credentials of a request."""
        return self.apply(operation)
        yield  # makes this a flow, which yields nothing

    def apply(self, operation: Operation[Any] | None = None) -> Applied:
        """The same."""
        applied, userinfo = Applied(), str(self.secret.reveal())
        if userinfo:
            user, _, password = map(unquote, userinfo.partition(":"))
            applied.headers["authorization"] = basic(user, password)
        return applied


def basic(user: str, password: str) -> str:
    """The Authorization header of a user (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
