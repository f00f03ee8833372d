"""Answers, as users give them and as they are sent."""

from __future__ import annotations

import json as jsonlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import httpx2

from clientpress.document.data import is_array
from clientpress.testing.media import bare, kind_of
from clientpress.testing.reading import Json

NOT_GIVEN: Final[Any] = object()

Failure = Literal[
    "refused", "connect timeout", "write timeout", "read timeout", "reset", "cut"
]
"""How an exchange fails: there is no connection (`refused`); connecting, sending or waiting takes too long;
the connection is closed before the answer (`reset`) or in the middle of it (`cut`).
"""

_ERRORS: dict[str, tuple[type[httpx2.TransportError], str]] = {
    "refused": (httpx2.ConnectError, "[Errno 111] Connection refused"),
    "connect timeout": (httpx2.ConnectTimeout, "timed out while connecting"),
    "write timeout": (httpx2.WriteTimeout, "timed out while sending"),
    "read timeout": (httpx2.ReadTimeout, "timed out while waiting for the answer"),
    "reset": (httpx2.ReadError, "[Errno 104] Connection reset by peer"),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer of an operation. What is not given comes from the document.

    Attributes:
        status: The status code; by default that of the documented success.
        json: The value of the body, which may hold models. For event streams and lines, a list of values.
        content: The bytes of the body; in pieces, if they shall arrive in pieces.
        example: The name of one of the document's examples.
        media_type: One that the document declares; by default the first that fits.
        headers: Headers besides those that the document requires.
        failure: How the exchange fails, instead of an answer.
    """

    status: int | None = None
    json: Any = NOT_GIVEN
    content: bytes | str | Sequence[bytes] | None = None
    example: str = ""
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    failure: Failure | None = None

    def __post_init__(self) -> None:
        bodies = [
            self.json is not NOT_GIVEN,
            self.content is not None,
            self.example != "",
        ]
        if sum(bodies) > 1:
            raise TypeError("give one of json, content and example")
        if self.failure is not None and self.failure not in (*_ERRORS, "cut"):
            raise ValueError(f"failure must be one of {', '.join((*_ERRORS, 'cut'))}")


@dataclass(frozen=True)
class Reply:
    """An answer as it is sent.

    Attributes:
        pieces: The bytes of the body, in pieces.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes, ...]
    failure: Failure | None = None

    def response(self, request: httpx2.Request) -> httpx2.Response:
        """The answer as a response of httpx2.

        Raises:
            httpx2.TransportError: The exchange is to fail before the answer.
        """
        if self.failure in _ERRORS:
            cls, message = _ERRORS[self.failure]
            raise cls(message, request=request)
        headers = list(self.headers)
        whole = b"".join(self.pieces)
        if request.method == "HEAD" or self.status in (204, 304):
            whole, stream = b"", Pieces(())
        elif self.failure == "cut":
            half = whole[: len(whole) // 2]
            stream = Pieces((half,), httpx2.ReadError("the connection was closed"))
        else:
            stream = Pieces(self.pieces)
        if len(self.pieces) <= 1 and self.status not in (204, 304):
            headers.append(("content-length", str(len(whole))))
        return httpx2.Response(
            self.status, headers=headers, stream=stream, request=request
        )


class Pieces(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that arrives in pieces, and may end with an error."""

    def __init__(
        self, pieces: tuple[bytes, ...], error: httpx2.TransportError | None = None
    ) -> None:
        self._pieces, self._error = pieces, error

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._error is not None:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._error is not None:
            raise self._error


def as_json(value: object) -> Json:
    """The plain JSON of a value that may hold models of a generated package."""
    return jsonlib.loads(jsonlib.dumps(value, default=_of_model))


def _of_model(value: object) -> object:
    """The plain JSON of a model; models that are not plain have a method `__encode__`."""
    import msgspec

    def encode(inner: Any) -> Any:
        make = getattr(inner, "__encode__", None)
        if make is None:
            raise TypeError(f"{type(inner).__name__} has no JSON form")
        return make()

    return jsonlib.loads(msgspec.json.encode(value, enc_hook=encode))


def encoded(value: Json, media_type: str, *, is_stream: bool) -> bytes:
    """The bytes of a body.

    Args:
        value: The value; for a stream, a list of values.
        media_type: The media type of the body.
        is_stream: Whether the body is a stream of items.
    """
    name = bare(media_type)
    if name == "text/event-stream":
        events = (f"data: {jsonlib.dumps(v)}\n\n" for v in _each(value))
        return "".join(events).encode()
    if is_stream and kind_of(name) != "multipart":
        mark = "\x1e" if "seq" in name else ""
        return "".join(f"{mark}{jsonlib.dumps(v)}\n" for v in _each(value)).encode()
    if kind_of(name) != "json" and isinstance(value, str):
        return value.encode()
    return jsonlib.dumps(value, ensure_ascii=False).encode()


def _each(value: Json) -> list[Json]:
    return value if is_array(value) else [value]
