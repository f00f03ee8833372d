"""Extensions of other tools: what they become, where ours count, and what is said about the others."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clientpress.cli import main
from clientpress.diagnostics import Report
from clientpress.document.yaml12 import read_yaml
from clientpress.pipeline import Document, load
from clientpress.printing import as_text

HEAD = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [Pets]
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: cursor, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema:
                type: object
                properties:
                  pets: {type: array, items: {type: object, properties: {id: {type: string}}}}
                  meta: {type: object, properties: {next: {type: string}, more: {type: boolean}}}
                  status: {type: string}
"""


def with_words(words: str) -> str:
    """The document with more members of its operation."""
    return HEAD + textwrap.indent(textwrap.dedent(words).strip(), "      ") + "\n"


def read(folder: Path, text: str) -> tuple[Document, Report]:
    path, report = folder / "shop.yaml", Report()
    path.write_text(text)
    found = load(path, report)
    assert found, as_text(report)
    return found, report


def ours(words: dict[str, Any]) -> dict[str, Any]:
    start = "x-clientpress-"
    return {k.removeprefix(start): v for k, v in words.items() if k.startswith(start)}


@pytest.mark.parametrize(
    ("foreign", "expected"),
    [
        pytest.param(
            """
            x-speakeasy-group: store.pets
            x-speakeasy-name-override: all
            x-speakeasy-ignore: true
            """,
            "{group: store.pets, name: all, hidden: true}",
            id="names of Speakeasy",
        ),
        pytest.param(
            """
            x-speakeasy-pagination:
              type: cursor
              inputs:
                - {name: cursor, in: parameters, type: cursor}
                - {name: limit, in: parameters, type: limit}
              outputs: {results: $.pets, nextCursor: $.meta.next}
            """,
            """
            pagination:
              {kind: cursor, items: $response.body#/pets, next: $response.body#/meta/next,
               send: $request.query.cursor, size: $request.query.limit}
            """,
            id="a cursor of Speakeasy",
        ),
        pytest.param(
            """
            x-speakeasy-pagination:
              type: offsetLimit
              inputs: [{name: page, in: parameters, type: page}]
              outputs: {results: "$['pets']", numPages: $.meta.total}
            """,
            "pagination: {kind: page, items: $response.body#/pets, send: $request.query.page}",
            id="pages of Speakeasy",
        ),
        pytest.param(
            """
            x-speakeasy-pagination:
              type: offsetLimit
              inputs: [{name: skip, in: requestBody, type: offset}]
              outputs: {results: $}
            """,
            "pagination: {kind: offset, items: $response.body, send: $request.body#/skip}",
            id="an offset in a body",
        ),
        pytest.param(
            """
            x-speakeasy-pagination:
              type: url
              outputs: {results: $.pets, nextUrl: $.meta.next}
            """,
            "pagination: {kind: link, items: $response.body#/pets, next: $response.body#/meta/next}",
            id="links of Speakeasy",
        ),
        pytest.param(
            "x-speakeasy-pagination: {type: cursor, outputs: {results: '$.pets[*].a'}}",
            "{}",
            id="pages that cannot be understood",
        ),
        pytest.param(
            """
            x-speakeasy-retries: {strategy: backoff, statusCodes: [5XX], retryConnectionErrors: true}
            """,
            "retry: idempotent",
            id="retries",
        ),
        pytest.param(
            "x-speakeasy-retries: {strategy: backoff, retryConnectionErrors: false}",
            "{}",
            id="retries, but not of broken connections",
        ),
        pytest.param(
            """
            x-speakeasy-polling:
              - name: WaitForCompleted
                intervalSeconds: 2
                limitCount: 30
                failureCriteria: [{condition: $response.body#/status == "errored"}]
                successCriteria:
                  - {condition: $statusCode == 200}
                  - {condition: $response.body#/status == "completed"}
            """,
            """
            polling:
              rules:
                - {outcome: failed, when: {at: /status, eq: errored}}
                - {outcome: succeeded, when: {at: /status, eq: completed}}
              interval: 2
              timeout: 60
            """,
            id="polling",
        ),
        pytest.param(
            """
            x-fern-sdk-group-name: [store, pets]
            x-fern-sdk-method-name: all
            x-fern-ignore: false
            """,
            "{group: store.pets, name: all}",
            id="names of Fern",
        ),
        pytest.param(
            """
            x-fern-pagination: {cursor: $request.cursor, next_cursor: $response.meta.next, results: $response.pets}
            """,
            """
            pagination:
              {kind: cursor, items: $response.body#/pets, next: $response.body#/meta/next, send: $request.query.cursor}
            """,
            id="a cursor of Fern",
        ),
        pytest.param(
            """
            x-fern-pagination: {offset: $request.page, results: $response.pets, has-next-page: $response.meta.more}
            """,
            """
            pagination:
              {kind: page, items: $response.body#/pets, send: $request.query.page, more: $response.body#/meta/more}
            """,
            id="pages of Fern",
        ),
        pytest.param(
            "x-ms-pageable: {nextLinkName: '@odata.nextLink', itemName: pets}",
            """
            pagination: {kind: link, items: $response.body#/pets, next: "$response.body#/@odata.nextLink"}
            """,
            id="links of Microsoft",
        ),
        pytest.param(
            "x-ms-pageable: {nextLinkName: null}",
            "pagination: {kind: single, items: $response.body#/value}",
            id="one page of Microsoft",
        ),
    ],
)
def test_what_an_extension_becomes(tmp_path: Path, foreign: str, expected: str) -> None:
    found, _ = read(tmp_path, with_words(foreign))
    words = found.entry.data["paths"]["/pets"]["get"]
    assert ours(words) == read_yaml(textwrap.dedent(expected))[0]


def test_ours_count_where_both_are_there(tmp_path: Path) -> None:
    text = "x-fern-sdk-method-name: all\nx-clientpress-name: every"
    found, _ = read(tmp_path, with_words(text))
    assert ours(found.entry.data["paths"]["/pets"]["get"]) == {"name": "every"}


def test_beside_groups_of_fern_other_operations_are_the_clients(tmp_path: Path) -> None:
    other = textwrap.indent(
        textwrap.dedent("""
            /chat:
              post: {operationId: chat, responses: {"204": {description: Said.}}}
            /owners:
              get: {operationId: owners, tags: [Owners], responses: {"204": {description: None.}}}
            """),
        "  ",
    )
    paths = read(tmp_path, with_words("x-fern-sdk-group-name: pets") + other)[
        0
    ].entry.data["paths"]
    assert ours(paths["/pets"]["get"]) == {"group": "pets"}
    assert ours(paths["/chat"]["post"]) == {"group": "client"}
    assert ours(paths["/owners"]["get"]) == {}


def test_a_stream_of_fern_is_a_media_type(tmp_path: Path) -> None:
    text = with_words("""
        x-fern-streaming:
          format: sse
          terminator: "[DONE]"
          stream-condition: $request.stream
          response-stream: {type: object}
        """)
    found, _ = read(tmp_path, text)
    response = found.entry.data["paths"]["/pets"]["get"]["responses"]["200"]
    assert response["content"]["text/event-stream"] == {
        "itemSchema": {"type": "object"},
        "x-clientpress-stream": {"terminator": "[DONE]"},
    }


def test_names_of_parameters_and_keys(tmp_path: Path) -> None:
    text = with_words("security: [{key: []}]") + textwrap.dedent("""
        components:
          parameters:
            q: {name: q, in: query, schema: {type: string}, x-fern-parameter-name: question}
          securitySchemes:
            key: {type: http, scheme: bearer, x-fern-bearer: {name: token, env: SHOP_TOKEN}}
        """)
    components = read(tmp_path, text)[0].entry.data["components"]
    assert ours(components["parameters"]["q"]) == {"name": "question"}
    scheme = components["securitySchemes"]["key"]
    assert ours(scheme) == {"name": "token", "env": ["SHOP_TOKEN"]}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_groups_in_groups(folder: Path) -> None:
    names = "x-speakeasy-group: store.pets\nx-speakeasy-name-override: getAll"
    (folder / "shop.yaml").write_text(with_words(names))
    assert run("generate", "shop.yaml", "-o", "acme", "-q").exit_code == 0
    assert "def pets(" in (folder / "acme/groups/store.py").read_text()
    assert "def get_all(" in (folder / "acme/groups/store_pets.py").read_text()


def test_pages_that_lead_nowhere_are_told_at_their_line_and_left_out(
    folder: Path,
) -> None:
    pages = "x-ms-pageable: {nextLinkName: next, itemName: pest}"
    (folder / "shop.yaml").write_text(with_words(pages))
    done = run("generate", "shop.yaml", "-o", "acme")
    assert done.exit_code == 0
    assert (
        "shop.yaml:24:7: warning CP303: /pest leads to nothing that the schema declares\n"
        "    | x-ms-pageable: {nextLinkName: next, itemName: pest}\n"
        "    = It has no effect.\n"
    ) in done.stderr
    assert "Pager" not in (folder / "acme/groups/pets.py").read_text()


def test_extensions_without_effect_are_told_once(folder: Path) -> None:
    words = "x-fern-audiences: [a]\nx-speakeasy-mcp: {a: 1}\nx-fern-examples: []"
    (folder / "shop.yaml").write_text(with_words(words))
    told = run("generate", "shop.yaml", "-o", "acme").stderr
    assert told.startswith(
        "shop.yaml:24:7: note CP504: extensions of other tools that have no effect: x-fern-audiences, x-speakeasy-mcp\n"
    )
    assert run("generate", "shop.yaml", "-o", "acme", "--strict").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        "x-ms-enum: {name: Kind, values: [{value: a1, name: First}, {value: b2, name: Second}]}",
        "x-speakeasy-enums: [First, Second]",
        "x-speakeasy-enums: {a1: First, b2: Second}",
        "x-fern-enum: {a1: {name: First}, b2: {name: Second}}",
        "x-enum-varnames: [First, Second]",
        "x-enumNames: [First, Second]",
    ],
)
def test_names_of_values(folder: Path, words: str) -> None:
    text = with_words("security: []") + textwrap.dedent(f"""
        components:
          schemas:
            Kind:
              type: string
              enum: [a1, b2]
              {words}
        """)
    (folder / "shop.yaml").write_text(text)
    assert run("generate", "shop.yaml", "-o", "acme", "-q").exit_code == 0
    models = (folder / "acme/models.py").read_text()
    assert "FIRST = " in models and "SECOND = " in models
