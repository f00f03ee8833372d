"""Schemas with `items` but without a type, whose examples are not arrays.

JSON Schema 2020-12, section 10.3.1.2: `items` constrains arrays only; without `type`, any other value is
valid too. Most documents mean an array all the same. Where an example of a body has another value there,
the document does not, and any value is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.operations import Api, MediaType, map_schemas
from clientpress.api.schemas import Schema, end_of, with_children
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object


def heed_examples(api: Api, report: Report) -> Api:
    """Replace such arrays by schemas for any value, and report them."""
    comparison = _Examples(api)
    for media in _media(api):
        for example in media.examples:
            if media.schema is not None:
                comparison.look(media.schema, example)
    if not comparison.not_arrays:
        return api
    for place in comparison.not_arrays:
        message = "an example shows that this is not always an array"
        hint = "Any JSON value is accepted; say the type."
        report.warning("CP501", place, message, hint)

    def widened(schema: Schema) -> Schema:
        if isinstance(schema, s.Array) and schema.meta.place in comparison.not_arrays:
            return s.Anything(schema.meta)
        return with_children(schema, widened)

    return replace(
        api,
        schemas={place: widened(schema) for place, schema in api.schemas.items()},
        operations=map_schemas(api.operations, widened),
    )


def _media(api: Api) -> Iterator[MediaType]:
    """All media types of operations."""
    for operation in api.operations:
        yield from operation.body.media if operation.body else ()
        for response in operation.responses:
            yield from response.media


class _Examples:
    """Compares examples with their schemas.

    Attributes:
        not_arrays: The places of inferred arrays where an example has another value. An ordered set.
    """

    def __init__(self, api: Api) -> None:
        self._schemas = api.schemas
        self._looked = set[tuple[int, int]]()
        self.not_arrays = dict[Place, None]()

    def look(self, schema: Schema, value: Any) -> None:
        """Compare a value with a schema."""
        schema = self._followed(schema)
        pair = id(schema), id(value)
        if value is None or pair in self._looked:
            return
        self._looked.add(pair)
        match schema:
            case s.Union():
                variants = list(map(self._followed, schema.variants))
                fitting = [v for v in variants if _fits(v, value)]
                for variant in fitting or variants:
                    self.look(variant, value)
            case s.Array() if is_array(value):
                for item in value:
                    self.look(schema.items, item)
            case s.Array(inferred=True):
                self.not_arrays[schema.meta.place] = None
            case s.Object() if is_object(value):
                for field in schema.fields:
                    if field.wire in value:
                        self.look(field.schema, value[field.wire])
            case s.Mapping() if is_object(value):
                for below in value.values():
                    self.look(schema.values, below)
            case _:
                pass

    def _followed(self, schema: Schema) -> Schema:
        """The schema that a reference leads to."""
        if isinstance(schema, s.Reference):
            return self._schemas[end_of(schema.target, self._schemas)]
        return schema


def _fits(schema: Schema, value: Any) -> bool:
    """Whether a value is of the kind of a variant: array, object or scalar."""
    if is_array(value):
        return isinstance(schema, (s.Array, s.Tuple))
    if is_object(value):
        return isinstance(schema, (s.Object, s.Mapping, s.ByName))
    return isinstance(schema, (s.Primitive, s.Constant, s.Enumeration))
