# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Answers and files that are JSON Lines, read as items or as outcomes."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import aclosing, closing
from os import PathLike
from typing import IO, Any, Generic, TypeVar

from msgspec import Struct

from ..calls.core import Core
from ..calls.options import Options
from ..results.server_files import AsyncServerFile, ServerFile
from ..results.streaming import Streaming, keeper
from ..results.streams import Opening
from ..values.decoding import Json
from ..values.issues import Issue
from ..values.jsontypes import JsonValue
from ..wire.decoders import Decoder
from ..wire.lines import DEFAULT_LONGEST, Line, LineParser, Undecodable
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from ..wire.sources import open_source
from .outcomes import AsyncOutcomes, Classifier, Failed, Outcome, Outcomes, Succeeded

Item = TypeVar("Item")
T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")


# ------------------------------------------------------------------ outcomes in lines
class OutcomeParser(LineParser[Any], Generic[B, E]):
    """Makes outcomes of bytes, one of every line.

    Args:
        item: The type of an item, if not that of `outcome`.
        now: The time in seconds, for conditions that need it.
        longest: Bytes of the longest line that is read; the rest of a longer one is skipped.
        keep: See `LineParser`.
    """

    def __init__(
        self,
        outcome: Outcome[B, E],
        item: Decoder[Any] | None = None,
        now: Callable[[], float] = lambda: 0.0,
        longest: int = DEFAULT_LONGEST,
        keep: Callable[[Sequence[Issue]], bool] = bool,
    ) -> None:
        super().__init__(item or outcome.item or Json(JsonValue), longest, keep)
        self._classify = Classifier(outcome)
        self._now = now

    def _value(self, line: Line) -> Succeeded[B] | Failed[E] | Undecodable:
        item = super()._value(line)
        if isinstance(item, Undecodable):
            return item
        return self._classify(item, line.number, self._now())

    def read(
        self, chunks: Iterable[bytes]
    ) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
        """The outcomes of a whole file."""
        for chunk in chunks:
            yield from self.feed(chunk)
        yield from self.end()

    async def read_async(
        self, chunks: AsyncIterable[bytes]
    ) -> AsyncGenerator[Succeeded[B] | Failed[E] | Undecodable]:
        """The outcomes of a whole file whose bytes come asynchronously."""
        async for chunk in chunks:
            for outcome in self.feed(chunk):
                yield outcome
        for outcome in self.end():
            yield outcome


def read_outcomes(
    outcome: Outcome[B, E],
    source: bytes | PathLike[str] | IO[bytes] | Iterable[bytes],
    *,
    longest: int = DEFAULT_LONGEST,
) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
    """The outcome of each request, from an output file that is there already.

    Args:
        source: The file's bytes, its path, an open binary file, or its bytes in pieces.
        longest: Bytes of the longest line that is read; the rest of a longer one is skipped.

    Returns:
        The outcomes in the order of the lines; a line that cannot be read is an `Undecodable`.

    Raises:
        InvalidRequestError: The source is no file.
    """
    content = open_source(source)
    chunks = [content] if isinstance(content, bytes) else content.chunks()
    return OutcomeParser(outcome, longest=longest).read(chunks)


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
        for each in parser.read([content]):
            yield each
    else:
        async for each in parser.read_async(content.async_chunks()):
            yield each


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
        sent = self.arguments, self.body, self.options
        return Opening(self.core, self.operation, streaming, *sent)


class LinesFile(ServerFile, Generic[Item]):
    """A JSON Lines file that a server holds.

    for line in client.files.content(file_id): …

    Nothing is sent until it is used, and each use asks for the file again. Iterating holds one
    line at a time; a line that does not fit its type is an `Undecodable`.

    Raises:
        Error: What calls raise; StreamError if the answer breaks off.
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
    keep = keeper(call.core, call.operation.id, call.options)
    return OutcomeParser(outcome, call.lines.item, call.core.clock.now, keep=keep)


class LineOutcomes(Outcomes[B, E]):
    """The outcome of each request, from a JSON Lines file that a server holds, once."""

    def __init__(
        self,
        call: LinesCall[Any],
        outcome: Outcome[B, E],
        transport: Callable[[], Transport],
    ) -> None:
        self.id_pointer = outcome.id
        file = ServerFile(call, transport)
        self._outcomes = self._read(file, _parser(call, outcome))

    @staticmethod
    def _read(
        file: ServerFile, parser: OutcomeParser[B, E]
    ) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
        with closing(file.chunks()) as chunks:
            yield from parser.read(chunks)

    @property
    def cursor(self) -> None:
        """None: a file can only be read from its beginning."""
        return

    def __next__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        return next(self._outcomes)


class AsyncLineOutcomes(AsyncOutcomes[B, E]):
    """The outcome of each request, from a JSON Lines file that a server holds, once."""

    def __init__(
        self,
        call: LinesCall[Any],
        outcome: Outcome[B, E],
        transport: Callable[[], AsyncTransport],
    ) -> None:
        self.id_pointer = outcome.id
        file = AsyncServerFile(call, transport)
        self._outcomes = self._read(file, _parser(call, outcome))

    @staticmethod
    async def _read(
        file: AsyncServerFile, parser: OutcomeParser[B, E]
    ) -> AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]:
        async with (
            aclosing(file.chunks()) as chunks,
            aclosing(parser.read_async(chunks)) as outcomes,
        ):
            async for outcome in outcomes:
                yield outcome

    @property
    def cursor(self) -> None:
        """None: a file can only be read from its beginning."""
        return

    async def __anext__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        return await anext(self._outcomes)
