# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Doing what flows ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..wire.errors import ConfigurationError
from ..wire.messages import Read, Request
from ..wire.protocol import AsyncTransport, Transport
from .effects import Ask, Close, Effect, Flow, Sleep, Wait, Work

__all__ = ["run", "run_async"]

T = TypeVar("T")


def run(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    try:
        while True:
            try:
                effect: Effect = flow.send(outcome)
            except StopIteration as stop:
                result: T = stop.value
                return result
            outcome = None
            if isinstance(effect, Request):
                outcome = transport.send(effect)
            elif isinstance(effect, Sleep):
                transport.sleep(effect.seconds)
            elif isinstance(effect, Read):
                outcome = transport.read(effect)
            elif isinstance(effect, Work):
                outcome = effect.do()
            elif isinstance(effect, Close):
                transport.close_response(effect.response)
            elif isinstance(effect, Ask):
                outcome = _ask(effect)
            else:
                _wait(effect)
    finally:
        flow.close()  # others may be waiting for what it was doing


def _ask(effect: Ask) -> Any:
    outcome = effect.function()
    if not hasattr(outcome, "__await__"):
        return outcome
    close = getattr(outcome, "close", None)
    if close is not None:
        close()  # a coroutine that never runs
    raise ConfigurationError(
        f"{effect.said} is async; give it to the async client, or one that is not"
    )


def _wait(effect: Wait) -> None:
    from concurrent.futures import wait

    wait([effect.future], effect.seconds)


async def run_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    try:
        while True:
            try:
                effect: Effect = flow.send(outcome)
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
            elif isinstance(effect, Work):
                from anyio import to_thread

                outcome = await to_thread.run_sync(effect.do)
            elif isinstance(effect, Close):
                await transport.close_response(effect.response)
            elif isinstance(effect, Ask):
                outcome = await _ask_async(effect.function)
            else:
                await _wait_async(effect)
    finally:
        flow.close()  # others may be waiting for what it was doing


async def _ask_async(function: Callable[[], Any]) -> Any:
    from inspect import iscoroutinefunction

    from anyio import to_thread

    if iscoroutinefunction(function):
        return await function()
    outcome = await to_thread.run_sync(function)
    return await outcome if hasattr(outcome, "__await__") else outcome


async def _wait_async(effect: Wait) -> None:
    from asyncio import wait, wrap_future

    waiting = wrap_future(effect.future)
    try:
        await wait([waiting], timeout=effect.seconds)
    finally:
        waiting.cancel()
