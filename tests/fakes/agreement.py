"""Whether an answer is one that an OpenAPI document describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS = (
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "query",
)


def agrees(
    document: Mapping[str, Any], operation_id: str, status: int, body: bytes
) -> bool:
    """Whether the document describes this answer of that operation."""
    return not disagreements(document, operation_id, status, body)


def disagreements(
    document: Mapping[str, Any], operation_id: str, status: int, body: bytes
) -> list[str]:
    """What the document does not allow about this answer of that operation.

    A response without content allows any body. Only JSON, JSON Lines that are called JSON, and local
    references are understood.
    """
    response = _response(document, operation_id, status)
    if response is None:
        return [f"{operation_id} has no response {status}"]
    if "content" not in response:
        return []
    media = response["content"]["application/json"]
    schema = media["itemSchema"] if "itemSchema" in media else media["schema"]
    texts = body.splitlines() if "itemSchema" in media else [body]
    try:
        values = [json.loads(text) for text in texts]
    except ValueError:
        return [f"{operation_id} {status}: the body is not JSON"]
    # The components come along, so that local references lead to the same place as in the document.
    validator = jsonschema_rs.Draft202012Validator(
        {**schema, "components": document["components"]}
    )
    return [
        f"{operation_id} {status} at {list(error.instance_path)}: {error.message}"
        for value in values
        for error in validator.iter_errors(value)
    ]


def _response(
    document: Mapping[str, Any], operation_id: str, status: int
) -> Mapping[str, Any] | None:
    responses: Mapping[str, Any] = _operation(document, operation_id)["responses"]
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in responses:
            return _resolved(document, responses[key])
    return None


def _operation(document: Mapping[str, Any], operation_id: str) -> Mapping[str, Any]:
    for path_item in document["paths"].values():
        for method in _METHODS:
            operation: Mapping[str, Any] = path_item.get(method, {})
            if operation.get("operationId") == operation_id:
                return operation
    raise KeyError(operation_id)


def _resolved(
    document: Mapping[str, Any], node: Mapping[str, Any]
) -> Mapping[str, Any]:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node
