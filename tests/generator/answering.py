"""What the generated clients of a small document make of real answers, blocking and async."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from clientpress.api.naming import Naming
from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.plan.features import FEATURES
from clientpress.printing import as_text
from tests.generator.making import findings, write
from tests.servers.misbehaving import MisbehavingServer, Step

_numbers = itertools.count()


class Bytes(NamedTuple):
    """What a binary answer held."""

    data: bytes


class Answering:
    """The clients of a document, which ask a server.

    Their methods are called by the ids of the operations.

    Attributes:
        findings: What was reported.
        files: The text of every file.
    """

    def __init__(self, folder: Path, data: Any, server: MisbehavingServer) -> None:
        report = Report()
        name = f"answering_{next(_numbers)}"
        made = build(
            write(folder, data),
            name,
            "header",
            {},
            report,
            full=False,
            features=tuple(FEATURES),
            naming=Naming.OPERATION_ID,
        )
        assert made is not None, as_text(report)
        self.findings, self.files, self._server = findings(report), made.files, server
        for path, text in made.files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        sys.path.insert(0, str(folder))
        try:
            self.package: Any = importlib.import_module(name)
            self.errors: Any = importlib.import_module(f"{name}.errors")
            self.models: Any = importlib.import_module(f"{name}.models")
        finally:
            sys.path.remove(str(folder))

    def __call__(self, method: str, *steps: Step, **named: Any) -> Any:
        """The result of a method of the group `operations`: the same for both clients."""

        def call(client: Any) -> Any:
            found = getattr(client.operations, method)(**named)
            return Bytes(found.read()) if hasattr(found, "read") else found

        async def call_async(client: Any) -> Any:
            found = await getattr(client.operations, method)(**named)
            return Bytes(await found.read()) if hasattr(found, "read") else found

        return self._both(steps, call, call_async)

    def stream(
        self, method: str, *steps: Step, events: bool = False, **named: Any
    ) -> Any:
        """The items of a stream, or its events; the same for both clients."""

        def call(client: Any) -> Any:
            with getattr(client.operations, method)(**named) as stream:
                return list(stream.events() if events else stream)

        async def call_async(client: Any) -> Any:
            async with getattr(client.operations, method)(**named) as stream:
                return [x async for x in (stream.events() if events else stream)]

        return self._both(steps, call, call_async)

    def error(
        self, method: str, *steps: Step, stream: bool = False, **named: Any
    ) -> Any:
        """The error that a method raises: the same for both clients."""
        caught = list[Any]()

        def failing(function: Callable[..., Any], *arguments: Any) -> None:
            try:
                found = function(method, *arguments, **named)
            except self.errors.Error as e:
                caught.append(e)
            else:
                raise AssertionError(f"It gave {found!r}")

        failing(self.stream if stream else self, *steps)
        return caught[0]

    def saved(self, method: str, kind: str, path: Path) -> Path:
        """The file that a binary answer was saved to, by one kind of client that waits for
        nothing between its tries.
        """

        def at_once(seconds: float, /) -> None:
            pass

        async def no_pause(seconds: float, /) -> None:
            pass

        if kind == "sync":
            with self.package.Client(base_url=self._server.url) as client:
                client.__runtime__()[1]().sleep = at_once
                found: Path = getattr(client.operations, method)().save(path)
                return found

        async def run() -> Path:
            async with self.package.AsyncClient(base_url=self._server.url) as client:
                client.__runtime__()[1]().sleep = no_pause
                answer = await getattr(client.operations, method)()
                found: Path = await answer.save(path)
                return found

        return asyncio.run(run())

    def _both(
        self, steps: tuple[Step, ...], call: Callable[[Any], Any], call_async: Any
    ) -> Any:
        options = self.package.Options(retries=0)
        found = list[Any]()
        failed = list[Any]()

        def blocking() -> Any:
            self._server.then(*steps)
            url = self._server.url
            with self.package.Client(base_url=url, options=options) as client:
                return call(client)

        async def later() -> Any:
            self._server.then(*steps)
            url = self._server.url
            made = self.package.AsyncClient(base_url=url, options=options)
            async with made as client:
                return await call_async(client)

        for way in (blocking, lambda: asyncio.run(later())):
            try:
                found.append(way())
            except self.errors.Error as e:
                failed.append(e)
        assert not failed or not found, (found, failed)
        if failed:
            assert type(failed[0]) is type(failed[1])
            assert failed[0].message == failed[1].message
            raise failed[0]
        assert found[0] == found[1]
        return found[0]
