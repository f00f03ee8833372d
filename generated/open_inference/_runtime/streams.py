# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Answers that are read piece by piece while they come."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from .core import Core
from .driving import AsyncTransport, Transport, run, run_async
from .effects import Close, Flow, Sleep, deadline_of, retries_of
from .errors import DecodeError, StreamError
from .events import Event, EventParser, EventTooLong
from .exchange import Failure
from .flow import perform
from .issues import MisfitError
from .lines import LineParser
from .operation import Decoder, Operation
from .options import Options
from .preparing import Prepared, prepare
from .problems import failure_at
from .results import Answer, status_error
from .retry import MAX_WAIT, back_off

__all__ = ["AsyncStream", "Opening", "Stream", "Streaming"]

Item = TypeVar("Item")


class Streaming(Struct, Generic[Item], frozen=True, kw_only=True):
    """How the body of an answer is cut into items.

    framing: "sse" (the data of each event is an item), "jsonl" (each line is an item; one that
        does not fit is an `Undecodable`, so say so in the type), or "bytes" (chunks as they come).
    item: makes an item of the bytes of one frame.
    terminator: data of the event after which nothing comes.
    error: pointer to what the data of an event says if it stands for a failure, which ends the
        stream.
    resume: after a cut, whether the events after the last one are asked for with Last-Event-ID.
    """

    framing: str
    item: Decoder[Item]
    terminator: str = ""
    error: str = ""
    resume: bool = False


class StreamTransport(Transport, Protocol):
    """What streams need besides."""

    def chunks(self, handle: Any) -> Iterator[bytes | Failure]:
        """The chunks of an open answer; a failure is the last one."""
        ...


class AsyncStreamTransport(AsyncTransport, Protocol):
    """What streams need besides."""

    def chunks(self, handle: Any) -> AsyncIterator[bytes | Failure]:
        """The chunks of an open answer; a failure is the last one."""
        ...


class Opening(Generic[Item]):
    """One stream: how it is opened, and what its chunks mean."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> None:
        self.core = core
        self._operation = operation
        self._streaming = streaming
        self._prepared = prepare(core, operation, arguments, body, options)
        self._answer: Answer | None = None
        self._events = EventParser()
        self._last: Event | None = None
        self._tries = 0
        self._lines = LineParser(streaming.item)
        self.is_over: bool = False
        """Whether the terminator came."""

    def open(self, more: Mapping[str, str] | None = None) -> Flow[Answer]:
        """The open answer. Raises what calls raise.

        more: headers that ask for a part of it.
        """
        prepared = self._prepared if more is None else _for_a_part(self._prepared, more)
        deadline = deadline_of(self.core, prepared.options)
        answer = yield from perform(self.core, prepared, deadline, stream=True)
        if prepared.operation.result_decoder(answer.response.status) is None:
            raise status_error(self.core, self._operation, answer)
        self._answer = answer
        return answer

    def close(self) -> Flow[None]:
        """Let go of the connection."""
        if self._answer is not None and self._answer.response.handle is not None:
            yield Close(self._answer.response)

    @property
    def handle(self) -> Any:
        """The transport's open answer."""
        return self.answer.response.handle

    @property
    def answer(self) -> Answer:
        """The open answer. Raises StreamError before there is one."""
        if self._answer is None:
            raise StreamError("The stream is not open")
        return self._answer

    def got_on(self) -> None:
        """Something came: cuts are counted from here on."""
        self._tries = 0

    def again(
        self,
        failure: Failure,
        headers: Mapping[str, str],
        wait: float | None = None,
    ) -> Flow[Answer]:
        """Ask for what is missing after a cut.

        headers: say what is missing.
        wait: seconds that the server wants to pass before.

        Raises StreamError after too many cuts with nothing in between, and where asking again
        could do harm.
        """
        prepared = self._prepared
        may_repeat = prepared.body is None and prepared.operation.method == "GET"
        self._tries += 1
        if self._tries > retries_of(prepared.options) or not may_repeat:
            raise self.broken(failure)
        yield Close(self.answer.response)
        random = self.core.clock.random()
        yield Sleep(back_off(self._tries, random) if wait is None else wait)
        return (yield from self.open(headers))

    def go_on(self, failure: Failure | None) -> Flow[bool]:
        """After the last chunk: whether there are more, of an answer that goes on.

        Raises StreamError for a stream that broke.
        """
        last, told = self._last, self._streaming
        is_cut = failure is not None or (told.terminator and not self.is_over)
        if not is_cut:
            return False
        if failure is None:
            message = f"it ended without {told.terminator!r}"
            failure = Failure("broken", message, True)
        if not told.resume or last is None or not last.id:
            raise self.broken(failure)
        wait = None if last.retry is None else min(last.retry / 1000, MAX_WAIT)
        self._events = EventParser()
        yield from self.again(failure, {"last-event-id": last.id}, wait)
        return True

    @property
    def headers(self) -> Any:
        """Headers of the answer."""
        return self.answer.response.headers

    def feed(self, chunk: bytes) -> Iterator[Item]:
        """The items that a chunk completes. Raises StreamError and DecodeError after them."""
        if self._streaming.framing == "jsonl":
            yield from cast("list[Item]", self._lines.feed(chunk))
        elif self._streaming.framing == "bytes":
            if chunk:
                yield self._decode(chunk)
        else:
            yield from self._items_of_events(chunk)

    def _items_of_events(self, chunk: bytes) -> Iterator[Item]:
        try:
            events = self._events.feed(chunk)
        except EventTooLong as e:
            raise self.error(str(e)) from None
        for event in events:
            self._last = event
            self.got_on()
            if self._streaming.terminator and event.data == self._streaming.terminator:
                self.is_over = True
                return
            yield self._decode(event.data.encode())

    def end(self) -> list[Item]:
        """The items that the end of the answer completes."""
        is_lines = self._streaming.framing == "jsonl"
        return cast("list[Item]", self._lines.end()) if is_lines else []

    def _decode(self, data: bytes) -> Item:
        if self._streaming.error:
            said = failure_at(data, self._streaming.error)
            if said is not None:
                raise self.error(f"The server broke off: {said}")
        try:
            return self._streaming.item.decode(data)
        except MisfitError as e:
            answer = self.answer
            raise DecodeError(
                f"An event is not as documented: {e}",
                issues=e.issues,
                status=answer.response.status,
                headers=answer.response.headers,
                raw=data,
                trace=answer.trace,
            ) from None

    def broken(self, failure: Failure) -> StreamError:
        """The error for a stream that broke."""
        error = self.error(f"The stream broke: {failure.message}")
        error.__cause__ = failure.cause
        return error

    def error(self, message: str) -> StreamError:
        """An error with everything that is known about the answer."""
        answer = self.answer
        return StreamError(
            message,
            status=answer.response.status,
            headers=answer.response.headers,
            trace=answer.trace,
        )


def _for_a_part(prepared: Prepared, headers: Mapping[str, str]) -> Prepared:
    """The request for a part of what it asks for: 206 (RFC 9110) is what 200 is documented as."""
    operation = prepared.operation
    decoder = operation.result_decoder(200)
    if decoder is not None:
        operation = replace(operation, results={**operation.results, "206": decoder})
    return prepared._replace(
        operation=operation, headers={**prepared.headers, **headers}
    )


class Stream(Generic[Item]):
    """The items of an answer, while they come.

    with client.chat.stream(…) as events:
        for event in events: …

    The request is sent when the block is entered; leaving it closes the connection.
    """

    def __init__(
        self, opening: Opening[Item], transport: Callable[[], StreamTransport]
    ) -> None:
        self._opening = opening
        self._make_transport = transport
        self._transport: StreamTransport | None = None
        self._items: Generator[Item] | None = None

    def __enter__(self) -> Self:
        self._transport = self._make_transport()
        run(self._opening.open(), self._transport)
        self._items = self._read(self._transport)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            run(self._opening.close(), self._transport)
            self._transport = None

    @property
    def headers(self) -> Any:
        """Headers of the answer."""
        return self._opening.headers

    def __iter__(self) -> Iterator[Item]:
        if self._items is None:
            raise StreamError("A stream is used in a with block")
        return self._items

    def _read(self, transport: StreamTransport) -> Generator[Item]:
        opening, more = self._opening, True
        while more:
            failure: Failure | None = None
            for chunk in transport.chunks(opening.handle):
                if isinstance(chunk, Failure):
                    failure = chunk
                    break
                yield from opening.feed(chunk)
                if opening.is_over:
                    return
            more = run(opening.go_on(failure), transport)
        yield from opening.end()


class AsyncStream(Generic[Item]):
    """The items of an answer, while they come; see `Stream`."""

    def __init__(
        self, opening: Opening[Item], transport: Callable[[], AsyncStreamTransport]
    ) -> None:
        self._opening = opening
        self._make_transport = transport
        self._transport: AsyncStreamTransport | None = None
        self._items: AsyncGenerator[Item] | None = None

    async def __aenter__(self) -> Self:
        self._transport = self._make_transport()
        await run_async(self._opening.open(), self._transport)
        self._items = self._read(self._transport)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        if self._items is not None:
            await self._items.aclose()
        if self._transport is not None:
            await run_async(self._opening.close(), self._transport)
            self._transport = None

    @property
    def headers(self) -> Any:
        """Headers of the answer."""
        return self._opening.headers

    def __aiter__(self) -> AsyncIterator[Item]:
        if self._items is None:
            raise StreamError("A stream is used in an async with block")
        return self._items

    async def _read(self, transport: AsyncStreamTransport) -> AsyncGenerator[Item]:
        opening, more = self._opening, True
        while more:
            failure: Failure | None = None
            async for chunk in transport.chunks(opening.handle):
                if isinstance(chunk, Failure):
                    failure = chunk
                    break
                for item in opening.feed(chunk):
                    yield item
                if opening.is_over:
                    return
            more = await run_async(opening.go_on(failure), transport)
        for item in opening.end():
            yield item
