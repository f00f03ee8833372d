"""Lists that the document never calls lists, and whose examples are none.

JSON Schema: `items` says something about arrays only; without `type`, anything else fits as well.
Most documents mean an array all the same. Where an example of a body shows something else there,
the document means less than that, and any value is taken.
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
    """The api with what its examples show."""
    seen = _Examples(api)
    for media in _media(api):
        for example in media.examples:
            if media.schema is not None:
                seen.look(media.schema, example)
    if not seen.found:
        return api
    for place in seen.found:
        message = "an example shows that this is not always an array"
        hint = "Any JSON value is accepted; say the type."
        report.warning("CP501", place, message, hint)

    def widened(schema: Schema) -> Schema:
        if isinstance(schema, s.Array) and schema.meta.place in seen.found:
            return s.Anything(schema.meta)
        return with_children(schema, widened)

    return replace(
        api,
        schemas={place: widened(schema) for place, schema in api.schemas.items()},
        operations=map_schemas(api.operations, widened),
    )


def _media(api: Api) -> Iterator[MediaType]:
    for operation in api.operations:
        yield from operation.body.media if operation.body else ()
        for response in operation.responses:
            yield from response.media


class _Examples:
    """Compares examples with their schemas.

    Attributes:
        found: The places of lists where something else was seen.
    """

    def __init__(self, api: Api) -> None:
        self._schemas = api.schemas
        self._looked = set[tuple[int, int]]()
        self.found = dict[Place, None]()

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
                self.found[schema.meta.place] = None
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
        if isinstance(schema, s.Reference):
            return self._schemas[end_of(schema.target, self._schemas)]
        return schema


def _fits(schema: Schema, value: Any) -> bool:
    """Whether a variant is of the kind of a value."""
    if is_array(value):
        return isinstance(schema, (s.Array, s.Tuple))
    if is_object(value):
        return isinstance(schema, (s.Object, s.Mapping, s.ByName))
    return isinstance(schema, (s.Primitive, s.Constant, s.Enumeration))
