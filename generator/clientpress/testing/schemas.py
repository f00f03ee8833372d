"""Schemas of a document as JSON Schema 2020-12, and validators for them by jsonschema-rs.

There are three forms of each document: in a request, members that are `readOnly` are never
required, in a response those that are `writeOnly`; in a value that nobody sends, both are there.
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
"""File and steps of a place."""


class Unusable(ValueError):
    """A schema that jsonschema-rs makes no validator of."""


class Schemas:
    """The schemas of one document for one direction, or for none.

    A schema is looked at when it is asked for, with those that it refers to, so that nothing else
    of the document is needed.
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
        """The normalised form of what stands at a place of the document."""
        return self._normalised((place.file, place.steps))

    def target(self, at: At) -> At | None:
        """Where the `$ref` of a normalised schema leads to."""
        key = self._targets.get(at.data["$ref"])
        return None if key is None else self._normalised(key)

    # -------------------------------------------------------------- normalising
    def _normalised(self, key: _Key) -> At:
        if key not in self._normal:
            file, steps = key
            raw = At(file, (), self._documents.files[file]).child(*steps)
            made = At(file, steps, copy.deepcopy(raw.data))
            needs = list[str]()
            todo = [made]
            while todo:
                todo += self._normalise(todo.pop(), needs)
            self._normal[key] = made
            self._needs[key] = tuple(dict.fromkeys(needs))
        return self._normal[key]

    def _normalise(self, at: At, needs: list[str]) -> list[At]:
        """Normalise one Schema Object; returns those below it."""
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
        """References are addresses of resources."""
        words = at.data
        reference = words.pop("$dynamicRef", None) or words.get("$ref")
        if not isinstance(reference, str) or reference in self._targets:
            return  # an alias of YAML may have been here before
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
        if key not in self._addresses:
            address = f"{_ALL}#/$defs/{len(self._addresses)}"
            self._addresses[key] = address
            self._targets[address] = key
        return self._addresses[key]

    def _hidden(self, at: At, depth: int) -> Iterator[str]:
        """Names of members that this direction leaves out."""
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
        """Whether this direction leaves a member out."""
        flag = _LEFT_OUT[self.direction]
        if depth > _DEEPEST:
            return False
        for _ in range(20):
            raw = At(at.file, (), self._documents.files[at.file]).find(*at.steps)
            # What 3.0 ignores beside a reference is meant all the same.
            if at.words().get(flag) is True or (raw and raw.words().get(flag) is True):
                return True
            words = at.words()
            parts = words.get("allOf")
            for i in range(len(parts)) if is_array(parts) else ():
                part = at.find("allOf", i)
                if part is not None and self.is_hidden(part, depth + 1):
                    return True
            found = self.target(at) if isinstance(words.get("$ref"), str) else None
            if found is None:
                return False
            at = found
        return False

    # -------------------------------------------------------------- validating
    def validator(self, at: At) -> Any:
        """The validator for a place. Raises Unusable."""
        key = at.file, at.steps
        if key not in self._validators:
            schema = self._normalised(key)
            try:
                made: Any = jsonschema_rs.Draft202012Validator(
                    schema.data, registry=self._registry(self._needs[key])
                )
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                made = str(error)[:200]
            self._validators[key] = made
        found = self._validators[key]
        if isinstance(found, str):
            raise Unusable(found)
        return found

    def _registry(self, needs: tuple[str, ...]) -> Any:
        """A registry with some resources and all that they refer to: the one of a schema around
        this one, if there is one.
        """
        wanted = set(needs)
        for addresses, registry in reversed(self._registries):
            if wanted <= addresses:
                return registry
        found, todo = dict[str, Any](), list(needs)
        while todo:
            address = todo.pop()
            if address not in found:
                key = self._targets[address]
                found[address] = self._normalised(key).data
                todo += self._needs[key]
        # One resource: jsonschema-rs is 200 times slower with a hundred small ones.
        schemas = {address.rpartition("/")[2]: data for address, data in found.items()}
        registry = jsonschema_rs.Registry([(_ALL, {"$defs": schemas})])
        self._registries.append((frozenset(found), registry))
        return registry

    def is_valid(self, at: At, value: Json) -> bool:
        """Whether a value fits."""
        return bool(self.validator(at).is_valid(value))

    def why_not(self, at: At, value: Json) -> str:
        """What is wrong with a value; empty when it fits."""
        for error in self.validator(at).iter_errors(value):
            path = "/".join(map(str, error.instance_path))
            return f"/{path}: {error.message}"[:300]
        return ""


def _modernise(words: dict[str, Any]) -> None:
    """The words of 3.0 in those of 3.1."""
    if words.pop("nullable", False) is True and isinstance(words.get("type"), str):
        words["type"] = [words["type"], "null"]
        if is_array(words.get("enum")) and None not in words["enum"]:
            words["enum"] = [*words["enum"], None]


def _tidy(words: dict[str, Any]) -> None:
    """Take out what is no JSON Schema, as people write it."""
    for limit, word in (
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ):
        if words.get(word) is True and limit in words:
            words[word] = words.pop(limit)
        elif isinstance(words.get(word), bool):
            del words[word]
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
    if isinstance(words.get("pattern"), str):
        try:
            jsonschema_rs.Draft202012Validator({"pattern": words["pattern"]})
        except ValueError:
            del words["pattern"]
    elif "pattern" in words:
        del words["pattern"]
