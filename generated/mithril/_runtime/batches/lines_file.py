# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
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
from os import PathLike
from typing import IO, Any, Generic, TypeVar

from msgspec import Struct

from ..calls.core import Core
from ..calls.options import Options
from ..results.server_files import AsyncServerFile, ServerFile
from ..results.streaming import Streaming
from ..results.streams import Opening
from ..values.decoding import Json
from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..wire.decoders import Decoder
from ..wire.lines import DEFAULT_LONGEST, Line, LineSplitter, Undecodable
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from ..wire.sources import open_source
from .outcomes import AsyncOutcomes, Failed, Outcome, Outcomes, Succeeded, classify

__all__ = [
    "AsyncLineOutcomes",
    "AsyncLinesFile",
    "LineOutcomes",
    "LinesCall",
    "LinesFile",
    "OutcomeParser",
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
class LinesCall(Struct, Generic[Item], frozen=True):
    """A call whose answer is JSON Lines."""

    core: Core
    operation: Operation[Any]
    lines: Streaming[Item]
    arguments: Sequence[Any] = ()
    body: Any = None
    options: Options | None = None

    def __call__(self, streaming: Streaming[T]) -> Opening[T]:
        """What makes the call once."""
        given = self.arguments, self.body, self.options
        return Opening(self.core, self.operation, streaming, *given)


class LinesFile(ServerFile, Generic[Item]):
    """A JSON Lines file that a server holds.

    for line in client.files.content(file_id): …

    Nothing is sent until it is used, and each use asks for the file again. Iterating holds one
    line at a time; a line that does not fit its type is an `Undecodable`. Raises what calls
    raise, and StreamError if the file ends before its end.
    """

    def __init__(
        self, call: LinesCall[Item], transport: Callable[[], Transport]
    ) -> None:
        super().__init__(call, transport)
        self._lines = call.lines

    def __iter__(self) -> Iterator[Item | Undecodable]:
        return self._stream(self._lines)


class AsyncLinesFile(AsyncServerFile, Generic[Item]):
    """A JSON Lines file that a server holds; see `LinesFile`."""

    def __init__(
        self, call: LinesCall[Item], transport: Callable[[], AsyncTransport]
    ) -> None:
        super().__init__(call, transport)
        self._lines = call.lines

    def __aiter__(self) -> AsyncIterator[Item | Undecodable]:
        return self._stream(self._lines)


# ------------------------------------------------------------------ outcomes of answers
def _parser(call: LinesCall[Any], outcome: Outcome[B, E]) -> OutcomeParser[B, E]:
    return OutcomeParser(outcome, call.lines.item, call.core.clock.now)


class LineOutcomes(Outcomes[B, E]):
    """What became of each request, from a JSON Lines file that a server holds, once."""

    def __init__(
        self,
        call: LinesCall[Any],
        outcome: Outcome[B, E],
        transport: Callable[[], Transport],
    ) -> None:
        self._id_pointer = outcome.id
        file = ServerFile(call, transport)
        self._found = self._read(file, _parser(call, outcome))

    @staticmethod
    def _read(
        file: ServerFile, parser: OutcomeParser[B, E]
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
        call: LinesCall[Any],
        outcome: Outcome[B, E],
        transport: Callable[[], AsyncTransport],
    ) -> None:
        self._id_pointer = outcome.id
        file = AsyncServerFile(call, transport)
        self._found = self._read(file, _parser(call, outcome))

    @staticmethod
    async def _read(
        file: AsyncServerFile, parser: OutcomeParser[B, E]
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
