"""Request bodies: members as arguments where that reads well, else one argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from clientpress.api import schemas as s
from clientpress.api.behaviours import Upload
from clientpress.api.operations import Api, Body, Encoding, MediaType, Operation
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.identifiers import member_name
from clientpress.plan.media import bare, encode_kind, is_synonym, sent_as
from clientpress.plan.names import Wish, free_name, settle
from clientpress.plan.naming import below, core, nullable, operation_schemas
from clientpress.plan.requests import MAPPING, SEQUENCE, RequestTypes
from clientpress.plan.types import Argument, BodyPlan, Default, PartPlan
from clientpress.plan.typing_rules import TypeRules

MAX_ARGUMENTS = 25
FILE = a.Name("FileInput", a.Origin.RUNTIME)
ITERABLE = a.Name("Iterable", a.Origin.STANDARD)

_PREFERENCE = ("json", "multipart", "form", "lines", "raw")


class BodyRules:
    """Plans the bodies of an api, and the names of the arguments of its methods."""

    def __init__(
        self, api: Api, rules: TypeRules, requests: RequestTypes, report: Report
    ) -> None:
        self._api, self._rules, self._requests, self._report = (
            api,
            rules,
            requests,
            report,
        )

    def argument_names(self, operation: Operation) -> dict[tuple[str, str], str]:
        """(location, wire name) → argument: path first, then query, header, cookie; body
        members last.
        """
        order = {
            "path": 0,
            "query": 1,
            "querystring": 1,
            "header": 2,
            "cookie": 3,
            "body": 4,
        }
        wishes = list[Wish[tuple[str, str]]]()
        for parameter in operation.parameters:
            name = _not_ours(member_name(parameter.name or parameter.wire, "param"))
            rank = order[parameter.location]
            longer = f"{parameter.location}_{name}"
            key = parameter.location, parameter.wire
            wishes.append(
                Wish(key, (name, longer), rank, name == parameter.wire, "/".join(key))
            )
        for field in self.members(operation):
            if field.schema.meta.access is s.Access.READ:
                continue
            name = _not_ours(member_name(field.schema.meta.name or field.wire, "param"))
            candidates = (name, f"body_{name}")
            wishes.append(
                Wish(
                    ("body", field.wire),
                    candidates,
                    4,
                    name == field.wire,
                    f"body/{field.wire}",
                )
            )
        return settle(wishes, {}, _OURS)

    def media(self, operation: Operation) -> MediaType | None:
        """The media type that a body is sent as by default: the first of the kind we do best,
        where files fit in if there are any.
        """
        if operation.body is None or not operation.body.media:
            return None
        return min(
            operation.body.media,
            key=lambda m: (
                self._kind(m) != "multipart" and self._has_files(operation.body),
                _PREFERENCE.index(self._kind(m)),
            ),
        )

    def text_decimals(self, operation: Operation) -> tuple[str, ...]:
        """The members of a body, at any depth, whose decimals are text; "" for the body itself."""
        if operation.body is None or not self._has_text_decimals:
            return ()
        found = dict[str, None]()
        todo = [
            (schema, "")
            for media in operation.body.media
            for schema in (media.schema, media.item)
            if schema
        ]
        seen = set[tuple[Place, str]]()
        while todo:
            here, name = todo.pop()
            if isinstance(here, s.Reference):
                if (here.target, name) not in seen:
                    seen.add((here.target, name))
                    todo.append((self._api.schemas[here.target], name))
            elif isinstance(here, s.Object):
                todo += [(field.schema, field.wire) for field in here.fields]
                todo += [(here.extra, name)] if here.extra else []
            elif _is_text_decimal(here):
                found[name] = None
            else:
                todo += [(below, name) for below in s.children(here)]
        return tuple(sorted(found))

    @cached_property
    def _has_text_decimals(self) -> bool:
        """Whether anything that is sent may have one."""
        schemas = [*self._api.schemas.values(), *operation_schemas(self._api.requests)]
        return any(_is_text_decimal(b) for schema in schemas for b in below(schema))

    def _kind(self, media: MediaType) -> str:
        """How a body is sent; a form of what has no members is sent as it is given."""
        kind = encode_kind(media)
        if kind not in ("form", "multipart") or media.schema is None:
            return kind
        found = core(self._rules.followed(media.schema))
        is_plain = isinstance(found, (s.Primitive, s.Enumeration, s.Array, s.Tuple))
        return "raw" if is_plain else kind

    def _has_files(self, body: Body | None) -> bool:
        """Whether a form of the body has files."""
        return body is not None and any(
            self._part(field, media).file
            for media in body.media
            if self._kind(media) == "multipart" and media.schema
            for field in self._fields(media)
        )

    def members(self, operation: Operation) -> tuple[s.Field, ...]:
        """The members of a body that become arguments; empty when the body stays one argument."""
        media = self.media(operation)
        return self._spread(media) if media else ()

    def _spread(self, media: MediaType) -> tuple[s.Field, ...]:
        kind = self._kind(media)
        if media.schema is None or kind in ("lines", "raw"):
            return ()
        found = self._object(media.schema)
        if found is None or len(found.fields) > MAX_ARGUMENTS:
            return ()
        if kind == "json" and found.extra is not None:
            return ()
        return found.fields

    def _fields(self, media: MediaType) -> tuple[s.Field, ...]:
        """The members of a form."""
        found = self._object(media.schema) if media.schema else None
        return found.fields if found else ()

    def _object(self, schema: Schema) -> s.Object | None:
        found = self._rules.followed(schema)
        return (
            found
            if isinstance(found, s.Object) and not nullable(schema, self._api.schemas)
            else None
        )

    def plan(
        self, operation: Operation, names: dict[tuple[str, str], str]
    ) -> BodyPlan | None:
        """How the body of an operation is given and sent."""
        media = self.media(operation)
        if operation.body is None or media is None:
            return None
        first = self._one(operation.body, media, names)
        rest = [
            other
            for other in operation.body.media
            if other is not media and not self._is_same(other, media)
        ]
        if not rest or operation.tensors is not None:
            return first
        return self._with_others(operation.body, first, rest, names)

    def _is_same(self, other: MediaType, media: MediaType) -> bool:
        """Whether another media type adds nothing: plain JSON under another name."""
        return is_synonym(other.name, media.name) and self._type(other) == self._type(
            media
        )

    def _with_others(
        self,
        body: Body,
        first: BodyPlan,
        rest: Sequence[MediaType],
        names: dict[tuple[str, str], str],
    ) -> BodyPlan:
        """The body with its other media types, and the argument that chooses one."""
        others = list[BodyPlan]()
        for media in rest:
            made = self._one(body, media, names)
            if first.arguments and _alike(first, made):
                first = replace(first, arguments=_widened(first, made))
            elif made.arguments:
                made = self._whole(body, media, names)
            others.append(made)
        # Each of them is given by the same arguments, whose types allow for all.
        others = [
            replace(o, arguments=first.arguments) if o.arguments else o for o in others
        ]
        listed = [first.media_type, *(o.media_type for o in others)]
        argument = Argument(
            free_name("content_type", {*names.values(), "body"}),
            "",
            a.Literal(tuple(dict.fromkeys(listed))),
            Default.LITERAL,
            "The media type of the body.",
            literal=(first.media_type,),
        )
        return replace(first, others=tuple(others), choice=argument)

    def _one(
        self, body: Body, media: MediaType, names: dict[tuple[str, str], str]
    ) -> BodyPlan:
        """How the body is given and sent in one media type."""
        kind = self._kind(media)
        fields = [f for f in self._spread(media) if ("body", f.wire) in names]
        if not fields:
            return self._whole(body, media, names)
        forms = kind in ("form", "multipart")
        arguments = tuple(
            self._member(f, names["body", f.wire], media, forms) for f in fields
        )
        if not body.required:
            arguments = tuple(_optional(argument) for argument in arguments)
        nulls = tuple(
            arg.wire
            for arg in arguments
            if not forms
            and arg.default is not Default.NONE
            and a.allows_none(arg.annotation)
        )
        parts = tuple(self._part(f, media) for f in fields) if forms else ()
        return BodyPlan(
            kind,
            sent_as(media),
            body.required,
            arguments,
            None,
            nulls,
            self._needs(media, fields),
            parts,
        )

    def _needs(self, media: MediaType, fields: Sequence[s.Field]) -> tuple[str, ...]:
        """Members of which one at least has to be given, as `x-clientpress-needs` says."""
        found = self._rules.followed(media.schema) if media.schema else None
        needs: tuple[str, ...] = found.meta.extensions.get("needs", ()) if found else ()
        known = [field.wire for field in fields]
        for name in needs:
            if found and name not in known:
                place = found.meta.place.child("x-clientpress-needs")
                message = f"the schema has no property {name!r}"
                self._report.error(
                    "E303", place, message, f"It has {', '.join(known)}."
                )
        return needs

    def _whole(
        self, body: Body, media: MediaType, names: dict[tuple[str, str], str]
    ) -> BodyPlan:
        """How the body is given as one argument."""
        kind, annotation = self._kind(media), self._type(media)
        required = body.required
        name = free_name("body", names.values())
        argument = Argument(
            name,
            "",
            annotation if required else a.union(annotation, a.NONE),
            Default.REQUIRED if required else Default.NONE,
            body.description or "The body.",
        )
        forms = kind in ("form", "multipart")
        parts = [self._part(f, media) for f in self._fields(media)] if forms else []
        return BodyPlan(
            kind, sent_as(media), required, (), argument, parts=tuple(parts)
        )

    def _type(self, media: MediaType) -> Annotation:
        """The type of a body that is given as one argument."""
        kind, schema = self._kind(media), media.item or media.schema
        if kind == "raw":
            self._check_raw(media)
            return a.union(FILE, a.STR)
        given = (
            self._requests.form(self._rules.annotation(schema)) if schema else a.JSON
        )
        if kind == "lines":
            return a.union(FILE, a.Generic(ITERABLE, (given,)))
        if kind == "json":
            return given
        members = a.Generic(MAPPING, (a.STR, a.Name("object")))
        models = [part for part in _parts(given) if _is_model(part)]
        return a.union(*models, members)

    def _check_raw(self, media: MediaType) -> None:
        """Report content that the caller has to write himself."""
        schema = self._rules.followed(media.schema) if media.schema else None
        if media.item is None and not isinstance(
            schema, (s.Object, s.Array, s.Mapping)
        ):
            return
        self._report.warning(
            "W501",
            media.place,
            f"{bare(media.name)} has no precise Python type; the body is sent as it is given",
        )

    def _member(
        self, field: s.Field, name: str, media: MediaType, forms: bool
    ) -> Argument:
        annotation = self._requests.form(self._rules.annotation(field.schema))
        if forms:
            annotation = self._form_type(
                field.schema, annotation, _content_type(media, field)
            )
        doc = field.schema.meta.description
        if field.required and field.schema.meta.access is not s.Access.READ:
            return Argument(name, field.wire, annotation, Default.REQUIRED, doc)
        if not forms and (
            nullable(field.schema, self._api.schemas) or a.allows_none(annotation)
        ):
            return Argument(
                name,
                field.wire,
                a.union(annotation, a.NONE, a.UNSET_TYPE),
                Default.UNSET,
                doc,
            )
        return Argument(
            name, field.wire, a.union(annotation, a.NONE), Default.NONE, doc
        )

    def _form_type(
        self, schema: Schema, annotation: Annotation, encoding: str
    ) -> Annotation:
        """Files of a form are given as files."""
        found = core(self._rules.followed(schema))
        upload = schema.meta.extensions.get("upload")
        if isinstance(upload, Upload) and upload.tables:
            return a.union(FILE, a.Name("ArrowStream", a.Origin.RUNTIME))
        if _is_file(found, encoding):
            return FILE
        if isinstance(found, s.Array) and _is_file(
            core(self._rules.followed(found.items)), encoding
        ):
            return a.Generic(SEQUENCE, (FILE,))
        return annotation

    def _part(self, field: s.Field, media: MediaType) -> PartPlan:
        found = core(self._rules.followed(field.schema))
        encoding = _content_type(media, field)
        inner = (
            core(self._rules.followed(found.items))
            if isinstance(found, s.Array)
            else found
        )
        file = _is_file(inner, encoding)
        # A file has one of several types; anything else is written in the first.
        kind = encoding.strip() if file else encoding.partition(",")[0].strip()
        if file and not kind and isinstance(inner, s.Primitive):
            kind = inner.media_type or "application/octet-stream"
        elif not kind and isinstance(inner, (s.Object, s.Mapping, s.Union, s.Anything)):
            kind = "application/json"
        told = media.encoding.get(field.wire, Encoding())
        upload = field.schema.meta.extensions.get("upload")
        return PartPlan(
            field.wire,
            kind,
            file or isinstance(upload, Upload),
            told.style,
            told.explode,
            upload if isinstance(upload, Upload) else None,
        )


def _is_text_decimal(schema: Schema) -> bool:
    return (
        isinstance(schema, s.Primitive)
        and schema.type == "string"
        and schema.format == "decimal"
    )


# Arguments that every method has; a document's own of that name gets an underscore.
_OURS = ("options", "self")


def _not_ours(name: str) -> str:
    return f"{name}_" if name in _OURS else name


def _parts(annotation: Annotation) -> tuple[Annotation, ...]:
    return annotation.args if isinstance(annotation, a.Or) else (annotation,)


def _is_model(annotation: Annotation) -> bool:
    return isinstance(annotation, a.Name) and annotation.origin is a.Origin.MODEL


def _alike(first: BodyPlan, other: BodyPlan) -> bool:
    """Whether a body is given by the same members in another media type."""
    return {x.wire for x in first.arguments} == {x.wire for x in other.arguments}


def _widened(first: BodyPlan, other: BodyPlan) -> tuple[Argument, ...]:
    """The arguments with the types of both media types; required where both need them."""
    known = {argument.wire: argument for argument in other.arguments}
    return tuple(
        replace(
            _optional(x) if known[x.wire].default is not Default.REQUIRED else x,
            annotation=a.union(x.annotation, known[x.wire].annotation),
        )
        for x in first.arguments
    )


def _optional(argument: Argument) -> Argument:
    """A member of a body that need not be sent at all."""
    if argument.default is not Default.REQUIRED:
        return argument
    kind, default = (
        (a.UNSET_TYPE, Default.UNSET)
        if a.allows_none(argument.annotation)
        else (a.NONE, Default.NONE)
    )
    return Argument(
        argument.name,
        argument.wire,
        a.union(argument.annotation, kind),
        default,
        argument.doc,
    )


def _content_type(media: MediaType, field: s.Field) -> str:
    found = media.encoding.get(field.wire)
    return found.content_type if found else ""


def _is_file(schema: Schema, encoding: str) -> bool:
    """Whether a part of a form is a file: binary, or with a content type that is not text or
    JSON.
    """
    if not isinstance(schema, s.Primitive) or schema.type != "string":
        return False
    if schema.format == "binary" or schema.media_type:
        return True
    return bool(encoding) and not encoding.startswith(
        ("text/plain", "application/json")
    )
