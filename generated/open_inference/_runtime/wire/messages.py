# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests and responses as values; transports send and receive them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .secrets import Quiet
from .trace import Pairs

if TYPE_CHECKING:
    from .body import Payload


class Headers(Mapping[str, str]):
    """Headers of a response. Names are case-insensitive; repeated ones are joined with ", "."""

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


def http_date(text: str) -> float | None:
    """Seconds since the epoch for a date in one of the three forms of HTTP (RFC 9110, section
    5.6.7), which are in UTC; None for another text.
    """
    # Takes long to load, and is seldom needed.
    from email.utils import mktime_tz, parsedate_tz

    parts = parsedate_tz(text)
    if parts is None:
        return None
    try:
        return float(mktime_tz((*parts[:9], parts[9] or 0)))
    except (ValueError, OverflowError, OSError):
        return None


class Request(Quiet, frozen=True, kw_only=True):
    """One attempt, ready to be sent."""

    method: str
    url: str
    headers: Pairs
    body: Payload | None
    timeout: float | None
    """Seconds that connecting, sending and each read may take."""
    give_up_at: float | None
    """The deadline of the whole call, on the monotonic clock."""
    max_body: int | None
    """Bytes that an answer may have if it is read as a whole."""
    trusted: bool
    """Whether the URL has the origin that the credentials are for."""
    stream: bool
    """Whether the body of a successful answer is left unread."""
    secret_names: frozenset[str]
    """Query parameters whose values must never be shown."""


class Response(Quiet, frozen=True):
    """An answer. `handle` is the transport's open response if the body was not read."""

    status: int
    headers: Headers
    body: bytes
    handle: Any = None


class Read(NamedTuple):
    """Read the body of an answer that was left open; the outcome is a `Response`."""

    response: Response
    give_up_at: float | None
    max_body: int | None


class Failure(NamedTuple):
    """No complete answer was received."""

    kind: Literal["connect", "timeout", "broken", "invalid", "garbled"]
    """`invalid`: the request cannot be sent; `garbled`: the answer cannot be decoded."""
    message: str
    sent: bool
    """Whether the server may have received the request."""
    phase: str = ""
    cause: BaseException | None = None
    lasts: bool = False
    """Whether it will not pass: an unknown host, or a certificate that is not trusted."""
