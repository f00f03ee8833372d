# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Joining requests with their outcomes.

One algorithm for all sizes, over an index (which request has this id), a spool (where values are
put aside) and lists of places. Requests that are at hand are joined in memory: the index is a
dict, the spool a list. Requests in files are not held, and neither are their outcomes, but hashes
of ids and places. With an index on disk, nothing is held.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import (
    AsyncIterable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import partial
from itertools import chain
from pathlib import Path
from typing import (
    IO,
    TYPE_CHECKING,
    Any,
    Generic,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from msgspec import Struct

from ..values.decoding import Json
from ..values.encoding import encode
from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..wire.errors import InvalidRequestError
from ..wire.files import AtomicFile, is_path, path_of
from ..wire.lines import LineFormat, Undecodable
from .id_index import IdIndex, check_pointer, id_at, open_index
from .outcome_values import Failed, Succeeded

if TYPE_CHECKING:
    from ..wire.arrow import ArrowStream, ArrowTable
    from .joining_files import FiledIntegers
    from .request_files import RequestFile

B = TypeVar("B")
E = TypeVar("E")
R = TypeVar("R")


class Joined(Struct, Generic[R, B, E], frozen=True):
    """Requests and their outcomes.

    Attributes:
        pairs: Each request with its outcome, in the order of the requests.
        missing: Requests without an outcome.
        duplicates: Outcomes whose id had one already; the first one counts.
        unknown: Outcomes of requests that were not given, and those without an id.
        failed_lines: The failed and missing requests as JSON, where they stand in a file.
        id_pointer: JSON Pointer to the id of a request.

    They are lists, or for requests in files sequences that are read each time they are used.
    """

    pairs: Sequence[tuple[R, Succeeded[B] | Failed[E]]]
    missing: Sequence[R]
    duplicates: Sequence[Succeeded[B] | Failed[E]]
    unknown: Sequence[Succeeded[B] | Failed[E] | Undecodable]
    failed_lines: Callable[[], Iterator[bytes]] | None = None
    id_pointer: str = "/id"

    def to_arrow(
        self,
        *,
        request: Mapping[str, str] | None = None,
        answer: Mapping[str, str] | None = None,
    ) -> ArrowTable:
        """A `pyarrow.Table` of one row a request, which polars, pandas and DuckDB take.

            joined.to_arrow(request={"prompt": "/body/input"}, answer={"text": "/output/0/text"})

        The columns are `id`; parts of the requests; `status`: "succeeded", "failed" or "missing";
        parts of the answers; and `error`, as text or JSON. A column has the type of its values;
        objects, and values of several types, are JSON.

        Args:
            request: JSON Pointers (RFC 6901) into the requests, by the names of columns.
            answer: The same for the answers of requests that succeeded.

        Raises:
            InvalidRequestError: A name is used twice, or a text is no JSON Pointer.
            ConfigurationError: pyarrow is not installed.
        """
        stream: Any = self.to_arrow_stream(request=request, answer=answer)
        table: ArrowTable = stream.read_all()
        return table

    def to_arrow_stream(
        self,
        *,
        request: Mapping[str, str] | None = None,
        answer: Mapping[str, str] | None = None,
        batch_rows: int = 10_000,
    ) -> ArrowStream:
        """The same as `to_arrow`, as a `pyarrow.RecordBatchReader`: one batch is in memory.

        Args:
            batch_rows: Rows of a batch.
        """
        from .joined_arrow import stream_of  # needs pyarrow

        stream: ArrowStream = stream_of(self, request or {}, answer or {}, batch_rows)
        return stream


class _Spool(Protocol):
    """Values that were put aside, by their places."""

    def put(self, value: Any) -> int:
        """Put a value aside, and return its place."""
        ...

    def get(self, place: int, /) -> Any:
        """The value at a place."""
        ...


class _MemorySpool:
    def __init__(self) -> None:
        self._values: list[Any] = []
        self.get: Callable[[int], Any] = self._values.__getitem__

    def put(self, value: Any) -> int:
        self._values.append(value)
        return len(self._values) - 1


_Integers: TypeAlias = "list[int] | array[int] | FiledIntegers"
_NOWHERE = -1
"""The place of an outcome that did not come."""


class _Joining:
    """The state of a join.

    Args:
        requests: Models or dicts, the path of a file of them, or a `RequestFile`.
        pointer: JSON Pointer to the id of a request.
        index: Where the index is kept, if not in memory.

    Raises:
        InvalidRequestError: Two requests have the same id, or one has none.
    """

    def __init__(
        self, requests: Any, pointer: str, index: os.PathLike[str] | None
    ) -> None:
        self._file = _file_of(requests, pointer)
        self._pointer = pointer
        self._index: IdIndex = {}
        self._spool: _Spool = _MemorySpool()
        self._integers: Callable[[], _Integers] = list
        self._sequence: Callable[[_Integers, Callable[[int], Any]], Sequence[Any]] = (
            lambda keys, get: [*map(get, keys)]
        )
        if self._file is not None or index is not None:
            from .joining_files import FiledIntegers, FileSpool, Lazy

            path = None if index is None else path_of(index, "The index")
            self._index = open_index(path)
            self._spool = FileSpool()
            self._sequence = Lazy
            self._integers = FiledIntegers if path else partial(array, "q")
        self._request_at: Callable[[int], Any] = (
            self._spool.get if self._file is None else self._file.request_at
        )
        integers = self._integers
        self._requests: _Integers = integers()
        """The place of each request, in its file or in the spool."""
        self._outcomes: _Integers = integers()
        """The place of the outcome of each request."""
        self._duplicates: _Integers = integers()
        self._unknown: _Integers = integers()
        what = "request" if self._file is None else "line"
        for position, (place, number, request) in enumerate(self._entries(requests)):
            id = id_at(request, pointer)
            if id is None:
                raise InvalidRequestError(
                    f"A request ({what} {number}) has no id at {pointer}"
                )
            if self._index.setdefault(id, position) != position:
                raise InvalidRequestError(
                    f"Two requests have the id {id!r}, the second one in {what} {number}"
                )
            self._requests.append(place)
            self._outcomes.append(_NOWHERE)

    def _entries(self, requests: Iterable[Any]) -> Iterator[tuple[int, int, Any]]:
        """Place, number (in a file, that of the line) and value of every request."""
        if self._file is None:
            put = self._spool.put
            for number, request in enumerate(requests, 1):
                yield put(request), number, request
        else:
            for place, line in self._file.lines():
                yield place, line.number, self._file.decode(line)

    def add(self, outcome: Succeeded[Any] | Failed[Any] | Undecodable) -> None:
        """Take an outcome in."""
        place = self._spool.put(outcome)
        position = (
            None if isinstance(outcome, Undecodable) else self._index.get(outcome.id)
        )
        if position is None:
            self._unknown.append(place)
        elif self._outcomes[position] == _NOWHERE:
            self._outcomes[position] = place
        else:
            self._duplicates.append(place)

    def result(self) -> Joined[Any, Any, Any]:
        """What was taken in."""
        paired, missing = self._integers(), self._integers()
        for position, outcome in enumerate(self._outcomes):
            (missing if outcome == _NOWHERE else paired).append(position)
        return Joined(
            self._sequence(paired, self._pair),
            self._sequence(missing, self._request),
            self._sequence(self._duplicates, self._spool.get),
            self._sequence(self._unknown, self._spool.get),
            None if self._file is None else partial(self._failed_lines, self._file),
            self._pointer,
        )

    def _request(self, position: int) -> Any:
        return self._request_at(self._requests[position])

    def _pair(self, position: int) -> tuple[Any, Any]:
        request, outcome = self._requests[position], self._outcomes[position]
        return self._request_at(request), self._spool.get(outcome)

    def _failed_lines(self, file: RequestFile[Any]) -> Iterator[bytes]:
        for request, outcome in zip(self._requests, self._outcomes, strict=True):
            if outcome == _NOWHERE or isinstance(self._spool.get(outcome), Failed):
                yield file.line_at(request)


def _is_filed(requests: object) -> bool:
    """Whether requests are a path or a `RequestFile`."""
    return is_path(requests) or hasattr(requests, "line_at")


def _file_of(requests: Any, pointer: str) -> RequestFile[Any] | None:
    """The file that the requests are in; None if they are at hand."""
    if not is_path(requests):
        return requests if _is_filed(requests) else None
    from .request_files import RequestFile  # needed for files only

    return RequestFile(
        LineFormat[Any](item=Json(JsonValue), id=pointer), Path(requests)
    )


# ------------------------------------------------------------------ joining
def _pointer(outcomes: object, id: str | None) -> str:
    pointer = id if id is not None else getattr(outcomes, "id_pointer", None)
    if not isinstance(pointer, str):
        raise InvalidRequestError("Give id, the JSON Pointer to the requests' ids")
    check_pointer(pointer)
    return pointer


@overload
def join(
    outcomes: Iterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: os.PathLike[str],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[dict[str, JsonValue], B, E]: ...


@overload
def join(
    outcomes: Iterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[R],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[R, B, E]: ...


def join(
    outcomes: Iterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[Any] | os.PathLike[str],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[Any, B, E]:
    """Put outcomes and requests together.

    Args:
        outcomes: The outcomes, in any order.
        requests: Models or dicts; or the path of a JSON Lines file of them, or a `RequestFile`.
            Those in files are not held: a request costs some 140 bytes of memory then, and
            outcomes go to a temporary file.
        id: JSON Pointer (RFC 6901) to the id of a request; by default where the outcomes have
            theirs.
        index: Where to keep the ids, for sets larger than memory: an sqlite3 file that is removed
            when the result is no longer used. Nothing is held then.

    Raises:
        InvalidRequestError: Two requests have the same id, or one has none.
    """
    joining = _Joining(requests, _pointer(outcomes, id), index)
    for outcome in outcomes:
        joining.add(outcome)
    return joining.result()


@overload
async def join_async(
    outcomes: AsyncIterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: os.PathLike[str],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[dict[str, JsonValue], B, E]: ...


@overload
async def join_async(
    outcomes: AsyncIterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[R],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[R, B, E]: ...


async def join_async(
    outcomes: AsyncIterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[Any] | os.PathLike[str],
    *,
    id: str | None = None,
    index: os.PathLike[str] | None = None,
) -> Joined[Any, B, E]:
    """The same as `join` for the outcomes of an async client."""
    start = partial(_Joining, requests, _pointer(outcomes, id), index)
    if _is_filed(requests):
        from anyio import to_thread

        joining = await to_thread.run_sync(start)
    else:
        joining = start()
    async for outcome in outcomes:
        joining.add(outcome)
    return joining.result()


# ------------------------------------------------------------------ what is left to do
def write_failed(
    joined: Joined[Any, Any, Any], target: os.PathLike[str] | IO[bytes]
) -> int:
    """Write the requests that failed or have no outcome as the next input file.

    Lines of a file of requests are written as they stood there.

    Args:
        target: A path, where the file appears whole or not at all, or an open binary file.

    Returns:
        How many requests were written.

    Raises:
        InvalidRequestError: A request has no JSON form, or the file cannot be written.
    """
    if hasattr(target, "write"):
        return _write_lines(joined, cast("IO[bytes]", target).write)
    with AtomicFile(path_of(target, "The target")) as file:
        return _write_lines(joined, file.write)


def _write_lines(
    joined: Joined[Any, Any, Any], write: Callable[[bytes], object]
) -> int:
    lines = joined.failed_lines or partial(_failed_at_hand, joined)
    count = 0
    for line in lines():
        write(line + b"\n")
        count += 1
    return count


def _failed_at_hand(joined: Joined[Any, Any, Any]) -> Iterator[bytes]:
    """The failed and then the missing requests, as JSON."""
    failed = (r for r, outcome in joined.pairs if isinstance(outcome, Failed))
    for request in chain(failed, joined.missing):
        try:
            yield encode(request)
        except MisfitError as e:
            raise InvalidRequestError(f"A request cannot be written: {e}") from None
