"""Bodies that have one of several media types, which the caller chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from ..values.jsontypes import JsonValue
from .body import Body, Payload, is_absent
from .errors import InvalidRequestError


class Content(Struct, frozen=True):
    """A body in one of several media types.

    Attributes:
        value: The value of the body; if its media types have different members, all of these.
        whole: The value of the body if it is one argument.
    """

    media_type: str
    value: Any
    whole: Any = UNSET


class AnyContent(Body, frozen=True):
    """A body in one of several media types, the first of which is the default."""

    media_type: str = ""
    bodies: tuple[Body, ...] = ()

    def payload(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        body, value = self._chosen(value)
        return body.payload(value, extra)

    def takes_extra(self, value: Any) -> bool:
        body, value = self._chosen(value)
        return body.takes_extra(value)

    def _chosen(self, value: Any) -> tuple[Body, Any]:
        if not isinstance(value, Content):
            return self.bodies[0], value
        for body in self.bodies:
            if body.media_type == value.media_type:
                return body, _value_of(value, body)
        known = ", ".join(body.media_type for body in self.bodies)
        raise InvalidRequestError(
            f"{value.media_type!r} is not a media type of this body; it has {known}"
        )


def _value_of(content: Content, body: Body) -> Any:
    """The value for the chosen media type: the members, or the body as one argument."""
    if body.members is None:
        return content.value
    names = [name for name, item in content.value.items() if not is_absent(item)]
    if not is_absent(content.whole):
        if names:
            raise InvalidRequestError("Give the body, or its members, but not both")
        return content.whole
    unknown = [name for name in names if name not in body.members]
    if unknown:
        known = f"it has {', '.join(body.members)}" if body.members else "give its body"
        raise InvalidRequestError(
            f"{body.media_type} has no member {' and no '.join(unknown)}; {known}"
        )
    missing = [name for name in body.asked if content.value[name] is UNSET]
    if missing:
        raise InvalidRequestError(f"{body.media_type} needs {' and '.join(missing)}")
    if not body.members:
        return content.whole
    return {name: content.value[name] for name in body.members}
