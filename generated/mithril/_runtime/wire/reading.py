# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies of answers: decompression, and checks that they are complete and not too long."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .messages import Failure, Headers, Response

if TYPE_CHECKING:
    import httpx2

_GZIP = b"\x1f\x8b"
_PIECE = 1 << 16
"""Bytes; a small body may become a huge one, which must not be in memory as a whole."""


def answer_of(handle: httpx2.Response, body: bytes | None) -> Response:
    """The answer as a value; its body is None if it is left unread."""
    headers, unread = Headers(handle.headers.raw), handle if body is None else None
    return Response(handle.status_code, headers, body or b"", unread)


class Inflater:
    """Decompresses a body: gzip with all its members (RFC 1952, section 2.2), or deflate.

    httpx2 can do this too, but does not report a missing end.
    """

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding != "deflate"
        self._head = b""
        self._inner: Any = None

    @property
    def is_whole(self) -> bool:
        """Whether the body may end here."""
        return not self._head if self._inner is None else bool(self._inner.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress more bytes, in pieces.

        Raises:
            zlib.error: The bytes have another format.
        """
        while data:
            inner = self._inner
            if inner is None or inner.eof:
                data = self._head + data
                self._head = b"" if len(data) > 1 else data
                inner = None if self._head else self._member(data)
                if inner is None:
                    return
                self._inner = inner
            piece = inner.decompress(data, _PIECE)
            while piece:
                yield piece
                data = inner.unconsumed_tail
                piece = inner.decompress(data, _PIECE)
            data = inner.unconsumed_tail or inner.unused_data

    def _member(self, data: bytes) -> Any:
        """What decompresses the first member, or the next one; None for bytes that mean nothing."""
        if self._inner is not None and not (self._is_gzip and data[:2] == _GZIP):
            return None
        bits = zlib.MAX_WBITS | 16 if self._is_gzip else zlib.MAX_WBITS
        # Some servers send deflate without the zlib header, a multiple of 31 (RFC 1950, section 2.2).
        if not self._is_gzip and int.from_bytes(data[:2], "big") % 31:
            bits = -zlib.MAX_WBITS
        return zlib.decompressobj(bits)


def inflater_of(handle: httpx2.Response) -> Inflater | None:
    """The decompressor of an answer; None if httpx2 decompresses it, or it is not compressed."""
    coding = handle.headers.get("content-encoding", "").strip().lower()
    is_read = handle.is_stream_consumed  # as mock transports do
    known = coding in ("gzip", "x-gzip", "deflate")
    return Inflater(coding) if known and not is_read else None


class Body:
    """The body of an answer while it is read.

    Args:
        most: Bytes that may be read, after decompression; None for no limit.
    """

    def __init__(self, handle: httpx2.Response, most: int | None) -> None:
        self._handle = handle
        self._most = most
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, chunk: bytes) -> bool:
        """Add a chunk; whether the body is too long now."""
        self._chunks.append(chunk)
        self._length += len(chunk)
        return self._most is not None and self._length > self._most

    def end(self) -> Response | Failure:
        """The answer with its body; a failure if the body is too long.

        For an error status, a body that is too long is dropped instead: the status matters more.
        """
        is_error = self._handle.status_code >= 400
        if self._most is not None and self._length > self._most:
            limit = f"the {self._most:,} bytes of Options.max_body"
            if not is_error:
                message = f"The answer is longer than {limit}"
                return Failure("garbled", message, True, "read")
            self._chunks.clear()
        return answer_of(self._handle, b"".join(self._chunks))
