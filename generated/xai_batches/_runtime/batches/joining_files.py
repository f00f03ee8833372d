# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What joins of files put aside, in a temporary file."""

from __future__ import annotations

import copyreg
import pickle
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from sys import byteorder
from threading import Lock
from typing import IO, Any, TypeVar, overload

from msgspec import UnsetType

from ..wire.errors import InvalidRequestError

T_co = TypeVar("T_co", covariant=True)


class _TemporaryFile:
    """A file that other processes cannot open, and that threads may share."""

    def __init__(self) -> None:
        try:
            file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as this
        except OSError as e:
            raise _no_room(e) from e
        self._file = file
        weakref.finalize(self, _close, file)
        self._lock = Lock()
        self._next = 0
        """The place that the file is at."""

    def write(self, place: int, data: bytes) -> None:
        """Write at a place, counted in bytes."""
        with self._lock:
            try:
                self._seek(place)
                self._file.write(data)
            except OSError as e:
                raise _no_room(e) from e
            self._next = place + len(data)

    def read(self, place: int, size: int) -> bytes:
        """The bytes at a place."""
        with self._lock:
            try:
                self._seek(place)
                data = self._file.read(size)
            except OSError as e:
                raise _no_room(e) from e
            self._next = place + len(data)
        return data

    def _seek(self, place: int) -> None:
        if place != self._next:  # seeking writes what is buffered
            self._file.seek(place)
        self._next = -1  # unknown, should there be an error


def _no_room(error: OSError) -> InvalidRequestError:
    reason = error.strerror or type(error).__name__
    return InvalidRequestError(f"Outcomes cannot be put aside in a file: {reason}")


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # the disk is full, and the file is not needed any more
        file.close()


_CHUNK = 1024
"""Integers that are written and read at once."""


class FiledIntegers:
    """Integers of 64 bits, used as an `array` is; all but the last ones are in a file."""

    def __init__(self) -> None:
        self._filed = 0
        self._last = array("q")

    @cached_property
    def _file(self) -> _TemporaryFile:
        return _TemporaryFile()

    def __len__(self) -> int:
        return self._filed + len(self._last)

    def __iter__(self) -> Iterator[int]:
        for position in range(0, self._filed, _CHUNK):
            yield from memoryview(self._file.read(8 * position, 8 * _CHUNK)).cast("q")
        yield from self._last

    def __getitem__(self, position: int, /) -> int:
        if position >= self._filed:
            return self._last[position - self._filed]
        return int.from_bytes(self._file.read(8 * position, 8), byteorder, signed=True)

    def __setitem__(self, position: int, value: int, /) -> None:
        if position >= self._filed:
            self._last[position - self._filed] = value
        else:
            self._file.write(8 * position, value.to_bytes(8, byteorder, signed=True))

    def append(self, value: int, /) -> None:
        """Add an integer at the end."""
        self._last.append(value)
        if len(self._last) == _CHUNK:
            self._file.write(8 * self._filed, self._last.tobytes())
            self._filed += _CHUNK
            self._last = array("q")


class _Parts(list[bytes]):
    """What a pickler writes to."""

    write = list[bytes].append


class FileSpool:
    """A spool in a temporary file: pickles, each after its size in eight bytes.

    Raises:
        InvalidRequestError: The disk is full, or a value cannot be pickled.
    """

    def __init__(self) -> None:
        self._file = _TemporaryFile()
        self._end = 0
        self._parts = _Parts()
        self._pickler = pickle.Pickler(self._parts, pickle.HIGHEST_PROTOCOL)
        # UNSET names no module: pickle would look for it in all that are loaded
        reducers = {**copyreg.dispatch_table, UnsetType: _reduce_unset}
        self._pickler.dispatch_table = reducers

    def put(self, value: Any) -> int:
        """Put a value aside, and return its place."""
        self._pickler.clear_memo()
        self._parts.clear()
        try:
            self._pickler.dump(value)
        except (pickle.PicklingError, AttributeError, TypeError) as e:
            raise InvalidRequestError(
                f"A {type(value).__name__} cannot be put aside: {e}"
            ) from e
        data = b"".join(self._parts)
        place = self._end
        self._file.write(place, len(data).to_bytes(8) + data)
        self._end += 8 + len(data)
        return place

    def get(self, place: int, /) -> Any:
        """The value at a place."""
        size = int.from_bytes(self._file.read(place, 8))
        data = self._file.read(place + 8, size)
        return pickle.loads(data)  # noqa: S301 - only `put` writes there


def _reduce_unset(value: UnsetType) -> tuple[type[UnsetType], tuple[()]]:
    return UnsetType, ()


class Lazy(Sequence[T_co]):
    """A sequence whose items are read each time they are used. Picking single ones is slow."""

    def __init__(
        self, keys: Sequence[int] | FiledIntegers, get: Callable[[int], T_co]
    ) -> None:
        self._keys = keys
        self._get = get

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> T_co: ...

    @overload
    def __getitem__(self, index: slice) -> list[T_co]: ...

    def __getitem__(self, index: int | slice) -> T_co | list[T_co]:
        positions = range(len(self._keys))[index]
        if isinstance(positions, range):
            return [self._get(self._keys[position]) for position in positions]
        return self._get(self._keys[positions])

    def __iter__(self) -> Iterator[T_co]:
        return map(self._get, self._keys)

    def __repr__(self) -> str:
        return f"<{len(self):,} items in files>"
