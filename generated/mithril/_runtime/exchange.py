# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What goes to a server and what comes back, as values; the transports make them real."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from .bodies import Payload

__all__ = ["Failure", "Headers", "Request", "Response", "Trace", "hide_values"]

Pairs = list[tuple[str, str]]

_SHOWN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-type",
        "idempotency-key",
        "user-agent",
    }
)
"""Headers whose values may be seen; every other one may be a credential."""


class Headers(Mapping[str, str]):
    """Headers of a response. Names are found in any case; repeated ones are joined with ", "."""

    __slots__ = ("_pairs", "_values")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._pairs = list(raw)
        self._values: dict[str, str] | None = None

    def _load(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, value in self._pairs:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            values[key] = f"{values[key]}, {text}" if key in values else text
        self._values = values
        return values

    def __getitem__(self, name: str) -> str:
        return (self._values or self._load())[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values or self._load())

    def __len__(self) -> int:
        return len(self._values or self._load())

    def __repr__(self) -> str:
        return f"Headers({list(self)!r})"  # values may be cookies

    def __reduce__(self) -> tuple[Any, ...]:
        return Headers, (self._pairs,)


def hide_values(headers: Pairs) -> tuple[tuple[str, str], ...]:
    """The headers without the values that may be credentials."""
    return tuple(
        (name, value if name.lower() in _SHOWN_HEADERS else "***")
        for name, value in headers
    )


class Trace(NamedTuple):
    """One request as errors and captures may show it: without credentials."""

    operation: str = ""
    method: str = ""
    url: str = ""
    attempts: int = 0
    request_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    """The body if it is short and was in memory."""

    def summary(self) -> str:
        """Operation, method, URL, attempts and request id in one line."""
        if not self.method:
            return self.operation
        said = f"{self.method} {self.url}"
        if self.attempts > 1:
            said += f", {self.attempts} attempts"
        return f"{said}, request id {self.request_id}" if self.request_id else said

    def curl(self) -> str:
        """The request as a curl command line."""
        if not self.method:
            return ""
        words = ["curl", "-X", self.method, self.url]
        for name, value in self.headers:
            words += ["-H", f"{name}: {value}"]
        if self.body is not None:
            try:
                words += ["--data-raw", self.body.decode()]
            except UnicodeDecodeError:
                words += ["--data-binary", "@body"]
        return " ".join(map(shlex.quote, words))


class Request(NamedTuple):
    """One attempt, ready to be sent."""

    method: str
    url: str
    headers: Pairs
    body: Payload | None
    timeout: float | None
    """Seconds that connecting, sending and each read may take."""
    give_up_at: float | None
    """When the whole call has to be over, on the monotonic clock."""
    trusted: bool
    """Whether the URL has the origin that credentials were given for."""
    stream: bool
    """Whether the body of a successful answer is left unread."""
    secret_names: frozenset[str]
    """Query parameters whose values must never be shown."""
    longest: int | None = None
    """Bytes that the body of the answer may have if it is read as a whole; None for no limit."""


class Response(NamedTuple):
    """An answer. `handle` is the transport's open response if the body was not read."""

    status: int
    headers: Headers
    body: bytes
    handle: Any = None


class Failure(NamedTuple):
    """No complete answer came."""

    kind: Literal["connect", "timeout", "broken", "invalid", "garbled"]
    """`invalid`: the request cannot be sent; `garbled`: a complete answer that is undecodable."""
    message: str
    sent: bool
    """Whether the server may have got the request."""
    phase: str = ""
    cause: BaseException | None = None
