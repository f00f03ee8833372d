"""The requests of a run: read once, in order, checked and numbered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from ..wire.errors import InvalidRequestError
from ..wire.files import is_path
from ..wire.lines import LineFormat
from .id_index import MemoryIndex
from .request_files import Encoded, RequestFile, encode_request, is_request_file

__all__ = ["RequestReader", "Survey"]


class Survey(NamedTuple):
    """All requests, looked at once: how many, and their digest."""

    total: int
    digest: str


class RequestReader:
    """Reads requests in order. Holds none of them, only hashes of their ids.

    reserve: bytes of a call that are not requests.
    """

    def __init__(
        self, requests: Any, format: LineFormat[Any], reserve: int = 0
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
        self._largest = max(1, format.max_bytes - reserve) if format.max_bytes else 0
        self.is_repeatable = is_request_file(requests) or isinstance(requests, Sequence)
        """Whether they can be looked at before anything is sent, by any thread."""
        self._is_surveyed = False
        self._next: Encoded | None = None
        self._encoded: Iterator[Encoded] | None = None
        self._hash = blake2b(digest_size=16)
        self.count = 0
        """How many were taken."""

    @property
    def digest(self) -> str:
        """Of all that were taken."""
        return self._hash.hexdigest()

    def survey(self) -> Survey:
        """Check every request. Raises InvalidRequestError for the first that is wrong."""
        count, hashed = 0, blake2b(digest_size=16)
        for made in self._read(MemoryIndex()):
            count += 1
            _note(hashed, made)
        self._is_surveyed = True
        return Survey(count, hashed.hexdigest())

    def _read(self, ids: MemoryIndex | None) -> Iterator[Encoded]:
        for number, (said, request) in enumerate(self._named(), 1):
            made = encode_request(self._format, request, said)
            if self._largest and len(made.data) + 1 > self._largest:
                raise InvalidRequestError(
                    f"{said} (id {made.id!r}) has {len(made.data):,} bytes;"
                    f" {self._largest:,} can be sent at once"
                )
            earlier = number if ids is None else ids.setdefault(made.id, number)
            if earlier != number:
                raise InvalidRequestError(
                    f"Requests {earlier} and {number} have the same id {made.id!r}"
                )
            yield made

    def _named(self) -> Iterator[tuple[str, Any]]:
        """Every request and what errors call it."""
        if is_request_file(self._requests):
            for _, line in self._requests.lines():
                yield f"Line {line.number}", line
        else:
            for number, request in enumerate(self._requests, 1):
                yield f"Request {number}", request

    def take(self, most: int, room: int = 0, enough: int = 0) -> list[Encoded]:
        """The next requests: at most so many, that fit into so many bytes with one for the end
        of each; 0 bytes for no limit. None that comes after `enough` bytes.
        """
        if self._encoded is None:
            self._encoded = self._read(None if self._is_surveyed else MemoryIndex())
        taken: list[Encoded] = []
        used = 0
        while len(taken) < most:
            made = self._next or next(self._encoded, None)
            self._next = made
            if made is None:
                break
            used += len(made.data) + 1
            if room and used > room:
                break
            self._next = None
            self.count += 1
            _note(self._hash, made)
            taken.append(made)
            if enough and used >= enough:
                break
        return taken

    def skip(self, count: int) -> int:
        """Go past so many requests; how many there were."""
        start = self.count
        while self.count - start < count and self.take(1):
            pass
        return self.count - start


def _note(hashed: Any, made: Encoded) -> None:
    hashed.update(made.data)
    hashed.update(b"\n")
