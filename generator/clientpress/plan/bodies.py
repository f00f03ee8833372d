"""Request bodies: members as arguments where that reads well, else one argument."""

from __future__ import annotations

from collections.abc import Sequence

from clientpress.api import schemas as s
from clientpress.api.behaviours import Upload
from clientpress.api.operations import Api, Encoding, MediaType, Operation
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Report
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.identifiers import member_name
from clientpress.plan.media import encode_kind
from clientpress.plan.names import Wish, settle
from clientpress.plan.naming import core, nullable
from clientpress.plan.requests import SEQUENCE, RequestTypes
from clientpress.plan.types import Argument, BodyPlan, Default, PartPlan
from clientpress.plan.typing_rules import TypeRules

MAX_ARGUMENTS = 25
FILE = a.Name("FileInput", a.Origin.RUNTIME)

_PREFERENCE = ("json", "multipart", "form", "raw")


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
        """The media type that a body is sent as: the first of the kind we do best."""
        if operation.body is None or not operation.body.media:
            return None
        return min(
            operation.body.media, key=lambda m: _PREFERENCE.index(encode_kind(m.name))
        )

    def members(self, operation: Operation) -> tuple[s.Field, ...]:
        """The members of a body that become arguments; empty when the body stays one argument."""
        media = self.media(operation)
        if media is None or media.schema is None or encode_kind(media.name) == "raw":
            return ()
        found = self._object(media.schema)
        if found is None or len(found.fields) > MAX_ARGUMENTS:
            return ()
        if encode_kind(media.name) == "json" and found.extra is not None:
            return ()
        return found.fields

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
        if len(operation.body.media) > 1 and operation.tensors is None:
            self._tell_others(operation, media)
        kind = encode_kind(media.name)
        fields = [f for f in self.members(operation) if ("body", f.wire) in names]
        if not fields:
            return self._whole(operation, media, kind, names)
        forms = kind in ("form", "multipart")
        arguments = tuple(
            self._member(f, names["body", f.wire], media, forms) for f in fields
        )
        required = operation.body.required
        if not required:
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
            media.name,
            required,
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
        self,
        operation: Operation,
        media: MediaType,
        kind: str,
        names: dict[tuple[str, str], str],
    ) -> BodyPlan:
        assert operation.body
        if kind == "raw":
            annotation: Annotation = a.union(FILE, a.STR)
        elif kind == "json":
            annotation = (
                self._requests.form(self._rules.annotation(media.schema))
                if media.schema
                else a.JSON
            )
        else:
            annotation = a.Generic(
                a.Name("Mapping", a.Origin.STANDARD), (a.STR, a.Name("object"))
            )
        required = operation.body.required
        doc = operation.body.description or "The body."
        name = "body" if "body" not in names.values() else "body_"
        given = annotation if required else a.union(annotation, a.NONE)
        argument = Argument(
            name, "", given, Default.REQUIRED if required else Default.NONE, doc
        )
        fields: tuple[s.Field, ...] = ()
        if kind in ("form", "multipart") and media.schema:
            found = self._object(media.schema)
            fields = found.fields if found else ()
        return BodyPlan(
            kind,
            media.name,
            required,
            (),
            argument,
            parts=tuple(self._part(f, media) for f in fields),
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

    def _tell_others(self, operation: Operation, media: MediaType) -> None:
        assert operation.body
        others = ", ".join(m.name for m in operation.body.media if m is not media)
        self._report.warning(
            "W501",
            operation.body.place,
            f"the body is sent as {media.name}; the method does not offer {others}",
        )


# Arguments that every method has; a document's own of that name gets an underscore.
_OURS = ("options", "self")


def _not_ours(name: str) -> str:
    return f"{name}_" if name in _OURS else name


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
