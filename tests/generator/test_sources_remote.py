"""References to http and https: refused unless allowed, and then fetched within limits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clientpress.cli import main
from clientpress.diagnostics import Report
from clientpress.document import reading, remote
from clientpress.document.overlays import Reading
from clientpress.pipeline import load, read_api
from tests.generator.making import document, findings, shown, write

PET = {"type": "object", "properties": {"owner": {"$ref": "owner.yaml"}}}
OWNER = "type: object\nproperties: {name: {type: string}}\n"
OPERATIONS = {
    "/pets": {
        "get": {
            "operationId": "getPet",
            "responses": {
                "200": {
                    "description": "",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/It"}
                        }
                    },
                }
            },
        }
    }
}


class Web(ThreadingHTTPServer):
    """Answers by path: a status, headers, a body; and every path that was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.pause = 0.0
        self.served_whole = False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def put(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers[path] = status, headers, text.encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Web)
        self.server.asked.append(self.path)
        status, headers, body = self.server.answers.get(self.path, (404, {}, b"none"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for start in range(0, len(body), 100):
                self.wfile.write(body[start : start + 100])
                self.wfile.flush()
                time.sleep(self.server.pause)
            self.server.served_whole = True
        except OSError:
            pass  # the other side has had enough

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Web() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(
        result.exception, SystemExit
    ), result.output
    return result


def told(reference: str) -> list[tuple[str, str, str, str]]:
    """The findings about a document with one remote reference, which is allowed."""
    write(Path(), document({"It": {"$ref": reference}}))
    report = Report()
    found = load(Path("document.json"), report, Reading(allow_remote=True))
    assert found
    read_api(found, report)
    return findings(report)


def test_a_remote_schema_and_what_it_refers_to(folder: Path, web: Web) -> None:
    web.put("/schemas/pet.json", PET)
    web.put("/schemas/owner.yaml", OWNER)
    write(folder, document({"It": {"$ref": f"{web.url}/schemas/pet.json"}}))
    report = Report()
    found = load(Path("document.json"), report, Reading(allow_remote=True))
    assert found
    api = read_api(found, report)
    assert findings(report) == []
    assert {place.file: shown(schema) for place, schema in api.schemas.items()} == {
        "document.json": "",
        f"{web.url}/schemas/pet.json": "{owner: }",
        f"{web.url}/schemas/owner.yaml": "{name: string}",
    }
    assert web.asked == ["/schemas/pet.json", "/schemas/owner.yaml"]
    assert list(found.sources.inputs()) == [
        "document.json",
        f"{web.url}/schemas/owner.yaml",
        f"{web.url}/schemas/pet.json",
    ]


def test_the_command_and_the_manifest(folder: Path, web: Web) -> None:
    web.put("/pet.json?token=geheim", {"type": "object", "title": "One"})
    address = f"http://user:geheim@{web.host}/pet.json?token=geheim"
    write(folder, document({"It": {"$ref": address}}, OPERATIONS))
    arguments = ("document.json", "--output", "client")
    without = run("generate", *arguments)
    assert run("validate", "document.json").exit_code == 1
    assert without.exit_code == 0 and web.asked == []
    assert "warning CP103" in without.stderr and "--allow-remote" in without.stderr

    assert run("generate", *arguments, "--allow-remote").exit_code == 0
    manifest = json.loads(Path("client/.clientpress/manifest.json").read_text())
    assert list(manifest["inputs"]) == ["document.json", f"{web.url}/pet.json"]
    for path in Path("client").rglob("*"):
        assert path.is_dir() or "geheim" not in path.read_text()
    assert run("check", *arguments, "--allow-remote").exit_code == 0
    assert run("validate", "document.json", "--allow-remote").exit_code == 0
    assert run("inspect", "names", "document.json", "--allow-remote").exit_code == 0

    web.put("/pet.json?token=geheim", {"type": "object", "title": "Another"})
    stale = run("check", *arguments, "--allow-remote")
    assert stale.exit_code == 3
    assert "clientpress generate document.json" in stale.stderr
    assert "--allow-remote" in stale.stderr


def test_a_document_from_the_web(folder: Path, web: Web) -> None:
    """It is fetched because the command names it; what it refers to is not."""
    whole = document({"It": {"type": "object", "title": "One"}}, OPERATIONS)
    web.put("/api/openapi.json?token=geheim", whole)
    address = f"http://user:geheim@{web.host}/api/openapi.json?token=geheim"
    arguments = (address, "--output", "client")
    done = run("generate", *arguments)
    assert done.exit_code == 0
    manifest = json.loads(Path("client/.clientpress/manifest.json").read_text())
    assert list(manifest["inputs"]) == [f"{web.url}/api/openapi.json"]
    for command in (("check", *arguments), ("validate", address)):
        assert run(*command).exit_code == 0
    changed = {**whole, "info": {"title": "Another", "version": "2"}}
    web.put("/api/openapi.json?token=geheim", changed)
    stale = run("check", *arguments)
    assert stale.exit_code == 3
    for path in Path("client").rglob("*"):
        assert path.is_dir() or "geheim" not in path.read_text()
    assert "geheim" not in done.output + stale.output
    missing = run("generate", f"{web.url}/nothing.json", "--output", "other")
    assert missing.exit_code == 1 and "CP001" in missing.stderr
    assert not Path("other").exists()
    assert run("init", address).exit_code == 2


def test_a_document_from_the_standard_input(folder: Path) -> None:
    data = document({"It": {"type": "object"}}, OPERATIONS)
    for arguments in (
        ("generate", "-", "--output", "client"),
        ("check", "-", "--output", "client"),
        ("validate", "-"),
    ):
        done = CliRunner().invoke(main, arguments, input=json.dumps(data))
        assert done.exit_code == 0, done.output
    assert "from stdin" in Path("client/__init__.py").read_text().partition("\n")[0]


def test_the_configuration_may_allow_it(folder: Path, web: Web) -> None:
    web.put("/pet.json", {"type": "object"})
    write(folder, document({"It": {"$ref": f"{web.url}/pet.json"}}, OPERATIONS))
    table = '[clients.pets]\nspec = "document.json"\noutput = "pets"\n'
    Path("clientpress.toml").write_text(table)
    refused = run("generate")
    assert (refused.exit_code, "warning CP103" in refused.stderr) == (0, True)
    assert not web.asked
    Path("clientpress.toml").write_text(f"{table}allow_remote = true\n")
    allowed = run("generate")
    assert (allowed.exit_code, allowed.stderr) == (0, "")
    assert web.asked == ["/pet.json"]
    assert run("generate", "--allow-remote").exit_code == 2
    Path("clientpress.toml").write_text(f'{table}allow_remote = "yes"\n')
    result = run("generate")
    assert "needs true or false for 'allow_remote'" in result.stderr


def test_redirects_are_followed_and_become_the_base(folder: Path, web: Web) -> None:
    web.put("/a", "", 302, Location="/new/pet.json")
    web.put("/new/pet.json", PET)
    web.put("/new/owner.yaml", OWNER)
    assert told(f"{web.url}/a") == []
    assert web.asked == ["/a", "/new/pet.json", "/new/owner.yaml"]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc/hostname", "a redirect to file is not followed"),
        ("ftp://h/x", "a redirect to ftp is not followed"),
        ("http://[", "the address of its redirect is not valid"),
        ("", "a redirect to http is not followed"),
        ("/a", "more than 5 redirects"),
    ],
)
def test_redirects_that_are_not_followed(
    folder: Path, web: Web, location: str, why: str
) -> None:
    web.put("/a", "", 301, Location=location)
    assert told(f"{web.url}/a") == [
        (
            "CP001",
            "/components/schemas/It/$ref",
            f"cannot fetch {web.url}/a: {why}",
            "Check the address.",
        )
    ]


def test_failures_have_the_place_of_the_reference(folder: Path, web: Web) -> None:
    ((code, place, message, _),) = told(f"http://me:geheim@{web.host}/no.json?k=geheim")
    assert (code, place) == ("CP001", "/components/schemas/It/$ref")
    assert message == f"cannot fetch {web.url}/no.json: the answer is 404"
    ((code, place, message, _),) = told("http://127.0.0.1:1/x.json")
    assert (code, place) == ("CP001", "/components/schemas/It/$ref")
    assert message == "cannot fetch http://127.0.0.1:1/x.json: ConnectError"


def test_what_is_no_document_is_told_in_it(folder: Path, web: Web) -> None:
    web.put("/x.json", '{"a": [}')
    write(folder, document({"It": {"$ref": f"{web.url}/x.json"}}, OPERATIONS))
    result = run("generate", "document.json", "-o", "client", "--allow-remote")
    assert result.stderr.startswith(
        f"{web.url}/x.json:1:8: error CP002: not valid JSON"
    )
    web.put("/x.json", "<html>")
    assert told(f"{web.url}/x.json")[0][2].startswith("this is HTML or XML")


def test_limits_of_size_and_time(
    folder: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.put("/x.json", " " * 5000)
    monkeypatch.setattr(remote, "MAX_BYTES", 2000)
    assert told(f"{web.url}/x.json")[0][:3] == (
        "CP004",
        "/components/schemas/It/$ref",
        f"{web.url}/x.json has more than 2,000 bytes",
    )
    monkeypatch.setattr(remote, "MAX_BYTES", reading.MAX_BYTES)
    monkeypatch.setattr(remote, "MAX_SECONDS", 0.2)
    web.pause = 0.3
    assert "it takes more than 0 seconds" in told(f"{web.url}/x.json")[0][2]
    assert not web.served_whole


@pytest.mark.parametrize("reference", ["file:///etc/hostname", "ftp://h/x", "urn:x:y"])
def test_a_remote_file_never_leads_to_a_local_one(
    folder: Path, web: Web, reference: str
) -> None:
    local = write(folder, {"type": "object"}, "local.json")
    if reference.startswith("file"):
        reference = local.as_uri()
    web.put("/x.json", {"properties": {"a": {"$ref": reference}}})
    ((code, place, _, _),) = told(f"{web.url}/x.json")
    assert (code, place) == ("CP103", "/properties/a/$ref")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p@h:1/x?q=1#/a", "https://h:1/x#/a"),
        ("https://h/x", "https://h/x"),
        ("pet.yaml?x#/a", "pet.yaml?x#/a"),
        ("//u:p@h/x", "//h/x"),
        ("http://u:p@[", "(not an address)"),
    ],
)
def test_what_is_printed_of_an_address(url: str, expected: str) -> None:
    assert remote.shown_url(url) == expected
