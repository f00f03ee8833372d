# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Credentials in a base URL."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote

from ..wire.operation import Operation
from ..wire.secrets import Secret
from .core import Applied, Authorizer


class UserInfo(Authorizer):
    """Adds user and password of the base URL to requests.

    Args:
        userinfo: Both, encoded as in a URL; "" for none.
    """

    def __init__(self, userinfo: str) -> None:
        self.secret = Secret(userinfo)

    def apply(self, operation: Operation[Any] | None = None) -> Applied:
        """User and password, whatever the operation."""
        applied, userinfo = Applied(), self.secret.reveal()
        if userinfo:
            user, _, password = map(unquote, userinfo.partition(":"))
            applied.headers["authorization"] = basic(user, password)
        return applied


def basic(user: str, password: str) -> str:
    """The Authorization header of a user (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
