# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The requests of a run: read once, in order, checked and numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from ..wire.errors import InvalidRequestError
from ..wire.files import is_path
from ..wire.lines import LineFormat
from .id_index import MemoryIndex
from .request_files import (
    Encoded,
    RequestFile,
    encode_request,
    is_request_file,
    request_id,
    request_name,
)


class Survey(NamedTuple):
    """How many requests there are, and their digest (BLAKE2b, RFC 7693)."""

    total: int
    digest: str


class RequestReader:
    """Reads requests in order. Holds none of them, only hashes of their ids.

    Args:
        requests: Models or dicts; or the path of a JSON Lines file of them, or a `RequestFile`.
        format: What a request is.
        reserve: Bytes of a call that are not requests.
        done: The ids of requests that are left out.

    Raises:
        InvalidRequestError: The requests are of another type.
    """

    def __init__(
        self,
        requests: Any,
        format: LineFormat[Any],
        reserve: int = 0,
        done: Set[str] = frozenset(),
    ) -> None:
        if is_path(requests):
            requests = RequestFile(format, Path(requests))
        if isinstance(requests, (str, bytes)) or not hasattr(requests, "__iter__"):
            kind = type(requests).__name__
            raise InvalidRequestError(
                f"Requests must be a list, an iterator or a pathlib.Path, not {kind}"
            )
        self._requests: Any = requests
        self._format = format
        self._done = done
        self._largest = max(1, format.max_bytes - reserve) if format.max_bytes else 0
        self.is_repeatable = is_request_file(requests) or isinstance(requests, Sequence)
        """Whether they can be read before anything is sent, and in any thread."""
        self._is_surveyed = False
        self._next: Encoded | None = None
        self._encoded: Iterator[Encoded] | None = None
        self._hash = blake2b(digest_size=16)
        self.count = 0
        """How many requests were taken."""

    @property
    def digest(self) -> str:
        """The digest of all requests that were taken."""
        return self._hash.hexdigest()

    def survey(self) -> Survey:
        """Check every request.

        Raises:
            InvalidRequestError: A request does not fit its type, has no id or the id of an earlier
                one, or is too large. The first such request is named.
        """
        count, hashed = 0, blake2b(digest_size=16)
        for request in self._read(MemoryIndex()):
            count += 1
            hashed.update(request.data + b"\n")
        self._is_surveyed = True
        return Survey(count, hashed.hexdigest())

    def _read(self, ids: MemoryIndex | None) -> Iterator[Encoded]:
        """The requests to send.

        Args:
            ids: Finds requests with the same id; None if there are none.
        """
        format, done, largest = self._format, self._done, self._largest
        kind = "Line" if is_request_file(self._requests) else "Request"
        is_checked = self._is_surveyed
        for position, (number, value) in enumerate(self._numbered(), 1):
            if done and request_id(format, value) in done:
                continue
            request = encode_request(format, value, kind, number, is_checked)
            if largest and len(request.data) + 1 > largest:
                raise InvalidRequestError(
                    f"{request_name(kind, number, request.id)} has"
                    f" {len(request.data):,} bytes; {largest:,} can be sent at once"
                )
            earlier = position if ids is None else ids.setdefault(request.id, position)
            if earlier != position:
                raise InvalidRequestError(
                    f"Requests {earlier} and {position} have the same id {request.id!r}"
                )
            yield request

    def _numbered(self) -> Iterator[tuple[int, Any]]:
        """Every request after its number, or a line after the number of the line."""
        if is_request_file(self._requests):
            return ((line.number, line) for _, line in self._requests.lines())
        requests: Iterable[Any] = self._requests
        return enumerate(requests, 1)

    def take(self, most: int, room: int = 0, enough: int = 0) -> list[Encoded]:
        """The next requests.

        Args:
            most: How many at most.
            room: Bytes that they have to fit into, with one for the end of each; 0 for no limit.
            enough: Bytes after which no further request is taken; 0 for no limit.
        """
        if self._encoded is None:
            self._encoded = self._read(None if self._is_surveyed else MemoryIndex())
        taken: list[Encoded] = []
        used = 0
        while len(taken) < most:
            request = self._next or next(self._encoded, None)
            self._next = request
            if request is None:
                break
            used += len(request.data) + 1
            if room and used > room:
                break
            self._next = None
            self.count += 1
            self._hash.update(request.data + b"\n")
            taken.append(request)
            if enough and used >= enough:
                break
        return taken

    def skip(self, count: int) -> int:
        """Skip requests.

        Returns:
            How many were skipped: fewer than `count` if there are no more.
        """
        start = self.count
        while self.count - start < count and self.take(1):
            pass
        return self.count - start
