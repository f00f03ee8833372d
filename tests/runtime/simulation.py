"""Flows without a network, in a time of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from clientpress.runtime.calls.core import Api, Core
from clientpress.runtime.calls.limits import Clock
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.setup import make_core
from clientpress.runtime.wire.messages import Failure, Headers, Read, Request, Response

from .callers import KEY, api

BASE = "https://api.example.com/v1"


def answer(
    body: object = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with a JSON body."""
    pairs = [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, Headers(pairs), data)


class Simulation:
    """A transport that plays answers, and a clock that only waiting moves.

    seconds: how long each request takes.
    """

    def __init__(
        self,
        *answers: Response | Failure | Callable[[float], Response | Failure],
        seconds: float = 0.0,
        random: float = 1.0,
        start: float = 1_000_000.0,
    ) -> None:
        self._answers = list(answers)
        self._seconds = seconds
        self._random = random
        self.now = start
        self.sent: list[Request] = []
        self.slept: list[float] = []
        self.sleep: Callable[[float], None] = self._sleep

    def core(
        self, options: Options | None = None, described: Api | None = None
    ) -> Core:
        """What calls share, with this clock."""
        made = make_core(
            described or api(),
            {"bearer": KEY},
            base_url=BASE,
            options=options,
            user_agent=None,
            authenticated=False,
        )
        clock = Clock(lambda: self.now, lambda: self.now, lambda: self._random)
        return made._replace(clock=clock)

    def send(self, request: Request) -> Response | Failure:
        """The next answer; the last one is repeated."""
        self.sent.append(request)
        self.now += self._seconds
        given = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        return given(self.now) if callable(given) else given

    def read(self, effect: Read) -> Response | Failure:
        """Bodies are always there."""
        return effect.response

    def chunks(self, response: Response) -> Iterator[bytes | Failure]:
        """All at once."""
        yield response.body

    def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
        """Nothing is left."""

    def close_response(self, response: Response) -> None:
        """Nothing is ever open."""

    def fits(self) -> bool:
        """There is only one."""
        return True

    def close(self) -> None:
        """Nothing is ever open."""

    def _sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.slept.append(seconds)
        self.now += seconds

    @property
    def targets(self) -> Sequence[Any]:
        """Path and query of what was sent."""
        return [r.url.removeprefix("https://api.example.com") for r in self.sent]
