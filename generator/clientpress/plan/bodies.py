"""Request bodies: one argument for each member where that reads well, otherwise one argument for
the whole body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from clientpress.api import schemas as s
from clientpress.api.behaviours import Upload
from clientpress.api.operations import (
    Api,
    Body,
    Encoding,
    MediaType,
    Operation,
    Parameter,
)
from clientpress.api.schemas import Schema, core
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.collisions import Wish, free_name, settle
from clientpress.plan.identifiers import member_name, spelled
from clientpress.plan.media import (
    bare,
    encode_kind,
    is_file,
    is_lines,
    is_synonym,
    sent_as,
)
from clientpress.plan.requests import MAPPING, SEQUENCE, RequestTypes
from clientpress.plan.schema_names import below, nullable, operation_schemas
from clientpress.plan.types import Argument, BodyPlan, Default, PartPlan, Sends
from clientpress.plan.typing_rules import TypeRules, is_sent_by_type, primitive
from clientpress.plan.value_docs import value_doc

FILE = a.Name("FileInput", a.Origin.RUNTIME)
ITERABLE = a.Name("Iterable", a.Origin.STANDARD)

_NO_MEMBERS = (s.Primitive, s.Constant, s.Enumeration, s.Array, s.Tuple)
# What a part of a form is written as JSON for; anything else is text.
_JSON = (s.Object, s.Mapping, s.Tuple, s.Anything)
EXTRA = ""
"""The member of a body that stands for all that the document does not list."""
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
            candidates = (name, *spelled(parameter.wire, name), longer)
            exact = name == parameter.wire
            wishes.append(Wish(key, candidates, rank, exact, "/".join(key)))
        media, members = self.media(operation), self.members(operation)
        if media and members and self._extra(media) is not None:
            candidates = ("extra", "extra_members", "body_extra")
            wishes.append(Wish(("body", EXTRA), candidates, 5, False, "body/"))
        for field in members:
            if field.schema.meta.access is s.Access.READ:
                continue
            name = _not_ours(member_name(field.schema.meta.name or field.wire, "param"))
            candidates = (name, *spelled(field.wire, name), f"body_{name}")
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
        """The default media type of a body: the one that comes first in `_PREFERENCE`, but a
        multipart form if the body has files.
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

    def _sends(self, media: MediaType, names: Sequence[str]) -> Sends:
        """The types of those members of a body whose form on the wire depends on the type.

        Args:
            names: The members that are arguments; empty for a body that is one argument.
        """
        schema = media.item or media.schema
        if schema is None or not self._may_be_sent_by_type:
            return ()
        followed = core(self._rules.followed(schema))
        if self._kind(media) == "lines" and media.item is None:
            schema = followed.items if isinstance(followed, s.Array) else schema
        listed = [("", schema)]
        if names:
            fields = self._fields(media)
            listed = [(f.wire, f.schema) for f in fields if f.wire in names]
        return tuple(
            (name, self._rules.annotation(below))
            for name, below in listed
            if self._reaches(below)
        )

    def sends(self, parameter: Parameter) -> Annotation | None:
        """The type of a parameter, if its form on the wire depends on the type."""
        if not self._may_be_sent_by_type or not self._reaches(parameter.schema):
            return None
        kind = self._rules.annotation(parameter.schema)
        return None if kind == a.DECIMAL else kind  # all of a URL is text

    def _reaches(self, schema: Schema) -> bool:
        """Whether a value of a schema may have a part that is sent by its type."""
        todo, seen = [schema], set[Place]()
        while todo:
            here = todo.pop()
            if isinstance(here, s.Reference):
                if here.target not in seen:
                    seen.add(here.target)
                    todo.append(self._api.schemas[here.target])
            elif _is_sent_by_type(here):
                return True
            else:
                todo += s.children(here)
        return False

    @cached_property
    def _may_be_sent_by_type(self) -> bool:
        """Whether any schema of the API has values that are sent by their type."""
        schemas = [*self._api.schemas.values(), *operation_schemas(self._api.requests)]
        return any(_is_sent_by_type(b) for schema in schemas for b in below(schema))

    def _kind(self, media: MediaType) -> str:
        """How a body is sent. A form whose schema has no members is sent as it is given."""
        kind = encode_kind(media)
        if media.schema is None or bare(media.name) == "multipart/form-data":
            return kind
        schema = core(self._rules.followed(media.schema))
        if "*" in media.name and is_file(schema):
            return "raw"
        if is_lines(media.name) and isinstance(schema, s.Array):
            return "lines"
        is_form = kind in ("form", "multipart")
        return "raw" if is_form and isinstance(schema, _NO_MEMBERS) else kind

    def _has_files(self, body: Body | None) -> bool:
        """Whether a form of the body has files."""
        return body is not None and any(
            any(self._file_leaves(field.schema, _content_type(media, field)))
            for media in body.media
            if self._kind(media) == "multipart" and media.schema
            for field in self._fields(media)
        )

    def members(self, operation: Operation) -> tuple[s.Field, ...]:
        """The members of a body that become arguments, those of the default media type first;
        empty when the body stays one argument.
        """
        media = self.media(operation)
        body = operation.body
        if body is None or media is None or not self._spread(body, media):
            return ()
        fields = dict[str, s.Field]()
        for one in (media, *body.media):
            for field in self._spread(body, one):
                fields.setdefault(field.wire, field)
        return tuple(fields.values())

    def _spread(self, body: Body, media: MediaType) -> tuple[s.Field, ...]:
        """The members that are arguments in one media type of a body."""
        kind = self._kind(media)
        if media.schema is None or kind in ("lines", "raw"):
            return ()
        schema = self._object(media.schema)
        if schema is None:
            return ()
        extra = self._extra(media)
        if extra is not None and (
            len(body.media) > 1
            or self._reaches(extra)
            or any(field.wire == EXTRA for field in schema.fields)
        ):
            return ()
        return schema.fields

    def _extra(self, media: MediaType) -> Schema | None:
        """The schema of the members of a JSON body that are not listed, if there may be some."""
        if media.schema is None or self._kind(media) != "json":
            return None
        schema = self._object(media.schema)
        return schema.extra if schema else None

    def _fields(self, media: MediaType) -> tuple[s.Field, ...]:
        """The members of a form; of all variants, if it is a union."""
        schema = core(self._rules.followed(media.schema)) if media.schema else None
        kinds = schema.variants if isinstance(schema, s.Union) else (schema,)
        fields = dict[str, s.Field]()
        for kind in kinds:
            variant = self._rules.followed(kind) if kind else None
            for field in variant.fields if isinstance(variant, s.Object) else ():
                fields.setdefault(field.wire, field)
        return tuple(fields.values())

    def _object(self, schema: Schema) -> s.Object | None:
        followed = self._rules.followed(schema)
        return (
            followed
            if isinstance(followed, s.Object)
            and not nullable(schema, self._api.schemas)
            else None
        )

    def plan(
        self, operation: Operation, names: dict[tuple[str, str], str]
    ) -> BodyPlan | None:
        """How the body of an operation is given and sent."""
        media = self.media(operation)
        if operation.body is None or media is None:
            return None
        required = operation.body.required
        first = self._one(operation.body, media, names)
        rest = [
            other
            for other in operation.body.media
            if other is not media and not self._is_same(other, media)
        ]
        if not rest or operation.tensors is not None:
            return _with_defaults(first) if required else _optional_body(first)
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
        make = self._one if first.arguments else self._whole
        groups = dict[object, list[BodyPlan]]()
        for one in (first, *(make(body, media, names) for media in rest)):
            groups.setdefault(_how(one), []).append(one)
        # Those of a group are given by the same arguments, whose types allow for all.
        merged = [
            [replace(b, arguments=_widened(g)) for b in g] for g in groups.values()
        ]
        if not body.required:
            merged[0] = [_optional_body(one) for one in merged[0]]
        if first.arguments and len(merged) > 1:
            merged = [[_told_apart(one) for one in group] for group in merged]
        bodies = [one for group in merged for one in group]
        first = bodies[0]
        places = [sent_as(media.name, self._kind(media)) for media in rest]
        others = sorted(bodies[1:], key=lambda one: places.index(one.media_type))
        listed = [first.media_type, *places]
        argument = Argument(
            name=free_name("content_type", {*names.values(), "body"}),
            wire="",
            annotation=a.Literal(tuple(dict.fromkeys(listed))),
            default=Default.LITERAL,
            doc="The media type of the body.",
            literal=(first.media_type,),
        )
        return replace(first, others=tuple(others), choice=argument)

    def _one(
        self, body: Body, media: MediaType, names: dict[tuple[str, str], str]
    ) -> BodyPlan:
        """How the body is given and sent in one media type."""
        kind = self._kind(media)
        spread = self._spread(body, media)
        fields = [f for f in spread if ("body", f.wire) in names]
        if not fields:
            return self._whole(body, media, names)
        forms = kind in ("form", "multipart")
        arguments = tuple(
            self._member(f, names["body", f.wire], media, forms) for f in fields
        )
        if (extra := self._extra(media)) is not None:
            arguments += (self._others(extra, names["body", EXTRA]),)
        nulls = tuple(
            arg.wire
            for arg in arguments
            if not forms
            and arg.default is not Default.NONE
            and a.allows_none(arg.annotation)
        )
        parts = tuple(self._part(f, media) for f in fields) if forms else ()
        return BodyPlan(
            kind=kind,
            media_type=sent_as(media.name, self._kind(media)),
            required=body.required,
            arguments=arguments,
            whole=None,
            nulls=nulls,
            needs=self._needs(media, fields),
            parts=parts,
            sends=self._sends(media, [field.wire for field in fields]),
        )

    def _others(self, extra: Schema, name: str) -> Argument:
        """The argument for members that the document does not list."""
        kind = self._requests.form(self._rules.annotation(extra))
        return Argument(
            name=name,
            wire=EXTRA,
            annotation=a.union(a.Generic(MAPPING, (a.STR, kind)), a.NONE),
            default=Default.NONE,
            doc="Further members of the body.",
        )

    def _needs(self, media: MediaType, fields: Sequence[s.Field]) -> tuple[str, ...]:
        """The members that `x-clientpress-needs` lists: at least one of them has to be given."""
        schema = self._rules.followed(media.schema) if media.schema else None
        needs: tuple[str, ...] = (
            schema.meta.extensions.get("needs", ()) if schema else ()
        )
        known = [field.wire for field in fields]
        for name in needs:
            if schema and name not in known:
                place = schema.meta.place.child("x-clientpress-needs")
                message = f"the schema has no property {name!r}"
                self._report.error(
                    "CP303", place, message, f"It has {', '.join(known)}."
                )
        return needs

    def _whole(
        self, body: Body, media: MediaType, names: dict[tuple[str, str], str]
    ) -> BodyPlan:
        """How the body is given as one argument."""
        kind, annotation = self._kind(media), self._type(media)
        required = body.required
        name = free_name("body", names.values())
        # None is a body that is null, where the document allows it, and else no body.
        may_be_null = kind == "json" and (
            media.schema is None or nullable(media.schema, self._api.schemas)
        )
        absent = (a.NONE, a.UNSET_TYPE) if may_be_null else (a.NONE,)
        optional = Default.UNSET if may_be_null else Default.NONE
        if may_be_null and required:
            annotation = a.union(annotation, a.NONE)
        argument = Argument(
            name=name,
            wire="",
            annotation=annotation if required else a.union(annotation, *absent),
            default=Default.REQUIRED if required else optional,
            doc=body.description or "The body.",
        )
        forms = kind in ("form", "multipart")
        parts = [self._part(f, media) for f in self._fields(media)] if forms else []
        # A model has text where the body has a file; what a mapping has says itself what it is.
        parts = [part if part.upload else replace(part, file=False) for part in parts]
        return BodyPlan(
            kind=kind,
            media_type=sent_as(media.name, self._kind(media)),
            required=required,
            arguments=(),
            whole=argument,
            nulls=("",) if may_be_null else (),
            parts=tuple(parts),
            sends=self._sends(media, ()),
        )

    def _type(self, media: MediaType) -> Annotation:
        """The type of a body that is given as one argument."""
        kind, schema = self._kind(media), media.item or media.schema
        followed = core(self._rules.followed(schema)) if schema else None
        if kind == "lines" and media.item is None and isinstance(followed, s.Array):
            schema = followed.items
        if kind == "multipart" and isinstance(followed, _NO_MEMBERS):
            self._report.warning(
                "CP501",
                media.place,
                f"{bare(media.name)} is made of named parts, but its schema is no object; a"
                " dict of parts is taken",
                "Describe it as an object with a property for each part.",
            )
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
            "CP501",
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
        doc = " ".join(value_doc(field.schema.meta))
        if field.required and field.schema.meta.access is not s.Access.READ:
            return Argument(
                name=name,
                wire=field.wire,
                annotation=annotation,
                default=Default.REQUIRED,
                doc=doc,
                literal=self._fixed(field.schema),
            )
        if not forms and (
            nullable(field.schema, self._api.schemas) or a.allows_none(annotation)
        ):
            return Argument(
                name=name,
                wire=field.wire,
                annotation=a.union(annotation, a.NONE, a.UNSET_TYPE),
                default=Default.UNSET,
                doc=doc,
            )
        return Argument(
            name=name,
            wire=field.wire,
            annotation=a.union(annotation, a.NONE),
            default=Default.NONE,
            doc=doc,
        )

    def _fixed(self, schema: Schema) -> tuple[str | int | bool, ...]:
        """The constant or default of a required member, in a one-tuple; empty if it has none."""
        followed = core(self._rules.followed(schema))
        if isinstance(followed, s.Constant):
            return (followed.value,)
        default = schema.meta.default or followed.meta.default
        if isinstance(followed, s.Enumeration):
            return default if default and default[0] in followed.values else ()
        names: dict[Annotation, str] = {a.STR: "str", a.INT: "int", a.BOOL: "bool"}
        name = names.get(self._rules.annotation(schema), "")
        return tuple(x for x in default if x.__class__.__name__ == name)

    def _form_type(
        self, schema: Schema, annotation: Annotation, encoding: str
    ) -> Annotation:
        """Files of a form are given as files."""
        upload = schema.meta.extensions.get("upload")
        if isinstance(upload, Upload) and upload.tables:
            return a.union(FILE, a.Name("ArrowStream", a.Origin.RUNTIME))
        if not any(self._file_leaves(schema, encoding)):
            return annotation
        followed = core(self._rules.followed(schema))
        below = s.children(followed) if isinstance(followed, (s.Array, s.Union)) else ()
        kinds = [
            self._form_type(b, self._requests.form(self._rules.annotation(b)), encoding)
            for b in below
        ]
        if isinstance(followed, s.Array):
            return a.Generic(SEQUENCE, (kinds[0],))
        return a.union(*kinds) if kinds else FILE

    def _leaves(self, schema: Schema) -> Iterator[Schema]:
        """The schemas of the parts that a member is sent as: each item of an array is a part, and
        each variant of a union is a possible kind of part.
        """
        todo, seen = [schema], set[Place]()
        while todo:
            here = core(self._rules.followed(todo.pop()))
            if not isinstance(here, (s.Array, s.Union)):
                yield here
            elif here.meta.place not in seen:
                seen.add(here.meta.place)
                todo += reversed(s.children(here))

    def _file_leaves(self, schema: Schema, encoding: str) -> list[bool]:
        """Whether each kind of part is a file."""
        leaves = self._leaves(schema)
        return [_is_file(leaf, encoding) for leaf in leaves if not s.is_null(leaf)]

    def _part(self, field: s.Field, media: MediaType) -> PartPlan:
        encoding = _content_type(media, field)
        leaves = [leaf for leaf in self._leaves(field.schema) if not s.is_null(leaf)]
        files = self._file_leaves(field.schema, encoding)
        file = bool(files) and all(files)
        # A file has one of several types; anything else is written in the first.
        kind = encoding.strip() if file else encoding.partition(",")[0].strip()
        if file and not kind:
            types = [
                leaf.media_type for leaf in leaves if isinstance(leaf, s.Primitive)
            ]
            kind = next(filter(None, types), "application/octet-stream")
        elif not kind and leaves and all(isinstance(leaf, _JSON) for leaf in leaves):
            kind = "application/json"
        told = media.encoding.get(field.wire, Encoding())
        upload = field.schema.meta.extensions.get("upload")
        return PartPlan(
            wire=field.wire,
            media_type=kind,
            file=file or isinstance(upload, Upload),
            style=told.style,
            explode=told.explode,
            upload=upload if isinstance(upload, Upload) else None,
            array_format=told.array_format,
        )


def _is_sent_by_type(schema: Schema) -> bool:
    return isinstance(schema, s.Primitive) and is_sent_by_type(primitive(schema))


# Arguments that every method has; a document's own of that name gets an underscore.
_OURS = ("options", "self")


def _not_ours(name: str) -> str:
    return f"{name}_" if name in _OURS else name


def _parts(annotation: Annotation) -> tuple[Annotation, ...]:
    return annotation.args if isinstance(annotation, a.Or) else (annotation,)


def _is_model(annotation: Annotation) -> bool:
    return isinstance(annotation, a.Name) and annotation.origin is a.Origin.MODEL


def _how(body: BodyPlan) -> object:
    """How a body is given: its members and which of them are required, or the type of its one
    argument. It is equal for media types that are given in the same way.
    """
    if body.whole:
        return body.whole.annotation
    return frozenset((x.wire, x.default is Default.REQUIRED) for x in body.arguments)


def _widened(group: Sequence[BodyPlan]) -> tuple[Argument, ...]:
    """The arguments with the types of all media types that are given in the same way."""
    widened = list[Argument]()
    for first in group[0].arguments:
        arguments = [x for one in group for x in one.arguments if x.wire == first.wire]
        is_unset = any(x.default is Default.UNSET for x in arguments)
        default = Default.UNSET if is_unset else first.default
        kind = a.union(*(x.annotation for x in arguments))
        widened.append(replace(first, annotation=kind, default=default))
    return tuple(widened)


def _with_defaults(body: BodyPlan) -> BodyPlan:
    """The body whose required members with a constant or default need not be given."""
    return replace(
        body,
        arguments=tuple(
            (
                replace(x, default=Default.LITERAL)
                if x.literal and x.default is Default.REQUIRED
                else x
            )
            for x in body.arguments
        ),
    )


def _optional_body(body: BodyPlan) -> BodyPlan:
    """A body that need not be sent at all: none of its members has to be given."""
    return replace(body, arguments=tuple(map(_optional, body.arguments)))


def _told_apart(body: BodyPlan) -> BodyPlan:
    """A body with a list of its members, because other media types have different ones."""
    required = [x.wire for x in body.arguments if x.default is Default.REQUIRED]
    wires = tuple(x.wire for x in body.arguments)
    return replace(body, members=wires, asked=tuple(required))


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
        name=argument.name,
        wire=argument.wire,
        annotation=a.union(argument.annotation, kind),
        default=default,
        doc=argument.doc,
    )


def _content_type(media: MediaType, field: s.Field) -> str:
    encoding = media.encoding.get(field.wire)
    return encoding.content_type if encoding else ""


def _is_file(schema: Schema, encoding: str) -> bool:
    """Whether a part of a form is a file: binary, or with a content type that is not text or
    JSON.
    """
    if not isinstance(schema, s.Primitive) or schema.type != "string":
        return False
    if is_file(schema):
        return True
    return bool(encoding) and not encoding.startswith(
        ("text/plain", "application/json")
    )
