"""Schemas of a document as JSON Schema 2020-12, and their validators (jsonschema-rs).

Each schema has three forms. In a request, members that are `readOnly` are not required; in a response, those
that are `writeOnly` are not; in a value that is not sent, both are required.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from clientpress.document.data import is_array, is_object
from clientpress.testing.reading import At, Documents, Json

REQUEST, RESPONSE, VALUE = "request", "response", "value"
_DEEPEST = 20
_LEFT_OUT = {REQUEST: "readOnly", RESPONSE: "writeOnly", VALUE: ""}
_TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
_ONE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains"),
    *("propertyNames", "contentSchema", "unevaluatedProperties", "unevaluatedItems"),
)
_MANY = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_NUMBERS = (
    *("minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems"),
    *("maxItems", "minProperties", "maxProperties"),
)


_ALL = "https://schemas.invalid/all"
_Key = tuple[str, tuple[str, ...]]
"""The file and the steps of a place."""


class Unusable(ValueError):
    """jsonschema-rs cannot make a validator for a schema."""


class Schemas:
    """The schemas of one document for one direction, or for none.

    A schema is normalised when it is needed, together with those that it refers to. The rest of the document is
    not read.

    Args:
        documents: The document.
        direction: `REQUEST`, `RESPONSE` or `VALUE`.
    """

    def __init__(self, documents: Documents, direction: str) -> None:
        self._documents, self.direction = documents, direction
        self._version = documents.version
        self._normal: dict[_Key, At] = {}
        self._needs: dict[_Key, tuple[str, ...]] = {}
        self._addresses: dict[_Key, str] = {}
        self._targets: dict[str, _Key] = {}
        self._registries: list[tuple[frozenset[str], Any]] = []
        self._validators: dict[_Key, Any] = {}

    def at(self, place: At) -> At:
        """The normalised form of the schema at a place."""
        return self._normalised((place.file, place.steps))

    def target(self, at: At) -> At | None:
        """The normalised schema that the `$ref` of a normalised schema leads to."""
        key = self._targets.get(at.data["$ref"])
        return None if key is None else self._normalised(key)

    # -------------------------------------------------------------- normalising
    def _normalised(self, key: _Key) -> At:
        """The normalised schema of a place."""
        if key not in self._normal:
            file, steps = key
            raw = At(file, (), self._documents.files[file]).child(*steps)
            schema = At(file, steps, copy.deepcopy(raw.data))
            needs = list[str]()
            todo = [schema]
            while todo:
                todo += self._normalise(todo.pop(), needs)
            self._normal[key] = schema
            self._needs[key] = tuple(dict.fromkeys(needs))
        return self._normal[key]

    def _normalise(self, at: At, needs: list[str]) -> list[At]:
        """Normalise one Schema Object.

        Returns:
            The Schema Objects below it.
        """
        words, below = at.data, list[At]()
        if not is_object(words):
            return below
        self._reference(at, needs)
        for word in ("$id", "$anchor", "$dynamicAnchor", "$schema"):
            words.pop(word, None)
        if self._version == "3.0":
            _modernise(words)
        _tidy(words)
        for word in _ONE:
            if is_object(words.get(word)):
                below.append(at.child(word))
        for word in _MANY:
            if is_array(words.get(word)):
                below += [at.child(word, i) for i in range(len(words[word]))]
        for word in _NAMED:
            if is_object(words.get(word)):
                below += [at.child(word, name) for name in words[word]]
        if is_array(words.get("required")):
            hidden = set(self._hidden(at, 0))
            if hidden:
                words["required"] = [n for n in words["required"] if n not in hidden]
        return below

    def _reference(self, at: At, needs: list[str]) -> None:
        """Replace a reference by the address of a resource in the registry."""
        words = at.data
        reference = words.pop("$dynamicRef", None) or words.get("$ref")
        if not isinstance(reference, str) or reference in self._targets:
            return  # the same object, by an alias of YAML
        target = self._documents.target(reference, At(at.file, at.steps, None))
        if target is None:
            words.pop("$ref", None)
            return
        words["$ref"] = self._address((target.file, target.steps))
        needs.append(words["$ref"])
        if self._version == "3.0":
            for key in [key for key in words if key != "$ref"]:
                del words[key]

    def _address(self, key: _Key) -> str:
        """The address of a place in the registry."""
        if key not in self._addresses:
            address = f"{_ALL}#/$defs/{len(self._addresses)}"
            self._addresses[key] = address
            self._targets[address] = key
        return self._addresses[key]

    def _hidden(self, at: At, depth: int) -> Iterator[str]:
        """The names of members that this direction omits."""
        if depth > 12:
            return
        flag = _LEFT_OUT[self.direction]
        raw = self._documents.files[at.file]
        here = At(at.file, (), raw).find(*at.steps)
        followed = self._documents.follow(here)
        if followed is None:
            return
        members = followed.find("properties")
        for name in members.words() if members else ():
            member = self._documents.follow(members.find(name)) if members else None
            direct = members.child(name).words() if members else {}
            if direct.get(flag) is True or (
                member and member.words().get(flag) is True
            ):
                yield name
        parts = followed.find("allOf")
        for i in (range(len(parts.data)) if parts and is_array(parts.data) else ()):
            if parts:
                yield from self._hidden(parts.child(i), depth + 1)

    def is_hidden(self, at: At, depth: int = 0) -> bool:
        """Whether this direction omits a member."""
        flag = _LEFT_OUT[self.direction]
        if depth > _DEEPEST:
            return False
        for _ in range(20):
            raw = At(at.file, (), self._documents.files[at.file]).find(*at.steps)
            # OpenAPI 3.0 ignores keywords beside a reference. Authors mean them all the same.
            if at.words().get(flag) is True or (raw and raw.words().get(flag) is True):
                return True
            words = at.words()
            parts = words.get("allOf")
            for i in range(len(parts)) if is_array(parts) else ():
                part = at.find("allOf", i)
                if part is not None and self.is_hidden(part, depth + 1):
                    return True
            target = self.target(at) if isinstance(words.get("$ref"), str) else None
            if target is None:
                return False
            at = target
        return False

    # -------------------------------------------------------------- validating
    def validator(self, at: At) -> Any:
        """The validator of a normalised schema.

        Raises:
            Unusable: jsonschema-rs cannot make one.
        """
        key = at.file, at.steps
        if key not in self._validators:
            schema = self._normalised(key)
            try:
                result: Any = jsonschema_rs.Draft202012Validator(
                    schema.data, registry=self._registry(self._needs[key])
                )
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                result = str(error)[:200]
            self._validators[key] = result
        known = self._validators[key]
        if isinstance(known, str):
            raise Unusable(known)
        return known

    def _registry(self, needs: tuple[str, ...]) -> Any:
        """A registry of some addresses, and of all addresses that their schemas refer to.

        A registry that was made for a larger schema is used again.
        """
        needed = set(needs)
        for addresses, registry in reversed(self._registries):
            if needed <= addresses:
                return registry
        resources, todo = dict[str, Any](), list(needs)
        while todo:
            address = todo.pop()
            if address not in resources:
                key = self._targets[address]
                resources[address] = self._normalised(key).data
                todo += self._needs[key]
        # All in one resource: with a hundred small ones, jsonschema-rs is 200 times slower.
        schemas = {
            address.rpartition("/")[2]: data for address, data in resources.items()
        }
        registry = jsonschema_rs.Registry([(_ALL, {"$defs": schemas})])
        self._registries.append((frozenset(resources), registry))
        return registry

    def is_valid(self, at: At, value: Json) -> bool:
        """Whether a value is valid."""
        return bool(self.validator(at).is_valid(value))

    def why_not(self, at: At, value: Json) -> str:
        """What is wrong with a value; empty when it is valid."""
        for error in self.validator(at).iter_errors(value):
            path = "/".join(map(str, error.instance_path))
            return f"/{path}: {error.message}"[:300]
        return ""


def _modernise(words: dict[str, Any]) -> None:
    """Replace keywords of OpenAPI 3.0 by those of 3.1."""
    if words.pop("nullable", False) is True and isinstance(words.get("type"), str):
        words["type"] = [words["type"], "null"]
        if is_array(words.get("enum")) and None not in words["enum"]:
            words["enum"] = [*words["enum"], None]


def _tidy(words: dict[str, Any]) -> None:
    """Remove keywords with values that JSON Schema does not allow, but that documents have."""
    # In 3.0, exclusiveMinimum and exclusiveMaximum are flags beside the limit.
    for limit, word in (
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ):
        if words.get(word) is True and limit in words:
            words[word] = words.pop(limit)
        elif isinstance(words.get(word), bool):
            del words[word]
    # Values of the wrong type, or out of range.
    kind = words.get("type")
    if is_array(kind):
        if not kind or not {str(k) for k in kind} <= _TYPES:
            del words["type"]
    elif kind is not None and kind not in _TYPES:
        del words["type"]
    for word in _NUMBERS:
        if word in words and (
            not isinstance(words[word], (int, float)) or isinstance(words[word], bool)
        ):
            del words[word]
    for word in ("minLength", "maxLength", "minItems", "maxItems"):
        if isinstance(words.get(word), (int, float)) and words[word] < 0:
            del words[word]
    required = words.get("required")
    if required is not None:
        if is_array(required):
            words["required"] = list(
                dict.fromkeys(n for n in required if isinstance(n, str))
            )
        else:
            del words["required"]
    for word in _NAMED:
        if word in words and not is_object(words[word]):
            del words[word]
    for word in ("allOf", "oneOf", "anyOf"):
        if word in words and not words[word]:
            del words[word]
    if is_array(words.get("enum")) and not words["enum"]:
        del words["enum"]
    if "format" in words and not isinstance(words["format"], str):
        del words["format"]
    # Patterns of another dialect of regular expressions.
    if isinstance(words.get("pattern"), str):
        try:
            jsonschema_rs.Draft202012Validator({"pattern": words["pattern"]})
        except ValueError:
            del words["pattern"]
    elif "pattern" in words:
        del words["pattern"]
