"""An app that runs, the client made of the document that it writes, and calls from one to the other."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Coroutine, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import Enum
from functools import cached_property
from pathlib import Path
from pprint import pformat
from typing import Any, NamedTuple

import httpx2
import msgspec

from clientpress.generating import generate
from clientpress.runtime.values.kinds import is_list, is_mapping, is_tuple
from tests.frameworks.environments import command_of

SECONDS = 60.0
"""What a call, and the start of an app, may take. Far more than needed: no test measures time."""

Given = Mapping[str, object]


# ------------------------------------------------------------------ what tests say
class Call(NamedTuple):
    """One call, and what has to come of it."""

    operation: str
    """The method and path of the document."""
    given: Given = {}
    """The arguments; an `A` among them is a model of the client."""
    saw: Mapping[str, Any] | None = {}
    """What the app noted, as JSON; None where the framework refuses before the app sees it."""
    came: object = None
    """The result, see `described`."""
    case: str = ""
    """What tells it from other calls of the same operation."""
    returns: str = ""
    """What stands in the type of the result, where an operation has several methods."""
    events: bool = False
    """Whether the events themselves are read from a stream, not their data alone."""


class App(NamedTuple):
    """The app of a framework, and all calls to it."""

    name: str
    document: str
    """The path where the app serves its document."""
    credentials: Mapping[str, object]
    """By the names of the document's security schemes."""
    calls: Sequence[Call]


class A:
    """A model: the name of its class, and its members (of a result: all that came)."""

    def __init__(self, kind: str, /, **members: object) -> None:
        self.kind = kind
        self.members = members

    def __repr__(self) -> str:
        members = (f"{name}={value!r}" for name, value in sorted(self.members.items()))
        return f"{self.kind}({', '.join(members)})"


class Binary(NamedTuple):
    """A binary answer, with all that it holds."""

    content: bytes


class Items(NamedTuple):
    """A stream, with all that it gives."""

    items: list[object]


class Event(NamedTuple):
    """An event of a stream of events."""

    event: str | None
    data: object
    id: str | None = None


class Fails(NamedTuple):
    """An error: its class, its status, and the body as its type says."""

    kind: str
    status: int
    body: object


class Says(NamedTuple):
    """An error that tells something that its type does not declare, in its words or its body."""

    kind: str
    status: int
    text: str


# ------------------------------------------------------------------ the laboratory
class Laboratory:
    """A running app, and both clients of it."""

    def __init__(self, app: App, url: str, folder: Path, log: Path) -> None:
        self.app = app
        self.url = url
        self.log = log
        self.folder = folder
        self.runner = asyncio.Runner()

    @cached_property
    def document(self) -> dict[str, Any]:
        """What the framework wrote."""
        answer = httpx2.get(self.url + self.app.document, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = json.loads(answer.text)
        return found

    @property
    def operations(self) -> set[str]:
        """All operations of the document, as `GET /path`."""
        verbs = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        paths: dict[str, dict[str, Any]] = self.document["paths"]
        return {
            f"{verb.upper()} {path}"
            for path, item in paths.items()
            for verb in verbs
            if verb in item
        }

    @cached_property
    def package(self) -> Path:
        """The generated client."""
        source = self.folder / f"{self.app.name}.json"
        source.write_text(json.dumps(self.document, indent=1))
        target = self.folder / "packages" / f"{self.app.name}_client"
        generate(source, target)
        return target

    @cached_property
    def _module(self) -> Any:
        sys.path.insert(0, str(self.package.parent))
        try:
            return importlib.import_module(self.package.name)
        finally:
            sys.path.pop(0)

    def _make(self, name: str) -> Any:
        """A client; it keeps its connections for all calls, as in a program."""
        module = self._module
        api = importlib.import_module(f"{module.__name__}.client").API
        schemes: dict[str, Any] = api.security.schemes if api.security else {}
        arguments = {
            schemes[scheme].argument: value
            for scheme, value in self.app.credentials.items()
        }
        options = module.Options(timeout=SECONDS, deadline=SECONDS, retries=0)
        return getattr(module, name)(base_url=self.url, options=options, **arguments)

    @cached_property
    def client(self) -> Any:
        return self._make("Client")

    @cached_property
    def async_client(self) -> Any:
        return self._make("AsyncClient")

    def close(self) -> None:
        """Close the clients."""
        if "client" in vars(self):
            self.client.close()
        if "async_client" in vars(self):
            self.run(self.async_client.aclose())
        self.runner.close()

    def run(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Run something of the async client, always in the same loop."""
        return self.runner.run(coroutine)

    # -------------------------------------------------------------- calls
    def call(self, call: Call) -> object:
        """What a call of the sync client gives."""
        method, arguments = self._prepare(self.client, call)
        try:
            return described(_read(method(**arguments), call.events))
        except self._module.errors.StatusError as error:
            return _failure(error, call.came)

    def call_async(self, call: Call) -> object:
        """What a call of the async client gives."""

        async def perform() -> object:
            method, arguments = self._prepare(self.async_client, call)
            try:
                result = method(**arguments)
                if inspect.isawaitable(result):
                    result = await result
                return described(await _read_async(result, call.events))
            except self._module.errors.StatusError as error:
                return _failure(error, call.came)

        return self.run(perform())

    def seen(self) -> list[dict[str, Any]]:
        """What the app has noted since this was asked for."""
        answer = httpx2.get(f"{self.url}/_seen", timeout=SECONDS)
        found: list[dict[str, Any]] = json.loads(answer.text)
        return found

    def _prepare(self, client: Any, call: Call) -> tuple[Any, Given]:
        models = importlib.import_module(f"{self._module.__name__}.models")
        return _method(client, call), _made(call.given, models)


def _made(value: Any, models: Any) -> Any:
    """A value with models of the client in place of every `A`."""
    if isinstance(value, A):
        return getattr(models, value.kind)(**_made(value.members, models))
    if is_mapping(value):
        return {key: _made(item, models) for key, item in value.items()}
    if is_list(value):
        return [_made(item, models) for item in value]
    return value


def _method(client: Any, call: Call) -> Any:
    """The method of an operation, whatever it is called."""
    found = [
        method
        for method in _methods(client)
        if f"`{call.operation}`" in (method.__doc__ or "")
    ]
    if len(found) > 1:
        wanted = call.returns or "Stream["
        found = [
            method
            for method in found
            if (wanted in str(inspect.get_annotations(method)["return"]))
            == bool(call.returns)
        ]
    names = [method.__qualname__ for method in found]
    assert len(found) == 1, f"{call.operation} has the methods {names}"
    return found[0]


def _methods(owner: Any) -> Iterator[Any]:
    """The public methods of a client or group, and of the groups in it."""
    cls: Any = owner.__class__
    for name in dir(cls):
        if name.startswith("_"):
            continue
        static = inspect.getattr_static(cls, name)
        if isinstance(static, cached_property):
            yield from _methods(getattr(owner, name))
        elif inspect.isfunction(static):
            yield getattr(owner, name)


# ------------------------------------------------------------------ results
def _read(result: Any, events: bool) -> object:
    """A result, with all that it has to be asked for."""
    if hasattr(result, "read"):
        return Binary(result.read())
    if hasattr(result, "__enter__"):
        with result as stream:
            return Items(list(stream.events() if events else stream))
    return result


async def _read_async(result: Any, events: bool) -> object:
    if hasattr(result, "read"):
        return Binary(await result.read())
    if hasattr(result, "__aenter__"):
        async with result as stream:
            return Items(
                [item async for item in (stream.events() if events else stream)]
            )
    return result


def _failure(error: Any, expected: object) -> Fails | Says:
    kind, body = type(error).__name__, error.body
    if isinstance(expected, Says):
        said = f"{error} {body!r}"
        return Says(
            kind, error.status, expected.text if expected.text in said else said
        )
    return Fails(kind, error.status, described(body))


def described(value: object) -> object:
    """A value in words that a test can write down: models as `A`, the rest as plain values."""
    if isinstance(value, Binary):
        return value
    if isinstance(value, Items):
        return Items([described(item) for item in value.items])
    if all(hasattr(value, name) for name in ("event", "data", "id", "retry")):
        event: Any = value
        return Event(event.event or None, described(event.data), event.id or None)
    if isinstance(value, msgspec.Struct):
        members = {name: getattr(value, name) for name in value.__struct_fields__}
        return A(
            type(value).__name__,
            **{n: described(v) for n, v in members.items() if v is not msgspec.UNSET},
        )
    if isinstance(value, Enum):
        return described(value.value)
    if is_mapping(value):
        return {key: described(item) for key, item in value.items()}
    if is_list(value) or is_tuple(value):
        return [described(item) for item in value]
    for kind in (bool, int, float, str, Decimal):
        if isinstance(value, kind):
            return value if isinstance(value, bool) else kind(value)
    return value


def as_text(value: object) -> str:
    """A description as text: other than `==`, it tells 3 from 3.0 and from True."""
    return pformat(value, width=100)


# ------------------------------------------------------------------ the process
@contextmanager
def laboratory(app: App, folder: Path) -> Generator[Laboratory]:
    """Start an app, and end it in every case."""
    command = command_of(app.name)
    log = folder / f"{app.name}.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
    } | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
            cwd=folder,
        )
    # An end of its input ends the app, so it cannot outlive this process either.
    with process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), f"{app.name} did not start:\n{log.read_text()}"
            made = Laboratory(app, f"http://127.0.0.1:{int(port)}", folder, log)
            try:
                yield made
            finally:
                made.close()
        finally:
            process.kill()
