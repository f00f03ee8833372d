# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Joining without holding requests or outcomes.

Requests stay in their files; outcomes go to a temporary file as they come. What is held is where
each of them is: in memory as a hash of the id (about 120 bytes) and two places of eight bytes, or
in an sqlite3 file.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import IO, Any, NamedTuple, Protocol, TypeVar, overload

from ..values.decoding import Json
from ..values.encoding import encode
from ..values.jsontypes import JsonValue
from ..wire.errors import InvalidRequestError
from ..wire.files import is_path, path_of
from ..wire.lines import Line, Undecodable
from .id_index import MemoryIndex, id_at, open_database, remove_index, unusable
from .joined import Joined
from .outcome_values import Failed
from .request_files import LineFormat, RequestFile, is_request_file

__all__ = ["FileJoining", "Lazy"]

T_co = TypeVar("T_co", covariant=True)

_NOWHERE = -1


# ------------------------------------------------------------------ aside
class _Spool:
    """Values in a temporary file that other processes cannot open."""

    def __init__(self) -> None:
        try:
            made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as this
        except OSError as e:
            raise _no_room(e) from e
        self._file = made
        weakref.finalize(self, _let_go, made)
        self._end = 0
        self._lock = Lock()

    def put(self, value: object) -> int:
        """Put a value aside; its place."""
        try:
            data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        except (pickle.PicklingError, AttributeError, TypeError) as e:
            raise InvalidRequestError(
                f"A {type(value).__name__} cannot be put aside: {e}"
            ) from e
        with self._lock:
            try:
                place = self._file.seek(self._end)
                self._file.write(data)
            except OSError as e:
                raise _no_room(e) from e
            self._end = place + len(data)
        return place

    def get(self, place: int) -> Any:
        """The value at a place."""
        with self._lock:
            try:
                self._file.seek(place)
            except OSError as e:  # it writes what it holds first
                raise _no_room(e) from e
            return pickle.load(self._file)  # noqa: S301 - only `put` writes there


def _no_room(error: OSError) -> InvalidRequestError:
    said = error.strerror or type(error).__name__
    return InvalidRequestError(f"Outcomes cannot be put aside in a file: {said}")


def _let_go(file: IO[bytes]) -> None:
    with suppress(OSError):  # the disk is full; nobody wants the file any more
        file.close()


class _Requests(Protocol):
    """Requests by their places."""

    def places(self, pointer: str) -> Iterator[tuple[int, str | None, str]]:
        """Place and id of every request, and what errors call it; the first pass."""
        ...

    def value(self, place: int) -> Any: ...

    def line(self, place: int) -> bytes:
        """The request as JSON."""
        ...


class _FiledRequests:
    def __init__(self, file: RequestFile[Any]) -> None:
        self._file = file

    def places(self, pointer: str) -> Iterator[tuple[int, str | None, str]]:
        for place, line in self._file.lines():
            found = id_at(self._file.decode(line), pointer)
            yield place, found, f"line {line.number}"

    def value(self, place: int) -> Any:
        return self._file.decode(Line(0, self.line(place)))

    def line(self, place: int) -> bytes:
        return self._file.line_at(place)


class _SpooledRequests:
    def __init__(self, requests: Iterable[Any], spool: _Spool) -> None:
        self._requests = requests
        self._spool = spool

    def places(self, pointer: str) -> Iterator[tuple[int, str | None, str]]:
        for number, request in enumerate(self._requests, 1):
            place = self._spool.put(request)
            yield place, id_at(request, pointer), f"request {number}"
        self._requests = ()

    def value(self, place: int) -> Any:
        return self._spool.get(place)

    def line(self, place: int) -> bytes:
        return encode(self._spool.get(place))


# ------------------------------------------------------------------ where everything is
class Row(NamedTuple):
    """Where a request and its outcome are."""

    request: int
    outcome: int
    """-1 if there is none."""


class _Table(Protocol):
    """The rows, in the order of the requests."""

    def add(self, id: str, place: int) -> bool:
        """Note a request; whether its id is new."""
        ...

    def settle(self, id: str, place: int) -> str:
        """Note an outcome: "new", "duplicate" or "unknown"."""
        ...

    def count(self, *, settled: bool) -> int: ...

    def rows(self, *, settled: bool | None) -> Iterator[Row]: ...

    def row(self, position: int, *, settled: bool) -> Row: ...


class _MemoryTable:
    def __init__(self) -> None:
        self._index = MemoryIndex()
        self._requests = array("q")
        self._outcomes = array("q")
        self._positions: dict[bool, array[int]] = {}

    def add(self, id: str, place: int) -> bool:
        if self._index.add(id, len(self._requests)) is not None:
            return False
        self._requests.append(place)
        self._outcomes.append(_NOWHERE)
        return True

    def settle(self, id: str, place: int) -> str:
        number = self._index.find(id)
        if number is None:
            return "unknown"
        if self._outcomes[number] != _NOWHERE:
            return "duplicate"
        self._outcomes[number] = place
        return "new"

    def _where(self, settled: bool) -> array[int]:
        if settled not in self._positions:
            self._positions[settled] = array(
                "q",
                (n for n, o in enumerate(self._outcomes) if (o != _NOWHERE) is settled),
            )
        return self._positions[settled]

    def count(self, *, settled: bool) -> int:
        return len(self._where(settled))

    def rows(self, *, settled: bool | None) -> Iterator[Row]:
        for request, outcome in zip(self._requests, self._outcomes, strict=True):
            if settled is None or (outcome != _NOWHERE) is settled:
                yield Row(request, outcome)

    def row(self, position: int, *, settled: bool) -> Row:
        number = self._where(settled)[position]
        return Row(self._requests[number], self._outcomes[number])


class _SqliteTable:
    def __init__(self, path: Path) -> None:
        self._database: Any = open_database(path)
        self._path = path
        weakref.finalize(self, remove_index, self._database, path)
        self._lock = Lock()
        self._do(
            "CREATE TABLE requests (number INTEGER PRIMARY KEY, id BLOB UNIQUE,"
            " request INTEGER, outcome INTEGER DEFAULT -1)"
        )

    def _do(self, statement: str, *values: object) -> Any:
        import sqlite3

        with self._lock:
            try:
                return self._database.execute(statement, values)
            except sqlite3.Error as e:
                raise unusable(self._path, e) from e

    def add(self, id: str, place: int) -> bool:
        made = self._do(
            "INSERT OR IGNORE INTO requests (id, request) VALUES (?, ?)",
            _blob(id),
            place,
        )
        return bool(made.rowcount == 1)

    def settle(self, id: str, place: int) -> str:
        query = "SELECT number, outcome FROM requests WHERE id = ?"
        found = self._do(query, _blob(id)).fetchone()
        if found is None:
            return "unknown"
        if found[1] != _NOWHERE:
            return "duplicate"
        self._do("UPDATE requests SET outcome = ? WHERE number = ?", place, found[0])
        return "new"

    def count(self, *, settled: bool) -> int:
        query = "SELECT COUNT(*) FROM requests WHERE (outcome <> -1) = ?"
        return int(self._do(query, settled).fetchone()[0])

    def rows(self, *, settled: bool | None) -> Iterator[Row]:
        wanted = (False, True) if settled is None else (settled, settled)
        last = -1
        query = (
            "SELECT number, request, outcome FROM requests"
            " WHERE number > ? AND (outcome <> -1) IN (?, ?) ORDER BY number LIMIT 1000"
        )
        while found := self._do(query, last, *wanted).fetchall():
            for number, request, outcome in found:
                last = number
                yield Row(request, outcome)

    def row(self, position: int, *, settled: bool) -> Row:
        query = (
            "SELECT request, outcome FROM requests"
            " WHERE (outcome <> -1) = ? ORDER BY number LIMIT 1 OFFSET ?"
        )
        return Row(*self._do(query, settled, position).fetchone())


def _blob(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")


# ------------------------------------------------------------------ the result
class Lazy(Sequence[T_co]):
    """A sequence whose items are read each time they are used. Picking single ones is slow."""

    def __init__(
        self,
        count: int,
        at: Callable[[int], T_co],
        every: Callable[[], Iterator[T_co]],
    ) -> None:
        self._count = count
        self._at = at
        self._every = every

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T_co: ...

    @overload
    def __getitem__(self, index: slice) -> list[T_co]: ...

    def __getitem__(self, index: int | slice) -> T_co | list[T_co]:
        if isinstance(index, slice):
            return [self._at(place) for place in range(*index.indices(self._count))]
        place = index + self._count if index < 0 else index
        if not 0 <= place < self._count:
            raise IndexError(index)
        return self._at(place)

    def __iter__(self) -> Iterator[T_co]:
        return self._every()

    def __repr__(self) -> str:
        return f"<{self._count:,} items in files>"


class FileJoining:
    """The state of a join that holds places only."""

    def __init__(
        self, requests: Any, pointer: str, index: os.PathLike[str] | None
    ) -> None:
        self._spool = _Spool()
        self._source: _Requests
        if is_path(requests):
            plain = LineFormat[Any](item=Json(JsonValue), id=pointer)
            requests = RequestFile(plain, Path(requests))
        if is_request_file(requests):
            self._source = _FiledRequests(requests)
        else:
            self._source = _SpooledRequests(requests, self._spool)
        self._table: _Table = (
            _MemoryTable()
            if index is None
            else _SqliteTable(path_of(index, "The index"))
        )
        self._duplicates = array("q")
        self._unknown = array("q")
        for place, id, said in self._source.places(pointer):
            if id is None:
                raise InvalidRequestError(f"A request ({said}) has no id at {pointer}")
            if not self._table.add(id, place):
                raise InvalidRequestError(
                    f"Two requests have the id {id!r}, the second one in {said}"
                )

    def add(self, outcome: Any) -> None:
        """Take an outcome in."""
        place = self._spool.put(outcome)
        if isinstance(outcome, Undecodable):
            self._unknown.append(place)
            return
        found = self._table.settle(outcome.id, place)
        if found == "unknown":
            self._unknown.append(place)
        elif found == "duplicate":
            self._duplicates.append(place)

    def result(self) -> Joined[Any, Any, Any]:
        """What it comes to."""
        table, source, spool = self._table, self._source, self._spool

        def pair(row: Row) -> Any:
            return source.value(row.request), spool.get(row.outcome)

        def request(row: Row) -> Any:
            return source.value(row.request)

        def failed_lines() -> Iterator[bytes]:
            for row in table.rows(settled=None):
                if row.outcome == _NOWHERE or isinstance(
                    spool.get(row.outcome), Failed
                ):
                    yield source.line(row.request)

        return Joined(
            self._lazy(pair, settled=True),
            self._lazy(request, settled=False),
            _spooled(spool, self._duplicates),
            _spooled(spool, self._unknown),
            failed_lines,
        )

    def _lazy(self, make: Callable[[Row], Any], *, settled: bool) -> Lazy[Any]:
        table = self._table
        return Lazy(
            table.count(settled=settled),
            lambda position: make(table.row(position, settled=settled)),
            lambda: map(make, table.rows(settled=settled)),
        )


def _spooled(spool: _Spool, places: array[int]) -> Lazy[Any]:
    return Lazy(
        len(places),
        lambda position: spool.get(places[position]),
        partial(map, spool.get, places),
    )
