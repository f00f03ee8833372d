"""Names of groups, methods, arguments and constants where several things want the same one."""

from __future__ import annotations

import ast
import copy
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import black
import pytest

from clientpress.api.naming import Naming
from clientpress.diagnostics import Report
from clientpress.document.data import is_object
from clientpress.pipeline import build
from clientpress.plan.symbols import (
    ABSTRACT,
    MODULE_OF,
    RESERVED_GROUPS,
    TYPING,
)
from clientpress.printing import as_text
from tests.generator.making import document, json_body, operation, write
from tests.generator.test_extensions_fuzz import good

Files = Mapping[str, str]
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def answer(schema: Any, **more: Any) -> dict[str, Any]:
    return {"200": {"description": "Good.", **json_body(schema), **more}}


def files_of(folder: Path, data: Any) -> Files:
    """The modules of a package, which are checked: black would change nothing, no name is given twice."""
    report = Report()
    made = build(
        write(folder, data),
        "client",
        "header",
        {},
        report,
        full=False,
        naming=Naming.OPERATION_ID,
    )
    assert made, as_text(report)
    for path, text in made.files.items():
        if path.endswith(".py") and not path.startswith(("_runtime/", "models")):
            assert black.format_str(text, mode=black.Mode()) == text, path
            assert not twice(ast.parse(text)), path
    return made.files


def twice(tree: ast.Module) -> set[str]:
    """Names that a module or a class of it defines or imports more than once."""
    found = set[str]()
    bodies: list[list[ast.stmt]] = [
        [*tree.body, *(s for n in tree.body if isinstance(n, ast.If) for s in n.body)]
    ]
    bodies += [n.body for n in tree.body if isinstance(n, ast.ClassDef)]
    for body in bodies:
        names = list[str]()
        for node in body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names.append(name)
                case ast.ClassDef(name=name):
                    names.append(name)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    marks = {ast.unparse(d) for d in node.decorator_list}
                    names += [] if "overload" in marks else [node.name]
                case ast.ImportFrom(names=aliases):
                    names += {a.asname or a.name for a in aliases} - {*names}
                case _:
                    pass
        found |= {name for name in names if names.count(name) > 1}
    return found


def loads(folder: Path, files: Files) -> None:
    """The package can be imported, every module of it."""
    for path, text in files.items():
        target = folder / "client" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    modules = [
        "client." + path.removesuffix(".py").replace("/", ".")
        for path in files
        if path.endswith(".py") and not path.startswith("_runtime/")
    ]
    program = "import " + ", ".join(m.removesuffix(".__init__") for m in modules)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def signature(text: str, method: str) -> list[str]:
    """The arguments of a method; of a function with overloads, of the function itself."""
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == method
    ]
    arguments = found[-1].args
    return [a.arg for a in (*arguments.args, *arguments.kwonlyargs)]


def methods(text: str, name: str) -> list[str]:
    """The methods of a class, in order."""
    (found,) = [
        n
        for n in ast.parse(text).body
        if isinstance(n, ast.ClassDef) and n.name == name
    ]
    listed = [n.name for n in found.body if isinstance(n, ast.FunctionDef)]
    return list(dict.fromkeys(listed))


# ------------------------------------------------------------- arguments
JOB = {"type": "object", "properties": {"id": {"type": "string"}, "done": {}}}
RULES = [{"outcome": "succeeded", "when": {"at": "/done", "is": "present"}}]


def test_the_arguments_of_a_wait_are_ours(tmp_path: Path) -> None:
    parameters = [ID] + [
        {"name": name, "in": "query", "schema": {"type": "integer"}}
        for name in ("timeout", "on_progress", "options")
    ]
    words = operation(
        operationId="getJob",
        tags=["jobs"],
        parameters=parameters,
        responses=answer(JOB),
        **{"x-clientpress-polling": {"rules": RULES}},
    )
    text = files_of(tmp_path, document({}, {"/jobs/{id}": {"get": words}}))[
        "groups/jobs.py"
    ]
    own = ["timeout", "on_progress", "options_"]
    assert signature(text, "get_job") == ["self", "id", *own, "options"]
    assert signature(text, "wait")[2:] == [
        *("timeout_", "on_progress_", "options_"),
        *("timeout", "poll_interval", "on_progress", "options"),
    ]


def changed(case: str, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    data = copy.deepcopy(good(case))
    change(data)
    return data


def test_the_arguments_of_tables_are_ours(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        measure = data["paths"]["/probes/{probe}/measure"]["post"]
        measure["parameters"].append({"name": "row", "in": "query", "schema": {}})
        data["paths"]["/sheets"]["post"]["parameters"] = [
            {"name": "file", "in": "query", "schema": {}}
        ]

    files = files_of(tmp_path, changed("result_tables", change))
    assert "row_" in signature(files["groups/operations.py"], "measure")
    assert signature(files["groups/sheets.py"], "send") == [
        *("self", "file", "survey", "file_", "note", "options"),
    ]


def test_the_arguments_of_a_run_are_ours(tmp_path: Path) -> None:
    names = ("requests", "state", "timeout", "resend")

    def change(data: dict[str, Any]) -> None:
        create = data["paths"]["/orders"]["post"]["requestBody"]["content"]
        properties = create["application/json"]["schema"]["properties"]
        properties |= {name: {"type": "string"} for name in names}

    files = files_of(tmp_path, changed("batches_by_lines", change))
    found = signature(files["groups/orders.py"], "translate")
    assert {*names} < {*found} and {f"{name}_" for name in names} < {*found}
    assert '"requests": requests_' in files["groups/orders.py"]


def test_a_run_takes_a_body_that_is_one_argument(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        create = data["paths"]["/orders"]["post"]["requestBody"]["content"]
        schema = create["application/json"]["schema"]
        create["application/json"]["schema"] = {"oneOf": [schema, {"type": "object"}]}

    files = files_of(tmp_path, changed("batches_by_lines", change))
    found = signature(files["groups/orders.py"], "translate")
    assert found[:3] == ["self", "requests", "body"]


def test_the_arguments_of_an_inference_are_ours(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        score = data["paths"]["/serve/{which}/{release}/score"]
        score["parameters"] += [
            {"name": "id", "in": "query", "required": True, "schema": {}},
            {"name": "trace", "in": "header", "schema": {}},
            {"name": "Inference-Header-Content-Length", "in": "header", "schema": {}},
        ]
        data["paths"]["/serve/{which}/score"]["post"]["x-clientpress-tensors"] = {}

    text = files_of(tmp_path, changed("model_handles", change))["groups/scoring.py"]
    assert signature(text, "score_release") == [
        *("self", "which", "release", "inputs", "id_", "trace"),
        *("outputs", "parameters", "id", "binary", "options"),
    ]
    assert "(which, release, id_, trace)" in text


# ------------------------------------------------------------- methods
def test_two_added_methods_that_want_the_same_name(tmp_path: Path) -> None:
    """Neither gets it: each goes to the name with that of its operation before it."""
    status: dict[str, Any] = {
        "parameters": [ID],
        "tags": ["work"],
        "responses": answer(JOB),
        "x-clientpress-polling": {"rules": RULES},
    }
    paths = {
        "/a/{id}": {"get": {**status, "operationId": "readJob"}},
        "/b/{id}": {"get": {**status, "operationId": "readTask"}},
        "/c": {"get": operation(operationId="progress", tags=["work"])},
    }
    text = files_of(tmp_path, document({}, paths))["groups/work.py"]
    assert methods(text, "Work") == [
        *("read_job", "read_job_wait", "read_task", "read_task_wait", "progress"),
    ]


def test_an_operation_keeps_its_name_before_an_added_method(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["paths"]["/orders/{order}/done"]["get"]["x-clientpress-name"] = "finish"

    text = files_of(tmp_path, changed("batches_by_lines", change))["groups/orders.py"]
    found = methods(text, "Orders")
    assert "finish" in found and "read_finish" in found
    assert '"""Read what was translated.' in text.partition("def finish(")[2][:300]


def test_methods_of_the_client_leave_its_own_alone(tmp_path: Path) -> None:
    """Names that the client has, and names of groups, are given to no operation."""

    def own(name: str) -> dict[str, Any]:
        said = {"x-clientpress-group": "client", "x-clientpress-name": name}
        return {"get": operation(operationId=name, **said)}

    names = ("close", "request", "with_options", "model", "pets", "options")
    paths = {f"/x/{name}": own(name) for name in names}
    paths["/pets"] = {"get": operation(operationId="listPets", tags=["pets"])}
    paths["/c"] = {"get": operation(operationId="other", tags=["client"])}
    files = files_of(tmp_path, document({}, paths))
    (module,) = [p for p in files if p.startswith("groups/client_")]
    assert methods(files[module], "Operations") == [
        *("get_x_close", "get_x_request", "get_x_with_options", "model"),
        *("get_x_pets", "get_x_options"),
    ]
    assert methods(files["groups/client.py"], "Client") == ["other"]
    client = files["client.py"]
    assert "def client(self) -> ClientGroup:" in client
    assert "class Client(BaseClient, Operations):" in client
    loads(tmp_path, files)


# ------------------------------------------------------------- constants and classes
def test_a_behaviour_has_no_constant_of_an_operation(tmp_path: Path) -> None:
    """`getJob` waits, and there is an operation `getJobWait` too."""
    words = operation(
        operationId="getJob",
        parameters=[ID],
        responses=answer(JOB),
        **{"x-clientpress-polling": {"rules": RULES}},
    )
    paths = {
        "/a/{id}": {"get": words},
        "/b": {"get": operation(operationId="getJobWait")},
        "/c": {"get": operation(operationId="errors")},
        "/d": {"get": operation(operationId="unset")},
        "/e": {"get": operation(operationId="r")},
    }
    files = files_of(tmp_path, document({}, paths))
    text = files["groups/operations.py"]
    assert "GET_JOB_WAIT: Operation[None]" in text
    assert "GET_JOB_WAIT_: Polling" in text and "            GET_JOB_WAIT_," in text
    loads(tmp_path, files)


def test_a_run_may_be_called_like_another_behaviour(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["paths"]["/orders"]["post"]["x-clientpress-run"][0]["method"] = "pages"
        del data["paths"]["/orders"]["post"]["operationId"]

    files = files_of(tmp_path, changed("batches_by_lines", change))
    assert "POST_ORDERS_RUN_PAGES: Running" in files["groups/orders.py"]
    loads(tmp_path, files)


def test_no_group_hides_what_its_module_imports() -> None:
    """The list of reserved classes has all that a module of a group may import."""
    importable = {*MODULE_OF, *TYPING}
    importable |= {*ABSTRACT, "Path", "UUID", "Decimal"}
    classes = {n.removeprefix("Async") for n in importable if n[:1].isupper()}
    assert classes <= RESERVED_GROUPS


@pytest.mark.parametrize("tag", ["table", "run", "group", "Text", "stream", "client"])
def test_groups_called_like_something_else(tmp_path: Path, tag: str) -> None:
    def change(data: dict[str, Any]) -> None:
        for item in data["paths"].values():
            for words in item.values():
                if is_object(words) and words.get("tags"):
                    words["tags"] = [tag]

    for case in ("result_tables", "batches_by_lines"):
        files = files_of(tmp_path, changed(case, change))
        loads(tmp_path / case, files)


def test_tables_called_like_models(tmp_path: Path) -> None:
    """A table's name is its row's class; a component that has the name already gets a longer one."""

    def change(data: dict[str, Any]) -> None:
        data["components"]["schemas"]["Grain"] = {"type": "object", "properties": {}}
        spot = data["components"]["schemas"]["spot-row"]["x-clientpress-table"]
        spot["name"] = "PCA"
        spots = data["paths"]["/surveys/{survey}/spots"]["get"]["responses"]["200"]
        spots["x-clientpress-tables"]["of"] = "PCA"

    files = files_of(tmp_path, changed("result_tables", change))
    text = files["tables.py"]
    assert "GRAIN: Layout[Grain] = Layout(" in text
    assert "PCA_LAYOUT: Layout[PCA] = Layout(" in text
    assert "    sample: int" in files["models.py"].partition("class Grain(")[2]
    loads(tmp_path, files)


def test_formats_of_lines_with_the_same_item(tmp_path: Path) -> None:
    """Two uploads of the same lines with other limits are two writers."""

    def change(data: dict[str, Any]) -> None:
        glossary = data["paths"]["/glossary"]["post"]["requestBody"]["content"]
        terms = glossary["multipart/form-data"]["schema"]["properties"]["terms"]
        terms["x-clientpress-lines"] = {"item": "Piece", "id": "/label"}

    files = files_of(tmp_path, changed("batches_by_lines", change))
    text = files["batch_files.py"]
    assert len([n for n in ast.parse(text).body if isinstance(n, ast.ClassDef)]) == 2
    assert "max_lines=3" in text
    loads(tmp_path, files)


def test_outcomes_by_listed_values_can_be_read_from_files(tmp_path: Path) -> None:
    """A condition with `in` holds a list; formats of results are compared nonetheless."""

    def change(data: dict[str, Any]) -> None:
        outcome = data["components"]["schemas"]["Lost"]["x-clientpress-outcome"]
        outcome["cases"][0]["when"] = {"at": "/piece", "in": ["a", "b"]}

    files = files_of(tmp_path, changed("batches_by_lines", change))
    assert 'At("/piece", "in", value=("a", "b"))' in files["batch_files.py"]
    loads(tmp_path, files)


def test_errors_that_most_methods_have_are_told_once(tmp_path: Path) -> None:
    """Beside a method stands only what is special to it."""
    common = {"401": {"description": "No key."}, "500": {"description": "Broken."}}
    answers = {"200": {"description": "Good."}, **common}
    paths = {
        f"/{name}": {"get": {"operationId": name, "responses": {**answers, **more}}}
        for name, more in {
            "one": {},
            "two": {"404": {"description": "Gone."}},
            "three": {},
        }.items()
    }
    text = files_of(tmp_path, document({}, paths))["groups/operations.py"]
    assert (
        text.count("AuthenticationError: No key (401).") == 2
    )  # a class for each client
    assert text.count("Most methods raise:") == 2
    assert text.count("Raises:") == text.count("NotFoundError: Gone (404).") == 2
