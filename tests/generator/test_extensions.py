"""Our extensions: the good form of each becomes a value; each wrong form is an error with its place and a way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from clientpress.api.behaviours import Lines
from clientpress.api.operations import Api, Operation
from clientpress.runtime.batches.outcome_values import Case, Outcome
from clientpress.runtime.calls.conditions import All, AnyOf, At, Not, Status
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling, Progress, Rule
from tests.generator.making import (
    document,
    findings,
    json_body,
    operation,
    parsed,
    schema_named,
)

Finding = tuple[str, str, str, str]
OPERATION = "/paths/~1jobs/get"


def on_operation(folder: Path, text: str) -> tuple[Operation, list[Finding]]:
    """An operation with extensions in YAML, and the findings."""
    words = operation(operationId="listJobs", **yaml.safe_load(text))
    api, report = parsed(folder, document({}, {"/jobs": {"get": words}}))
    return api.operations[0], findings(report)


def on_schema(folder: Path, text: str) -> tuple[dict[str, Any], list[Finding]]:
    """The parsed extensions of a schema, and the findings."""
    schema = {"type": "object", **yaml.safe_load(text)}
    api, report = parsed(folder, document({"Line": schema}))
    return schema_named(api, "Line").meta.extensions, findings(report)


# ------------------------------------------------------------- good forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            """
            x-clientpress-pagination: {kind: cursor, items: $response.body#/results, next: $response.body#/pagination_token,
                                       send: $request.query.pagination_token, size: $request.query.limit}
            """,
            Pagination[Any](
                kind="cursor",
                items="$response.body#/results",
                next="$response.body#/pagination_token",
                send="$request.query.pagination_token",
                size="$request.query.limit",
            ),
            id="a token",
        ),
        pytest.param(
            """
            x-clientpress-pagination: {kind: cursor, items: $response.body#/results, next: {last: /id},
                                       send: $request.query.pagination_token}
            """,
            Pagination[Any](
                kind="cursor",
                items="$response.body#/results",
                last="/id",
                send="$request.query.pagination_token",
            ),
            id="the id of the last item",
        ),
        pytest.param(
            """
            x-clientpress-pagination: {kind: cursor, items: $response.body#/data, next: $response.body#/last_id,
                                       more: $response.body#/has_more, send: $request.query.after}
            """,
            Pagination[Any](
                kind="cursor",
                items="$response.body#/data",
                next="$response.body#/last_id",
                send="$request.query.after",
                more="$response.body#/has_more",
            ),
            id="a last id",
        ),
        pytest.param(
            """
            x-clientpress-pagination: {kind: offset, items: $response.body#/rows, send: $request.query.offset,
                                       size: $request.query.limit, total: $response.body#/total_filtered}
            """,
            Pagination[Any](
                kind="offset",
                items="$response.body#/rows",
                send="$request.query.offset",
                size="$request.query.limit",
                total="$response.body#/total_filtered",
            ),
            id="an offset",
        ),
        pytest.param(
            "x-clientpress-pagination: {kind: page, items: $response.body, send: $request.query.page}",
            Pagination[Any](
                kind="page", items="$response.body", send="$request.query.page"
            ),
            id="numbered pages of a bare list",
        ),
        pytest.param(
            "x-clientpress-pagination: {kind: link, items: $response.body#/data, next: $response.header.Link}",
            Pagination[Any](
                kind="link", items="$response.body#/data", next="$response.header.Link"
            ),
            id="a link",
        ),
    ],
)
def test_pagination(tmp_path: Path, text: str, expected: Pagination[Any]) -> None:
    found, errors = on_operation(tmp_path, text)
    assert (found.pagination, errors) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            """
            x-clientpress-polling:
              interval: 5
              timeout: 600
              rules:
                - {outcome: succeeded, when: {at: /status, eq: succeeded}}
                - {outcome: failed, when: {at: /status, in: [failed, canceled, rejected]}, reason: /error_message}
              progress: {done: /progress, total: 100}
            """,
            Polling(
                rules=(
                    Rule("succeeded", At("/status", "eq", "succeeded")),
                    Rule(
                        "failed",
                        At("/status", "in", ("failed", "canceled", "rejected")),
                        "/error_message",
                    ),
                ),
                interval=5.0,
                timeout=600.0,
                progress=Progress(done=("/progress",), total=100),
            ),
            id="a status",
        ),
        pytest.param(
            """
            x-clientpress-polling:
              rules:
                - {outcome: failed, when: {at: /cancel_by_xai_message, is: present}, reason: /cancel_by_xai_message}
                - {outcome: ended, when: {at: /cancel_time, is: present}}
                - {outcome: succeeded, when: {all: [{at: /state/num_requests, gt: 0}, {at: /state/num_pending, eq: 0}]}}
                - {outcome: ended, when: {at: /expire_time, is: past}}
              progress: {done: [/state/num_success, /state/num_error, /state/num_cancelled], total: /state/num_requests}
            """,
            Polling(
                rules=(
                    Rule(
                        "failed",
                        At("/cancel_by_xai_message", "present"),
                        "/cancel_by_xai_message",
                    ),
                    Rule("ended", At("/cancel_time", "present")),
                    Rule(
                        "succeeded",
                        All(
                            (
                                At("/state/num_requests", "gt", 0),
                                At("/state/num_pending", "eq", 0),
                            )
                        ),
                    ),
                    Rule("ended", At("/expire_time", "past")),
                ),
                progress=Progress(
                    done=(
                        "/state/num_success",
                        "/state/num_error",
                        "/state/num_cancelled",
                    ),
                    total="/state/num_requests",
                ),
            ),
            id="no status field",
        ),
        pytest.param(
            """
            x-clientpress-polling:
              method: wait_until_ready
              interval: 0.5
              rules: [{outcome: succeeded, when: {status: [200]}}]
            """,
            Polling(
                rules=(Rule("succeeded", Status((200,))),),
                interval=0.5,
            ),
            id="a server that is not there yet",
        ),
        pytest.param(
            """
            x-clientpress-polling:
              rules: [{outcome: ended, when: {any: [{not: {at: /a, ne: null}}, {at: /b, le: 1.5}, {at: /c, ge: "3"}, {at: /d, lt: 1}]}}]
            """,
            Polling(
                rules=(
                    Rule(
                        "ended",
                        AnyOf(
                            (
                                Not(At("/a", "ne", None)),
                                At("/b", "le", 1.5),
                                At("/c", "ge", "3"),
                                At("/d", "lt", 1),
                            )
                        ),
                    ),
                )
            ),
            id="every test",
        ),
    ],
)
def test_polling(tmp_path: Path, text: str, expected: Polling) -> None:
    found, errors = on_operation(tmp_path, text)
    assert found.wait
    assert (found.wait.polling, errors) == (expected, [])
    words = yaml.safe_load(text)["x-clientpress-polling"]
    assert found.wait.method == words.get("method", "wait")


def test_outcome(tmp_path: Path) -> None:
    text = """
    x-clientpress-outcome: {id: /custom_id, cases: [
      {failed: /error, when: {at: /error, is: present}},
      {failed: /response/body, when: {at: /response/status_code, ge: 400}},
      {succeeded: /response/body, when: {at: /response, is: present}}]}
    """
    found, errors = on_schema(tmp_path, text)
    assert not errors
    assert found["outcome"] == Outcome(
        id="/custom_id",
        cases=(
            Case("failed", "/error", At("/error", "present")),
            Case("failed", "/response/body", At("/response/status_code", "ge", 400)),
            Case("succeeded", "/response/body", At("/response", "present")),
        ),
    )


LIMITS: dict[str, Any] = {
    "item": "BatchInputLine",
    "id": "/custom_id",
    "max_lines": 50000,
    "max_bytes": 200000000,
}


def test_lines_stand_on_schemas_and_on_media_types(tmp_path: Path) -> None:
    found, errors = on_schema(tmp_path, yaml.safe_dump({"x-clientpress-lines": LIMITS}))
    assert (found["lines"], errors) == (
        Lines(**LIMITS),
        [],
    )
    body: dict[str, Any] = {
        "content": {"application/json": {"itemSchema": {}, "x-clientpress-lines": {}}}
    }
    words = operation(responses={"200": {"description": "", **body}})
    api, report = parsed(tmp_path, document({}, {"/jobs": {"get": words}}))
    assert api.operations[0].responses[0].media[0].lines == Lines() and not len(report)


def test_plain_ones_of_an_operation(tmp_path: Path) -> None:
    text = """
    x-clientpress-name: all
    x-clientpress-group: work
    x-clientpress-hidden: true
    x-clientpress-retry: idempotent
    x-clientpress-idempotency: Idempotency-Key
    """
    found, errors = on_operation(tmp_path, text)
    assert not errors
    assert (found.name, found.group, found.hidden) == ("all", "work", True)
    assert (found.retry, found.idempotency_header) == ("idempotent", "Idempotency-Key")


def test_names_and_variables_elsewhere(tmp_path: Path) -> None:
    parameter: dict[str, Any] = {
        "name": "q",
        "in": "query",
        "schema": {},
        "x-clientpress-name": "question",
    }
    key = {
        "type": "http",
        "scheme": "bearer",
        "x-clientpress-env": ["A", "B"],
        "x-clientpress-name": "token",
    }
    data = document(
        {"a": {"type": "object", "x-clientpress-name": "Pet"}},
        {"/jobs": {"get": operation(parameters=[parameter])}},
        **{
            "x-clientpress-env": {"base_url": "URL"},
            "x-clientpress": "1",
            "x-other": {},
        },
    )
    data["components"]["securitySchemes"] = {"key": key}
    api, report = parsed(tmp_path, data)
    assert not len(report)
    assert api.operations[0].parameters[0].name == "question"
    assert (api.schemes[0].env, api.schemes[0].argument) == (("A", "B"), "token")
    assert api.base_url_env == ("URL",)
    assert schema_named(api, "a").meta.name == "Pet"


# ------------------------------------------------------------- wrong forms

PAGED = "kind: cursor, items: $response.body#/a, next: $response.body#/b, send: $request.query.c"
RULE = "{outcome: ended, when: {at: /a, is: present}}"


def polling(rule: str) -> str:
    return f"x-clientpress-polling: {{rules: [{rule}]}}"


def when(condition: str) -> str:
    return polling(f"{{outcome: ended, when: {condition}}}")


@pytest.mark.parametrize(
    ("text", "code", "at", "message", "hint"),
    [
        # unknown and misplaced
        (
            "x-clientpress-paginaton: {}",
            *(
                "CP301",
                "/x-clientpress-paginaton",
                "x-clientpress-paginaton is not known on an operation",
            ),
            "Did you mean x-clientpress-pagination?",
        ),
        (
            "x-clientpress-outcome: {}",
            *(
                "CP301",
                "/x-clientpress-outcome",
                "x-clientpress-outcome is not known on an operation",
            ),
            "It belongs on a schema.",
        ),
        (
            "x-clientpress-lines: {}",
            *(
                "CP301",
                "/x-clientpress-lines",
                "x-clientpress-lines is not known on an operation",
            ),
            "It belongs on a schema or a media type.",
        ),
        (
            "x-clientpress-zzz: {}",
            *(
                "CP301",
                "/x-clientpress-zzz",
                "x-clientpress-zzz is not known on an operation",
            ),
            "Known here: x-clientpress-group, x-clientpress-hidden, x-clientpress-idempotency, x-clientpress-name, "
            "x-clientpress-pagination, x-clientpress-polling, x-clientpress-retry, x-clientpress-run, "
            "x-clientpress-signed-upload, x-clientpress-tensors.",
        ),
        # plain ones
        (
            "x-clientpress-name: 3",
            *(
                "CP302",
                "/x-clientpress-name",
                "x-clientpress-name must be a string with text in it",
                "",
            ),
        ),
        (
            "x-clientpress-group: ''",
            *(
                "CP302",
                "/x-clientpress-group",
                "x-clientpress-group must be a string with text in it",
                "",
            ),
        ),
        (
            "x-clientpress-hidden: 'yes'",
            *(
                "CP302",
                "/x-clientpress-hidden",
                "x-clientpress-hidden must be true or false",
                "",
            ),
        ),
        (
            "x-clientpress-retry: always",
            "CP302",
            "/x-clientpress-retry",
            "'always' is not 'idempotent'",
            "Write 'idempotent'.",
        ),
        (
            "x-clientpress-idempotency: true",
            *(
                "CP302",
                "/x-clientpress-idempotency",
                "x-clientpress-idempotency must be a string with text in it",
                "",
            ),
        ),
        # pagination
        (
            "x-clientpress-pagination: []",
            *(
                "CP302",
                "/x-clientpress-pagination",
                "x-clientpress-pagination must be an object",
                "",
            ),
        ),
        (
            "x-clientpress-pagination: {items: $response.body}",
            *(
                "CP302",
                "/x-clientpress-pagination",
                "x-clientpress-pagination needs a string 'kind'",
                "",
            ),
        ),
        (
            f"x-clientpress-pagination: {{{PAGED.replace('cursor', 'cursors')}}}",
            *(
                "CP302",
                "/x-clientpress-pagination/kind",
                "'cursors' is not one of cursor, offset, page, link, single",
            ),
            "Did you mean 'cursor'?",
        ),
        (
            f"x-clientpress-pagination: {{{PAGED.replace('cursor', 'token')}}}",
            *(
                "CP302",
                "/x-clientpress-pagination/kind",
                "'token' is not one of cursor, offset, page, link, single",
            ),
            "Known: cursor, offset, page, link, single.",
        ),
        (
            "x-clientpress-pagination: {kind: offset, items: $response.body#/a}",
            *(
                "CP302",
                "/x-clientpress-pagination",
                "pagination of the kind 'offset' needs 'send'",
                "",
            ),
        ),
        (
            f"x-clientpress-pagination: {{{PAGED}, totl: $response.body#/d}}",
            *(
                "CP302",
                "/x-clientpress-pagination/totl",
                "x-clientpress-pagination has no member 'totl'",
            ),
            "Did you mean 'total'?",
        ),
        (
            f"x-clientpress-pagination: {{{PAGED.replace('$request.query.c', '3')}}}",
            *(
                "CP302",
                "/x-clientpress-pagination/send",
                "x-clientpress-pagination needs a string 'send'",
                "",
            ),
        ),
        (
            f"x-clientpress-pagination: {{{PAGED.replace('$response.body#/a', '/a')}}}",
            *(
                "CP302",
                "/x-clientpress-pagination/items",
                "'/a' is no address for 'items'",
            ),
            "Write '$response.body#/member' or '$response.header.Name'.",
        ),
        (
            f"x-clientpress-pagination: {{{PAGED.replace('$request.query.c', 'c')}}}",
            *(
                "CP302",
                "/x-clientpress-pagination/send",
                "'c' is no address for 'send'",
            ),
            "Write '$request.query.name'.",
        ),
        # polling
        (
            "x-clientpress-polling: 3",
            *(
                "CP302",
                "/x-clientpress-polling",
                "x-clientpress-polling must be an object",
                "",
            ),
        ),
        (
            "x-clientpress-polling: {}",
            *(
                "CP302",
                "/x-clientpress-polling",
                "x-clientpress-polling needs a list 'rules' that is not empty",
                "",
            ),
        ),
        (
            "x-clientpress-polling: {rules: []}",
            "CP302",
            "/x-clientpress-polling/rules",
            "x-clientpress-polling needs a list 'rules' that is not empty",
            "",
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], method: wait for it}}",
            *(
                "CP302",
                "/x-clientpress-polling/method",
                "'wait for it' cannot be the name of a method",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], method: import}}",
            *(
                "CP302",
                "/x-clientpress-polling/method",
                "'import' cannot be the name of a method",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], method: _call}}",
            *(
                "CP302",
                "/x-clientpress-polling/method",
                "'_call' cannot be the name of a method",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], interval: -1}}",
            *(
                "CP302",
                "/x-clientpress-polling/interval",
                "'interval' must be a number that is not negative",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], timeout: forever}}",
            *(
                "CP302",
                "/x-clientpress-polling/timeout",
                "'timeout' must be a number that is not negative",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], intervall: 3}}",
            *(
                "CP302",
                "/x-clientpress-polling/intervall",
                "x-clientpress-polling has no member 'intervall'",
            ),
            "Did you mean 'interval'?",
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], progress: {{done: done, total: 1}}}}",
            *(
                "CP302",
                "/x-clientpress-polling/progress/done",
                "'done' must be a JSON Pointer or a list of them",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], progress: {{done: /done, total: all}}}}",
            *(
                "CP302",
                "/x-clientpress-polling/progress/total",
                "'total' must be a JSON Pointer or a number",
                "",
            ),
        ),
        (
            f"x-clientpress-polling: {{rules: [{RULE}], progress: 5}}",
            *(
                "CP302",
                "/x-clientpress-polling/progress",
                "'progress' must be an object",
                "",
            ),
        ),
        (
            polling("3"),
            "CP302",
            "/x-clientpress-polling/rules/0",
            "a polling rule must be an object",
            "",
        ),
        (
            polling("{outcome: succeded, when: {at: /a, is: present}}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/outcome",
                "'succeded' is not one of succeeded, ended, failed, pending",
            ),
            "Did you mean 'succeeded'?",
        ),
        (
            polling("{outcome: failed, reason: error, when: {at: /a, is: present}}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/reason",
                "'error' is no JSON Pointer",
            ),
            "Inside a value, addresses start with '/'.",
        ),
        (
            polling("{outcome: failed, reasn: /a, when: {at: /a, is: present}}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/reasn",
                "a polling rule has no member 'reasn'",
            ),
            "Did you mean 'reason'?",
        ),
        # conditions
        (
            polling("{outcome: ended}"),
            "CP302",
            "/x-clientpress-polling/rules/0/when",
            "a condition must be an object",
            "",
        ),
        (
            when("{is: present}"),
            "CP302",
            "/x-clientpress-polling/rules/0/when",
            "a condition needs a string 'at'",
            "",
        ),
        (
            when("{at: a, is: present}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/at",
                "'a' is no JSON Pointer",
            ),
            "Inside a value, addresses start with '/'.",
        ),
        (
            when("{at: /a}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when",
                "a condition needs exactly one test",
            ),
            "One of is, eq, ne, gt, ge, lt, le, in.",
        ),
        (
            when("{at: /a, eq: 1, ne: 2}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when",
                "a condition needs exactly one test",
            ),
            "One of is, eq, ne, gt, ge, lt, le, in.",
        ),
        (
            when("{at: /a, is: presnt}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/is",
                "'presnt' is not one of present, absent, empty, past",
            ),
            "Did you mean 'present'?",
        ),
        (
            when("{at: /a, in: done}"),
            "CP302",
            "/x-clientpress-polling/rules/0/when/in",
            "'in' must be a list",
            "",
        ),
        (
            when("{at: /a, eq: {b: 1}}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/eq",
                "a value cannot be compared with {'b': 1}",
                "",
            ),
        ),
        (
            when("{at: /a, in: [1, [2]]}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/in",
                "a value cannot be compared with [2]",
                "",
            ),
        ),
        (
            when("{status: 200}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/status",
                "'status' must be a list of status codes",
                "",
            ),
        ),
        (
            when("{status: [true]}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/status",
                "'status' must be a list of status codes",
                "",
            ),
        ),
        (
            when("{all: []}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/all",
                "a condition needs a list 'all' that is not empty",
                "",
            ),
        ),
        (
            when("{any: [{at: /a, is: present}, 3]}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/any/1",
                "a condition must be an object",
                "",
            ),
        ),
        (
            when("{not: 3}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/not",
                "a condition must be an object",
                "",
            ),
        ),
        (
            when("{all: [{at: /a, is: present}], at: /b}"),
            *(
                "CP302",
                "/x-clientpress-polling/rules/0/when/at",
                "a condition has no member 'at'",
                "Known: all.",
            ),
        ),
    ],
)
def test_what_is_wrong_on_an_operation(
    tmp_path: Path, text: str, code: str, at: str, message: str, hint: str
) -> None:
    found, errors = on_operation(tmp_path, text)
    assert errors == [(code, OPERATION + at, message, hint)]
    assert found.pagination is None and found.wait is None


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    _, errors = on_operation(tmp_path, polling("{outcome: x, when: {at: a}}, 3"))
    assert [(code, at.removeprefix(OPERATION)) for code, at, _, _ in errors] == [
        ("CP302", "/x-clientpress-polling/rules/0/outcome"),
        ("CP302", "/x-clientpress-polling/rules/0/when/at"),
        ("CP302", "/x-clientpress-polling/rules/0/when"),
        ("CP302", "/x-clientpress-polling/rules/1"),
    ]


@pytest.mark.parametrize("number", [".inf", ".nan", "-.inf"])
@pytest.mark.parametrize("place", ["interval: {}", "progress: {{done: /a, total: {}}}"])
def test_numbers_must_be_finite(tmp_path: Path, place: str, number: str) -> None:
    """YAML can write numbers that neither JSON nor a literal of Python can."""
    text = f"""
openapi: 3.2.0
info: {{title: T, version: '1'}}
paths:
  /jobs:
    get:
      x-clientpress-polling: {{rules: [{RULE}], {place.format(number)}}}
      responses: {{}}
"""
    _, report = parsed(tmp_path, text, "document.yaml")
    assert [code for code, *_ in findings(report)] == ["CP302"]


CASE = "{succeeded: /a, when: {at: /a, is: present}}"


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        (
            "x-clientpress-outcome: []",
            "outcome",
            "x-clientpress-outcome must be an object",
            "",
        ),
        (
            f"x-clientpress-outcome: {{cases: [{CASE}]}}",
            "outcome",
            "x-clientpress-outcome needs a string 'id'",
            "",
        ),
        (
            f"x-clientpress-outcome: {{id: custom_id, cases: [{CASE}]}}",
            *(
                "outcome/id",
                "'custom_id' is no JSON Pointer",
                "Inside a value, addresses start with '/'.",
            ),
        ),
        (
            "x-clientpress-outcome: {id: /id}",
            *(
                "outcome",
                "x-clientpress-outcome needs a list 'cases' that is not empty",
                "",
            ),
        ),
        (
            f"x-clientpress-outcome: {{id: /id, cases: [{CASE}], case: 1}}",
            *(
                "outcome/case",
                "x-clientpress-outcome has no member 'case'",
                "Did you mean 'cases'?",
            ),
        ),
        (
            "x-clientpress-outcome: {id: /id, cases: [{when: {at: /a, is: present}}]}",
            *("outcome/cases/0", "a case needs a string 'succeeded'", ""),
        ),
        (
            "x-clientpress-outcome: {id: /id, cases: [{failed: error, when: {at: /a, is: present}}]}",
            *(
                "outcome/cases/0/failed",
                "'error' is no JSON Pointer",
                "Inside a value, addresses start with '/'.",
            ),
        ),
        (
            "x-clientpress-outcome: {id: /id, cases: [{failed: /a, succeeded: /b, when: {at: /a, is: present}}]}",
            *(
                "outcome/cases/0",
                "a case is either 'succeeded' or 'failed'",
                "Make two cases.",
            ),
        ),
        (
            "x-clientpress-lines: 3",
            "lines",
            "x-clientpress-lines must be an object",
            "",
        ),
        (
            "x-clientpress-lines: {max_lines: many}",
            *(
                "lines/max_lines",
                "'max_lines' must be a number that is not negative",
                "",
            ),
        ),
        (
            "x-clientpress-lines: {maxlines: 3}",
            *(
                "lines/maxlines",
                "x-clientpress-lines has no member 'maxlines'",
                "Did you mean 'max_lines'?",
            ),
        ),
        (
            "x-clientpress-name: []",
            "name",
            "x-clientpress-name must be a string with text in it",
            "",
        ),
    ],
)
def test_what_is_wrong_on_a_schema(
    tmp_path: Path, text: str, at: str, message: str, hint: str
) -> None:
    found, errors = on_schema(tmp_path, text)
    assert errors == [
        ("CP302", f"/components/schemas/Line/x-clientpress-{at}", message, hint)
    ]
    assert not found.get("outcome") and not found.get("lines")


X_NAME: dict[str, Any] = {"x-clientpress-polling": {}}


MISPLACED: list[tuple[dict[str, Any], str, str]] = [
    (
        document({"A": {"type": "object", **X_NAME}}),
        "/components/schemas/A",
        "a schema",
    ),
    (
        document({}, {"/a": {"get": operation(), **X_NAME}}),
        "/paths/~1a",
        "a path item",
    ),
    (
        document(
            {},
            {
                "/a": {
                    "get": operation(responses={"200": {"description": "", **X_NAME}})
                }
            },
        ),
        *("/paths/~1a/get/responses/200", "a response"),
    ),
    (
        document(
            {}, {"/a": {"post": operation(requestBody={**json_body({}), **X_NAME})}}
        ),
        *("/paths/~1a/post/requestBody", "a request body"),
    ),
    (
        document(
            {},
            {
                "/a": {
                    "post": operation(requestBody={"content": {"text/plain": X_NAME}})
                }
            },
        ),
        *("/paths/~1a/post/requestBody/content/text~1plain", "a media type"),
    ),
    (
        document(
            {},
            {
                "/a": {
                    "get": operation(
                        parameters=[
                            {"name": "q", "in": "query", "schema": {}, **X_NAME}
                        ]
                    )
                }
            },
        ),
        *("/paths/~1a/get/parameters/0", "a parameter"),
    ),
    (
        document(
            {},
            components={
                "securitySchemes": {"k": {"type": "http", "scheme": "bearer", **X_NAME}}
            },
        ),
        *("/components/securitySchemes/k", "a security scheme"),
    ),
    (document({}, **X_NAME), "", "a document"),
    (
        document({}, info={"title": "T", "version": "1", **X_NAME}),
        "/info",
        "an info",
    ),
]


@pytest.mark.parametrize(("data", "at", "kind"), MISPLACED)
def test_a_misplaced_extension_says_where_it_belongs(
    tmp_path: Path, data: Any, at: str, kind: str
) -> None:
    _, report = parsed(tmp_path, data)
    key = "x-clientpress-polling"
    assert findings(report) == [
        (
            "CP301",
            f"{at}/{key}",
            f"{key} is not known on {kind}",
            "It belongs on an operation.",
        )
    ]


@pytest.mark.parametrize(
    "value",
    ["URL", {}, {"base_url": 3}, {"base_url": "A", "key": "B"}, {"base_url": []}],
)
def test_variables_of_a_document(tmp_path: Path, value: Any) -> None:
    api, report = parsed(tmp_path, document({}, **{"x-clientpress-env": value}))
    message = "x-clientpress-env must be {base_url: NAME or [NAME, …]}"
    assert findings(report) == [("CP302", "/x-clientpress-env", message, "")]
    assert api.base_url_env == ()


@pytest.mark.parametrize("value", [3, [], [3], {"a": "b"}])
def test_variables_of_a_key(tmp_path: Path, value: Any) -> None:
    key = {"type": "http", "scheme": "bearer", "x-clientpress-env": value}
    api, report = parsed(
        tmp_path, document({}, components={"securitySchemes": {"k": key}})
    )
    message = "x-clientpress-env must be the name of a variable, or a list of them"
    assert findings(report) == [
        ("CP302", "/components/securitySchemes/k/x-clientpress-env", message, "")
    ]
    assert _keys(api) == [()]


def _keys(api: Api) -> list[tuple[str, ...]]:
    return [scheme.env for scheme in api.schemes]
