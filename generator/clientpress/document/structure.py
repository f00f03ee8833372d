"""The structure that the OpenAPI Specification demands, checked with its own JSON Schemas.

The schemas come from openapi-spec-validator. jsonschema-rs is about four hundred times as fast here
as a validator written in Python, and gives the paths of its findings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import Source

_LOCATIONS = ("path", "query", "header", "cookie")
_NEWEST = "3.2"
# Keywords that Schema Objects of 3.0 do not have, but that are read there too.
_LATER_KEYWORDS = frozenset(
    {
        *("$anchor", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "const"),
        *("contains", "contentEncoding", "contentMediaType", "contentSchema"),
        *("dependentSchemas", "else", "examples", "if", "patternProperties"),
        *("prefixItems", "propertyNames", "then", "unevaluatedProperties"),
    }
)
_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


def check_structure(source: Source, version: str, report: Report) -> None:
    """Report where a document breaks the structure of the specification.

    What a later version of OpenAPI allows is read. It is a finding only where the document is judged.
    """
    errors = _errors(source.data, version)
    later = _NewestVersion(source.data, version) if errors and not report.full else None
    for error in errors:
        steps = [str(step) for step in error.instance_path]
        unexpected = getattr(error.kind, "unexpected", [])
        if later:
            unexpected = [name for name in unexpected if not later.has(name, steps)]
            if not unexpected and later.allows(error, steps):
                continue
        if _is_constant_of_link(steps) or (
            not report.full and _is_unknown_location(error, steps)
        ):
            continue
        place = Place(source.name).child(*steps)
        message, hint = _message_and_hint(
            error, _name_of(steps, source.data), unexpected
        )
        report.slip("CP101", place, message, hint, cause=_cause(error, unexpected))


def report_structure(
    validator: Any, source: Source, report: Callable[..., None], code: str
) -> bool:
    """Report where a file breaks a schema.

    Args:
        validator: A validator of jsonschema-rs.
        source: The file.
        report: `Report.error` or another method like it.
        code: The code of the findings.

    Returns:
        Whether there was any.
    """
    errors = [c for error in errors_of(validator, source.data) for c in _causes(error)]
    for error in _independent(errors):
        steps = [str(step) for step in error.instance_path]
        unexpected = getattr(error.kind, "unexpected", [])
        name = _name_of(steps, source.data)
        message, hint = _message_and_hint(error, name, unexpected)
        report(code, Place(source.name).child(*steps), message, hint)
    return bool(errors)


def _cause(error: Any, unexpected: list[str]) -> str:
    """The broken rule and how it is broken: equal for findings of one cause, wherever they are."""
    rule = "/".join(map(str, error.schema_path))
    names = getattr(error.kind, "property", "") or ", ".join(unexpected)
    is_enough = names or _kind(error) == "Type"
    return f"{rule} {names if is_enough else error.message}"


def _errors(data: Any, version: str) -> list[Any]:
    """The findings of a validator that do not follow from others."""
    errors = errors_of(_validator(version), data)
    return _independent([cause for error in errors for cause in _causes(error)])


class _NewestVersion:
    """What the newest version of OpenAPI allows in a document of an older one."""

    def __init__(self, data: dict[str, Any], version: str) -> None:
        is_newest = version == _NEWEST
        self._is_old = version == "3.0"
        data = {**data, "openapi": f"{_NEWEST}.0"}
        self._unexpected = dict[tuple[str, ...], set[str]]()
        self._paths = set[tuple[str, ...]]()
        self._checked = not is_newest
        for error in _errors(data, _NEWEST) if self._checked else ():
            steps = tuple(str(step) for step in error.instance_path)
            names = getattr(error.kind, "unexpected", [])
            self._unexpected.setdefault(steps, set()).update(names)
            self._paths |= {steps[:i] for i in range(len(steps) + 1)}

    def has(self, name: str, steps: list[str]) -> bool:
        """Whether an object may have a member that the document's own version does not know."""
        if not self._checked:
            return False
        if self._is_old and in_schema(steps):
            return name in _LATER_KEYWORDS
        return name not in self._unexpected.get(tuple(steps), ())

    def allows(self, error: Any, steps: list[str]) -> bool:
        """Whether a finding of the document's own version is not one of the newest."""
        if not self._checked:
            return False
        if not in_schema(steps):
            return tuple(steps) not in self._paths
        if getattr(error.kind, "unexpected", []):
            return True
        value: Any = error.instance
        if steps[-1] == "type":
            return is_array(value) and bool(value) and all(v in _TYPES for v in value)
        is_limit = steps[-1] in ("exclusiveMinimum", "exclusiveMaximum")
        return is_limit and isinstance(value, (int, float))


def in_schema(steps: list[str]) -> bool:
    """Whether the steps of a path lead into a Schema Object."""
    return any(
        step in ("schema", "itemSchema")
        or (step == "schemas" and steps[i - 1 : i] == ["components"])
        for i, step in enumerate(steps)
    )


def _is_constant_of_link(steps: list[str]) -> bool:
    """Whether a path leads to the value of a link's parameter.

    The specification allows any value there (Link Object); its schemas for 3.1 and 3.2 only strings.
    """
    return steps[-4:-3] == ["links"] and steps[-2:-1] == ["parameters"]


def _is_unknown_location(error: Any, steps: list[str]) -> bool:
    """Whether a finding is about an unknown location (`in`) of a parameter.

    The reader of parameters reports it, and what is done about it.
    """
    return (
        _kind(error) in ("Enum", "Constant", "Const")
        and steps[-1:] == ["in"]
        and steps[-3:-2] != ["securitySchemes"]
        and isinstance(error.instance, str)
    )


def errors_of(validator: Any, data: Any) -> list[Any]:
    """The findings of a validator of jsonschema-rs.

    Raises:
        RecursionError: A value is nested too deeply for it.
    """
    try:
        return list(validator.iter_errors(data))
    except ValueError as error:
        if "ecursion" in str(error):
            raise RecursionError(str(error)) from None
        raise


def _independent(errors: list[Any]) -> list[Any]:
    """The findings without those that follow from another one at the same place.

    A value that is not an object, or a parameter without `in`, breaks every other rule too.
    """
    decided = {
        tuple(error.instance_path)
        for error in errors
        if _kind(error) == "Type" or _is_without_in(error)
    }
    return [
        error
        for error in errors
        if tuple(error.instance_path) not in decided
        or _kind(error) == "Type"
        or _is_without_in(error)
    ]


def _kind(error: Any) -> str:
    """The keyword that a finding is about, such as `Type` or `Required`."""
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
    """The findings behind one finding.

    Of alternatives (`oneOf`, `anyOf`), those of the alternative that is nearest to the document.
    """
    kind = error.kind
    # An alternative without findings fits. Several may fit although only one should.
    candidates = [branch for branch in getattr(kind, "context", None) or () if branch]
    if not candidates:
        yield error
        return
    instance = error.instance
    is_reference = is_object(instance) and "$ref" in instance
    plain = [
        branch for branch in candidates if is_reference or not _wants_reference(branch)
    ] or candidates
    if not plain:  # every alternative fits, but only one should
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
    """Whether an alternative is meant for something else: a constant or an enumeration does not match."""
    return any(type(e.kind).__name__.endswith(("Enum", "Constant")) for e in branch)


def _message_and_hint(
    error: Any, subject: str, unexpected: list[str]
) -> tuple[str, str]:
    """The message and the hint of a finding."""
    kind = error.kind
    name = _kind(error)
    if name == "Required":
        return f"{subject} has no {kind.property!r}", "Add it."
    if name in ("AdditionalProperties", "UnevaluatedProperties"):
        listed = ", ".join(map(repr, unexpected))
        return (
            f"{subject} may not have {listed}",
            "Check the spelling, or start the name with x-.",
        )
    if name == "Type":
        return f"{subject} has the wrong type: {_plain(error.message)}", ""
    if subject == "'in'" and "securitySchemes" not in error.instance_path:
        return (
            f"{subject}: {error.instance!r} is not a location of a parameter",
            f"It is one of {', '.join(_LOCATIONS)}; a body is a requestBody.",
        )
    return f"{subject}: {_plain(error.message)}", ""


def _name_of(steps: list[str], data: Any) -> str:
    """How a message names the value at a path."""
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
