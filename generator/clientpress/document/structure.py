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
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import Source

_LOCATIONS = ("path", "query", "header", "cookie")
_NEWEST = "3.2"
# Keywords that Schema Objects of 3.0 do not have, and that are read there all the same.
_KEYWORDS_OF_LATER = frozenset(
    {
        *("$anchor", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "const"),
        *("contains", "contentEncoding", "contentMediaType", "contentSchema"),
        *("dependentSchemas", "else", "examples", "if", "patternProperties"),
        *("prefixItems", "propertyNames", "then", "unevaluatedProperties"),
    }
)
_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


def check_structure(source: Source, version: str, report: Report) -> None:
    """Report where the document breaks the specification's structure. Where a client is made of
    the document, what a later version of OpenAPI allows is no finding: it is read.
    """
    errors = _errors(source.data, version)
    later = _Later(source.data, version) if errors and not report.full else None
    for found in errors:
        steps = [str(step) for step in found.instance_path]
        unexpected = getattr(found.kind, "unexpected", [])
        if later:
            unexpected = [name for name in unexpected if not later.has(name, steps)]
            if not unexpected and later.allows(found, steps):
                continue
        if _is_constant_of_link(steps) or (not report.full and _is_place(found, steps)):
            continue
        place = Place(source.name).child(*steps)
        message, hint = _told(found, _named(steps, source.data), unexpected)
        report.slip("CP101", place, message, hint, cause=_cause(found, unexpected))


def _cause(error: Any, unexpected: list[str]) -> str:
    """What findings of one cause share: the rule that was broken, and how; not where."""
    rule = "/".join(map(str, error.schema_path))
    named = getattr(error.kind, "property", "") or ", ".join(unexpected)
    is_told = named or _kind(error) == "Type"
    return f"{rule} {named if is_told else error.message}"


def _errors(data: Any, version: str) -> list[Any]:
    errors = errors_of(_validator(version), data)
    return _telling([cause for error in errors for cause in _causes(error)])


class _Later:
    """What the newest version of OpenAPI says to a document of an older one."""

    def __init__(self, data: dict[str, Any], version: str) -> None:
        is_newest = version == _NEWEST
        self._is_old = version == "3.0"
        data = {**data, "openapi": f"{_NEWEST}.0"}
        self._unexpected = dict[tuple[str, ...], set[str]]()
        self._places = set[tuple[str, ...]]()
        self._checked = not is_newest
        for error in _errors(data, _NEWEST) if self._checked else ():
            steps = tuple(str(step) for step in error.instance_path)
            names = getattr(error.kind, "unexpected", [])
            self._unexpected.setdefault(steps, set()).update(names)
            self._places |= {steps[:i] for i in range(len(steps) + 1)}

    def has(self, name: str, steps: list[str]) -> bool:
        """Whether an object may have a member that its own version does not know."""
        if not self._checked:
            return False
        if self._is_old and in_schema(steps):
            return name in _KEYWORDS_OF_LATER
        return name not in self._unexpected.get(tuple(steps), ())

    def allows(self, error: Any, steps: list[str]) -> bool:
        """Whether a finding is none there."""
        if not self._checked:
            return False
        if not in_schema(steps):
            return tuple(steps) not in self._places
        if getattr(error.kind, "unexpected", []):
            return True
        value: Any = error.instance
        if steps[-1] == "type":
            return is_array(value) and bool(value) and all(v in _TYPES for v in value)
        is_limit = steps[-1] in ("exclusiveMinimum", "exclusiveMaximum")
        return is_limit and isinstance(value, (int, float))


def in_schema(steps: list[str]) -> bool:
    """Whether a path leads into a Schema Object."""
    return any(
        step in ("schema", "itemSchema")
        or (step == "schemas" and steps[i - 1 : i] == ["components"])
        for i, step in enumerate(steps)
    )


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


def _told(error: Any, where: str, unexpected: list[str]) -> tuple[str, str]:
    kind = error.kind
    name = _kind(error)
    if name == "Required":
        return f"{where} has no {kind.property!r}", "Add it."
    if name in ("AdditionalProperties", "UnevaluatedProperties"):
        listed = ", ".join(map(repr, unexpected))
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
