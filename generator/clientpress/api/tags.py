"""Discriminators whose property a variant does not declare.

OpenAPI: the property of a discriminator must be in every schema that it tells apart. Documents
forget it, and an answer would lose what kind it was, a request could not say it. Such a variant
gets the member: the constant that stands for it, or one of several. It is optional, because the
schema may stand elsewhere too, where nobody speaks of a tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.directions import component_name
from clientpress.api.operations import Api, answers_of, requests_of
from clientpress.api.schemas import Meta, Schema, end_of, inside
from clientpress.diagnostics import Place

_HELP = "Tells which variant of a union this is; to be given where it is sent as one."


def declare_tags(api: Api) -> Api:
    """The api with the properties of discriminators in all variants."""
    roots = [*api.schemas.values(), *requests_of(api.requests)]
    roots += answers_of(api.requests)
    found = dict[Place, dict[str, list[str]]]()
    for union in (below for root in roots for below in inside(root)):
        if isinstance(union, s.Union) and union.tag:
            for place, value in _undeclared(union, union.tag, api):
                values = found.setdefault(place, {}).setdefault(union.tag.property, [])
                if value not in values:
                    values.append(value)
    if not found:
        return api
    changed = {at: _with_tags(api.schemas[at], tags) for at, tags in found.items()}
    return replace(api, schemas={**api.schemas, **changed})


def _undeclared(union: s.Union, tag: s.Tag, api: Api) -> Iterator[tuple[Place, str]]:
    """The variants without the property, each with the values that stand for it."""
    for variant in union.variants:
        if not isinstance(variant, s.Reference):
            continue
        values = [value for value, at in tag.mapping if at == variant.target]
        place = end_of(variant.target, api.schemas)
        schema = api.schemas[place]
        if isinstance(schema, s.Object) and all(
            field.wire != tag.property for field in schema.fields
        ):
            names = values or [component_name(variant.target)]
            yield from ((place, name) for name in names)


def _with_tags(schema: Schema, tags: dict[str, list[str]]) -> Schema:
    assert isinstance(schema, s.Object)
    meta = Meta(schema.meta.place.child("discriminator"), description=_HELP)
    fields = tuple(
        s.Field(name, _one_of(values, meta), required=False)
        for name, values in tags.items()
    )
    return replace(schema, fields=(*schema.fields, *fields))


def _one_of(values: list[str], meta: Meta) -> Schema:
    if len(values) == 1:
        return s.Constant(meta, values[0])
    return s.Enumeration(meta, "string", tuple(values))
