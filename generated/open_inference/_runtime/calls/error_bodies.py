# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Error answers: their message, their documented body, the class of the error."""

from __future__ import annotations

from typing import Any

import msgspec

from ..values.issues import MisfitError
from ..values.kinds import is_dict, is_list
from ..values.lazy import part
from ..wire.decoders import Binary, Decoder, Text, choose, media_type_of
from ..wire.messages import Response

_NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableError",
    429: "RateLimitError",
}
_LONGEST = 500
_MESSAGES = ("error", "message", "detail", "msg", "error_description", "errors")


def error_class_name(status: int) -> str:
    """The name of the class of error for a status."""
    if 500 <= status < 600:
        return "ServerError"
    return _NAMES.get(status, "StatusError")


def status_text(status: int) -> str:
    """The status with its usual phrase: "404 Not Found"."""
    from http import HTTPStatus  # takes long to load, and is needed for errors only

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def parse_error_body(decoder: Decoder[object] | None, response: Response) -> Any:
    """The documented error body; if the answer has another one, its JSON, else its text."""
    body = body_of(response)
    if not body:
        return None
    content_type = response.headers.get("content-type", "")
    # The Content-Type of errors is often wrong; the documented type is tried all the same.
    for label in (content_type, ""):
        if decoder is None:
            break
        try:
            chosen = choose(decoder, label)
            if not isinstance(chosen, Binary):
                return chosen.decode(body)
        except MisfitError:
            continue
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return choose(Text(), content_type).decode(body)


def body_of(response: Response) -> bytes:
    """The body of an error; for an event stream, the data of its first event."""
    media_type = media_type_of(response.headers.get("content-type", ""))
    events = part("wire.events") if media_type == "text/event-stream" else None
    if events is None:  # also for APIs without event streams
        return response.body
    parsed = events.EventParser().feed(response.body + b"\n\n")
    return next((event.data.encode() for event in parsed if event.data), response.body)


def message_of(body: bytes) -> str:
    """The message of an error body, in one line; "" if it has none in a known form.

    Known forms are {"error": {"message": …}}, {"error": …}, {"code": …, "error": …},
    {"message": …}, {"detail": …}, {"errors": […]}, problem details (RFC 9457), and messages of
    frameworks about wrong fields: {"errors": {"json": {"name": ["…"]}}}.
    """
    try:
        document: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return ""
    messages = [words_of(document)]
    if is_dict(document):
        names = ("detail", "details", "errors")
        messages += [_field(document.get(name)) for name in names]
    text = " ".join(": ".join(filter(None, messages)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _field(value: Any, path: str = "", depth: int = 0) -> str:
    """The first field that is wrong, with its message; "" if there is none."""
    if is_list(value) and path and value and isinstance(value[0], str):
        return f"{path}: {value[0]}"
    if is_dict(value) and depth < 4:
        below = (
            _field(inner, f"{path}.{name}" if path else str(name), depth + 1)
            for name, inner in value.items()
        )
        return next(filter(None, below), "")
    return ""


def words_of(value: Any, depth: int = 0) -> str:
    """The message in a part of an error body; "" if it has none in a known form."""
    if isinstance(value, str):
        return value
    if is_list(value) and value and depth < 3:
        text = words_of(value[0], depth + 1)
        return f"{text} (and {len(value) - 1} more)" if text and value[1:] else text
    if is_dict(value) and depth < 3:
        title: object = value.get("title")
        for name in _MESSAGES:
            text = words_of(value.get(name), depth + 1)
            if text:
                has_title = name == "detail" and isinstance(title, str)
                return f"{title}: {text}" if has_title and title != text else text
        return title if isinstance(title, str) else ""
    return ""
