"""Schemas of a document as JSON Schema 2020-12, and validators for them by jsonschema-rs.

There are three forms of each document: in a request, members that are `readOnly` are never
required, in a response those that are `writeOnly`; in a value that nobody sends, both are there.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from clientpress.document.data import is_array, is_object
from tests.judge.reading import At, Documents, Json, escape, is_container

REQUEST, RESPONSE, VALUE = "request", "response", "value"
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


class Unusable(ValueError):
    """A schema that jsonschema-rs makes no validator of."""


class Schemas:
    """The schemas of one document for one direction, or for none."""

    def __init__(self, documents: Documents, direction: str) -> None:
        self._documents, self.direction = documents, direction
        self._version = documents.version
        self._done = set[int]()
        self._copies: dict[str, Json] = {}
        self._validators: dict[tuple[str, tuple[str, ...]], Any] = {}
        self._todo = list[At]()
        self.entry = self._copy(documents.entry.file)
        self._find(self.entry)
        while self._todo:
            self._normalise(self._todo.pop())
        resources = [(self._uri(file), data) for file, data in self._copies.items()]
        self._registry = jsonschema_rs.Registry(resources)

    def _copy(self, file: str) -> At:
        if file not in self._copies:
            self._copies[file] = copy.deepcopy(self._documents.files[file])
        return At(file, (), self._copies[file])

    def _uri(self, file: str) -> str:
        names = list(self._copies)
        return f"https://judge.invalid/{names.index(file)}-{quote(Path(file).name)}"

    def at(self, place: At) -> At:
        """The normalised form of what stands at a place."""
        return self._copy(place.file).child(*place.steps)

    def target(self, at: At) -> At | None:
        """Where the `$ref` of a normalised schema leads to."""
        uri, _, pointer = at.data["$ref"].partition("#")
        for file in self._copies:
            if self._uri(file) == uri:
                return self._documents.target(f"#{pointer}", At(file, (), None)) and (
                    self._pointed(file, pointer)
                )
        return None

    def _pointed(self, file: str, pointer: str) -> At | None:
        found = self._documents.target(f"#{pointer}", At(file, (), None))
        return self._copy(file).find(*found.steps) if found else None

    # -------------------------------------------------------------- normalising
    def _find(self, root: At) -> None:
        """Queue every Schema Object of a document."""
        todo = [root]
        while todo:
            at = todo.pop()
            if is_array(at.data):
                todo += [
                    at.child(i)
                    for i, v in enumerate(at.data)
                    if isinstance(v, (dict, list))
                ]
                continue
            under_components = at.steps == ("components",)
            for key, value in at.words().items():
                if not is_container(value) or key.startswith("x-"):
                    continue
                if key in ("schema", "itemSchema") and is_object(value):
                    self._todo.append(at.child(key))
                elif key == "schemas" and under_components:
                    self._todo += [at.child(key, name) for name in value]
                elif key not in ("example", "examples"):
                    todo.append(at.child(key))

    def _normalise(self, at: At) -> None:
        words = at.data
        if not is_object(words) or id(words) in self._done:
            return
        self._done.add(id(words))
        self._reference(at)
        for word in ("$id", "$anchor", "$dynamicAnchor", "$schema"):
            words.pop(word, None)
        if self._version == "3.0":
            _modernise(words)
        _tidy(words)
        for word in _ONE:
            if is_object(words.get(word)):
                self._todo.append(at.child(word))
        for word in _MANY:
            if is_array(words.get(word)):
                self._todo += [at.child(word, i) for i in range(len(words[word]))]
        for word in _NAMED:
            if is_object(words.get(word)):
                self._todo += [at.child(word, name) for name in words[word]]
        if is_array(words.get("required")):
            hidden = set(self._hidden(at, 0))
            if hidden:
                words["required"] = [n for n in words["required"] if n not in hidden]

    def _reference(self, at: At) -> None:
        """References name their file and a pointer from here on."""
        words = at.data
        reference = words.pop("$dynamicRef", None) or words.get("$ref")
        if not isinstance(reference, str) or reference.startswith(
            "https://judge.invalid/"
        ):
            return
        target = self._documents.target(reference, At(at.file, at.steps, None))
        if target is None:
            words.pop("$ref", None)
            return
        self._todo.append(self._copy(target.file).child(*target.steps))
        pointer = "".join(f"/{quote(escape(s), safe='~')}" for s in target.steps)
        words["$ref"] = f"{self._uri(target.file)}#{pointer}"
        if self._version == "3.0":
            for key in [key for key in words if key != "$ref"]:
                del words[key]

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

    def is_hidden(self, at: At) -> bool:
        """Whether this direction leaves a member out."""
        flag = _LEFT_OUT[self.direction]
        for _ in range(20):
            words = at.words()
            if words.get(flag) is True:
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
            pointer = "".join(f"/{quote(escape(s), safe='~')}" for s in at.steps)
            schema = {"$ref": f"{self._uri(at.file)}#{pointer}"}
            try:
                made: Any = jsonschema_rs.Draft202012Validator(
                    schema, registry=self._registry
                )
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                made = str(error)[:200]
            self._validators[key] = made
        found = self._validators[key]
        if isinstance(found, str):
            raise Unusable(found)
        return found

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
