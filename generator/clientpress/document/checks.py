"""Checks of what the specification demands beyond structure; each finding has its place.

openapi-spec-validator gives no place for a repeated operationId, never looks into `itemSchema`, and
accepts an example that does not fit its schema. So these checks run first, and that library is only
the second opinion (`clientpress.document.second_opinion`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.normalise import schema_keywords
from clientpress.document.reading import Source
from clientpress.document.sources import Node, Sources
from clientpress.document.structure import errors_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas", "schemas")
_VALUES = ("example", "examples", "default", "enum", "const", "value")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def check_meaning(
    source: Source, sources: Sources, version: str, report: Report
) -> None:
    """Report repeated operationIds and repeated paths.

    Where the document is judged, also report examples and defaults that do not fit their schemas.
    """
    root = Node(source.data, Place(source.name))
    seen_ids, seen_paths = dict[str, Place](), dict[str, str]()
    for path, operation in _operations(root):
        shape = _PLACEHOLDER.sub("{}", path)
        if seen_paths.setdefault(shape, path) != path:
            place = root.place.child("paths", path)
            report.slip(
                "CP203",
                place,
                f"this path is the same as {seen_paths[shape]} but for the names of its parameters",
                "Merge them.",
            )
        name = operation.data.get("operationId")
        if not isinstance(name, str):
            continue
        first = seen_ids.setdefault(name, operation.place)
        if first != operation.place:
            position = sources.locate(first)
            line = f" in line {position.line}" if position else ""
            report.slip(
                "CP201",
                operation.place.child("operationId"),
                f"the operationId {name!r} is taken already{line}",
                "Give it one of its own.",
            )
    if report.full:
        _Values(sources, version, report).check(root)


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Every operation with its path."""
    paths = document.data.get("paths")
    for path, item in paths.items() if is_object(paths) else ():
        for method in METHODS:
            if is_object(item) and is_object(item.get(method)):
                yield path, document.child("paths", path, method)
        more = item.get("additionalOperations") if is_object(item) else None
        for method, data in more.items() if is_object(more) else ():
            if is_object(data):
                steps = ("paths", path, "additionalOperations", method)
                yield path, document.child(*steps)


class _Values:
    """Compares examples and defaults with their schemas."""

    def __init__(self, sources: Sources, version: str, report: Report) -> None:
        self._sources, self._version, self._report = sources, version, report

    def check(self, document: Node) -> None:
        """Check every Schema Object, and every object that has a schema beside examples."""
        todo = [document]
        while todo:
            node = todo.pop()
            if is_object(node.data):
                named = has_chosen_names(node.place)
                reference = node.data.get("$ref")
                if not named and isinstance(reference, str):
                    # Reports a reference that leads nowhere, also where nothing uses it.
                    self._sources.resolve(reference, node.place)
                if not named and ("schema" in node.data or "itemSchema" in node.data):
                    self._beside(node)
                if _is_schema_pointer(node.place.pointer):
                    self._schema(node)
            todo += containers_in(node)

    def _schema(self, node: Node) -> None:
        """Check the default and the examples inside of a Schema Object."""
        if "default" in node.data:
            self._compare(
                node,
                node.data["default"],
                node.place.child("default"),
                "CP205",
                "the default",
            )
        examples = node.data.get("examples")
        for i, example in enumerate(examples) if is_array(examples) else ():
            self._compare(
                node, example, node.place.child("examples", i), "CP204", "the example"
            )
        if "example" in node.data:
            self._compare(
                node,
                node.data["example"],
                node.place.child("example"),
                "CP204",
                "the example",
            )

    def _beside(self, node: Node) -> None:
        """Check the examples beside the schema of a parameter, header or media type."""
        whole = node.child("schema") if "schema" in node.data else None
        if whole is None:
            self._items(node)
            return
        if "example" in node.data:
            self._compare(
                whole,
                node.data["example"],
                node.place.child("example"),
                "CP204",
                "the example",
            )
        for place, value in self._named_examples(node, ("value", "dataValue")):
            self._compare(whole, value, place, "CP204", "the example")

    def _items(self, node: Node) -> None:
        """Check the examples of a sequential media type: lists of items."""
        schema = node.child("itemSchema")
        for place, value in self._named_examples(node, ("dataValue", "value")):
            for i, item in enumerate(value) if is_array(value) else ():
                self._compare(schema, item, place.child(i), "CP204", "the example")

    def _named_examples(
        self, node: Node, words: tuple[str, ...]
    ) -> Iterator[tuple[Place, Any]]:
        """The values of Example Objects, with their places."""
        examples = node.data.get("examples")
        for name in examples if is_object(examples) else ():
            example: Node | None = node.child("examples", name)
            if (
                example
                and is_object(example.data)
                and isinstance(example.data.get("$ref"), str)
            ):
                example = self._sources.resolve(example.data["$ref"], example.place)
            if example is None or not is_object(example.data):
                continue
            for word in words:
                if word in example.data:
                    yield example.place.child(word), example.data[word]

    def _compare(
        self, schema: Node, value: Any, place: Place, code: str, what: str
    ) -> None:
        """Report where a value does not fit a schema."""
        if not isinstance(schema.data, (dict, bool)):
            return
        try:
            validator = jsonschema_rs.Draft202012Validator(
                standalone(schema, self._sources, self._version)
            )
        except (ValueError, jsonschema_rs.ReferencingError):
            return  # the schema is broken, and has findings of its own
        for error in errors_of(validator, value):
            inner = place.child(*(str(step) for step in error.instance_path))
            self._report.slip(
                code,
                inner,
                f"{what} does not fit its schema: {_short(error.message)}",
                "Change one of the two.",
            )


def standalone(schema: Node, sources: Sources, version: str) -> Any:
    """Convert a schema to JSON Schema 2020-12, with everything it refers to in its `$defs`.

    Args:
        schema: The schema.
        sources: The files that its references lead to.
        version: The version of OpenAPI.

    Returns:
        The data of the schema, which is an object or a boolean.
    """
    bundle = _Bundle(sources, version)
    root = bundle.convert(schema)
    if isinstance(root, bool):
        return root
    return {**root, "$defs": bundle.definitions} if bundle.definitions else root


class _Bundle:
    """Copies a schema and everything it refers to into one schema.

    Attributes:
        definitions: The schemas that were referred to, by their new names.
    """

    def __init__(self, sources: Sources, version: str) -> None:
        self._sources, self._version = sources, version
        self._names = dict[Place, str]()
        self.definitions = dict[str, Any]()

    def convert(self, node: Node) -> Any:
        """The data of a schema, with references into `definitions`."""
        data = node.data
        if not is_object(data):
            return data
        words = dict(schema_keywords(data, self._version))
        # Keywords without an effect on validity, and identifiers, which are not valid in the copy.
        for word in (
            "example",
            "examples",
            "default",
            "discriminator",
            "xml",
            "externalDocs",
            "$schema",
            "$id",
            "$anchor",
        ):
            words.pop(word, None)
        reference = words.get("$ref")
        if isinstance(reference, str):
            words["$ref"] = self._reference(reference, node.place)
        # Schemas inside: one, by name, or in a list.
        for word in (
            "items",
            "additionalProperties",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
        ):
            if is_object(words.get(word)):
                words[word] = self.convert(node.child(word))
        for word in ("properties", "patternProperties", "$defs", "dependentSchemas"):
            if is_object(words.get(word)):
                words[word] = {
                    key: self.convert(node.child(word, key)) for key in words[word]
                }
        for word in ("allOf", "oneOf", "anyOf", "prefixItems"):
            if is_array(words.get(word)):
                words[word] = [
                    self.convert(node.child(word, i)) for i in range(len(words[word]))
                ]
        words = {key: value for key, value in words.items() if not key.startswith("x-")}
        if words.pop("nullable", False) is True:
            words = {"anyOf": [words, {"type": "null"}]}
        return words

    def _reference(self, reference: str, place: Place) -> str:
        target = self._sources.resolve(reference, place, Report())
        if target is None:
            return "#/$defs/missing"
        if target.place not in self._names:
            name = self._names[target.place] = f"s{len(self._names)}"
            self.definitions[name] = True  # ends a circle of references
            self.definitions[name] = self.convert(target)
        return f"#/$defs/{self._names[target.place]}"


def has_chosen_names(place: Place) -> bool:
    """Whether the keys of the object at a place are names that the author chose."""
    return place.pointer.rpartition("/")[2] in _MAPS


def containers_in(node: Node) -> Iterator[Node]:
    """The objects and arrays directly inside of a node, except values and extensions."""
    data = node.data
    if is_object(data):
        named = has_chosen_names(node.place)
        for key, value in data.items():
            is_word = named or (key not in _VALUES and not key.startswith("x-"))
            if is_word and isinstance(value, (dict, list)):
                yield node.child(key)
    elif is_array(data):
        for i, value in enumerate(data):
            if isinstance(value, (dict, list)):
                yield node.child(i)


def _is_schema_pointer(pointer: str) -> bool:
    """Whether a Schema Object is at a pointer."""
    steps = pointer.split("/")
    last, above = steps[-1], steps[-2] if len(steps) > 1 else ""
    if above in ("properties", "patternProperties", "$defs", "schemas"):
        return True
    if last in ("schema", "itemSchema", "items", "additionalProperties"):
        return above != "properties"
    return above in ("allOf", "oneOf", "anyOf", "prefixItems") and last.isdigit()


def _short(message: str) -> str:
    return message if len(message) < 160 else message[:80] + " … " + message[-70:]


class Examples:
    """The examples of components that fit their schemas, for tests of decoders."""

    def __init__(self, sources: Sources, entry: Source, version: str) -> None:
        self._sources, self._version = sources, version
        self._entry = Node(entry.data, Place(entry.name))

    def of_components(self) -> Iterator[tuple[Place, Any]]:
        """Each such example, with the place of its component."""
        components = self._entry.data.get("components")
        named = components.get("schemas") if is_object(components) else None
        for name in named if is_object(named) else ():
            node = self._entry.child("components", "schemas", name)
            if not is_object(node.data):
                continue
            words = schema_keywords(node.data, self._version)
            listed = words.get("examples")
            for value in listed if is_array(listed) else ():
                if self.fits(node, value):
                    yield node.place, value

    def fits(self, schema: Node, value: Any) -> bool:
        """Whether a value is valid; False where no validator can be made for the schema."""
        try:
            validator = jsonschema_rs.Draft202012Validator(
                standalone(schema, self._sources, self._version)
            )
            return validator.is_valid(value)
        except (ValueError, jsonschema_rs.ReferencingError):
            return False
