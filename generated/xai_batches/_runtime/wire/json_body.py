# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies that are JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from ..values.encoding import encode, to_builtins
from ..values.jsontypes import JsonValue
from ..values.kinds import is_dict
from .body import Body, Payload, is_absent, sendable
from .errors import InvalidRequestError


class JsonBody(Body, frozen=True, kw_only=True):
    """A JSON body.

    Attributes:
        nulls: Members for which None is sent as null; for all others, None means absent. "" is the
            whole body.
        whole: Whether the argument is the whole body; else it is a dict of members, some of them
            absent.
        needs: Members at least one of which is required.
        open: Whether the member "" is a mapping of further members.
    """

    media_type: str = "application/json"
    nulls: tuple[str, ...] = ()
    whole: bool = False
    needs: tuple[str, ...] = ()
    open: bool = False

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        if is_dict(value) and not self.whole:
            more: dict[str, Any] = (value.get("") or {}) if self.open else {}
            value = {
                name: item
                for name, item in value.items()
                if item is not UNSET
                and (item is not None or name in self.nulls)
                and (name or not self.open)
            }
            value = {**more, **value}
            if not value and not self.required and not extra:
                return None
        elif is_absent(value) and extra:
            value = {}
        elif value is UNSET or (value is None and "" not in self.nulls):
            return None
        if extra:
            value = sendable(to_builtins, value)
            if not is_dict(value):
                raise InvalidRequestError("extra_body needs a body that is an object")
            value = {**value, **extra}
        if (
            self.needs
            and is_dict(value)
            and not any(name in value for name in self.needs)
        ):
            raise InvalidRequestError(f"Give {' or '.join(self.needs)}")
        return Payload(self.media_type, (sendable(encode, value),))
