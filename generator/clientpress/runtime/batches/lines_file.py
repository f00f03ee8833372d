"""Answers and files that are JSON Lines: streamed, read, saved, and understood as outcomes."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sequence,
)
from functools import partial
from os import PathLike
from typing import IO, Any, Generic, NamedTuple, TypeVar

from ..calls.core import Core
from ..calls.options import Options
from ..results.server_files import BYTES, AsyncServerFile, ServerFile
from ..results.streaming import Streaming
from ..results.streams import Opening
from ..values.decoding import Json
from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..wire.bodies import open_source
from ..wire.lines import DEFAULT_LONGEST, Line, LineSplitter, Undecodable
from ..wire.operation import Decoder, Operation
from ..wire.protocol import AsyncTransport, Transport
from .outcomes import AsyncOutcomes, Failed, Outcome, Outcomes, Succeeded, classify

__all__ = [
    "AsyncLineOutcomes",
    "AsyncLinesFile",
    "LineOutcomes",
    "LinesCall",
    "LinesFile",
    "OutcomeParser",
    "async_line_outcomes",
    "line_outcomes",
    "read_outcomes",
    "read_outcomes_async",
]

Item = TypeVar("Item")
T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")


# ------------------------------------------------------------------ outcomes in lines
class OutcomeParser(Generic[B, E]):
    """Makes outcomes of chunks of bytes, one of every line."""

    def __init__(
        self,
        outcome: Outcome[B, E],
        item: Decoder[Any] | None = None,
        now: Callable[[], float] = lambda: 0.0,
        longest: int = DEFAULT_LONGEST,
    ) -> None:
        self._outcome = outcome
        self._item: Decoder[Any] = item or outcome.item or Json(JsonValue)
        self._now = now
        self._splitter = LineSplitter(longest)

    def feed(self, chunk: bytes) -> list[Succeeded[B] | Failed[E] | Undecodable]:
        """The outcomes of the lines that end in this chunk."""
        return [self._outcome_of(line) for line in self._splitter.feed(chunk)]

    def end(self) -> list[Succeeded[B] | Failed[E] | Undecodable]:
        """The outcome of a last line without an end."""
        return [self._outcome_of(line) for line in self._splitter.end()]

    def _outcome_of(self, line: Line) -> Succeeded[B] | Failed[E] | Undecodable:
        if line.too_long:
            return Undecodable(line.number, line.data, "The line is too long")
        try:
            item = self._item.decode(line.data)
        except MisfitError as e:
            return Undecodable(line.number, line.data, str(e))
        return classify(self._outcome, item, line.number, self._now())


def read_outcomes(
    outcome: Outcome[B, E],
    source: bytes | PathLike[str] | IO[bytes] | Iterable[bytes],
    *,
    longest: int = DEFAULT_LONGEST,
) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
    """What became of each request, from an output file that is there already.

    source: the file's bytes, its path, an open binary file, or its bytes in pieces.
    longest: bytes of the longest line that is read; the rest of a longer one is skipped.

    A line that cannot be read is an `Undecodable`. Raises InvalidRequestError for what is no file.
    """
    content = open_source(source)
    parser = OutcomeParser(outcome, longest=longest)
    return _outcomes_of(
        [content] if isinstance(content, bytes) else content.chunks(), parser
    )


def _outcomes_of(
    chunks: Iterable[bytes], parser: OutcomeParser[B, E]
) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
    for chunk in chunks:
        yield from parser.feed(chunk)
    yield from parser.end()


async def read_outcomes_async(
    outcome: Outcome[B, E],
    source: bytes | PathLike[str] | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes],
    *,
    longest: int = DEFAULT_LONGEST,
) -> AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]:
    """The same as `read_outcomes`; files are read in a worker thread."""
    content = open_source(source)
    parser = OutcomeParser(outcome, longest=longest)
    if isinstance(content, bytes):
        for found in parser.feed(content):
            yield found
    else:
        async for chunk in content.async_chunks():
            for found in parser.feed(chunk):
                yield found
    for found in parser.end():
        yield found


# ------------------------------------------------------------------ answers
class LinesCall(NamedTuple):
    """A call whose answer is JSON Lines."""

    operation: Operation[Any]
    arguments: Sequence[Any] = ()
    body: Any = None
    options: Options | None = None

    def opening(self, core: Core, streaming: Streaming[T]) -> Opening[T]:
        """What makes the call once."""
        return Opening(core, self.operation, streaming, *self[1:])


class LinesFile(ServerFile, Generic[Item]):
    """A JSON Lines file that a server holds.

    for line in client.files.content(file_id): …

    Nothing is sent until it is used, and each use asks for the file again. Iterating holds one
    line at a time; a line that does not fit its type is an `Undecodable`. Raises what calls
    raise, and StreamError if the file ends before its end.
    """

    def __init__(
        self,
        core: Core,
        call: LinesCall,
        lines: Streaming[Item],
        transport: Callable[[], Transport],
    ) -> None:
        super().__init__(partial(call.opening, core), transport)
        self._lines = lines

    def __iter__(self) -> Iterator[Item | Undecodable]:
        return self._stream(self._lines)


class AsyncLinesFile(AsyncServerFile, Generic[Item]):
    """A JSON Lines file that a server holds; see `LinesFile`."""

    def __init__(
        self,
        core: Core,
        call: LinesCall,
        lines: Streaming[Item],
        transport: Callable[[], AsyncTransport],
    ) -> None:
        super().__init__(partial(call.opening, core), transport)
        self._lines = lines

    def __aiter__(self) -> AsyncIterator[Item | Undecodable]:
        return self._stream(self._lines)


# ------------------------------------------------------------------ outcomes of answers
class LineOutcomes(Outcomes[B, E]):
    """What became of each request, from a JSON Lines file that a server holds, once."""

    def __init__(
        self,
        file: LinesFile[Any],
        outcome: Outcome[B, E],
        parser: OutcomeParser[B, E],
    ) -> None:
        self._id_pointer = outcome.id
        self._found = self._read(file, parser)

    @staticmethod
    def _read(
        file: LinesFile[Any], parser: OutcomeParser[B, E]
    ) -> Generator[Succeeded[B] | Failed[E] | Undecodable]:
        chunks = file.chunks()
        try:
            yield from _outcomes_of(chunks, parser)
        finally:
            chunks.close()

    @property
    def cursor(self) -> None:
        """None: a file cannot be entered in the middle."""
        return

    @property
    def id_pointer(self) -> str:
        """Where the lines have their ids."""
        return self._id_pointer

    def __next__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        return next(self._found)


class AsyncLineOutcomes(AsyncOutcomes[B, E]):
    """What became of each request, from a JSON Lines file that a server holds, once."""

    def __init__(
        self,
        file: AsyncLinesFile[Any],
        outcome: Outcome[B, E],
        parser: OutcomeParser[B, E],
    ) -> None:
        self._id_pointer = outcome.id
        self._found = self._read(file, parser)

    @staticmethod
    async def _read(
        file: AsyncLinesFile[Any], parser: OutcomeParser[B, E]
    ) -> AsyncGenerator[Succeeded[B] | Failed[E] | Undecodable]:
        chunks = file.chunks()
        try:
            async for chunk in chunks:
                for found in parser.feed(chunk):
                    yield found
            for found in parser.end():
                yield found
        finally:
            await chunks.aclose()

    @property
    def cursor(self) -> None:
        """None: a file cannot be entered in the middle."""
        return

    @property
    def id_pointer(self) -> str:
        """Where the lines have their ids."""
        return self._id_pointer

    async def __anext__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        return await anext(self._found)


def line_outcomes(
    core: Core,
    call: LinesCall,
    item: Decoder[Any] | None,
    outcome: Outcome[B, E],
    transport: Callable[[], Transport],
) -> LineOutcomes[B, E]:
    """The outcomes of a call whose answer is JSON Lines."""
    parser = OutcomeParser(outcome, item, core.clock.now)
    return LineOutcomes(LinesFile(core, call, BYTES, transport), outcome, parser)


def async_line_outcomes(
    core: Core,
    call: LinesCall,
    item: Decoder[Any] | None,
    outcome: Outcome[B, E],
    transport: Callable[[], AsyncTransport],
) -> AsyncLineOutcomes[B, E]:
    """The outcomes of a call whose answer is JSON Lines."""
    parser = OutcomeParser(outcome, item, core.clock.now)
    file = AsyncLinesFile(core, call, BYTES, transport)
    return AsyncLineOutcomes(file, outcome, parser)
