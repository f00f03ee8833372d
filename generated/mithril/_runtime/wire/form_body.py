# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies that are forms, and the members of forms of all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ..values.encoding import to_builtins
from ..values.jsontypes import JsonValue
from ..values.kinds import is_mapping
from .body import Body, Payload, is_absent, sendable
from .errors import InvalidRequestError
from .parameters import FORM, Parameter, form_pairs


class FormBody(Body, frozen=True, kw_only=True):
    """A form.

    Attributes:
        fields: The members with a serialization of their own.
    """

    media_type: str = FORM
    fields: tuple[Parameter, ...] = ()

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        members = members_of(value, extra)
        if not members and not self.required:
            return None
        pairs = form_pairs(members, self.fields)
        text = "&".join(f"{name}={item}" for name, item in pairs)
        return Payload(self.media_type, (text.encode(),))


def members_of(value: Any, extra: Mapping[str, JsonValue]) -> Mapping[str, Any]:
    """The members of a form by wire name; the values of a dict may be files.

    Raises:
        InvalidRequestError: The value is not an object, or cannot be sent.
    """
    if is_absent(value):
        return extra
    if isinstance(value, Struct) or hasattr(value, "__encode__"):
        value = sendable(to_builtins, value)
    if not is_mapping(value):
        raise InvalidRequestError(f"A body cannot be a {type(value).__name__}")
    return {**{k: v for k, v in value.items() if not is_absent(v)}, **extra}
