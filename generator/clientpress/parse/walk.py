"""Composing the schemas that stand inside operations."""

from __future__ import annotations

from dataclasses import replace

from clientpress.api.operations import (
    Body,
    Header,
    MediaType,
    Operation,
    Parameter,
    Response,
)
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.parse.compose import Composer


def map_schemas(
    operations: tuple[Operation, ...],
    parsed: dict[Place, Schema],
    merged: dict[Place, Schema],
    report: Report,
) -> tuple[Operation, ...]:
    """The operations with every schema in them merged."""
    whole = Composer(parsed, report, merged).whole

    def media(found: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
        return tuple(
            replace(
                m,
                schema=whole(m.schema) if m.schema else None,
                item=whole(m.item) if m.item else None,
            )
            for m in found
        )

    def body(found: Body | None) -> Body | None:
        return replace(found, media=media(found.media)) if found else None

    def response(found: Response) -> Response:
        headers = tuple(map(header, found.headers))
        return replace(found, media=media(found.media), headers=headers)

    def header(found: Header) -> Header:
        return replace(found, schema=whole(found.schema))

    def parameter(found: Parameter) -> Parameter:
        return replace(found, schema=whole(found.schema))

    return tuple(
        replace(
            operation,
            parameters=tuple(map(parameter, operation.parameters)),
            body=body(operation.body),
            responses=tuple(map(response, operation.responses)),
        )
        for operation in operations
    )
