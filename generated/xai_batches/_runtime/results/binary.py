# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Answers that are neither JSON nor text: files, images, sounds.

Their bytes are handed out as they arrive, so that a large body is never held in memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from ..calls.answers import BODILESS, Answer, finish
from ..calls.core import Core
from ..calls.drivers import run, run_async
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.group import Owner
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.preparing import Prepared, prepare
from ..values.issues import MisfitError
from ..wire.decoders import Binary, choose
from ..wire.messages import Response
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from .server_files import BYTES, AsyncServerFile, ServerFile
from .streams import Opening

T = TypeVar("T")
X = TypeVar("X")
H = TypeVar("H")

_SMALL = 65_536
"""Bytes. A body up to this size is read at once, so that its connection is free again."""


class Opened(Opening[bytes]):
    """An answer that has arrived, and whose body can be read once."""

    def __init__(self, core: Core, prepared: Prepared, answer: Answer) -> None:
        self._begin(core, prepared, BYTES)
        self._answer = answer
        self._is_used = False

    def open(self, more: Mapping[str, str] | None = None) -> Flow[Answer]:
        if more is not None:
            return (yield from super().open(more))
        if self._is_used:
            raise self.error("The body was read already; read it once, or save it")
        self._is_used = True
        return self.answer


def call_binary(
    owner: Owner[X],
    handle: Callable[[Opened, Callable[[], X]], H],
    operation: Operation[T],
    arguments: Sequence[Any],
    body: Any = None,
    *,
    options: Options | None = None,
) -> Flow[T | H]:
    """A whole call whose answer may be binary.

    Args:
        handle: Makes the object that the caller gets for a binary answer.

    Raises:
        Error: The call fails.
        StreamError: The answer is a part of the body (206) that was not asked for.
    """
    core, transport = owner.__runtime__()
    prepared = prepare(core, operation, arguments, body, options)
    deadline = deadline_of(core.clock, prepared.options)
    answer = yield from perform(
        core, prepared, deadline, lambda r: _is_binary(operation, r) and _is_large(r)
    )
    response = answer.response
    is_empty = response.handle is None and not response.body
    if (
        response.status in BODILESS
        or not _is_binary(operation, response)
        or (is_empty and operation.may_be_empty)
    ):
        return finish(core, operation, answer)
    opened = Opened(core, prepared, answer)
    if answer.is_unasked_part(operation):
        yield from opened.close()
        raise opened.error("It is a partial answer, which was not requested")
    return handle(opened, transport)


def call_loosely(
    owner: Owner[X],
    handle: Callable[[Opened, Callable[[], X]], object],
    operation: Operation[T],
    arguments: Sequence[Any],
    body: Any = None,
    *,
    options: Options | None = None,
) -> Flow[T]:
    """The call of an operation whose document declares JSON text.

    Frameworks write that where they do not know the media type, so an answer that is not text is
    handed out as a binary answer.

    Raises:
        Error: As `call_binary`.
    """
    flow = call_binary(owner, handle, operation, arguments, body, options=options)
    return cast("Flow[T]", flow)


def _is_binary(operation: Operation[Any], response: Response) -> bool:
    decoder: Any = operation.result_decoder(response.status)
    try:
        content_type = response.headers.get("content-type", "")
        return decoder is not None and isinstance(choose(decoder, content_type), Binary)
    except MisfitError:
        return False


def _is_large(response: Response) -> bool:
    length = response.headers.get("content-length", "")
    return not length.isdecimal() or int(length) > _SMALL


class _Described:
    """The headers of an open answer, and what they say about its body."""

    _opened: Opened

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.content_type!r})"

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the answer; names in any case."""
        return self._opened.response.headers

    @property
    def content_type(self) -> str:
        """The header Content-Type; "" without."""
        return self.headers.get("content-type", "")


class BinaryAnswer(_Described, ServerFile):
    """The body of an answer: read, saved, or taken chunk by chunk, once.

        with client.images.retrieve("x") as answer:
            answer.save(Path("x.png"))

    It holds a connection until the body was read or closed. If the connection breaks, the rest is
    requested, as with `Download`. A digest that the server sends is checked.
    """

    def __init__(self, opened: Opened, transport: Callable[[], Transport]) -> None:
        super().__init__(lambda _: opened, transport)
        self._opened = opened

    def __iter__(self) -> Generator[bytes]:
        return self.chunks()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the connection."""
        run(self._opened.close(), self._transport())


class AsyncBinaryAnswer(_Described, AsyncServerFile):
    """The body of an answer; see `BinaryAnswer`."""

    def __init__(self, opened: Opened, transport: Callable[[], AsyncTransport]) -> None:
        super().__init__(lambda _: opened, transport)
        self._opened = opened

    def __aiter__(self) -> AsyncGenerator[bytes]:
        return self.chunks()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Release the connection."""
        await run_async(self._opened.close(), self._transport())
