"""A part of an API: which operations filters take, what goes with the others, and wrong filters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clientpress.api.selecting import Selection, select
from clientpress.cli import main
from clientpress.diagnostics import Report
from tests.generator.making import document, findings, operation, parsed, write


def shop(folder: Path) -> Any:
    """Orders and pets; each answers with a schema of its own."""
    schemas = {
        name: {"type": "object", "properties": {"id": {"type": "string"}}}
        for name in ("Order", "Pet", "Unused")
    }
    answer = {
        name: {
            "200": {
                "description": "One.",
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{name}"}
                    }
                },
            }
        }
        for name in ("Order", "Pet")
    }
    paths = {
        "/orders": {
            "get": operation(
                operationId="listOrders", tags=["orders"], responses=answer["Order"]
            ),
            "post": operation(
                operationId="createOrder", tags=["orders"], responses=answer["Order"]
            ),
        },
        "/pets": {
            "get": operation(
                operationId="listPets", tags=["pets", "public"], responses=answer["Pet"]
            )
        },
    }
    return document(schemas, paths)


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ((), (), ["listOrders", "createOrder", "listPets"]),
        (("tag:orders",), (), ["listOrders", "createOrder"]),
        (("tag:public",), (), ["listPets"]),
        (("path:/p*",), (), ["listPets"]),
        (("operation:list*",), (), ["listOrders", "listPets"]),
        (("operation:list*",), ("tag:pets",), ["listOrders"]),
        ((), ("path:/orders",), ["listPets"]),
        (("tag:pets", "operation:createOrder"), (), ["createOrder", "listPets"]),
    ],
)
def test_what_is_left(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], left: list[str]
) -> None:
    api, _ = parsed(tmp_path, shop(tmp_path))
    report = Report()
    made = select(api, Selection(include, exclude), "api.json", report)
    assert [found.id for found in made.operations] == left
    assert findings(report) == []


@pytest.mark.parametrize(
    ("include", "exclude", "message", "hint"),
    [
        (
            ("tag:cats",),
            (),
            "the filter 'tag:cats' matches no operation",
            "There are orders, pets, public.",
        ),
        (
            (),
            ("path:/cats",),
            "the filter 'path:/cats' matches no operation",
            "There are /orders, /pets.",
        ),
        (
            ("orders",),
            (),
            "'orders' is no filter",
            "Write tag:NAME, path:/v1/*, operation:listThings or webhook:newPet.",
        ),
        ((), ("path:*",), "the filters leave no operation", "Exclude less."),
    ],
)
def test_wrong_filters(
    tmp_path: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    message: str,
    hint: str,
) -> None:
    api, _ = parsed(tmp_path, shop(tmp_path))
    report = Report()
    select(api, Selection(include, exclude), "api.json", report)
    assert findings(report) == [("CP404", "", message, hint)]


def with_hooks(folder: Path) -> Any:
    """Two webhooks, one with a tag, and a callback of `createOrder`."""
    data = shop(folder)
    sent = {"post": operation(requestBody={"content": {"text/plain": {}}})}
    data["webhooks"] = {
        "orderSent": {"post": {**sent["post"], "tags": ["orders"]}},
        "alert": sent,
    }
    data["paths"]["/orders"]["post"]["callbacks"] = {"paid": {"{$url}": sent}}
    return data


@pytest.mark.parametrize(
    ("include", "exclude", "left", "hooks"),
    [
        ((), ("tag:pets",), 2, ["orderSent", "alert", "paid"]),
        (("tag:pets",), (), 1, []),
        (("tag:orders",), (), 2, ["orderSent", "paid"]),
        (("operation:createOrder",), (), 1, ["paid"]),
        (("operation:createOrder",), ("webhook:paid",), 1, []),
        (("tag:pets", "webhook:*"), (), 1, ["orderSent", "alert", "paid"]),
        (("webhook:a*",), (), 0, ["alert"]),
        ((), ("path:*",), 0, ["orderSent", "alert"]),
        ((), ("webhook:alert", "operation:createOrder"), 2, ["orderSent"]),
    ],
)
def test_which_webhooks_are_left(
    tmp_path: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    left: int,
    hooks: list[str],
) -> None:
    api, _ = parsed(tmp_path, with_hooks(tmp_path))
    report = Report()
    made = select(api, Selection(include, exclude), "api.json", report)
    assert findings(report) == []
    assert (len(made.operations), [hook.name for hook in made.hooks]) == (left, hooks)


def test_a_filter_that_matches_no_webhook(tmp_path: Path) -> None:
    api, _ = parsed(tmp_path, with_hooks(tmp_path))
    report = Report()
    select(api, Selection(("webhook:x",)), "api.json", report)
    message = "the filter 'webhook:x' matches no webhook"
    hint = "There are alert, orderSent, paid."
    assert findings(report) == [("CP404", "", message, hint)]


def test_unused_schemas_go_and_names_stay(tmp_path: Path) -> None:
    spec = write(tmp_path, shop(tmp_path), "api.json")
    for folder, *filters in (("whole",), ("part", "--include", "tag:pets")):
        result = CliRunner().invoke(
            main, ["generate", str(spec), "-o", str(tmp_path / folder), *filters]
        )
        assert result.exit_code == 0, result.output
    names = {
        folder: re.findall(r"^class (\w+)", text, re.MULTILINE)
        for folder in ("whole", "part")
        for text in [(tmp_path / folder / "models.py").read_text()]
    }
    assert names == {"whole": ["Order", "Pet", "Unused"], "part": ["Pet"]}
    assert not (tmp_path / "part" / "groups" / "orders.py").exists()


def test_a_client_of_the_configuration_has_its_filters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, shop(tmp_path), "api.json")
    (tmp_path / "clientpress.toml").write_text(
        '[clients.pets]\nspec = "api.json"\noutput = "pets"\ninclude = ["tag:pets"]\n'
    )
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["generate"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("pets: 1 operation, ")
    refused = CliRunner().invoke(main, ["generate", "--include", "tag:pets"])
    assert refused.exit_code == 2


def test_what_needs_an_operation_that_is_left_out_has_no_effect(tmp_path: Path) -> None:
    """A part of a document with extensions: the methods that cannot be are told, the others stay."""
    spec = Path(__file__).parents[2] / "specs" / "mithril.yaml"
    result = CliRunner().invoke(
        main,
        [
            "generate",
            str(spec),
            "-o",
            str(tmp_path / "part"),
            "--include",
            "tag:Batches",
        ],
    )
    assert result.exit_code == 0, result.output
    said = "the operation 'uploadFile' is left out, so this has no effect"
    assert said in result.output
    text = (tmp_path / "part" / "groups" / "batches.py").read_text(encoding="utf-8")
    assert "def wait(" in text and "def run(" not in text
