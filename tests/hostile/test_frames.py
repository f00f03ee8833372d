"""What tools that print local variables show when a call fails: no secret.

`pytest -l`, rich and error trackers print the local variables of every frame of a traceback: its
`repr`, and the items of lists, tuples and mappings.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from rich.pretty import pretty_repr

from clientpress.generating import generate
from tests.generator.making import document, json_body, operation, write
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    drip,
    half_a_body,
    refused_url,
    reply,
    reset,
    stream,
)

SECRET = "s3cr3t"
ISSUED = reply(200, f'{{"access_token": "{SECRET}-token", "expires_in": 60}}'.encode())
SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "code"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}},
    },
}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client with an operation for each security scheme, and with streams and files."""
    folder = tmp_path_factory.mktemp("frames")
    answer = {"200": {"description": "ok", **json_body(THING)}}
    events = {"text/event-stream": {"schema": {"type": "string"}}}
    data: dict[str, Any] = {"application/octet-stream": {}}
    paths: dict[str, Any] = {}
    for name in SCHEMES:
        security: list[dict[str, list[str]]] = [{name: []}]
        paths[f"/{name}"] = {
            "post": operation(
                operationId=name, tags=["calls"], responses=answer, security=security
            )
        }
    for name, content in (("events", events), ("file", data)):
        responses = {"200": {"description": "ok", "content": content}}
        paths[f"/{name}"] = {
            "get": operation(
                operationId=name,
                tags=["calls"],
                **{"x-clientpress-name": name},
                responses=responses,
                security=[{"header": []}],
            )
        }
    root = {"components": {"securitySchemes": SCHEMES}}
    generate(write(folder, document(paths=paths, **root)), folder / "frames_client")
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("frames_client")
    finally:
        sys.path.remove(str(folder))


def credentials(package: Any, name: str) -> dict[str, Any]:
    oauth = package.ClientCredentials
    given: dict[str, dict[str, Any]] = {
        "header": {"header": SECRET},
        "query": {"query": SECRET},
        "cookie": {"cookie": SECRET},
        "basic": {"basic": ("user", SECRET)},
        "bearer": {"bearer": SECRET},
        "function": {"bearer": lambda: SECRET},
        "oauth": {"oauth": oauth("id", SECRET)},
        "oauth in the body": {"oauth": oauth("id", SECRET, auth="body")},
    }
    return given[name]


FAULTS: dict[str, tuple[Step, ...]] = {
    "reset": (reset(),),
    "500": (reply(500, b'{"error": "no"}'),),
    "401": (reply(401, b"{}"),),
    "no JSON": (reply(200, b"<html>"),),
    "half a body": (half_a_body(),),
    "slow": (drip(b'{"id": "' + b" " * 100 + b'"}', 0.05),),
    "redirects": (reply(307, b"", {"Location": f"/query?code={SECRET}"}),),
}


# ------------------------------------------------------------------ what is shown
def shown(error: BaseException, package: Any) -> str:
    """The local variables of the client's frames, of the error and of its causes."""
    folder, texts = str(Path(package.__file__).parent), [str(error), repr(error)]
    for each in _chain(error):
        texts += [repr(vars(each)), repr(getattr(each, "_request", None))]
        if getattr(each, "_request", None) is not None:
            texts.append(repr(each.request.url))  # type: ignore[attr-defined]
        traceback = each.__traceback__
        while traceback is not None:
            frame = traceback.tb_frame
            if frame.f_code.co_filename.startswith(folder):
                texts += _locals(frame)
            traceback = traceback.tb_next
    return "\n".join(texts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__ or following.__context__


def _locals(frame: FrameType) -> Iterator[str]:
    for name, value in frame.f_locals.items():
        where = f"{frame.f_code.co_name}: {name} ="
        yield f"{where} {value!r}"
        yield f"{where} {pretty_repr(value)}"
        for item in _items(value, 6):
            yield f"{where} … {item!r}"


def _items(value: Any, depth: int) -> Iterator[Any]:
    """What error trackers look into."""
    items: list[Any] = []
    if isinstance(value, Mapping):
        items = [*value, *value.values()]
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        items = [*value]
    for item in items if depth else ():
        yield item
        yield from _items(item, depth - 1)


def failing(call: Callable[[], object], package: Any) -> BaseException:
    with pytest.raises(package.errors.Error) as caught:
        call()
    error: BaseException = caught.value
    return error


def calling(package: Any, kind: str, *path: str, **arguments: Any) -> None:
    """Create a client, call a method of a group, and consume what it returns."""
    if kind == "sync":
        with package.Client(**arguments) as client:
            result = _method(client, path)()
            if hasattr(result, "__enter__"):
                with result:
                    list(result)
        return

    async def work() -> None:
        async with package.AsyncClient(**arguments) as client:
            result = _method(client, path)()
            if hasattr(result, "__await__"):
                result = await result
            if hasattr(result, "__aenter__"):
                async with result:
                    async for _ in result:
                        pass

    asyncio.run(work())


def _method(client: Any, path: Sequence[str]) -> Any:
    for name in path:
        client = getattr(client, name)
    return client


# ------------------------------------------------------------------ tests
@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "name",
    [*SCHEMES, "function", "oauth in the body", "url"],
)
def test_calls_that_fail(package: Any, kind: str, name: str, fault: str) -> None:
    scheme = {"function": "bearer", "oauth in the body": "oauth", "url": "basic"}
    method = scheme.get(name, name)
    before = (ISSUED,) if method == "oauth" else ()
    with MisbehavingServer(*before, *FAULTS[fault]) as server:
        url = server.url
        given = {} if name == "url" else credentials(package, name)
        if name == "url":
            url = url.replace("://", f"://user:{SECRET}@")
        options = package.Options(retries=0, deadline=0.3)
        error = failing(
            lambda: calling(
                package,
                kind,
                *("calls", method),
                base_url=url,
                options=options,
                **given,
            ),
            package,
        )
    assert SECRET not in shown(error, package)


@pytest.mark.parametrize("name", ["oauth", "oauth in the body"])
@pytest.mark.parametrize(
    "answer",
    [
        reply(400, f'{{"error": "invalid_client", "hint": "{SECRET}"}}'.encode()),
        reply(200, f'{{"access_token": "{SECRET}\\n"}}'.encode()),
        reply(200, f'{{"access_token": "{SECRET}", "token_type": "mac"}}'.encode()),
        reset(),
    ],
)
def test_token_requests_that_fail(
    package: Any, kind: str, name: str, answer: Step
) -> None:
    with MisbehavingServer(answer) as server:
        error = failing(
            lambda: calling(
                package,
                kind,
                *("calls", "oauth"),
                base_url=server.url,
                options=package.Options(retries=0),
                **credentials(package, name),
            ),
            package,
        )
    assert SECRET not in shown(error, package)


def test_refresh_tokens(package: Any, kind: str) -> None:
    """The first token expires at once; the endpoint then refuses to refresh it."""
    first = {"access_token": f"{SECRET}-1", "refresh_token": SECRET, "expires_in": 0}
    with MisbehavingServer(
        reply(200, json.dumps(first).encode()), reply(401, b"{}"), reset()
    ) as server:
        error = failing(
            lambda: calling(
                package,
                kind,
                *("calls", "oauth"),
                base_url=server.url,
                options=package.Options(retries=0),
                **credentials(package, "oauth"),
            ),
            package,
        )
    assert SECRET not in shown(error, package)


@pytest.mark.parametrize("method", ["events", "file"])
@pytest.mark.parametrize(
    "answer",
    [
        stream([b"data: x\n\n"], end=False),
        reply(403, b"{}"),
        reset(),
    ],
)
def test_streams_and_files(package: Any, kind: str, method: str, answer: Step) -> None:
    with MisbehavingServer(answer) as server:
        error = failing(
            lambda: calling(
                package,
                kind,
                *("calls", method),
                base_url=server.url,
                options=package.Options(retries=0),
                header=SECRET,
            ),
            package,
        )
    assert SECRET not in shown(error, package)


@pytest.mark.parametrize(
    "answer", [lambda: f"{SECRET}\n", lambda: {SECRET: 1}, lambda: [SECRET]]
)
def test_functions_that_return_no_token(
    package: Any, kind: str, answer: Callable[[], Any]
) -> None:
    error = failing(
        lambda: calling(
            package, kind, "calls", "bearer", base_url=refused_url(), bearer=answer
        ),
        package,
    )
    assert SECRET not in shown(error, package)


@pytest.mark.parametrize(
    "arguments",
    [
        {"header": f" {SECRET}"},
        {"bearer": f"{SECRET}\n"},
        {"basic": ("user", f"{SECRET} ")},
        {"basic": SECRET},
        {"bearer": ("user", SECRET)},
        {"bearer": [SECRET]},
        {"base_url": f"http://user:{SECRET}@"},
        {"base_url": f"http://user:{SECRET}@example.com?x=1"},
        {"proxy": f"http://user:{SECRET}@proxy:99999"},
        {"options": "no options", "header": SECRET},
    ],
)
def test_arguments_that_are_refused(
    package: Any, kind: str, arguments: dict[str, Any]
) -> None:
    given = {"base_url": "http://localhost", **arguments}
    error = failing(lambda: calling(package, kind, **given), package)
    assert SECRET not in shown(error, package)


def test_headers_that_are_refused(package: Any, kind: str) -> None:
    options = package.Options(headers={"X-Other": f"{SECRET}\n"})
    error = failing(
        lambda: calling(
            package,
            kind,
            *("calls", "header"),
            base_url=refused_url(),
            header=SECRET,
            options=options,
        ),
        package,
    )
    assert SECRET not in shown(error, package)


def test_grants_that_are_refused(package: Any) -> None:
    for name, value in (("auth", "url"), ("parameters", {"client_secret": SECRET})):
        make = partial(package.ClientCredentials, "id", SECRET, **{name: value})
        assert SECRET not in shown(failing(make, package), package)
