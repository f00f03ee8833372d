"""What is told about security schemes and requirements, and what becomes of them all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from clientpress.api.operations import ClientCredentials
from clientpress.diagnostics import Report
from clientpress.pipeline import Build, build
from clientpress.printing import as_text

AT = "/components/securitySchemes/k"
FLOW: dict[str, Any] = {"clientCredentials": {"tokenUrl": "/t", "scopes": {}}}
ENV = "x-clientpress-env"


def made(
    folder: Path, scheme: Any, version: str = "3.1.0", **words: Any
) -> tuple[Build | None, Report]:
    """A client of a document with one operation and one scheme, which it needs."""
    told = {"operationId": "a", "responses": {"204": {"description": "Done."}}}
    data: dict[str, Any] = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": told}},
        "security": [{"k": []}],
        "components": {"securitySchemes": {"k": scheme}},
        **words,
    }
    path = folder / "document.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    report = Report()
    return build(path, "client", "header", {}, report, full=False), report


def told(report: Report) -> list[tuple[str, str, str]]:
    """Code, pointer and message of each finding."""
    return [(d.code, d.place.pointer if d.place else "", d.message) for d in report]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("scheme", "at", "message"),
    [
        ({"in": "header", "name": "X"}, AT, "'k' has no 'type'"),
        ({"type": "apiKey", "in": "header"}, AT, "'k' has no 'name'"),
        ({"type": "apiKey", "name": "X"}, AT, "'k' has no 'in'"),
        ({"type": "http"}, AT, "'k' has no 'scheme'"),
        ({"type": "key"}, f"{AT}/type", "'type': \"key\" is not one of"),
        (
            {"type": "apiKey", "name": "X", "in": "path"},
            f"{AT}/in",
            "'in': \"path\" is",
        ),
        ({"$ref": "#/x"}, f"{AT}/$ref", "the reference '#/x' leads nowhere"),
    ],
)
def test_a_broken_scheme_is_told_and_gives_no_argument(
    tmp_path: Path, version: str, scheme: Any, at: str, message: str
) -> None:
    found, report = made(tmp_path, scheme, version)
    assert found and not found.plan.credentials
    assert any(p == at and m.startswith(message) for _, p, m in told(report)), as_text(
        report
    )


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("scheme", "at", "message"),
    [
        ({"type": "oauth2"}, AT, "'k' has no 'flows'"),
        ({"type": "openIdConnect"}, AT, "'k' has no 'openIdConnectUrl'"),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"scopes": {}}}},
            *(f"{AT}/flows/clientCredentials", "'clientCredentials' has no 'tokenUrl'"),
        ),
    ],
)
def test_how_a_token_is_got_need_not_be_said(
    tmp_path: Path, version: str, scheme: Any, at: str, message: str
) -> None:
    found, report = made(tmp_path, scheme, version)
    assert found and [c.argument for c in found.plan.credentials] == ["token"]
    assert ("CP101", at, message) in told(report)


@pytest.mark.parametrize(
    ("scheme", "at", "word"),
    [
        ({"type": "apiKey", "in": "header", "name": "X Y"}, "name", "'X Y'"),
        ({"type": "apiKey", "in": "header", "name": "X\nY: 1"}, "name", "'X\\nY: 1'"),
        ({"type": "apiKey", "in": "cookie", "name": "a;b"}, "name", "'a;b'"),
        ({"type": "http", "scheme": "Bad Word"}, "scheme", "'Bad Word'"),
    ],
)
def test_what_no_header_can_hold_is_no_argument(
    tmp_path: Path, scheme: Any, at: str, word: str
) -> None:
    found, report = made(tmp_path, scheme)
    assert found and found.plan.credentials == ()
    said = f"{word} cannot be sent in a header, so the client has no argument for it"
    assert told(report) == [("CP502", f"{AT}/{at}", said)]


@pytest.mark.parametrize(
    ("value", "at", "message"),
    [
        (3, "", "x-clientpress-env must be the name of a variable"),
        ({}, "", "'client_id' must be the name of a variable"),
        ({"client_id": "A"}, "", "'client_secret' must be the name of a variable"),
        (
            {"client_id": "A", "client_secret": []},
            *("/client_secret", "'client_secret' must be the name of a variable"),
        ),
        (
            {"client_id": "A", "client_secret": "B", "secret": "C"},
            *("/secret", "x-clientpress-env has no member 'secret'"),
        ),
    ],
)
def test_variables_of_a_client_that_are_wrong(
    tmp_path: Path, value: Any, at: str, message: str
) -> None:
    found, report = made(tmp_path, {"type": "oauth2", "flows": FLOW, ENV: value})
    assert found is None
    assert any(
        (c, p) == ("CP302", f"{AT}/{ENV}{at}") and m.startswith(message)
        for c, p, m in told(report)
    ), as_text(report)


def test_variables_of_a_client_belong_to_its_flow(tmp_path: Path) -> None:
    value = {"client_id": "A", "client_secret": "B"}
    _, report = made(tmp_path, {"type": "http", "scheme": "bearer", ENV: value})
    assert [c for c, _, _ in told(report)] == ["CP302"]
    found, _ = made(tmp_path, {"type": "oauth2", "flows": FLOW, ENV: value})
    assert found
    flow = found.plan.credentials[0].scheme.client_credentials
    assert flow == ClientCredentials("/t", "", ("A",), ("B",))


def test_an_unknown_scheme_is_told_once_and_with_a_suggestion(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "responses": {"204": {"description": "x"}},
        "security": [{"kk": []}],
    }
    found, report = made(
        tmp_path,
        {"type": "http", "scheme": "bearer"},
        paths={"/a": {"get": said}, "/b": {"get": said}},
    )
    assert found
    (finding,) = report
    assert finding.place and finding.place.pointer == "/paths/~1a/get/security/0/kk"
    assert (finding.code, finding.hint) == ("CP102", "Did you mean 'k'?")


def test_a_requirement_may_be_the_uri_of_a_scheme_in_another_file(
    tmp_path: Path,
) -> None:
    other = {"schemes": {"k": {"type": "http", "scheme": "bearer"}}}
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(other), encoding="utf-8")
    uris = ("other.yaml#/schemes/k", "./other.yaml#/schemes/k")
    found, report = made(
        tmp_path,
        {"type": "apiKey", "in": "header", "name": "X"},
        version="3.2.0",
        security=[{uris[0]: [], "k": []}, {uris[1]: []}],
    )
    assert found and not list(report), as_text(report)
    names = [c.argument for c in found.plan.credentials]
    assert names == ["k_key", "k_token"]
    assert [c.scheme.kind for c in found.plan.credentials] == ["apiKey", "http"]
    alternatives = [[r.key for r in each] for each in found.plan.api.security]
    assert alternatives == [["k", "k_"], ["k_"]]


def test_modules_for_tokens_are_copied_only_where_they_are_used(tmp_path: Path) -> None:
    plain, _ = made(tmp_path, {"type": "http", "scheme": "bearer"})
    machine, _ = made(tmp_path, {"type": "oauth2", "flows": FLOW})
    assert plain and machine
    extra = machine.files.keys() - plain.files.keys()
    names = ("flights", "oauth", "oauth_answers")
    assert extra == {f"_runtime/calls/{name}.py" for name in names}
    assert "ClientCredentials" in machine.files["__init__.py"]
    assert "ClientCredentials" not in plain.files["__init__.py"]


def test_clients_do_without_them_until_somebody_asks(tmp_path: Path) -> None:
    machine, _ = made(tmp_path, {"type": "oauth2", "flows": FLOW})
    assert machine
    for path, text in machine.files.items():
        (tmp_path / "acme" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "acme" / path).write_text(text, encoding="utf-8")
    program = """
import sys
from acme import Client
Client(base_url="https://a", token="t")
assert not {"acme._runtime.calls.oauth", "concurrent.futures"} & set(sys.modules)
from acme import ClientCredentials
assert ClientCredentials.__module__ == "acme._runtime.calls.oauth"
"""
    command = [sys.executable, "-W", "error", "-c", program]
    subprocess.run(command, check=True, cwd=tmp_path)
