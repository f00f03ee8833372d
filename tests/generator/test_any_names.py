"""A document may call its things like whatever generated modules use: builtins, keywords, names of
typing, of msgspec and of the runtime, and modules. Each name below is a component, a member, a
parameter, an operationId and a tag at once.
"""

from __future__ import annotations

import ast
import builtins
import json
import keyword
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.plan.symbols import ABSTRACT, MODULE_OF, STANDARD
from clientpress.printing import as_text
from tests.generator.making import document, json_body, write

RUNTIME = Path(__file__).parents[2] / "generator" / "clientpress" / "runtime"
OWN = (
    *("API", "Api", "AsyncClient", "Client", "ERRORS", "Group", "Operations"),
    *("_lazily", "__all__", "__dir__", "__getattr__", "__name__", "cached_property"),
    *("client", "errors", "groups", "import_module", "lazily", "models", "overload"),
    *("servers", "tables", "webhooks", "batch_files", "annotations", "builtins"),
    *("self", "cls", "options", "body", "content_type", "with_options", "close"),
)
# The first word of a component is the name of its module.
MODULES = ("globals", "getattr", "sorted", "dir", "vars", "setattr", "import", "sys")


def defined(path: Path) -> Iterator[str]:
    """The classes of a module."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def all_names() -> list[str]:
    names: set[str] = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    names |= {*dir(typing)}
    names |= {*dir(msgspec), *MODULE_OF, *ABSTRACT, *STANDARD, *OWN}
    lower = [name for name in dir(builtins) if name[0].islower()]
    names |= {f"{name.title()}Config" for name in (*MODULES, *lower)}
    for path in RUNTIME.rglob("*.py"):
        names |= {path.stem, *defined(path)}
    return sorted(names)


NAMES = all_names()


def doc(names: list[str]) -> dict[str, Any]:
    """Each name in every role, and one schema and operation that has all of them."""

    def parameter(name: str, place: str = "query") -> dict[str, Any]:
        required = {"required": True} if place == "path" else {}
        return {"name": name, "in": place, **required, "schema": {"type": "string"}}

    def calls(i: int, name: str) -> dict[str, Any]:
        body = json_body({"$ref": f"#/components/schemas/{name}"})
        return {
            "operationId": name,
            "tags": [name],
            "parameters": [parameter("key", "path"), parameter(name)],
            "requestBody": json_body(_both(name)),
            "responses": {"200": {"description": "", **body}},
        }

    paths = {f"/{i}/{{key}}": {"post": calls(i, name)} for i, name in enumerate(names)}
    together = {
        "tags": ["together"],
        "parameters": [parameter(name) for name in names],
        "responses": {"200": {"description": ""}},
    }
    # All methods of one group, so that they stand in the way of each other.
    one = {
        f"/one/{i}": {
            "get": {
                "operationId": f"{name}",
                "tags": ["one"],
                "parameters": [{**parameter("at"), "schema": {"format": "date-time"}}],
                "responses": {"200": {"description": "", **json_body(_listed(name))}},
            }
        }
        for i, name in enumerate(names)
    }
    # Methods with overloads beside methods that are called like decorators.
    two = {
        f"/two/{name}": {
            "post": {
                "operationId": name,
                "tags": ["cached_property"],
                "requestBody": {
                    "content": {
                        **json_body({"type": "object", "properties": {"a": {}}})[
                            "content"
                        ],
                        "text/plain": {"schema": {"type": "string"}},
                    }
                },
                "responses": {"200": {"description": ""}},
            }
        }
        for name in ("overload", "property", "cached_property", "staticmethod", "last")
    }
    members = {name: {"type": "string"} for name in names}
    schemas: dict[str, Any] = {
        name: {
            "type": "object",
            "required": [name],
            "properties": {name: {"type": "string"}, "times": {"type": "integer"}},
        }
        for name in names
    }
    schemas["Everything At Once"] = {"type": "object", "properties": members}
    return document(
        schemas,
        {**paths, "/together": {"get": together}, **one, **two},
        servers=[{"url": "https://api.example"}],
    )


def _both(name: str) -> dict[str, Any]:
    """A body of two kinds, so that it is one argument."""
    return {"oneOf": [{"$ref": f"#/components/schemas/{name}"}, {"type": "integer"}]}


def _listed(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


class Made(typing.NamedTuple):
    """A generated package, and what each name is called in it."""

    folder: Path
    facts: dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("names")
    report = Report()
    path = write(folder, doc(NAMES))
    found = build(path, "called", "Names.", {}, report, full=False)
    assert found, as_text(report)
    for name, text in found.files.items():
        target = folder / "called" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    named = found.plan.models.names
    calls = {
        method.plan.operation.path: (
            f"{group.path}.{method.name}",
            [argument.name for argument in method.arguments],
        )
        for group in found.plan.groups
        for method in group.methods
    }
    facts = {
        "models": {
            place.pointer.rpartition("/")[2].replace("~1", "/"): name
            for place, name in named.items()
            if place.pointer.count("/") == 3
        },
        "calls": {name: calls[f"/{i}/{{key}}"] for i, name in enumerate(NAMES)},
    }
    (folder / "facts.json").write_text(json.dumps(facts))
    return Made(folder, facts)


def run(made: Made, program: str, *arguments: str) -> None:
    """Run a program in a fresh interpreter, where the package can be imported."""
    start = "import json, pathlib, sys\nFACTS = json.loads(pathlib.Path('facts.json').read_text())\n"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", start + program, *arguments],
        capture_output=True,
        text=True,
        cwd=made.folder,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr[-3000:]


ORDERS = """
import pkgutil, random
from importlib import import_module
import called
modules = [m.name for m in pkgutil.walk_packages(called.__path__, 'called.')]
how = sys.argv[1]
modules.sort(reverse=how == 'backwards')
if how.isdigit():
    random.Random(int(how)).shuffle(modules)
for name in modules:
    import_module(name)
"""

USE = """
import copy, pickle
from called import models
from called._runtime.values.decoding import Json
from called._runtime.values.encoding import encode

for name, own in FACTS["models"].items():
    if name == "Everything At Once":
        continue
    cls = getattr(models, own)
    sent = json.dumps({name: "x", "times": 3}).encode()
    value = Json(own).decode(sent)
    assert type(value) is cls, name
    assert json.loads(encode(value)) == {name: "x", "times": 3}, name
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == copy.copy(value)
    assert own in repr(value) and cls.__module__.startswith("called.models.")
everything = Json(FACTS["models"]["Everything At Once"])
whole = {name: name for name in FACTS["calls"]}
assert json.loads(encode(everything.decode(json.dumps(whole).encode()))) == whole

assert {*models.__all__} <= {*dir(models)} and dir(models) == sorted(dir(models))
space = {}
exec("from called.models import *", space)
assert all(space[name] is getattr(models, name) for name in models.__all__)
assert not hasattr(models, "NothingLikeIt")
try:
    models.NothingLikeIt
except AttributeError as error:
    assert str(error) == "module 'called.models' has no attribute 'NothingLikeIt'"
"""

CALLS = """
import asyncio
import httpx2
from called import AsyncClient, Client, models

NAMES = list(FACTS["calls"])

def answer(request):
    name = NAMES[int(request.url.path.split("/")[1])]
    assert dict(request.url.params) == {name: "sent"}, name
    return httpx2.Response(200, json={**json.loads(request.content), "times": 3})

def check(name, value):
    own = FACTS["models"][name]
    assert type(value) is getattr(models, own) and value.times == 3, name

def called(client, name):
    target = client
    path, arguments = FACTS["calls"][name]
    for step in path.split("."):
        target = getattr(target, step)
    given = dict(zip(arguments, ("k", "sent", {name: "x"})))
    return target(**given)

def sync():
    with Client(http_client=httpx2.Client(transport=httpx2.MockTransport(answer))) as client:
        for name in NAMES:
            check(name, called(client, name))

async def other():
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    async with AsyncClient(http_client=http) as client:
        for name in NAMES:
            check(name, await called(client, name))

sync()
asyncio.run(other())
"""


@pytest.mark.parametrize("order", ["forwards", "backwards", "1", "not at all"])
def test_models_work_whatever_was_loaded_before(made: Made, order: str) -> None:
    run(made, (ORDERS if order != "not at all" else "") + USE, order)


def test_every_operation_can_be_called(made: Made) -> None:
    run(made, CALLS)
