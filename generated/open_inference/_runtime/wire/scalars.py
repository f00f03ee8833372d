# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Scalar parameters in the default styles; `parameters` has all others."""

from __future__ import annotations

import base64
import datetime as dt
import enum
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from ..values.kinds import is_finite, plain_scalar
from ..values.lazy import part
from . import urls
from .body import is_absent
from .errors import InvalidRequestError


class Arguments(NamedTuple):
    """The arguments of a call, laid out."""

    path: dict[str, str]
    """Encoded."""
    query: list[tuple[str, str]]
    """Encoded names and values."""
    headers: dict[str, str]
    """Names in lower case."""
    cookies: list[str]
    """`name=value`."""


class ScalarParameter(Struct, frozen=True):
    """A parameter that is a scalar.

    Attributes:
        location: "path", "query", "querystring", "header" or "cookie".
        sends: The type of the value, if the form on the wire depends on the type.
    """

    name: str
    location: str
    required: bool = False
    sends: str = ""

    def lay_out(self, value: Any, arguments: Arguments) -> None:
        """Add a value to the arguments, at its location.

        Raises:
            InvalidRequestError: It cannot be sent, or is missing.
        """
        if is_absent(value):
            if self.required or self.location == "path":
                raise InvalidRequestError(f"Parameter {self.name!r} is missing")
            return
        try:
            value = self.as_sent(value)
            text = value if value.__class__ is str else to_text(value)
        except ValueError as e:
            raise InvalidRequestError(f"Parameter {self.name!r} {e}") from None
        if self.location == "path":
            urls.check_path_value(text, self.name)
            arguments.path[self.name] = urls.encode(text)
        elif self.location == "header":
            urls.check_header(self.name, text, label=f"Parameter {self.name!r}")
            arguments.headers[self.name.lower()] = text
        elif self.location == "cookie":
            name = urls.encode_token(self.name)
            arguments.cookies.append(f"{name}={urls.encode(text)}")
        else:
            arguments.query.append((urls.encode(self.name), urls.encode(text)))

    def as_sent(self, value: Any) -> Any:
        """The value in the form that its type has on the wire."""
        sending = part("values.sending") if self.sends else None
        return value if sending is None else sending.as_sent(value, self.sends)


def to_text(value: Any) -> str:
    """A scalar as text.

    Raises:
        ValueError: It has no text form, or an ambiguous one.
    """
    if isinstance(value, enum.Enum):
        value = value.value
    value = plain_scalar(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, (float, Decimal)):
        if not is_finite(value):
            raise ValueError("must be a finite number")
        return str(value)
    if hasattr(value, "__encode__"):  # such as `NaiveDateTime`
        return to_text(value.__encode__())
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError("needs an offset (tzinfo)")
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(msgspec.to_builtins(value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    raise ValueError(f"cannot be a {type(value).__name__}")
