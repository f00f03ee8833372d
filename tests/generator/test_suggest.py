"""What a document implies: which pages, streams, jobs and keys are found, how sure that is, and how it is written.

Each case is a part of a document and the extension that is suggested for it.
"""

from __future__ import annotations

import csv
import re
import tarfile
import textwrap
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from jsonpath import JSONPathEnvironment

from clientpress.cli import main
from clientpress.diagnostics import Place, Report
from clientpress.document.overlays import Reading
from clientpress.document.yaml12 import read_yaml
from clientpress.pipeline import load, read_api
from clientpress.printing import as_text
from clientpress.suggest.finding import suggest
from clientpress.suggest.keys import product
from clientpress.suggest.overlay import as_overlay, json_path
from clientpress.suggest.suggestion import Suggestion
from tests.generator.making import document, parsed


def found(folder: Path, data: dict[str, Any], kind: str) -> list[Suggestion]:
    api, report = parsed(folder, data)
    name = str(folder / "document.json")
    assert not report.has_errors, as_text(report)
    return [x for x in suggest(api, name) if x.kind == kind]


def listing(query: str, answer: str, path: str = "/pets") -> dict[str, Any]:
    """A document with one list: its query parameters as `name: schema`, and its answer."""
    parameters = [
        {"name": name, "in": "query", **(schema or {"schema": {"type": "string"}})}
        for name, schema in read_yaml(textwrap.dedent(query) or "{}")[0].items()
    ]
    schema = read_yaml(textwrap.dedent(answer))[0]
    content = {"application/json": {"schema": schema}}
    return document(
        {"Pet": {"type": "object", "properties": {"id": {"type": "string"}}}},
        {
            path: {
                "get": {
                    "operationId": "listPets",
                    "parameters": parameters,
                    "responses": {"200": {"description": "OK", "content": content}},
                }
            }
        },
    )


PETS = "{type: array, items: {$ref: '#/components/schemas/Pet'}}"
WHOLE = f"{PETS}\n"


def answer(members: str, items: str = "data") -> str:
    return f"type: object\nproperties:\n  {items}: {PETS}\n" + textwrap.indent(
        textwrap.dedent(members).strip(), "  "
    )


NUMBER = "{schema: {type: integer}}"
TOKEN = "{type: [string, 'null']}"


@pytest.mark.parametrize(
    ("query", "schema", "expected"),
    [
        pytest.param(
            f"page_token:\nlimit: {NUMBER}",
            answer(f"next_page_token: {TOKEN}"),
            {
                "kind": "cursor",
                "items": "$response.body#/data",
                "next": "$response.body#/next_page_token",
                "send": "$request.query.page_token",
                "size": "$request.query.limit",
            },
            id="a token of the answer",
        ),
        pytest.param(
            "cursor:",
            answer(
                f"response_metadata: {{type: object, properties: {{next_cursor: {TOKEN}}}}}",
                "pets",
            ),
            {
                "kind": "cursor",
                "items": "$response.body#/pets",
                "next": "$response.body#/response_metadata/next_cursor",
                "send": "$request.query.cursor",
            },
            id="a token in another member, the list called like the path",
        ),
        pytest.param(
            f"after:\nlimit: {NUMBER}",
            answer("has_more: {type: boolean}\nlast_id: {type: string}"),
            {
                "kind": "cursor",
                "items": "$response.body#/data",
                "next": {"last": "/id"},
                "send": "$request.query.after",
                "size": "$request.query.limit",
                "more": "$response.body#/has_more",
            },
            id="the id of the last item",
        ),
        pytest.param(
            "after:",
            answer(
                f"pageInfo: {{type: object, properties: {{startCursor: {TOKEN}, endCursor: {TOKEN}, hasNextPage: {{type: boolean}}}}}}"
            ),
            {
                "kind": "cursor",
                "items": "$response.body#/data",
                "next": "$response.body#/pageInfo/endCursor",
                "send": "$request.query.after",
                "more": "$response.body#/pageInfo/hasNextPage",
            },
            id="the end of a page, not its start",
        ),
        pytest.param(
            "Marker:",
            answer(f"Marker: {TOKEN}\nNextMarker: {TOKEN}"),
            {
                "kind": "cursor",
                "items": "$response.body#/data",
                "next": "$response.body#/NextMarker",
                "send": "$request.query.Marker",
            },
            id="the next token, not the one of the request",
        ),
        pytest.param(
            "offset:",
            answer("offset: {type: string}", "records"),
            {
                "kind": "cursor",
                "items": "$response.body#/records",
                "next": "$response.body#/offset",
                "send": "$request.query.offset",
            },
            id="an offset that is a text is a token",
        ),
        pytest.param(
            f"page: {NUMBER}",
            answer(f"next_page: {TOKEN}\nhas_more: {{type: boolean}}"),
            {
                "kind": "cursor",
                "items": "$response.body#/data",
                "next": "$response.body#/next_page",
                "send": "$request.query.page",
                "more": "$response.body#/has_more",
            },
            id="a page that is a token",
        ),
        pytest.param(
            f"page: {NUMBER}\nper_page: {NUMBER}",
            WHOLE,
            {
                "kind": "page",
                "items": "$response.body",
                "send": "$request.query.page",
                "size": "$request.query.per_page",
            },
            id="numbers of pages, the answer is the list",
        ),
        pytest.param(
            "page: {schema: {type: integer, default: 0}}\nsize: {schema: {type: integer}}",
            answer(
                "totalElements: {type: integer}\ntotalPages: {type: integer}", "content"
            ),
            {
                "kind": "page",
                "items": "$response.body#/content",
                "send": "$request.query.page",
                "size": "$request.query.size",
                "total": "$response.body#/totalElements",
                "first": 0,
            },
            id="numbers of pages from 0",
        ),
        pytest.param(
            """
            page:
              style: deepObject
              schema: {type: object, properties: {number: {type: integer}, size: {type: integer}}}
            """,
            answer(
                "meta: {type: object, properties: {total_results: {type: integer}, page_number: {type: integer}}}"
            ),
            {
                "kind": "page",
                "items": "$response.body#/data",
                "send": "$request.query.page#/number",
                "size": "$request.query.page#/size",
                "total": "$response.body#/meta/total_results",
            },
            id="numbers inside of an object",
        ),
        pytest.param(
            f"'page[number]': {NUMBER}\n'page[size]': {NUMBER}",
            answer("links: {type: object, properties: {self: {type: string}}}"),
            {
                "kind": "page",
                "items": "$response.body#/data",
                "send": "$request.query.page[number]",
                "size": "$request.query.page[size]",
            },
            id="numbers with brackets",
        ),
        pytest.param(
            f"offset: {NUMBER}\nlimit: {NUMBER}",
            answer("total: {type: integer}", "items"),
            {
                "kind": "offset",
                "items": "$response.body#/items",
                "send": "$request.query.offset",
                "size": "$request.query.limit",
                "total": "$response.body#/total",
            },
            id="an offset",
        ),
        pytest.param(
            f"limit: {NUMBER}\noffset: {NUMBER}",
            answer(
                "count: {type: integer}\nnext: {type: [string, 'null'], format: uri}\nprevious: {type: [string, 'null'], format: uri}",
                "results",
            ),
            {
                "kind": "link",
                "items": "$response.body#/results",
                "next": "$response.body#/next",
                "size": "$request.query.limit",
            },
            id="the address of the next page",
        ),
        pytest.param(
            "after: {description: A cursor as in the Link header., schema: {type: string}}",
            WHOLE,
            {
                "kind": "link",
                "items": "$response.body",
                "next": "$response.header.Link",
            },
            id="a Link header that only the description names",
        ),
        pytest.param(
            "",
            answer("object: {const: list}"),
            {"kind": "single", "items": "$response.body#/data"},
            id="an object that says that it is a list",
        ),
    ],
)
def test_lists_that_have_pages(
    tmp_path: Path, query: str, schema: str, expected: dict[str, Any]
) -> None:
    [suggestion] = found(tmp_path, listing(query, schema), "pagination")
    assert suggestion.update == {"x-clientpress-pagination": expected}
    assert suggestion.is_sure
    assert suggestion.place.pointer == "/paths/~1pets/get"


@pytest.mark.parametrize(
    ("query", "schema"),
    [
        pytest.param("", WHOLE, id="a list without parameters"),
        pytest.param(f"limit: {NUMBER}", answer(""), id="only a size"),
        pytest.param(
            f"page: {NUMBER}",
            "{type: object, properties: {name: {type: string}}}",
            id="no list",
        ),
        pytest.param(
            "start: {schema: {type: string, format: date-time}}",
            answer(""),
            id="a start in time",
        ),
        pytest.param(
            "page: {schema: {type: array, items: {type: integer}}}",
            answer(""),
            id="several pages at once",
        ),
        pytest.param(
            "",
            answer("object: {const: list}\nmodel: {type: string}"),
            id="a list beside something else",
        ),
    ],
)
def test_lists_without_pages(tmp_path: Path, query: str, schema: str) -> None:
    assert found(tmp_path, listing(query, schema), "pagination") == []


@pytest.mark.parametrize(
    ("query", "schema", "evidence"),
    [
        pytest.param(
            f"page:\nbucket: {NUMBER}",
            "{type: object, properties: {next_page: {type: string}, data: {type: array, items: {type: object,"
            " properties: {start_time: {type: integer}, end_time: {type: integer}}}}}}",
            "the items are intervals of a report",
            id="a report",
        ),
        pytest.param(
            "cursor:",
            answer(""),
            "the id of the last item goes into",
            id="nothing in the answer",
        ),
        pytest.param(
            f"page: {NUMBER}",
            f"{{type: object, properties: {{items: {PETS}, values: {PETS}}}}}",
            "another list of the answer may be meant",
            id="two lists",
        ),
    ],
)
def test_what_is_not_sure(
    tmp_path: Path, query: str, schema: str, evidence: str
) -> None:
    [suggestion] = found(tmp_path, listing(query, schema), "pagination")
    assert not suggestion.is_sure
    assert evidence in "; ".join(suggestion.evidence)


# ------------------------------------------------------------------ streams
def chat(
    flag: dict[str, Any], chunk: str = "", description: str = ""
) -> dict[str, Any]:
    """A document with one operation that may stream."""
    reply = {"type": "object", "properties": {"text": {"type": "string"}}}
    schemas: dict[str, Any] = {
        "ReplyResponse": {**reply, "description": description},
        "Ask": {"type": "object", "properties": {"stream": flag}},
        **({chunk: reply} if chunk else {}),
    }
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}
    good = {
        "application/json": {"schema": {"$ref": "#/components/schemas/ReplyResponse"}}
    }
    return document(
        schemas,
        {
            "/chat": {
                "post": {
                    "operationId": "chat",
                    "requestBody": {"content": body},
                    "responses": {"200": {"description": "OK", "content": good}},
                }
            }
        },
    )


FLAG = {
    "type": "boolean",
    "description": "Sends server-sent events, data: [DONE] at the end.",
}


@pytest.mark.parametrize(
    ("chunk", "description", "item"),
    [
        ("ReplyChunk", "", {"$ref": "#/components/schemas/ReplyChunk"}),
        (
            "ReplyStreamResponse",
            "",
            {"$ref": "#/components/schemas/ReplyStreamResponse"},
        ),
        ("", "The same if streamed.", {"$ref": "#/components/schemas/ReplyResponse"}),
        ("", "", {}),
    ],
)
def test_a_flag_that_asks_for_a_stream(
    tmp_path: Path, chunk: str, description: str, item: dict[str, Any]
) -> None:
    [suggestion] = found(tmp_path, chat(FLAG, chunk, description), "stream")
    assert suggestion.update == {
        "text/event-stream": {
            "itemSchema": item,
            "x-clientpress-stream": {"terminator": "[DONE]"},
        }
    }
    assert suggestion.confidence == 0.95
    assert suggestion.place.pointer == "/paths/~1chat/post/responses/200/content"


def test_a_flag_that_is_no_boolean_asks_for_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, chat({"type": "string"}), "stream") == []


# ------------------------------------------------------------------ jobs
def jobs(members: str, states: str, *more: str) -> dict[str, Any]:
    """A document with jobs that have these states, and operations below them."""
    job = read_yaml(
        f"type: object\nproperties:\n  status: {{type: string, enum: [{states}]}}\n"
        + textwrap.indent(textwrap.dedent(members), "  ")
    )[0]
    good = {
        "responses": {
            "200": {
                "description": "OK",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Job"}}
                },
            }
        }
    }
    one = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    below = {
        f"/jobs/{{id}}/{name}": {
            "get": {
                "operationId": name,
                "parameters": one,
                "responses": {"200": {"description": "OK"}},
            }
        }
        for name in more
    }
    return document(
        {"Job": job},
        {
            "/jobs": {"post": {"operationId": "make", **good}},
            "/jobs/{id}": {"get": {"operationId": "job", "parameters": one, **good}},
            **below,
        },
    )


def test_a_job_to_wait_for(tmp_path: Path) -> None:
    data = jobs(
        """
        error: {type: object, properties: {message: {type: string}}}
        request_counts: {type: object, properties: {completed: {type: integer}, failed: {type: integer}, total: {type: integer}}}
        """,
        "queued, in_progress, completed, failed, cancelled",
        "result",
    )
    [suggestion] = found(tmp_path, data, "polling")
    assert suggestion.is_sure and suggestion.place.pointer == "/paths/~1jobs~1{id}/get"
    assert suggestion.update == {
        "x-clientpress-polling": {
            "rules": [
                {"outcome": "succeeded", "when": {"at": "/status", "eq": "completed"}},
                {
                    "outcome": "failed",
                    "when": {"at": "/status", "eq": "failed"},
                    "reason": "/error/message",
                },
                {"outcome": "ended", "when": {"at": "/status", "eq": "cancelled"}},
            ],
            "progress": {
                "done": ["/request_counts/completed", "/request_counts/failed"],
                "total": "/request_counts/total",
            },
            "result": {"operation": "result", "parameters": {"id": "$request.path.id"}},
        }
    }


@pytest.mark.parametrize(
    "states",
    ["active, inactive", "completed, failed", "running, completed", "open, paid, void"],
)
def test_states_that_are_not_those_of_a_job(tmp_path: Path, states: str) -> None:
    assert found(tmp_path, jobs("", states), "polling") == []


def test_states_of_business_and_unknown_ones_are_not_sure(tmp_path: Path) -> None:
    for states in (
        "pending, completed, cancelled, shipped",
        "running, archived, done, failed",
    ):
        [suggestion] = found(tmp_path, jobs("", states), "polling")
        assert not suggestion.is_sure


# ------------------------------------------------------------------ keys
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("OpenAI API", "OPENAI"),
        ("The Acme Pets REST API v2.1", "ACME_PETS"),
        ("GitHub v3 REST API", "GITHUB"),
        ("Acme: everything", "ACME"),
        ("API", ""),
        ("3 Scale", "SCALE"),
    ],
)
def test_the_product_of_a_title(title: str, name: str) -> None:
    assert product(title) == name


def test_variables_of_keys_and_of_the_address(tmp_path: Path) -> None:
    data = document({}, {})
    data["info"]["title"] = "Acme API"
    data["security"] = [{"ApiKeyAuth": []}]
    data["components"]["securitySchemes"] = {
        "ApiKeyAuth": {"type": "http", "scheme": "bearer"},
        "AdminApiKeyAuth": {"type": "apiKey", "in": "header", "name": "X-Admin"},
        "signIn": {"type": "http", "scheme": "basic"},
    }
    assert [(x.place.pointer, x.update) for x in found(tmp_path, data, "env")] == [
        ("", {"x-clientpress-env": {"base_url": ["ACME_BASE_URL"]}}),
        (
            "/components/securitySchemes/ApiKeyAuth",
            {"x-clientpress-env": ["ACME_API_KEY"], "x-clientpress-name": "api_key"},
        ),
        (
            "/components/securitySchemes/AdminApiKeyAuth",
            {
                "x-clientpress-env": ["ACME_ADMIN_API_KEY"],
                "x-clientpress-name": "admin_api_key",
            },
        ),
    ]


def test_a_header_for_idempotency_keys(tmp_path: Path) -> None:
    data = listing("", WHOLE)
    pets = data["paths"]["/pets"]
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
    pets["post"] = {**pets.pop("get"), "parameters": [key]}
    [suggestion] = found(tmp_path, data, "idempotency")
    assert suggestion.update == {"x-clientpress-idempotency": "Idempotency-Key"}


# ------------------------------------------------------------------ the overlay
SHOP = """
    openapi: 3.1.0
    info: {title: Shop, version: "1"}
    paths:
      /pets:
        get:
          operationId: listPets
          parameters: [{name: cursor, in: query, schema: {type: string}}]
          responses:
            "200":
              description: OK
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      pets: {type: array, items: {type: object, properties: {id: {type: string}}}}
                      next_cursor: {type: string}
      /toys:
        get:
          operationId: listToys
          parameters: [{name: cursor, in: query, schema: {type: string}}]
          responses:
            "200":
              description: OK
              content:
                application/json:
                  schema: {type: array, items: {type: object, properties: {id: {type: string}}}}
    """
OVERLAY = """\
# Suggested by clientpress. Read each action, correct it, and commit this file. An action below the
# confidence of 0.75 is a comment: take its '# ' away to apply it.
overlay: 1.1.0
info:
  title: What clientpress found in Shop
  version: "1"
actions:
  - {target: $, update: {x-clientpress: "1"}}  # the version of these extensions

  # env, 0.80: the title is 'Shop'
  - target: $
    update:
      x-clientpress-env:
        base_url:
          - SHOP_BASE_URL

  # pagination, 0.95: /next_cursor of the answer goes into $request.query.cursor; items: /pets
  - target: $.paths['/pets'].get
    update:
      x-clientpress-pagination:
        kind: cursor
        items: $response.body#/pets
        next: $response.body#/next_cursor
        send: $request.query.cursor

  # pagination, 0.70: the id of the last item goes into $request.query.cursor; items: the answer itself
  # - target: $.paths['/toys'].get
  #   update:
  #     x-clientpress-pagination:
  #       kind: cursor
  #       items: $response.body
  #       next:
  #         last: /id
  #       send: $request.query.cursor
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(textwrap.dedent(SHOP))
    return tmp_path


def test_suggest_prints_an_overlay_that_generate_takes(shop: Path) -> None:
    printed = run("suggest", "shop.yaml")
    assert (printed.exit_code, printed.stdout) == (0, OVERLAY)
    assert printed.stderr == "shop.yaml: env 1, pagination 1; 1 more are comments\n"
    assert run("suggest", "shop.yaml", "-o", "shop.overlay.yaml", "-q").stderr == ""
    assert (shop / "shop.overlay.yaml").read_text() == OVERLAY
    assert run("suggest", "shop.yaml", "-o", "shop.overlay.yaml").exit_code == 2
    overlay = ("--overlay", "shop.overlay.yaml")
    assert run("generate", "shop.yaml", "-o", "by_file", *overlay).exit_code == 0
    assert run("generate", "shop.yaml", "-o", "at_once", "--suggested").exit_code == 0
    for package in ("by_file", "at_once"):
        assert "-> Pager[" in (shop / package / "groups/pets.py").read_text()
        assert "Pager" not in (shop / package / "groups/toys.py").read_text()


def test_comments_become_actions_when_their_signs_are_taken_away(shop: Path) -> None:
    text = OVERLAY.replace("  # - target", "  - target").replace("\n  #   ", "\n    ")
    (shop / "all.yaml").write_text(text)
    done = run("generate", "shop.yaml", "-o", "acme", "--overlay", "all.yaml")
    assert done.exit_code == 0, done.stderr
    assert "-> Pager[" in (shop / "acme/groups/toys.py").read_text()


def test_generate_says_in_one_line_how_much_there_is(shop: Path) -> None:
    told = run("generate", "shop.yaml", "-o", "acme")
    assert told.stderr == (
        "shop.yaml implies more: pagination 1; clientpress suggest shop.yaml writes it, --suggested takes it\n"
    )
    assert run("generate", "shop.yaml", "-o", "acme", "-q").stderr == ""
    assert run("generate", "shop.yaml", "-o", "acme", "--suggested").stderr == ""


def test_init_configures_a_client_that_is_generated(shop: Path) -> None:
    done = run("init", "shop.yaml")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines() == [
        "wrote shop.overlay.yaml",
        "wrote clientpress.toml",
        "shop: env 1, pagination 1",
        "Read the overlay, correct it, and run: clientpress generate",
    ]
    assert (shop / "clientpress.toml").read_text() == (
        '[clients.shop]\nspec = "shop.yaml"\noutput = "shop"\noverlays = ["shop.overlay.yaml"]\n'
    )
    assert (shop / "shop.overlay.yaml").read_text() == OVERLAY
    assert run("generate").exit_code == 0
    assert run("check").exit_code == 0


def test_init_adds_to_a_project_and_refuses_what_is_there(shop: Path) -> None:
    (shop / "src").mkdir()
    (shop / "pyproject.toml").write_text('[project]\nname = "mine"\n')
    assert run("init", "shop.yaml", "--name", "pets", "-q").stderr == ""
    text = (shop / "pyproject.toml").read_text()
    assert text == (
        '[project]\nname = "mine"\n\n[tool.clientpress.clients.pets]\nspec = "shop.yaml"\noutput = "src/pets"\n'
        'overlays = ["shop.overlay.yaml"]\n'
    )
    again = run("init", "shop.yaml", "--name", "pets")
    assert again.exit_code == 1
    assert "there is a client 'pets' already" in again.stderr
    assert "shop.overlay.yaml exists already" in again.stderr
    assert (shop / "pyproject.toml").read_text() == text
    wrong = run("init", "shop.yaml", "--name", "a-b")
    assert "'a-b' cannot be the name of a client" in wrong.stderr


@pytest.mark.parametrize("command", ["suggest", "init"])
def test_a_document_that_cannot_be_read_is_a_finding(shop: Path, command: str) -> None:
    (shop / "old.yaml").write_text("swagger: '2.0'\n")
    done = run(command, "old.yaml")
    assert done.exit_code == 1 and "error CP005" in done.stderr
    assert sorted(p.name for p in shop.iterdir()) == ["old.yaml", "shop.yaml"]


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])),
        min_size=1,
        max_size=4,
    ),
    st.recursive(
        st.text() | st.integers() | st.booleans(),
        lambda below: st.lists(below, max_size=2)
        | st.dictionaries(st.text(), below, max_size=2),
        max_leaves=4,
    ),
    st.text(),
)
def test_whatever_a_document_holds_the_overlay_says_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    keys: list[str],
    value: Any,
    text: str,
) -> None:
    data: dict[str, Any] = {}
    here = data
    for key in keys:
        here[key] = here = {}
    folder = tmp_path_factory.mktemp("any")
    api, _ = parsed(
        folder, {**document({}, {}), "info": {"title": text, "version": text}}
    )
    place = Place("any").child(*keys)
    suggestion = Suggestion(
        kind="any", place=place, update={"x": value}, evidence=(text,), confidence=0.9
    )
    overlay = read_yaml(as_overlay([suggestion], api, data))[0]
    [_, action] = overlay["actions"]
    assert action == {"target": json_path(place, data), "update": {"x": value}}
    [match] = JSONPathEnvironment(strict=True).finditer(action["target"], data)
    assert list(match.parts) == keys


# ------------------------------------------------------------------ what vendors ship
SHARED = Path(__file__).parents[3] / "shared"


@pytest.mark.slow
def test_the_lists_that_vendors_page_and_their_streams(tmp_path: Path) -> None:
    """Two documents, and what the SDKs for them do: at least 95 % of the lists, at most 5 % more, the streams.

    The one stream that may be missing is not described at all.
    """
    corpus, tables = SHARED / "corpus" / "dev.tar.xz", SHARED / "sdk_parity"
    if not corpus.exists() or not tables.exists():
        pytest.skip("there are no tables of vendors beside the project")
    wanted = found = extra = silent = 0
    for name in ("openai", "telnyx"):
        with tarfile.open(corpus) as archive:
            member = archive.extractfile(f"documents/{name}.yaml")
            assert member is not None
            spec = tmp_path / f"{name}.yaml"
            spec.write_bytes(member.read())
        loaded = load(spec, Report(), Reading(suggested=True))
        assert loaded is not None
        with (tables / f"{name}.tsv").open() as file:
            rows = {
                (r["method"], r["path"]): r
                for r in csv.DictReader(file, delimiter="\t")
            }
        for operation in read_api(loaded, Report()).operations:
            path = re.sub(r"\{[^}]*\}", "{}", operation.path.partition("?")[0]).rstrip(
                "/"
            )
            row = rows.get((operation.method.upper(), path))
            if row is None:
                continue
            is_paged = operation.pagination is not None
            wanted += row["paged"] == "1"
            found += row["paged"] == "1" and is_paged
            extra += row["paged"] == "0" and is_paged
            media = [m.name for r in operation.responses for m in r.media]
            silent += row["stream"] == "1" and "text/event-stream" not in media
    assert wanted > 230
    assert found >= 0.95 * wanted
    assert extra <= 0.05 * (found + extra)
    assert silent <= 1
