"""Modules of models: one for few models, else one for each group and what is shared; long ones are divided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientpress import generate
from clientpress.plan.modules import LONG, line_count
from clientpress.plan.types import Plan
from tests.generator.making import document, json_body, operation, planned, write


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def wide(lines: int, **properties: Any) -> dict[str, Any]:
    """An object whose class has so many lines at least."""
    plain = {f"member_{i}": {"type": "string"} for i in range(lines)}
    return {"type": "object", "properties": {**properties, **plain}}


def answering(tag: str, *names: str, id: str = "", **more: Any) -> dict[str, Any]:
    """An operation of a group that answers with models."""
    first, *others = names
    responses = {"200": {"description": "", **json_body(ref(first))}}
    for status, name in zip(("400", "404"), others, strict=False):
        responses[status] = {"description": "", **json_body(ref(name))}
    return operation(operationId=id, tags=[tag], responses=responses, **more)


SCHEMAS: dict[str, Any] = {
    "Job": wide(700, settings=ref("Options")),
    "JobPage": {"type": "object", "properties": {"items": {"items": ref("Job")}}},
    "File": wide(600, kind=ref("Encoding"), parts=ref("Pieces")),
    "CreateFileRequest": wide(5),
    "Options": wide(3),
    "Encoding": {"type": "string", "enum": ["plain", "packed"]},
    "Pieces": {"oneOf": [ref("Whole"), ref("Half")]},
    "Whole": wide(1),
    "Half": wide(1, a={"type": "integer"}),
    "Failure": wide(200),
    "JobFailure": {"allOf": [ref("Failure"), {"properties": {"job": ref("Job")}}]},
    "Unused": wide(2),
}
PATHS: dict[str, Any] = {
    "/jobs": {"get": answering("jobs", "JobPage", "JobFailure", id="listJobs")},
    "/files": {
        "get": answering("files", "File", "Failure", id="getFile"),
        "post": answering(
            "files",
            "File",
            id="addFile",
            requestBody=json_body(ref("CreateFileRequest")),
        ),
    },
}


def modules(plan: Plan) -> dict[str, list[str]]:
    return {
        m.name: [found.name for found in m.definitions] for m in plan.models.modules
    }


def test_few_models_stand_in_one_module(tmp_path: Path) -> None:
    plan = planned(tmp_path, document({"Job": SCHEMAS["Options"]}, {}))
    (module,) = plan.models.modules
    assert (module.name, module.doc) == ("", "Models of Test.")
    assert [found.name for found in module.definitions] == ["Job"]


def test_many_models_stand_with_the_group_of_their_name_or_the_only_one_that_uses_them(
    tmp_path: Path,
) -> None:
    plan = planned(tmp_path, document(SCHEMAS, PATHS))
    found = modules(plan)
    assert set(found) == {"jobs", "files", "shared"}
    assert {"Job", "JobPage", "Options"} <= {*found["jobs"]}
    assert {"File", "Encoding", "Pieces", "Whole", "Half"} <= {*found["files"]}
    assert "CreateFileRequest" in found["files"]
    # A class goes where its base is, and what nothing uses is everybody's.
    assert {"Failure", "JobFailure", "Unused"} <= {*found["shared"]}
    assert {m.name: m.doc for m in plan.models.modules} == {
        "jobs": "Models of the jobs.",
        "files": "Models of the files.",
        "shared": "Models that several groups share.",
    }


def test_each_definition_stands_behind_what_it_needs_when_it_is_loaded(
    tmp_path: Path,
) -> None:
    found = modules(planned(tmp_path, document(SCHEMAS, PATHS)))
    files, shared = found["files"], found["shared"]
    assert files.index("Pieces") > max(files.index("Whole"), files.index("Half"))
    assert shared.index("JobFailure") > shared.index("Failure")


def test_a_new_operation_moves_no_model_of_others(tmp_path: Path) -> None:
    before = planned(tmp_path, document(SCHEMAS, PATHS))
    schemas = {"Zebra": wide(40, stripes=ref("Stripe")), "Stripe": wide(1), **SCHEMAS}
    paths = {"/zebras": {"get": answering("zebras", "Zebra", id="get")}, **PATHS}
    after = modules(planned(tmp_path, document(schemas, paths)))
    for module, names in modules(before).items():
        assert after.pop(module) == names
    assert after == {"zebras": ["Stripe", "Zebra"]}


def test_a_long_module_is_divided_by_resources(tmp_path: Path) -> None:
    schemas = {
        "Order": wide(900),
        "OrderLine": wide(400),
        "OrderLineNote": wide(300),
        "OrderState": {"type": "string", "enum": ["open", "done"]},
        "Parcel": wide(500),
        "ParcelLabel": wide(300),
        "Unrelated": wide(20),
    }
    paths = {
        "/orders": {
            "get": answering("orders", "Order", "OrderLine", "OrderLineNote"),
            "put": answering("orders", "OrderState", "Parcel", "ParcelLabel"),
            "patch": answering("orders", "Unrelated"),
        }
    }
    found = modules(planned(tmp_path, document(schemas, paths)))
    assert found == {
        "orders": ["Order", "OrderState", "Unrelated"],
        "order_line": ["OrderLine", "OrderLineNote"],
        "parcel": ["Parcel", "ParcelLabel"],
    }


@pytest.mark.parametrize("size", [10, 900], ids=["models.py", "models/"])
def test_models_are_reached_in_every_way(tmp_path: Path, size: int) -> None:
    schemas = {**SCHEMAS, "Job": wide(size), "File": wide(size, parts=ref("Pieces"))}
    generate(write(tmp_path, document(schemas, PATHS)), tmp_path / "client")
    assert (tmp_path / "client" / "models.py").exists() is (size == 10)
    code = """
import json, client
from client import models
from client.models import Failure, Job, Pieces
from client.models import *
from client._runtime.values.decoding import Json
assert client.models is models and models.Job is Job and Failure is JobFailure.__base__
assert {"Job", "File", "Pieces", "Whole"} <= {*dir(models)} & {*globals()}
for kind in ("Pieces", Pieces, Pieces | None, list[Pieces]):
    text = '[{"a": 1}]' if kind == list[Pieces] else '{"a": 1}'
    found = Json(kind).decode(text.encode())
    assert (found[0] if isinstance(found, list) else found) == Half(a=1), kind
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_the_length_of_a_class_is_about_what_is_written(tmp_path: Path) -> None:
    generate(write(tmp_path, document(SCHEMAS, PATHS)), tmp_path / "client")
    plan = planned(tmp_path, document(SCHEMAS, PATHS))
    for module in plan.models.modules:
        text = (tmp_path / "client" / "models" / f"{module.name}.py").read_text()
        about = sum(map(line_count, module.definitions))
        assert abs(text.count("\n") - about) < 0.1 * about + 20
    assert sum(map(line_count, plan.models.definitions.values())) > LONG
