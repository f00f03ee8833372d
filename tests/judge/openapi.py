"""openapi-core as a judge of requests. It knows OpenAPI 3.0 to 3.2 up to some media types."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathNotFound
from openapi_core.testing import MockRequest
from openapi_core.validation.request.exceptions import (
    InvalidParameter,
    RequestBodyValidationError,
    SecurityValidationError,
)

from clientpress.document.data import is_object
from clientpress.testing.reading import METHODS, Documents, OperationObject

HOST = "https://judge.invalid"
_KNOWN = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
)


_MISTAKES = (
    (
        ": format: ",
        "a format is an annotation, and decides nothing (JSON Schema Validation 2020-12, 7.2.1)",
    ),
    (
        "Tried to write read-only property",
        "such a member SHOULD NOT be sent, so it may be (3.0.4, 4.7.24.2; 3.1.2, 4.8.24.3)",
    ),
    (
        "reference '.*' could not be resolved",
        "a discriminator must not change what is valid (3.2.0, 4.25)",
    ),
    (
        ": minProperties: ",
        "what stands beside a $ref counts for nothing (3.0.4, 4.7.23.1); jsonschema-rs knows",
    ),
    (
        "enum: 'gzip, deflate'",
        "Accept-Encoding says what the connection can undo (RFC 9110, 12.5.3)",
    ),
    (
        "MissingRequiredRequestBody",
        "a form without members is the empty text (WHATWG URL, 5.2)",
    ),
)
"""What openapi-core objects to against the specification, and what that says."""


def is_mistake(objection: str) -> bool:
    """Whether an objection is one of those."""
    return any(re.search(pattern, objection) for pattern, _ in _MISTAKES)


class NotJudged(ValueError):
    """openapi-core cannot judge this operation; says why."""


class OpenApiCore:
    """Judges the requests of one document, with one small description an operation."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        root = documents.entry.data
        self._read_only = _read_only(root)
        self._has_const = documents.version == "3.0" and '"const":' in json.dumps(
            root, default=str
        )
        self._root = {
            k: root[k]
            for k in ("openapi", "info", "components", "security")
            if k in root
        }

    def errors(self, operation: OperationObject, request: Any) -> list[str]:
        """What it has against a request (of httpx2). Raises NotJudged."""
        method = operation.method.lower()
        if method not in METHODS[:-1]:
            raise NotJudged("openapi-core: method")
        content_type = request.headers.get("content-type", "")
        if content_type.partition(";")[0] not in ("", *_KNOWN):
            raise NotJudged("openapi-core: media type")
        _refuse_what_it_cannot(self._documents, operation, content_type)
        words = dict(operation.at.data)
        words.pop("servers", None)
        words["parameters"] = [
            p.data
            for p in operation.parameters
            # Some documents describe parameters that their path has no place for.
            if p.data["in"] != "path" or f"{{{p.data['name']}}}" in operation.path
        ]
        small = {
            **self._root,
            "servers": [{"url": HOST}],
            "paths": {operation.path: {method: words}},
        }
        url = request.url
        raw = url.raw_path.decode()
        cookies = [
            c.strip().partition("=")
            for c in request.headers.get("cookie", "").split(";")
        ]
        pairs: Any = parse_qsl(url.query.decode(), keep_blank_values=True)
        asked = MockRequest(
            HOST,
            method,
            unquote(raw.partition("?")[0]),
            args=pairs,
            headers=dict(request.headers),
            cookies={name: unquote(value) for name, _, value in cookies if name},
            data=request.content or None,
            content_type=content_type,
        )
        try:
            no_check: Any = None  # the document was checked, and this is a part of it
            api = OpenAPI.from_dict(small, config=Config(spec_validator_cls=no_check))
            found = list(api.iter_request_errors(asked))
        except Exception as error:
            raise NotJudged(f"openapi-core: {type(error).__name__}") from error
        for objection in found:
            # It fails before it looks at what was sent.
            if isinstance(objection, SecurityValidationError):
                raise NotJudged("openapi-core: security")
            if type(objection) is RequestBodyValidationError:
                raise NotJudged("openapi-core: styles of forms")
        if "?" in operation.path:
            raise NotJudged("openapi-core: a query in a path")
        if "%" in raw and any(isinstance(error, PathNotFound) for error in found):
            raise NotJudged("openapi-core: escapes in a path")
        # Of a parameter that was not sent it judges the default, which is the server's.
        sent = {*(name for name, _ in pairs), *request.headers}
        found = [
            error
            for error in found
            if not isinstance(error, InvalidParameter)
            or error.location not in ("query", "header")
            or {error.name, error.name.lower()} & sent
        ]
        return [_said(error) for error in found if not self._is_mistake(error)]

    def _is_mistake(self, error: Exception) -> bool:
        """Whether it objects to what the specification allows."""
        for objection in _objections(error):
            required = re.search(r": required: '(.*)' is a req", objection)
            if required and required[1] in self._read_only:
                return (
                    True  # required in answers only (3.0.4, 4.7.24.2; 3.1.2, 4.8.24.3)
                )
            if self._has_const and ": oneOf: " in objection:
                return True  # 3.0 has no `const`; the judge reads it as people mean it
            if is_mistake(objection):
                return True
        return False


def _refuse_what_it_cannot(
    documents: Documents, operation: OperationObject, content_type: str
) -> None:
    """What openapi-core 0.23 judges wrongly."""
    for parameter in operation.parameters:
        style = parameter.data.get("style")
        if (
            style in ("label", "matrix", "cookie", "deepObject")
            or parameter.data["in"] == "querystring"
        ):
            raise NotJudged(f"openapi-core: style {style or 'querystring'}")
        schema = documents.follow(parameter.find("schema"))
        has_members = schema is not None and schema.words().get("type") == "object"
        if has_members and style in ("spaceDelimited", "pipeDelimited"):
            raise NotJudged(f"openapi-core: an object in the style {style}")
        is_form = parameter.data["in"] == "query" and style in (None, "form")
        if has_members and is_form and parameter.data.get("explode", True) is True:
            # It looks for the name of the object, which is not sent (RFC 6570, section 3.2.8).
            raise NotJudged("openapi-core: an exploded object")
    name = content_type.partition(";")[0]
    if name == "multipart/form-data":
        raise NotJudged("openapi-core: files of forms are no text to it")
    content = (
        documents.follow(operation.body.find("content", name))
        if operation.body
        else None
    )
    if operation.body and name and content is None:
        raise NotJudged("openapi-core: a range of media types")
    if content is not None and content.words().get("encoding"):
        raise NotJudged("openapi-core: styles of forms")


def _read_only(root: Any) -> set[str]:
    """The names of all members that are `readOnly`."""
    found, todo = set[str](), [root]
    while todo:
        words = todo.pop()
        below = words.values() if is_object(words) else words
        todo += [each for each in below if isinstance(each, (dict, list))]
        members = words.get("properties") if is_object(words) else None
        for name, member in members.items() if is_object(members) else ():
            if is_object(member) and member.get("readOnly") is True:
                found.add(name)
    return found


def _objections(error: Exception) -> list[str]:
    """All that an objection is about: of unions what every branch objects to as well."""
    found: list[Any] = list(getattr(error.__cause__, "schema_errors", None) or ())
    if not found:
        return [f"{type(error).__name__}: {error}: {error.__cause__ or ''}"[:300]]
    said = list[str]()
    while found:
        one = found.pop(0)
        path = "/".join(map(str, one.absolute_path))
        said.append(
            f"{type(error).__name__}: /{path}: {one.validator}: {one.message[-200:]}"
        )
        found += one.context or ()
    return said


def _said(error: Exception) -> str:
    return _objections(error)[0]
