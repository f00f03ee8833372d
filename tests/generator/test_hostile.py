"""Text of a document never becomes code: hostile text in every string position of a document.

With the Python names pinned, the syntax trees must have the very shape of a harmless twin's; with the names taken from the
hostile text, every module must still parse, define what was announced and stay inside the folder.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import black
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text
from tests.generator.making import write

Say = Callable[[str], str]

ATTACKS = [
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        '\\"""',
        '"""\n__import__("os")\n"""',
        "\\\n",
        "\n",
        "\r\nimport os",
    ),
    *(
        "{{ 7 * 7 }}",
        "{% include 'x' %}",
        "{# x #}",
        "{0}",
        "%s",
        "`x`",
        "#",
        "# noqa",
        "# fmt: off",
    ),
    *(
        "__import__('os').system('x')",
        "x: int = evil()",
        "); evil(",
        "]; evil[",
        "}",
        "None",
        "class",
    ),
    *(
        "\u202e evil \u202c",
        "\u2028",
        "\x85",
        "\x0c",
        "\x00",
        "\x1b[31m",
        "\u200b",
        "\ufeff",
    ),
    *(
        "../../../etc/passwd",
        "..\\..\\x",
        "C:\\x",
        "/abs",
        "con",
        ".",
        "..",
        "a/b",
        "日本語",
        "e\u0301",
        "🙂",
    ),
    *(
        "-1",
        "0o17",
        "1e5",
        "\\N{BULLET}",
        "\\x41",
        "f'{x}'",
        "| table |",
        "- item",
        "```",
        "<script>",
    ),
]
attacks = st.one_of(
    st.sampled_from(ATTACKS),
    st.lists(st.sampled_from(ATTACKS), max_size=4).map("".join),
    st.text(max_size=12),
)


def pinned(words: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**words, "x-clientpress-name": name}


def hostile_document(say: Say, pin: bool) -> dict[str, Any]:
    """A document whose every string comes from `say`; `pin` holds the Python names fixed."""

    def named(words: Mapping[str, Any], name: str) -> dict[str, Any]:
        return pinned(words, name) if pin else dict(words)

    def told(**words: Any) -> dict[str, Any]:
        return {"title": say("title"), "description": say("description"), **words}

    def schema(name: str) -> dict[str, Any]:
        return {"$ref": "#/components/schemas/" + _escaped(say(name))}

    def url_text(text: str) -> str:  # less what people would have to fill in
        return re.sub("[{}<> ]", "", text)

    def without_braces(text: str) -> str:
        return re.sub(r"[{}]", "", text)

    text_type = {"type": "string"}
    path_text = without_braces(say("path"))
    media_type = f"text/x; x={say('text')}" if pin else say("text/x")
    answer = {
        "description": say("answer"),
        "content": {
            "application/json": {
                "schema": schema("pet"),
                "example": {say("example"): say("value")},
            },
        },
        "headers": {
            say("x-header"): {"description": say("header"), "schema": text_type}
        },
        "links": {
            say("link"): {
                "operationRef": f"#/paths/{_escaped(f'/{path_text}')}/post",
                "requestBody": say("expression"),
                "description": say("link"),
            }
        },
    }
    hook = named(
        {
            "summary": say("summary"),
            "description": say("description"),
            "parameters": [
                {
                    "name": say("h"),
                    "in": "header",
                    "description": say("h"),
                    "schema": text_type,
                },
            ],
            "requestBody": {
                "description": say("body"),
                "content": {"application/json": {"schema": schema("pet")}},
            },
            "responses": {"200": {"description": say("answer")}},
        },
        "hook",
    )
    error = {
        "description": say("error"),
        "content": {"application/json": {"schema": schema("error")}},
    }
    text = told(
        type="string",
        default=say("default"),
        examples=[say("example")],
        pattern=say("pattern"),
    )
    pet = told(
        type="object",
        required=[say("kind"), say("must")],
        properties={
            say("kind"): named(told(const=say("const")), "kind"),
            say("plain"): named(text, "plain"),
            say("state"): named(schema("state"), "state"),
            say("inline"): named(told(enum=[say("one"), say("two"), 3]), "inline"),
            say("null"): named(told(type=["string", "null"]), "null"),
            say("must"): named(told(type="string", format=say("format")), "must"),
        },
        additionalProperties=told(type="string"),
    )
    other = told(
        type="object",
        required=[say("kind")],
        properties={say("kind"): named(told(const=say("other")), "kind")},
    )
    states = told(
        type="string",
        enum=[say("on"), say("off")],
        **({"x-enum-varnames": ["ON", "OFF"]} if pin else {}),
        **{"x-enum-descriptions": [say("on"), say("off")]},
    )
    union = told(
        oneOf=[schema("pet"), schema("other")],
        discriminator={"propertyName": say("kind")},
    )
    operation = {
        **(
            {"operationId": "getIt", "x-clientpress-group": "things"}
            if pin
            else {"operationId": say("id")}
        ),
        "tags": [say("tag")],
        "summary": say("summary"),
        "description": say("description"),
        "parameters": [
            named(
                {
                    "name": say("q"),
                    "in": "query",
                    "description": say("q"),
                    "schema": text,
                },
                "q",
            ),
            named({"name": say("h"), "in": "header", "schema": schema("state")}, "h"),
        ],
        "requestBody": {
            "description": say("body"),
            "content": {"application/json": {"schema": schema("union")}},
        },
        "responses": {"200": answer, "404": error, "default": error},
        "callbacks": {
            say("callback"): {
                say("expression"): {"post": {**hook, **named({}, "callback")}}
            }
        },
    }
    upload = {
        **(
            {"operationId": "upload", "x-clientpress-group": "things"}
            if pin
            else {"operationId": say("up")}
        ),
        "deprecated": True,
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            say("file"): named(
                                {"type": "string", "format": "binary"}, "file"
                            ),
                            say("note"): named(text, "note"),
                        },
                    },
                    "encoding": {say("file"): {"contentType": say("image/")}},
                }
            }
        },
        "responses": {
            "200": {"description": "", "content": {media_type: {"schema": text}}}
        },
        "servers": [{"url": f"https://example.test/{without_braces(say('server'))}"}],
    }
    schemas = {
        "pet": pet,
        "other": other,
        "state": states,
        "union": union,
        "error": pet,
    }
    return {
        "openapi": "3.2.0",
        "info": {"title": say("api"), "version": say("1"), "description": say("about")},
        "servers": [{"url": f"https://example.test/{path_text}"}],
        "tags": [{"name": "things" if pin else say("tag"), "description": say("tag")}],
        "security": [{say("key"): []}, {say("oauth"): [say("scope")]}],
        "x-clientpress-env": {"base_url": [say("BASE")]},
        "paths": {f"/{path_text}": {"get": operation, "post": upload}},
        "webhooks": {say("webhook"): {"post": hook}},
        "components": {
            "schemas": {
                say(name): named(words, name.title()) for name, words in schemas.items()
            },
            "securitySchemes": {
                say("key"): named(
                    {
                        "type": "apiKey",
                        "in": "query",
                        "name": say("x-key"),
                        "description": say("key"),
                        "x-clientpress-env": say("KEY"),
                    },
                    "token",
                ),
                say("oauth"): named(
                    {
                        "type": "oauth2",
                        "flows": {
                            "clientCredentials": {
                                "tokenUrl": f"https://a/{url_text(say('url'))}",
                                "refreshUrl": f"https://a/{url_text(say('again'))}",
                                "scopes": {say("scope"): say("what")},
                            }
                        },
                        "x-clientpress-env": {
                            "client_id": say("ID"),
                            "client_secret": [say("SECRET")],
                        },
                    },
                    "grant",
                ),
            },
        },
    }


def _escaped(key: str) -> str:
    """A key as a step of a pointer in a URI reference."""
    return quote(key.replace("~", "~0").replace("/", "~1"), safe="")


def files_of(folder: Path, say: Say, pin: bool) -> dict[str, str]:
    """The text of every generated file, less the runtime."""
    report = Report()
    made = build(
        write(folder, hostile_document(say, pin)),
        "client",
        "header",
        {},
        report,
        full=False,
    )
    assert made is not None, as_text(report)
    return {
        path: text
        for path, text in made.files.items()
        if not path.startswith("_runtime/")
    }


# ------------------------------------------------------------- shapes


def _parsed(text: ast.expr) -> ast.expr:
    """The expression in a string."""
    assert isinstance(text, ast.Constant) and isinstance(text.value, str)
    return ast.parse(text.value, mode="eval").body


class _Shape(ast.NodeTransformer):
    """Takes out of a tree what a document may say: constants keep their type only."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(type(node.value).__name__)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """Their order and number depend on which of the base classes they have."""
        names = {a.name: a for a in node.names if a.name != "OpenModel"}
        if (node.module or "").endswith("_runtime.values.model"):
            names.setdefault("ApiModel", ast.alias("ApiModel"))
        node.names = [names[name] for name in sorted(names)]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Members whose wire names msgspec refuses need the other base class."""
        return ast.Name("ApiModel") if node.id == "OpenModel" else ast.Name(node.id)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """`Json("…")` and the call of TypedDict hold texts of types: code again."""
        if isinstance(node.func, ast.Name) and node.func.id == "Json":
            (argument,) = node.args
            return ast.Call(node.func, [self.visit(_parsed(argument))], [])
        if isinstance(node.func, ast.Name) and node.func.id == "TypedDict":
            table = node.args[1]
            assert isinstance(table, ast.Dict)
            table.values = [_parsed(value) for value in table.values]
        self.generic_visit(node)
        return node


def shape(text: str) -> str:
    return ast.dump(_Shape().visit(ast.parse(text)), indent=1)


def shapes(files: Mapping[str, str]) -> dict[str, str]:
    return {path: shape(text) for path, text in files.items() if path.endswith(".py")}


@cache
def twin(folder: Path) -> dict[str, str]:
    return shapes(files_of(folder, calm, True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def calm(slot: str) -> str:
    """What the harmless twin says; like all of the hostile texts it is no identifier."""
    return f"{slot}-calm"


def says(attack: str, first: bool) -> Say:
    return lambda slot: f"{attack}-{slot}" if first else f"{slot}-{attack}"


@settings(max_examples=80)
@given(attacks, st.booleans())
def test_hostile_text_does_not_change_the_shape_of_any_module(
    folder: Path, attack: str, first: bool
) -> None:
    found = shapes(files_of(folder, says(attack, first), True))
    assert found.keys() == twin(folder).keys()
    for path, tree in found.items():
        assert tree == twin(folder)[path], path


@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
@pytest.mark.parametrize("attack", ATTACKS, ids=repr)
def test_hostile_names_are_only_words(folder: Path, attack: str, first: bool) -> None:
    files = files_of(folder, says(attack, first), False)
    groups = [ast.parse(t) for path, t in files.items() if path.startswith("groups/")]
    # A group makes the groups inside of it, which have modules of their own.
    inside = {
        n.name for tree in groups for n in tree.body if isinstance(n, ast.ClassDef)
    }
    for path, text in files.items():
        pure = PurePosixPath(path)
        assert not pure.is_absolute() and ".." not in pure.parts and "\\" not in path
        assert path.isascii() and path.isprintable()
        if path.endswith(".py"):
            assert all(c.isprintable() or c == "\n" for c in text)
            assert set(calls_in(text)) <= KNOWN_CALLS | inside | {*classes_in(text)}


KNOWN_CALLS = {
    *(
        "Api",
        "Security",
        "SecurityScheme",
        "ScalarParameter",
        "Operation",
        "Parameter",
        "Part",
        "Json",
        "Binary",
        "deprecated",
        "Raw",
        "Text",
        "ByMedia",
        "WebhookBody",
        "_lazily",
    ),
    *(
        "JsonBody",
        "MultipartBody",
        "field",
        "const",
        "extras",
        "TypedDict",
        "Discriminator",
    ),
    *(
        "super",
        "super().__init__",
        "self._call",
        "self._run",
        "_call_binary",
        "_call_loosely",
        "getattr",
    ),
    *("_EXPORTS.get", "AttributeError"),
}


def calls_in(text: str) -> Iterator[str]:
    """What a module calls, less classes of the package that are named in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def classes_in(text: str) -> Iterator[str]:
    """Classes that a client makes of itself, the groups it imports; and what reads webhooks, its
    own constants.
    """
    for node in ast.walk(ast.parse(text)):
        value = node.value if isinstance(node, ast.AnnAssign) else None
        if isinstance(value, ast.Call) and ast.unparse(value.func) == "WebhookBody":
            assert isinstance(node, ast.AnnAssign)
            yield f"{ast.unparse(node.target)}.read"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "groups."
        ):
            yield from (alias.asname or alias.name for alias in node.names)


@settings(max_examples=30)
@given(attacks)
def test_a_package_of_hostile_names_can_be_made(folder: Path, attack: str) -> None:
    files = files_of(folder, says(attack, True), False)
    for path, text in files.items():
        if path.endswith(".py"):
            assert black.format_str(text, mode=black.Mode()) == text, path


def test_the_twin_says_something_at_every_slot(folder: Path) -> None:
    """Guards the tests above: text that is never written would prove nothing."""
    files = files_of(folder, calm, True)
    text = "".join(t for path, t in files.items() if path.endswith(".py"))
    for slot in (
        *(
            "kind",
            "plain",
            "null",
            "must",
            "const",
            "one",
            "two",
            "on",
            "default",
            "summary",
        ),
        *(
            "description",
            "q",
            "h",
            "file",
            "note",
            "tag",
            "api",
            "KEY",
            "BASE",
            "key",
            "path",
            "error",
        ),
        *("1", "x-key", "server", "image/", "body"),
    ):
        assert calm(slot) in text, slot
