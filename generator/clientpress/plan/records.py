"""Operations, bodies and security schemes as records of the runtime."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from msgspec import structs

from clientpress.api.behaviours import Upload
from clientpress.api.operations import Parameter, SecurityScheme
from clientpress.plan import annotations as a
from clientpress.plan.descriptions import Extended, TypeText, json_of, named
from clientpress.plan.error_tables import ErrorTable, further_errors
from clientpress.plan.security import security_names, security_scopes
from clientpress.plan.types import (
    Argument,
    BodyPlan,
    Decoder,
    OperationPlan,
    PartPlan,
)
from clientpress.runtime.calls import schemes
from clientpress.runtime.calls.webhooks import Form
from clientpress.runtime.tables.parts import TablePart
from clientpress.runtime.wire import decoders as wire
from clientpress.runtime.wire import operation as operations
from clientpress.runtime.wire import parameters
from clientpress.runtime.wire.body import Body
from clientpress.runtime.wire.by_media import ByMedia
from clientpress.runtime.wire.contents import AnyContent
from clientpress.runtime.wire.form_body import FormBody
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.raw_body import LinesBody, RawBody
from clientpress.runtime.wire.scalars import ScalarParameter
from clientpress.runtime.wire.styles import STYLES, style_of

ERRORS = a.local("ERRORS")
"""The constant of the errors that operations of a group have in common."""


def operation_record(
    plan: OperationPlan, shared: ErrorTable
) -> operations.Operation[Any]:
    """The constant of an operation.

    Args:
        shared: The errors in `ERRORS`.
    """
    operation, body, security = plan.operation, plan.body, plan.operation.security
    return operations.Operation[Any](
        id=operation.id or plan.constant.lower(),
        method=operation.method,
        path=operation.path,
        parameters=tuple(map(_parameter, operation.parameters, plan.arguments)),
        body=_any_body(body) if body else None,
        results=decoders(plan.results),
        errors=_errors(plan, shared),
        accept=plan.accept,
        security=None if security is None else security_names(security),
        scopes=security_scopes(security or ()),
        server=plan.server,
        retry=operation.retry,
        idempotency_header=operation.idempotency_header,
    )


def _errors(plan: OperationPlan, shared: ErrorTable) -> dict[str, wire.Decoder[Any]]:
    further = further_errors(plan, shared)
    if further is None:
        return decoders(plan.errors)
    if not further:
        return named(ERRORS, dict[str, wire.Decoder[Any]])
    return cast(
        "dict[str, wire.Decoder[Any]]", Extended(ERRORS, decoders(further.items()))
    )


def _parameter(parameter: Parameter, argument: Argument) -> ScalarParameter:
    style: str = parameter.style
    explode: bool | None = parameter.explode
    usual = style_of(parameter.location)
    if parameter.media_type or (style, explode) == (usual, STYLES[usual].explodes):
        style, explode = "", None
    laid_out: ScalarParameter = parameters.Parameter(
        parameter.wire,
        parameter.location,
        content=parameter.media_type,
        style=style,
        explode=explode,
        array_format=parameter.array_format,
        allow_reserved=parameter.allow_reserved,
    )
    is_usual = laid_out == parameters.Parameter(parameter.wire, parameter.location)
    if is_usual and argument.is_scalar:
        laid_out = ScalarParameter(parameter.wire, parameter.location)
    sends = TypeText(argument.sends) if argument.sends else ""
    return structs.replace(laid_out, sends=sends)


# ------------------------------------------------------------------ bodies
def _any_body(body: BodyPlan) -> Body:
    first = _body(body)
    if not body.others:
        return first
    return AnyContent(bodies=(first, *map(_body, body.others)))


def _body(body: BodyPlan) -> Body:
    shared: dict[str, Any] = {
        "media_type": body.media_type,
        "required": body.required,
        "members": body.members,
        "asked": body.asked,
        "sends": {name: TypeText(kind) for name, kind in body.sends},
    }
    match body.kind:
        case "json":
            return JsonBody(
                **shared,
                nulls=body.nulls,
                needs=body.needs,
                whole=body.whole is not None,
                open="" in body.given,
            )
        case "form":
            fields = tuple(_form_field(part) for part in body.parts if part.style)
            return FormBody(**shared, fields=fields)
        case "multipart":
            return MultipartBody(**shared, parts=tuple(map(_part, body.parts)))
        case "lines":
            return LinesBody(**shared)
        case _:
            return RawBody(**shared)


def _part(part: PartPlan) -> Part:
    upload = part.upload or Upload()
    shared: dict[str, Any] = {
        "media_type": part.media_type,
        "file": part.file,
        "max_bytes": upload.max_bytes,
    }
    if upload.tables:
        return TablePart(part.wire, **shared, tables=upload.tables)
    return Part(part.wire, **shared)


def _form_field(part: PartPlan) -> parameters.Parameter:
    """A member of a form that has a style, described as a query parameter is."""
    return parameters.Parameter(
        part.wire,
        "query",
        style=part.style,
        explode=part.explode,
        array_format=part.array_format,
    )


# ------------------------------------------------------------------ decoders
def decoders(planned: Iterable[tuple[str, Decoder]]) -> dict[str, wire.Decoder[Any]]:
    """What reads the bodies of answers, by status or by media type."""
    return {key: decoder_record(decoder) for key, decoder in planned}


def decoder_record(decoder: Decoder) -> wire.Decoder[Any]:
    """What reads a body."""
    match decoder.kind:
        case "json":
            return json_of(decoder.annotation)
        case "media":
            return ByMedia(decoders(decoder.by_media))
        case "form":
            kind = TypeText(decoder.annotation)
            return Form(kind, lists=decoder.lists, objects=decoder.objects)
        case "binary":
            return wire.Binary()
        case "raw":
            return wire.Raw()
        case "text":
            return wire.Text()
        case _:
            return wire.Nothing()


# ------------------------------------------------------------------ security
def scheme_record(scheme: SecurityScheme, argument: str) -> schemes.SecurityScheme:
    """A security scheme, and the argument of the client for it."""
    flow, is_key = scheme.client_credentials, scheme.kind == "apiKey"
    return schemes.SecurityScheme(
        scheme.kind,
        scheme=scheme.scheme if scheme.kind == "http" else "",
        name=scheme.name if is_key else "",
        place=scheme.location if is_key else "header",
        argument=argument,
        env=scheme.env,
        token_url=flow.token_url if flow else "",
        refresh_url=flow.refresh_url if flow else "",
        client_env=(flow.id_env, flow.secret_env) if flow else ((), ()),
    )
