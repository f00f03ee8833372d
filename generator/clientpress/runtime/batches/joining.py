"""Putting requests and what became of them together.

Requests that are at hand are joined in memory. Requests in files, and any for which an index on
disk is given, are not held, and neither are their outcomes (see `joining_files`).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, Generic, cast, overload

from ..values.encoding import encode
from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..values.pointers import ABSENT, lookup
from ..wire.errors import InvalidRequestError
from ..wire.lines import Undecodable
from .joined import B, E, Joined, R
from .outcome_values import Failed, Succeeded

if TYPE_CHECKING:
    from .joining_files import FileJoining

__all__ = ["Joined", "join", "join_async", "write_failed"]


class _Joining(Generic[R, B, E]):
    """The state of a join in memory."""

    def __init__(self, requests: Iterable[R], pointer: str) -> None:
        self._requests: dict[str, R] = {}
        for request in requests:
            found = lookup(request, pointer)
            if found is ABSENT or found is None or found == "":
                raise InvalidRequestError(f"A request has no id at {pointer}")
            if str(found) in self._requests:
                raise InvalidRequestError(f"Two requests have the id {str(found)!r}")
            self._requests[str(found)] = request
        self._outcomes: dict[str, Succeeded[B] | Failed[E]] = {}
        self._duplicates: list[Succeeded[B] | Failed[E]] = []
        self._unknown: list[Succeeded[B] | Failed[E] | Undecodable] = []

    def add(self, outcome: Succeeded[B] | Failed[E] | Undecodable) -> None:
        """Take an outcome in."""
        if isinstance(outcome, Undecodable) or outcome.id not in self._requests:
            self._unknown.append(outcome)
        elif outcome.id in self._outcomes:
            self._duplicates.append(outcome)
        else:
            self._outcomes[outcome.id] = outcome

    def result(self) -> Joined[R, B, E]:
        """What it comes to."""
        known = self._outcomes
        return Joined(
            [(r, known[name]) for name, r in self._requests.items() if name in known],
            [r for name, r in self._requests.items() if name not in known],
            self._duplicates,
            self._unknown,
        )


def _pointer(outcomes: object, id: str | None) -> str:
    pointer = id if id is not None else getattr(outcomes, "id_pointer", None)
    if not isinstance(pointer, str):
        raise InvalidRequestError("Give id, the JSON Pointer to the requests' ids")
    if not pointer.startswith("/"):
        raise InvalidRequestError(f"{pointer!r} is no JSON Pointer; write '/{pointer}'")
    return pointer


def _is_filed(requests: object) -> bool:
    """Whether requests are a path or a `RequestFile`, whose module is needed for files only."""
    return isinstance(requests, os.PathLike) or hasattr(requests, "line_at")


def _start(
    requests: Any, pointer: str, index: os.PathLike[str] | None
) -> _Joining[Any, Any, Any] | FileJoining:
    """A join of the kind that the requests need."""
    if index is None and not _is_filed(requests):
        return _Joining[Any, Any, Any](requests, pointer)
    from .joining_files import FileJoining  # needed for files only

    return FileJoining(requests, pointer, index)


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

    requests: models or dicts; or the path of a JSON Lines file of them, or a `RequestFile`. Those
        in files are not held: a request costs some 140 bytes of memory then, and outcomes go to
        a temporary file.
    id: JSON Pointer to the id of a request; by default where the outcomes have theirs.
    index: where to keep ids and places too, for sets larger than memory: an sqlite3 file that is
        removed when the result is no longer used.

    Raises InvalidRequestError if two requests have the same id, or one has none.
    """
    joining: Any = _start(requests, _pointer(outcomes, id), index)
    for outcome in outcomes:
        joining.add(outcome)
    made: Joined[Any, B, E] = joining.result()
    return made


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
    pointer = _pointer(outcomes, id)
    joining: Any
    if _is_filed(requests):
        from anyio import to_thread

        joining = await to_thread.run_sync(_start, requests, pointer, index)
    else:
        joining = _start(requests, pointer, index)
    async for outcome in outcomes:
        joining.add(outcome)
    made: Joined[Any, B, E] = joining.result()
    return made


# ------------------------------------------------------------------ what is left to do
def write_failed(
    joined: Joined[Any, Any, Any], target: os.PathLike[str] | IO[bytes]
) -> int:
    """Write the requests that failed or have no outcome as the next input file; how many.

    target: a path, where the file appears whole or not at all, or an open binary file.

    Lines of a file of requests are written as they stood there.
    """
    from ..wire.files import AtomicFile, path_of  # needed for files only

    if hasattr(target, "write"):
        return _write_lines(joined, cast("IO[bytes]", target).write)
    with AtomicFile(path_of(target, "The target")) as file:
        return _write_lines(joined, file.write)


def _write_lines(
    joined: Joined[Any, Any, Any], write: Callable[[bytes], object]
) -> int:
    count = 0
    for line in (joined.failed_lines or _Unfinished(joined))():
        write(line + b"\n")
        count += 1
    return count


class _Unfinished:
    """The failed and missing requests of a join in memory, as JSON."""

    def __init__(self, joined: Joined[Any, Any, Any]) -> None:
        self._joined = joined

    def __call__(self) -> Iterator[bytes]:
        failed = (r for r, outcome in self._joined.pairs if isinstance(outcome, Failed))
        for requests in (failed, self._joined.missing):
            for request in requests:
                try:
                    yield encode(request)
                except MisfitError as e:
                    message = f"A request cannot be written: {e}"
                    raise InvalidRequestError(message) from None
