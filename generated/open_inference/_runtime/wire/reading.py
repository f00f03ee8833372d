# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Bodies of answers that are read as a whole: whether all came, and not too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .messages import Failure, Headers, Response

if TYPE_CHECKING:
    import httpx2

_GZIP = b"\x1f\x8b"
CUT = Failure("broken", "The compressed body is not complete", True, "read")


def answer_of(handle: httpx2.Response, body: bytes) -> Response:
    """The answer as a value."""
    return Response(handle.status_code, Headers(handle.headers.raw), body)


def is_cut(handle: httpx2.Response) -> bool:
    """Whether some of a compressed body is missing, which httpx2 does not tell.

    Either it ended before its end, or there is a second part after the end of the first.
    """
    decoder: Any = getattr(handle, "_decoder", None)
    while hasattr(decoder, "decompressor"):
        decoder = decoder.decompressor
    is_open = getattr(decoder, "eof", True) is False
    rest = getattr(decoder, "unused_data", b"")
    return handle.num_bytes_downloaded > 0 and (is_open or rest.startswith(_GZIP))


class Body:
    """The body of an answer while it is read.

    most: bytes that may be read, after decompression; None for no limit.
    """

    def __init__(self, handle: httpx2.Response, most: int | None) -> None:
        self._handle = handle
        self._most = most
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, chunk: bytes) -> bool:
        """Take some more; whether it is too much now."""
        self._chunks.append(chunk)
        self._length += len(chunk)
        return self._most is not None and self._length > self._most

    def end(self) -> Response | Failure:
        """The answer with its body, if that is all of it.

        An error status is worth more than its body, which is left out where it is too long.
        """
        is_error = self._handle.status_code >= 400
        if self._most is not None and self._length > self._most:
            said = f"longer than the {self._most:,} bytes of Options.max_body"
            if not is_error:
                return Failure("garbled", f"The answer is {said}", True, "read")
            self._chunks.clear()
        if not is_error and is_cut(self._handle):
            return CUT
        return answer_of(self._handle, b"".join(self._chunks))
