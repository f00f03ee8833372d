"""The structure that the OpenAPI Specification demands, checked by its own JSON Schemas.

jsonschema-rs is about four hundred times as fast as a validator in Python here, and says where.
The schemas come from openapi-spec-validator.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_object
from clientpress.document.reading import Source

# Slips that leave no doubt about what is meant. Many published documents have them.
_LOCATIONS = ("path", "query", "header", "cookie")
_HARMLESS_MISSING = (
    "info",
    "description",
    "version",
    "title",
    "required",
    "responses",
    "paths",
    "url",
    # How people and programs get a token; whoever has one needs none of these.
    "authorizationUrl",
    "deviceAuthorizationUrl",
    "flows",
    "openIdConnectUrl",
    "scopes",
    "tokenUrl",
)
# What has no effect on a client, whatever it is.
_TOLD = (
    "description",
    "summary",
    "title",
    "version",
    "operationId",
    "example",
    "externalDocs",
    "contact",
    "license",
    "termsOfService",
    "deprecated",
    "tags",
)


def check_structure(
    source: Source, version: str, report: Report, *, full: bool
) -> None:
    """Report where the document breaks the specification's structure.

    Args:
        full: Whether every finding is an error. Otherwise what can still be read without doubt
        is a warning.
    """
    errors = errors_of(_validator(version), source.data)
    for found in _telling([cause for error in errors for cause in _causes(error)]):
        steps = [str(step) for step in found.instance_path]
        if _is_constant_of_link(steps) or (not full and _is_place(found, steps)):
            continue
        place = Place(source.name).child(*steps)
        message, hint = _told(found, _named(steps, source.data))
        if full or not _is_harmless(found, steps):
            report.error("E101", place, message, hint)
        else:
            report.warning("E101", place, message, hint)


def _is_constant_of_link(steps: list[str]) -> bool:
    """Whether a path leads to the value of a link's parameter. The specification allows any there
    (Link Object), its schema for 3.1 and 3.2 only text.
    """
    return steps[-4:-3] == ["links"] and steps[-2:-1] == ["parameters"]


def _is_place(error: Any, steps: list[str]) -> bool:
    """Whether it is about a place of a parameter that nobody knows: what is done about it is told
    where parameters are read.
    """
    return (
        _kind(error) in ("Enum", "Constant", "Const")
        and steps[-1:] == ["in"]
        and steps[-3:-2] != ["securitySchemes"]
        and isinstance(error.instance, str)
    )


def errors_of(validator: Any, data: Any) -> list[Any]:
    """What a validator of jsonschema-rs finds.

    Raises:
        RecursionError: The values that it has to show are nested too deeply for it.
    """
    try:
        return list(validator.iter_errors(data))
    except ValueError as error:
        if "ecursion" in str(error):
            raise RecursionError(str(error)) from None
        raise


def _telling(found: list[Any]) -> list[Any]:
    """The findings less those that only follow from another one at the same place: what is no
    object, or a parameter without `in`, breaks every other rule too.
    """
    decided = {
        tuple(error.instance_path)
        for error in found
        if _kind(error) == "Type" or _is_without_in(error)
    }
    return [
        error
        for error in found
        if tuple(error.instance_path) not in decided
        or _kind(error) == "Type"
        or _is_without_in(error)
    ]


def _kind(error: Any) -> str:
    return type(error.kind).__name__.rpartition("_")[2]


def _is_without_in(error: Any) -> bool:
    return _kind(error) == "Required" and error.kind.property == "in"


@cache
def _validator(version: str) -> Any:
    path = (
        files("openapi_spec_validator")
        / "resources"
        / "schemas"
        / f"v{version}"
        / "schema.json"
    )
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def _causes(error: Any) -> Iterator[Any]:
    """The findings behind one: of alternatives, those of the one that the document comes
    nearest to.
    """
    kind = error.kind
    # Of alternatives that exclude each other, several may be met: those have no findings.
    candidates = [branch for branch in getattr(kind, "context", None) or () if branch]
    if not candidates:
        yield error
        return
    instance = error.instance
    is_reference = is_object(instance) and "$ref" in instance
    plain = [
        branch for branch in candidates if is_reference or not _wants_reference(branch)
    ] or candidates
    if not plain:  # every alternative is right, but only one may be
        yield error
        return
    best = min(
        plain,
        key=lambda branch: (
            _is_another(branch),
            -max(len(e.instance_path) for e in branch),
            len(branch),
        ),
    )
    for inner in best:
        yield from _causes(inner)


def _wants_reference(branch: list[Any]) -> bool:
    return any(
        type(e.kind).__name__.endswith("Required")
        and getattr(e.kind, "property", "") == "$ref"
        for e in branch
    )


def _is_another(branch: list[Any]) -> bool:
    """Whether an alternative is meant for something else: its constant or list of values does
    not match.
    """
    return any(type(e.kind).__name__.endswith(("Enum", "Constant")) for e in branch)


def _told(error: Any, where: str) -> tuple[str, str]:
    kind = error.kind
    name = _kind(error)
    if name == "Required":
        return f"{where} has no {kind.property!r}", "Add it."
    if name in ("AdditionalProperties", "UnevaluatedProperties"):
        listed = ", ".join(repr(item) for item in kind.unexpected)
        return (
            f"{where} may not have {listed}",
            "Check the spelling, or start the name with x-.",
        )
    if name == "Type":
        return f"{where} has the wrong type: {_plain(error.message)}", ""
    if where == "'in'" and "securitySchemes" not in error.instance_path:
        return (
            f"{where}: {error.instance!r} is no place of a parameter",
            f"It is one of {', '.join(_LOCATIONS)}; a body is a requestBody.",
        )
    return f"{where}: {_plain(error.message)}", ""


def _named(steps: list[str], data: Any) -> str:
    """What a reader calls the thing at a path."""
    if not steps:
        return "the document"
    owner = data
    for step in steps[:-1]:
        owner = owner[step] if is_object(owner) else owner[int(step)]
    if is_object(owner):
        return repr(steps[-1])
    return f"item {int(steps[-1]) + 1} of {steps[-2]!r}"


def _plain(message: str) -> str:
    return message if len(message) < 200 else message[:90] + " … " + message[-90:]


def _is_harmless(error: Any, steps: list[str]) -> bool:
    """Whether the document can still be read in only one way."""
    kind = error.kind
    name = _kind(error)
    if error.instance is None:  # in YAML, a key without a value
        return True
    if name == "Required":
        is_empty = kind.property == "default" and steps[-1:] == ["responses"]
        # A parameter or a header of any value.
        is_untyped = kind.property == "schema" and steps[-1:] != ["schema"]
        return kind.property in _HARMLESS_MISSING or is_empty or is_untyped
    if name in (
        "AdditionalProperties",
        "UnevaluatedProperties",
        "Pattern",
        "Format",
        "PropertyNames",
    ):
        return True
    in_schema = any(
        step in ("schema", "schemas", "properties", "items") for step in steps
    )
    if name in ("Enum", "Constant", "Const"):
        is_parameter = steps[-1:] == ["in"] and "securitySchemes" not in steps
        if is_parameter and error.instance in _LOCATIONS:
            return True  # with a style of another location
        return steps[-1:] not in (["in"], ["type"]) or in_schema
    if name == "Type":
        if "variables" in steps and isinstance(error.instance, (int, float)):
            return True  # a port, without quotes
        return in_schema or steps[-1] in _TOLD or steps[-2:-1] == ["tags"]
    return in_schema or name in (
        "OneOf",
        "OneOfNotValid",
        "AnyOf",
        "Not",
        "MaxProperties",
        "MinProperties",
        "MinItems",
        "UniqueItems",
    )
