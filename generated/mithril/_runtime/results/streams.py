# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Answers that are read item by item while they arrive."""

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
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from msgspec import json
from msgspec.structs import replace

from ..calls.answers import BODILESS, Answer, status_error
from ..calls.core import Core
from ..calls.drivers import run, run_async
from ..calls.effects import Close, Flow, Sleep
from ..calls.error_bodies import message_of, parse_error_body
from ..calls.flow import perform
from ..calls.limits import Deadline, deadline_of, retries_of
from ..calls.options import Options
from ..calls.preparing import Prepared, prepare
from ..calls.retry import MAX_WAIT, back_off
from ..values.decoding import Json
from ..values.issues import Issue, MisfitError
from ..wire.decoders import media_type_of
from ..wire.errors import DecodeError, RequestTimeoutError
from ..wire.events import Event, EventParser, EventTooLong
from ..wire.lines import Line, LineParser, LineSplitter
from ..wire.messages import Failure, Response
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from .streaming import StreamError, Streaming, failure_at, keeper

Item = TypeVar("Item")
T = TypeVar("T")
_EVENTS = "text/event-stream"
_FRAMES = {"sse": "An event", "lines": "A line", "bytes": "The body"}


class Opening(Generic[Item]):
    """One stream: opens it, decodes its chunks, and continues it after a broken connection."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        options: Options | None = None,
    ) -> None:
        accept = _EVENTS if streaming.framing == "sse" else streaming.accept
        if accept and accept != operation.accept:
            operation = replace(operation, accept=accept)
        if streaming.member:
            options = options or Options()
            more = {**options.extra_body, streaming.member: True}
            options = replace(options, extra_body=more)
        self._begin(core, prepare(core, operation, arguments, body, options), streaming)

    def _begin(
        self, core: Core, prepared: Prepared, streaming: Streaming[Item]
    ) -> None:
        self.core = core
        self._streaming = streaming
        self._prepared = prepared
        self._answer: Answer | None = None
        self._deadline: Deadline | None = None
        self._events = EventParser()
        self._last: Event | None = None
        self._tries = 0
        self._keep = keeper(core, prepared.operation.id, prepared.options)
        self._lines = LineParser(streaming.item, keep=self._keep)
        self._splitter = LineSplitter()
        self.is_over: bool = False
        """Whether the last item was read; the server may keep the connection open after it."""

    def open(self, more: Mapping[str, str] | None = None) -> Flow[Answer]:
        """Send the request.

        Args:
            more: Headers that ask for a part of the body.

        Returns:
            The open answer.

        Raises:
            StreamError: The answer is not a stream, or a part that was not asked for.
            Error: The call fails.
        """
        prepared = self._prepared if more is None else _for_a_part(self._prepared, more)
        deadline = self._deadline or deadline_of(self.core.clock, prepared.options)
        self._deadline = deadline  # the same for all requests of a stream
        answer = yield from perform(self.core, prepared, deadline, self._is_stream)
        response = answer.response
        if prepared.operation.result_decoder(response.status) is None:
            raise status_error(self.core, prepared.operation, answer)
        self._answer = answer
        if response.status in BODILESS:
            self.is_over = True
        elif response.handle is None:
            raise self._other_answer(answer)
        elif answer.is_unasked_part(prepared.operation):
            yield Close(response)
            raise self.error("It is a partial answer, which was not requested")
        return answer

    def as_file(self) -> Flow[Answer]:
        """Send the request for a file: not compressed, since only such a file can be continued.

        Returns:
            The open answer; see `open`.
        """
        headers = {"accept-encoding": "identity", **self._prepared.headers}
        self._prepared = replace(self._prepared, headers=headers)
        return self.open()

    def _is_stream(self, response: Response) -> bool:
        """Whether the answer is a stream.

        Events need their media type (HTML standard, section 9.2.2). Files may have any, since
        servers label them in many ways.
        """
        # Triton sends the header twice.
        listed = response.headers.get("content-type", "").split(",")
        media_types = [media_type_of(text) for text in listed]
        if response.status in BODILESS:
            return False
        if self._streaming.framing == "sse":
            return _EVENTS in media_types or media_types == [""]
        return self._streaming.framing == "bytes" or "text/html" not in media_types

    def _other_answer(self, answer: Answer) -> StreamError:
        """The error for an answer that is not a stream, with its decoded body."""
        response = answer.response
        content_type = response.headers.get("content-type", "")
        message = f"The answer is {content_type}, not a stream"
        details = message_of(response.body)
        error = self.error(f"{message}: {details}" if details else message)
        error.raw = response.body
        decoder = self._prepared.operation.result_decoder(response.status)
        error.body = parse_error_body(decoder, response)
        return error

    def close(self) -> Flow[None]:
        """Release the connection."""
        if self._answer is not None and self._answer.response.handle is not None:
            yield Close(self._answer.response)

    @property
    def response(self) -> Response:
        """The open answer, for the transport."""
        return self.answer.response

    @property
    def answer(self) -> Answer:
        """The open answer.

        Raises:
            StreamError: The stream is not open.
        """
        if self._answer is None:
            raise StreamError("The stream is not open")
        return self._answer

    def got_on(self) -> None:
        """Note that data arrived: the count of broken connections starts again."""
        self._tries = 0

    def again(
        self, failure: Failure, headers: Mapping[str, str], wait: float | None = None
    ) -> Flow[Answer]:
        """Request the missing part after the connection broke.

        Args:
            headers: Say which part is missing.
            wait: Seconds to wait before; None for the usual back-off.

        Raises:
            StreamError: The connection broke too often without any data in between, or the
                request is not safe to repeat.
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
        """Handle the end of the chunks.

        Returns:
            Whether the stream continues with a new answer.

        Raises:
            StreamError: The stream broke, and cannot be resumed.
        """
        last, streaming = self._last, self._streaming
        if failure is None and self._ends(self._events.unfinished):
            self.is_over = True  # the blank line after the last event is missing
        is_cut = failure is not None or (streaming.terminator and not self.is_over)
        if not is_cut:
            return False
        if failure is None:
            message = f"it ended without {streaming.terminator!r}"
            failure = Failure("broken", message, True)
        if not streaming.resume or last is None or not last.id:
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
        """The items that a chunk completes.

        Raises:
            StreamError: The server reports a failure, or an item is too long; after the items
                before it.
            DecodeError: An item does not fit its type; after the items before it.
            RequestTimeoutError: The deadline has passed.
        """
        self._check_deadline()
        if self._streaming.framing == "jsonl":
            yield from cast("list[Item]", self._lines.feed(chunk))
        elif self._streaming.framing == "lines":
            yield from map(self._line, self._splitter.feed(chunk))
        elif self._streaming.framing == "bytes":
            if chunk:
                yield self._decode(chunk)
        else:
            for event in self.feed_events(chunk):
                # An event without data only keeps the connection alive.
                if event.data or event.event == "error" or self._streaming.whole:
                    yield self._item(event)

    def feed_events(self, chunk: bytes) -> Iterator[Event]:
        """The events that a chunk completes, up to the last one of the stream."""
        self._check_deadline()
        try:
            events = self._events.feed(chunk)
        except EventTooLong as e:
            raise self.error(str(e)) from None
        for event in events:
            self._last = event
            self.got_on()
            if self._ends(event.data):
                self.is_over = True
                return
            yield event

    def _check_deadline(self) -> None:
        deadline = self._deadline
        if deadline is not None and deadline.remaining(self.core.clock) == 0.0:
            raise RequestTimeoutError(
                "The deadline has passed",
                phase="deadline",
                sent=True,
                trace=self.answer.trace,
            )

    def _ends(self, data: str) -> bool:
        """Whether an event with this data ends the stream."""
        streaming = self._streaming
        is_json = isinstance(streaming.item, Json) and not streaming.whole
        default = "[DONE]" if is_json else None
        return data.rstrip() == (streaming.terminator or default)

    def _item(self, event: Event) -> Item:
        data = event.data.encode()
        if self._streaming.whole:
            return self._whole_item(event)
        if event.event == "error":
            raise self.error(f"The server broke off: {message_of(data) or event.data}")
        return self._decode(data)

    def _whole_item(self, event: Event) -> Item:
        """The item that describes the whole event.

        The type of items decides: data may be text or the decoded JSON, and an event without a
        name may have the default name "message" or none.
        """
        fields: dict[str, Any] = {"data": event.data, "event": event.event}
        fields |= {"id": event.id} if event.id else {}
        fields |= {"retry": event.retry} if event.retry is not None else {}
        candidates = [fields]
        with suppress(ValueError):
            candidates.append({**fields, "data": json.decode(event.data)})
        if event.event == "message":
            unnamed = [{k: v for k, v in c.items() if k != "event"} for c in candidates]
            candidates = unnamed + candidates
        misfit: MisfitError | None = None
        for candidate in candidates:
            try:
                return self._streaming.item.decode(json.encode(candidate))
            except MisfitError as e:
                misfit = misfit or e
        raise self._misfit(misfit.issues if misfit else [], event.data.encode())

    def _line(self, line: Line) -> Item:
        if line.too_long:
            raise self.error(f"Line {line.number} is too long")
        return self._decode(line.data)

    def end(self) -> list[Item]:
        """The items that the end of the answer completes."""
        if self._streaming.framing == "lines":
            return [*map(self._line, self._splitter.end())]
        is_lines = self._streaming.framing == "jsonl"
        return cast("list[Item]", self._lines.end()) if is_lines else []

    def _decode(self, data: bytes) -> Item:
        if self._streaming.error:
            message = failure_at(data, self._streaming.error)
            if message is not None:
                raise self.error(f"The server broke off: {message}")
        issues = list[Issue]()
        if not isinstance(self._streaming.item, Json):
            try:
                return self._streaming.item.decode(data)
            except MisfitError as e:
                raise self._misfit(e.issues, data) from None
        decoder: Any = self._streaming.item
        try:
            value: Item = decoder.decode(data, issues)
        except MisfitError as e:
            if decoder.is_loose:
                return cast("Item", data.decode())
            raise self._misfit(e.issues, data) from None
        if decoder.is_other(value, data, issues) and (message := message_of(data)):
            raise self.error(f"The server broke off: {message}")
        issues = [issue for issue in issues if not issue.is_format]
        if issues and not self._keep(issues):
            raise self._misfit(issues, data)
        return value

    def _misfit(self, issues: list[Issue], data: bytes) -> DecodeError:
        answer = self.answer
        return DecodeError(
            f"{_FRAMES[self._streaming.framing]} is not as documented: {MisfitError(issues)}",
            issues=issues,
            status=answer.response.status,
            headers=answer.response.headers,
            raw=data,
            trace=answer.trace,
        )

    def broken(self, failure: Failure) -> StreamError:
        """The error for a stream that broke."""
        error = self.error(f"The stream broke: {failure.message}")
        error.__cause__ = failure.cause
        return error

    def error(self, message: str) -> StreamError:
        """An error with status, headers and trace of the answer."""
        answer = self.answer
        return StreamError(
            message,
            status=answer.response.status,
            headers=answer.response.headers,
            trace=answer.trace,
        )


def _for_a_part(prepared: Prepared, headers: Mapping[str, str]) -> Prepared:
    """The request for a part of the body; 206 (RFC 9110, section 15.3.7) is decoded as 200."""
    operation = prepared.operation
    decoder = operation.result_decoder(200)
    if decoder is not None:
        operation = replace(operation, results={**operation.results, "206": decoder})
    return replace(
        prepared, operation=operation, headers={**prepared.headers, **headers}
    )


class Stream(Generic[Item]):
    """The items of an answer, while they arrive.

        with client.chat.stream(…) as events:
            for event in events: …

    The request is sent when the block is entered; leaving it closes the connection. Without a block,
    iterating does both: the connection is closed after the last item, or when the iterator is.
    """

    def __init__(
        self, opening: Opening[Item], transport: Callable[[], Transport]
    ) -> None:
        self._opening = opening
        self._make_transport = transport
        self._transport: Transport | None = None
        self._items: Generator[Item] | None = None

    def __enter__(self) -> Self:
        self._transport = self._make_transport()
        run(self._opening.open(), self._transport)
        self._items = self._read(self._transport, self._opening.feed)
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
        return self._in_block() if self._items is None else self._items

    def _in_block(self) -> Generator[Item]:
        with self:
            yield from self._items or ()

    def events(self) -> Iterator[Event]:
        """The events as they arrive, with their names and ids, instead of the items."""
        if self._transport is None or self._items is None:
            raise StreamError("A stream is used in a with block")
        self._items.close()
        return self._read(self._transport, self._opening.feed_events)

    def _read(
        self, transport: Transport, feed: Callable[[bytes], Iterator[T]]
    ) -> Generator[T]:
        opening = self._opening
        while not opening.is_over:
            failure: Failure | None = None
            chunks = transport.chunks(opening.response)
            for chunk in chunks:
                if isinstance(chunk, Failure):
                    failure = chunk
                    break
                yield from feed(chunk)
                if opening.is_over:
                    transport.drain(opening.response, chunks)
                    return
            if not run(opening.go_on(failure), transport):
                break
        yield from cast("list[T]", opening.end())


class AsyncStream(Generic[Item]):
    """The items of an answer, while they arrive; see `Stream`."""

    def __init__(
        self, opening: Opening[Item], transport: Callable[[], AsyncTransport]
    ) -> None:
        self._opening = opening
        self._make_transport = transport
        self._transport: AsyncTransport | None = None
        self._items: AsyncGenerator[Item] | None = None
        self._events: AsyncGenerator[Event] | None = None

    async def __aenter__(self) -> Self:
        self._transport = self._make_transport()
        await run_async(self._opening.open(), self._transport)
        self._items = self._read(self._transport, self._opening.feed)
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
        for iterator in (self._items, self._events):
            if iterator is not None:
                await iterator.aclose()
        if self._transport is not None:
            await run_async(self._opening.close(), self._transport)
            self._transport = None

    @property
    def headers(self) -> Any:
        """Headers of the answer."""
        return self._opening.headers

    def __aiter__(self) -> AsyncIterator[Item]:
        return self._in_block() if self._items is None else self._items

    async def _in_block(self) -> AsyncGenerator[Item]:
        async with self:
            if self._items is not None:
                async for item in self._items:
                    yield item

    def events(self) -> AsyncIterator[Event]:
        """The events as they arrive, with their names and ids, instead of the items."""
        if self._transport is None:
            raise StreamError("A stream is used in an async with block")
        self._events = self._read(self._transport, self._opening.feed_events)
        return self._events

    async def _read(
        self, transport: AsyncTransport, feed: Callable[[bytes], Iterator[T]]
    ) -> AsyncGenerator[T]:
        opening = self._opening
        while not opening.is_over:
            failure: Failure | None = None
            chunks = transport.chunks(opening.response)
            async for chunk in chunks:
                if isinstance(chunk, Failure):
                    failure = chunk
                    break
                for item in feed(chunk):
                    yield item
                if opening.is_over:
                    await transport.drain(opening.response, chunks)
                    return
            if not await run_async(opening.go_on(failure), transport):
                break
        for last in cast("list[T]", opening.end()):
            yield last
