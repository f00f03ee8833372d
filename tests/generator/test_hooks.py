"""Webhooks, callbacks, headers and links: what is parsed, what things are called, what is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clientpress.api.operations import Header, Hook, Link
from clientpress.cli import main
from clientpress.diagnostics import Report, Severity
from clientpress.pipeline import build
from clientpress.plan.package import plan_package
from clientpress.printing import as_text
from tests.generator.making import (
    checked,
    document,
    findings,
    json_body,
    operation,
    parsed,
    planned,
    write,
)

INLINE = json_body({"type": "object", "properties": {"id": {"type": "integer"}}})


def sent(**more: Any) -> dict[str, Any]:
    """A path item with something that is sent."""
    return {"post": operation(requestBody=INLINE, **more)}


def calling(**callbacks: Any) -> dict[str, Any]:
    """A path item with an operation that has callbacks."""
    return {"post": operation(operationId="subscribe", callbacks=callbacks)}


def hooks_of(folder: Path, data: Any) -> tuple[Hook, ...]:
    api, report = parsed(folder, data)
    assert findings(report) == []
    return api.hooks


def names_of(folder: Path, data: Any) -> dict[str, tuple[str, ...]]:
    """Each function, and the classes that it names."""
    return {hook.name: tuple(hook.models()) for hook in planned(folder, data).hooks}


# ------------------------------------------------------------------ what is parsed
def test_webhooks_come_before_callbacks(tmp_path: Path) -> None:
    data = document(
        paths={"/s": calling(done={"{$request.query.url}": sent()})},
        webhooks={"b": sent(), "a": {**sent(), "put": operation()}},
    )
    found = [
        (h.kind, h.name, h.operation.method, h.expression, h.place.pointer)
        for h in hooks_of(tmp_path, data)
    ]
    callback = "/paths/~1s/post/callbacks/done/{$request.query.url}/post"
    assert found == [
        ("webhook", "b", "POST", "", "/webhooks/b/post"),
        ("webhook", "a", "PUT", "", "/webhooks/a/put"),
        ("webhook", "a", "POST", "", "/webhooks/a/post"),
        ("callback", "done", "POST", "{$request.query.url}", callback),
    ]


def test_a_callback_knows_every_operation_that_refers_to_it(tmp_path: Path) -> None:
    shared = {"$ref": "#/components/callbacks/Done"}
    paths = {f"/{x}": calling(**{f"on{x}": shared}) for x in "ab"}
    paths["/a"]["post"]["operationId"] = "other"
    components = {"callbacks": {"Done": {"$url": sent()}, "Unused": {"$url": sent()}}}
    done, unused = hooks_of(tmp_path, document(paths=paths, components=components))
    assert (done.name, [place.pointer for place in done.owners]) == (
        "Done",
        ["/paths/~1a/post", "/paths/~1b/post"],
    )
    assert (unused.name, unused.owners) == ("Unused", ())


def test_a_callback_that_leads_back_to_itself_is_read_once(tmp_path: Path) -> None:
    again = {"again": {"$ref": "#/components/callbacks/Again"}}
    components = {"callbacks": {"Again": {"$url": sent(callbacks=again)}}}
    paths = {"/s": calling(**again)}
    (hook,) = hooks_of(tmp_path, document(paths=paths, components=components))
    own = "/components/callbacks/Again/$url/post"
    assert [place.pointer for place in hook.owners] == ["/paths/~1s/post", own]


def test_webhooks_of_3_0_may_have_addresses(tmp_path: Path) -> None:
    webhooks = {"in": {"{$request.body#/callback}": sent()}, "x-note": "text"}
    (hook,) = hooks_of(tmp_path, document(**{"x-webhooks": webhooks}))
    assert (hook.kind, hook.expression) == ("webhook", "{$request.body#/callback}")


def test_headers_and_links(tmp_path: Path) -> None:
    answer = {
        "description": "",
        "headers": {
            "X-A": {
                "schema": {"type": "integer"},
                "required": True,
                "deprecated": True,
            },
            "X-B": {"$ref": "#/components/headers/B"},
            "Content-Type": {"schema": {"type": "string"}},
        },
        "links": {
            "self": {
                "operationRef": "#/paths/~1x/get",
                "parameters": {"id": "$response.body#/id", "n": 5},
                "requestBody": {"a": [1]},
                "description": "Again.",
            }
        },
    }
    header: dict[str, Any] = {
        "description": "B.",
        "content": {"text/plain": {"schema": {}}},
    }
    api, report = parsed(
        tmp_path,
        document(
            paths={"/x": {"get": operation(responses={"200": answer})}},
            components={"headers": {"B": header}},
        ),
    )
    assert findings(report) == []
    (response,) = api.operations[0].responses
    first, second = response.headers
    assert isinstance(first, Header) and isinstance(second, Header)
    assert (first.wire, first.required, first.deprecated) == ("X-A", True, True)
    assert (second.wire, second.media_type, second.description) == (
        "X-B",
        "text/plain",
        "B.",
    )
    (link,) = response.links
    assert link == Link(
        place=link.place,
        name="self",
        target=api.operations[0].place,
        parameters=(("id", "$response.body#/id"), ("n", "5")),
        body='{"a": [1]}',
        description="Again.",
    )


def test_constants_of_links_are_no_finding(tmp_path: Path) -> None:
    link = {"operationId": "again", "parameters": {"deep": True, "n": 1}}
    answer = {"200": {"description": "", "links": {"again": link}}}
    get = operation(operationId="again", responses=answer)
    assert findings(checked(tmp_path, document(paths={"/x": {"get": get}}))) == []


# ------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("webhooks", "expected"),
    [
        ({"newPet": sent()}, {"read_new_pet": ("NewPetRequest",)}),
        ({"new-pet": sent(operationId="x")}, {"read_new_pet": ("NewPetRequest",)}),
        ({"/A_B": sent()}, {"read_a_b": ("ABRequest",)}),
        ({"import": sent()}, {"read_import": ("ImportRequest",)}),
        ({"1st": sent()}, {"read_1_st": ("Model1StRequest",)}),
        ({"!": sent()}, {"read_not": ("Request",)}),
        (
            {"a": {**sent(), "put": operation(requestBody=INLINE)}},
            {"read_a_put": ("APutRequest",), "read_a_post": ("APostRequest",)},
        ),
        (
            {"a": sent(**{"x-clientpress-name": "ping"})},
            {"read_ping": ("PingRequest",)},
        ),
    ],
)
def test_what_functions_and_classes_are_called(
    tmp_path: Path, webhooks: Any, expected: dict[str, tuple[str, ...]]
) -> None:
    assert names_of(tmp_path, document(webhooks=webhooks)) == expected


def test_callbacks_of_the_same_name_are_called_by_their_operations(
    tmp_path: Path,
) -> None:
    paths = {
        f"/{x}": {
            "post": operation(
                operationId=f"make{x}", callbacks={"done": {"{$url}": sent()}}
            )
        }
        for x in "AB"
    }
    assert names_of(tmp_path, document(paths=paths)) == {
        "read_make_a_done": ("MakeADoneRequest",),
        "read_make_b_done": ("MakeBDoneRequest",),
    }


def test_an_operation_keeps_its_name_beside_a_webhook(tmp_path: Path) -> None:
    answer = {"200": {"description": "", **INLINE}}
    post = operation(operationId="ping", requestBody=INLINE, responses=answer)
    data = document(paths={"/p": {"post": post}}, webhooks={"ping": sent()})
    plan = planned(tmp_path, data)
    assert "PingResponse" in plan.models.definitions
    (hook,) = plan.hooks
    assert hook.name == "read_ping" and hook.models() == ["PingPostRequest"]


def test_other_webhooks_move_no_name(tmp_path: Path) -> None:
    few = {name: sent() for name in ("a", "b.c", "b-d")}
    many = {**{f"n{i}": sent() for i in range(5)}, **dict(reversed(few.items()))}
    before, after = (
        names_of(tmp_path, document(webhooks=found)) for found in (few, many)
    )
    assert {name: after[name] for name in before} == before


# ------------------------------------------------------------------ what is reported
def test_findings_have_their_places(tmp_path: Path) -> None:
    xml = {"content": {"application/xml": {"schema": {"type": "object"}}}}
    links = {
        "a": {"operationId": "nobody"},
        "b": {"operationRef": "#/paths/~1none/get"},
        "c": {"operationRef": "#/webhooks/w"},
        "d": {"description": "Nothing."},
        "e": {"operationId": "get", "parameters": {"id": "$response.body#/id"}},
    }
    get = operation(
        operationId="get", responses={"200": {"description": "", "links": links}}
    )
    hook = operation(requestBody=xml, **{"x-clientpress-retry": "idempotent"})
    data = document(paths={"/x": {"get": get}}, webhooks={"w": {"post": hook}})
    api, report = parsed(tmp_path, data)
    plan_package(api, "package", {}, report)
    assert {found.severity for found in report} == {Severity.WARNING}
    base = "/paths/~1x/get/responses/200/links"
    body = "/webhooks/w/post/requestBody/content/application~1xml"
    assert [(code, at) for code, at, _, _ in findings(report)] == [
        ("CP209", f"{base}/b/operationRef"),
        ("CP209", f"{base}/d"),
        ("CP502", "/webhooks/w/post/x-clientpress-retry"),
        ("CP209", f"{base}/a/operationId"),
        ("CP209", f"{base}/c/operationRef"),
        ("CP209", f"{base}/e/parameters/id"),
        ("CP501", body),
    ]


def test_a_link_to_what_is_left_out_or_hidden_is_no_finding(tmp_path: Path) -> None:
    links = {"a": {"operationId": "other"}, "b": {"operationRef": "#/paths/~1y/get"}}
    get = operation(
        operationId="get", responses={"200": {"description": "", "links": links}}
    )
    other = operation(operationId="other")
    paths = {"/x": {"get": get}, "/y": {"get": other}}
    spec = write(tmp_path, document(paths=paths))
    command = ["generate", str(spec), "-o", str(tmp_path / "part")]
    result = CliRunner().invoke(main, [*command, "--include", "operation:get"])
    assert (result.exit_code, result.stderr) == (0, "")
    other["x-clientpress-hidden"] = True
    plan = planned(tmp_path, document(paths=paths))
    assert [m.sections for g in plan.groups for m in g.methods] == [()]


# ------------------------------------------------------------------ the command
def test_the_command_counts_webhooks(tmp_path: Path) -> None:
    data = document(
        paths={"/s": calling(done={"{$url}": sent()})},
        webhooks={"a": sent(), "b": sent()},
    )
    spec = write(tmp_path, data)
    result = CliRunner().invoke(main, ["generate", str(spec), "-o", f"{tmp_path}/x"])
    assert result.output.startswith("x: 1 operation, 2 webhooks, 1 callback, ")


@pytest.mark.parametrize("paths", [{}, {"/s": calling(done={"{$url}": sent()})}])
def test_without_webhooks_there_is_no_module(tmp_path: Path, paths: Any) -> None:
    report = Report()
    spec = write(tmp_path, document(paths=paths))
    made = build(spec, "package", "header", {}, report, full=True)
    assert made, as_text(report)
    assert ("webhooks.py" in made.files) is bool(paths)
    assert ("_runtime/calls/webhooks.py" in made.files) is bool(paths)
