# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Run flows: do what they yield."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from ..wire.messages import Read, Request
from ..wire.protocol import AsyncTransport, Transport
from .effects import Close, Flow, Sleep

if TYPE_CHECKING:
    from threading import Event

T = TypeVar("T")

stop_waiting: ContextVar[Event | None] = ContextVar("stop_waiting", default=None)
"""An event that ends the waits of this thread: whoever started the thread was interrupted."""


def run(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    try:
        while True:
            try:
                effect = flow.send(outcome)
            except StopIteration as stop:
                result: T = stop.value
                return result
            outcome = None
            if isinstance(effect, Request):
                outcome = transport.send(effect)
            elif isinstance(effect, Sleep):
                stopping = stop_waiting.get()
                if stopping is None:
                    transport.sleep(effect.seconds)
                elif stopping.wait(effect.seconds):
                    raise KeyboardInterrupt
            elif isinstance(effect, Read):
                outcome = transport.read(effect)
            elif isinstance(effect, Close):
                transport.close_response(effect.response)
            else:
                outcome = effect.do()
    finally:
        flow.close()  # other calls may wait for its token


async def run_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    try:
        while True:
            try:
                effect = flow.send(outcome)
            except StopIteration as stop:
                result: T = stop.value
                return result
            outcome = None
            if isinstance(effect, Request):
                outcome = await transport.send(effect)
            elif isinstance(effect, Sleep):
                await transport.sleep(effect.seconds)
            elif isinstance(effect, Read):
                outcome = await transport.read(effect)
            elif isinstance(effect, Close):
                await transport.close_response(effect.response)
            else:
                outcome = await effect.do_async()
    finally:
        flow.close()  # other calls may wait for its token
