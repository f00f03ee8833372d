"""Views of the group modules: the constants that describe operations and behaviours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clientpress.api.operations import Parameter
from clientpress.plan import annotations as a
from clientpress.plan.runtime_names import MIXINS, MODULE_OF
from clientpress.plan.types import (
    BodyPlan,
    Constant,
    Decoder,
    Group,
    OperationPlan,
    PartPlan,
    needed,
)
from clientpress.render import layout
from clientpress.render.behaviour_docs import constant_value, json_reader
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    identifier,
    prose,
)
from clientpress.render.group_properties import (
    GroupProperty,
    group_property,
    local_names,
)
from clientpress.render.layout import Doc
from clientpress.render.method_views import MethodView, Raised, method_view, raised
from clientpress.render.module import RESERVED, Module
from clientpress.render.security_views import security_values
from clientpress.runtime.wire.styles import STYLES, style_of


@dataclass(frozen=True, slots=True)
class GroupClassView:
    """A group for one kind of client."""

    header: Py
    doc: Py
    groups: tuple[GroupProperty, ...]
    methods: tuple[MethodView, ...]


@dataclass(frozen=True, slots=True)
class GroupModuleView:
    """The module of a group."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    constants: tuple[Py, ...]
    classes: tuple[GroupClassView, ...]
    names: tuple[str, ...]


def group_module(
    group: Group, header: str, inside: Sequence[Group], circle: Collection[str] = ()
) -> GroupModuleView:
    """The view of one group.

    Args:
        inside: The groups that are its attributes.
        circle: Modules of other groups that need constants of this one, as it does of theirs.
    """
    constants = [plan.constant for plan in group.operations]
    extra = [constant.name for constant in group.constants]
    classes = (group.class_name, f"Async{group.class_name}")
    own = {*constants, *extra, *classes, _SHARED, *MODULE_OF}
    local = local_names(inside, own)
    module = Module(
        group=group.module,
        taken={*RESERVED, *own, *local.values()},
        hidden={method.name for method in group.methods},
        local=local,
        late=circle,
    )
    shared = _shared_errors(group)
    texts = [_shared(shared, module)] if shared else []
    texts += [_operation(plan, shared, module) for plan in group.operations]
    far = [c for c in group.constants if needed(c.value) & {*circle}]
    texts += [_constant(c, module) for c in group.constants if c not in far]
    others = [_constant(constant, module) for constant in far]
    if others:
        note = "# Here, because what is imported imports this module as well."
        texts += [Py(f"\n{note}\n{module.behind_constants()}\n"), *others]
    common = _common_errors(group)
    doc = _class_doc(group, common)
    views = tuple(
        GroupClassView(
            module.class_header(name, *_bases(group, prefix)),
            doc,
            tuple(group_property(g, local, ".", prefix, module) for g in inside),
            tuple(method_view(m, module, bool(prefix), common) for m in group.methods),
        )
        for name, prefix in zip(classes, ("", "Async"), strict=True)
    )
    return GroupModuleView(
        comment(header),
        docstring(group.doc or f"{group.class_name}.", 0),
        module.at_run_time(),
        module.for_checkers(),
        tuple(texts),
        views,
        (*((_SHARED,) if shared else ()), *constants, *extra, *classes),
    )


def _common_errors(group: Group) -> list[Raised]:
    """The errors that most methods tell of, in the words of the document."""
    by_method = [errors for method in group.methods if (errors := raised(method))]
    counts = Counter(error for errors in by_method for error in dict.fromkeys(errors))
    half = len(by_method) / 2
    return [error for error, count in counts.items() if count > max(1, half)]


def _class_doc(group: Group, common: Sequence[Raised]) -> Py:
    lines = prose(group.doc or f"{group.class_name}.", WIDTH - 4)
    if common:
        lines += ["", "Most methods raise:"]
        for name, said in common:
            lines += hanging(f"{name}:", said, WIDTH - 4)
    return docstring_of(lines, 4)


def circles(groups: Iterable[Group]) -> dict[str, set[str]]:
    """Module of a group → modules that it imports and that, directly or not, import it."""
    direct = {
        group.module: set[str]().union(*(needed(c.value) for c in group.constants))
        for group in groups
    }
    return {
        module: {
            other
            for other in found - {module}
            if module in _reached(other, direct, set())
        }
        for module, found in direct.items()
    }


def _reached(module: str, direct: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    for other in direct.get(module, set()) - seen:
        seen.add(other)
        _reached(other, direct, seen)
    return seen


def _bases(group: Group, prefix: str) -> list[a.Name]:
    """The runtime's classes that have what the methods of the group call."""
    called = {method.call for method in group.methods}
    called |= {m.streaming.call for m in group.methods if m.streaming}
    found = {MIXINS[call] for call in called if call in MIXINS}
    names = [name.rpartition(".")[2] for name in sorted(found or {"Group"})]
    return [a.runtime(f"{prefix}{name}") for name in names]


# ------------------------------------------------------------------ constants
def _constant(constant: Constant, module: Module) -> Py:
    """`NAME: Kind[types] = Kind(…)`."""
    value = constant_value(constant.value)
    return module.declaration(constant.name, constant.kind, value, 0, wide=True)


# The documented errors that most operations of a group share.
_SHARED = "ERRORS"
_Errors = tuple[tuple[str, Decoder], ...]


def _shared_errors(group: Group) -> _Errors:
    """The error bodies that several operations have in common; empty when none has."""
    counts = Counter(
        plan.errors
        for plan in group.operations
        if plan.errors and all(d.kind == "json" for _, d in plan.errors)
    )
    errors, count = counts.most_common(1)[0] if counts else ((), 0)
    return errors if count > 1 else ()


def _shared(errors: _Errors, module: Module) -> Py:
    reader = a.Generic(a.runtime("Json"), (a.Name("object"),))
    kind = a.Generic(a.standard("Mapping"), (a.STR, reader))
    return module.declaration(_SHARED, kind, _decoders(errors), 0, wide=True)


def _operation(plan: OperationPlan, shared: _Errors, module: Module) -> Py:
    operation = plan.operation
    arguments: list[tuple[str, Doc]] = [
        ("id", layout.value(operation.id or plan.constant.lower())),
        ("method", layout.value(operation.method)),
        ("path", layout.value(operation.path)),
    ]
    if operation.parameters:
        arguments.append(
            (
                "parameters",
                layout.tuple_of([_parameter(p) for p in operation.parameters]),
            )
        )
    if plan.body:
        arguments.append(("body", _body(plan.body)))
        if plan.body.others:
            others = [_body(other) for other in plan.body.others]
            arguments.append(("other_bodies", layout.tuple_of(others)))
    arguments.append(("results", _decoders(plan.results)))
    if plan.errors and plan.errors == shared:
        arguments.append(("errors", layout.Text(identifier(_SHARED))))
    elif plan.errors:
        arguments.append(("errors", _decoders(plan.errors)))
    if plan.accept:
        arguments.append(("accept", layout.value(plan.accept)))
    if operation.security is not None:
        arguments += security_values(operation.security)
    if plan.server:
        arguments.append(("server", layout.value(plan.server)))
    if plan.text_decimals:
        arguments.append(("text_decimals", layout.value(plan.text_decimals)))
    if operation.retry:
        arguments.append(("retry", layout.value(operation.retry)))
    if operation.idempotency_header:
        arguments.append(
            ("idempotency_header", layout.value(operation.idempotency_header))
        )
    kind = a.Generic(a.runtime("Operation"), (a.without_binary(plan.returns),))
    value = layout.runtime_call("Operation", arguments)
    return module.declaration(plan.constant, kind, value, 0, wide=True)


def _parameter(parameter: Parameter) -> Doc:
    arguments: list[tuple[str, Doc]] = [
        ("", layout.value(parameter.wire)),
        ("", layout.value(parameter.location)),
    ]
    style = style_of(parameter.location)
    if parameter.media_type:
        arguments.append(("content", layout.value(parameter.media_type)))
    elif (parameter.style, parameter.explode) != (style, STYLES[style].explodes):
        arguments.append(("style", layout.value(parameter.style)))
        arguments.append(("explode", layout.value(parameter.explode)))
    if parameter.array_format:
        arguments.append(("array_format", layout.value(parameter.array_format)))
    if parameter.allow_reserved:
        arguments.append(("allow_reserved", layout.value(True)))
    return layout.runtime_call("Parameter", arguments)


def _body(body: BodyPlan) -> Doc:
    name = {
        "json": "JsonBody",
        "form": "FormBody",
        "lines": "LinesBody",
        "multipart": "MultipartBody",
        "raw": "RawBody",
    }[body.kind]
    arguments = list[tuple[str, Doc]]()
    if body.kind == "multipart" and body.parts:
        arguments.append(("parts", layout.tuple_of([*map(_part, body.parts)])))
    styled = [part for part in body.parts if part.style and body.kind == "form"]
    if styled:
        arguments.append(
            ("fields", layout.tuple_of([_form_field(part) for part in styled]))
        )
    default = {
        "json": "application/json",
        "form": "application/x-www-form-urlencoded",
        "lines": "application/jsonl",
        "multipart": "multipart/form-data",
        "raw": "application/octet-stream",
    }
    if body.media_type != default.get(body.kind):
        arguments.append(("media_type", layout.value(body.media_type)))
    if body.required:
        arguments.append(("required", layout.value(True)))
    if body.nulls:
        arguments.append(("nulls", layout.value(body.nulls)))
    if body.kind == "json" and body.needs:
        arguments.append(("needs", layout.value(body.needs)))
    if body.members is not None:
        arguments.append(("members", layout.value(body.members)))
    if body.asked:
        arguments.append(("asked", layout.value(body.asked)))
    if body.kind == "json" and body.whole:
        arguments.append(("whole", layout.value(True)))
    return layout.runtime_call(name, arguments)


def _part(part: PartPlan) -> Doc:
    name = "TablePart" if part.upload and part.upload.tables else "Part"
    arguments: list[tuple[str, Doc]] = [("", layout.value(part.wire))]
    if part.media_type:
        arguments.append(("media_type", layout.value(part.media_type)))
    if part.file:
        arguments.append(("file", layout.value(True)))
    if part.upload and part.upload.max_bytes:
        arguments.append(("max_bytes", layout.value(part.upload.max_bytes)))
    if part.upload and part.upload.tables:
        arguments.append(("tables", layout.value(part.upload.tables)))
    return layout.runtime_call(name, arguments)


def _form_field(part: PartPlan) -> Doc:
    """A member of a form that has a style, described as a query parameter is."""
    arguments = [("", layout.value(part.wire)), ("", layout.value("query"))]
    arguments += [
        ("style", layout.value(part.style)),
        ("explode", layout.value(part.explode)),
    ]
    if part.array_format:
        arguments.append(("array_format", layout.value(part.array_format)))
    return layout.runtime_call("Parameter", arguments)


def _decoders(decoders: Iterable[tuple[str, Decoder]]) -> Doc:
    return layout.dict_of(
        [(layout.value(status), decoder_doc(decoder)) for status, decoder in decoders]
    )


_PLAIN_DECODERS = {
    "binary": "Binary",
    "nothing": "Nothing",
    "raw": "Raw",
    "text": "Text",
}


def decoder_doc(decoder: Decoder) -> Doc:
    """What reads a body."""
    if decoder.kind == "json":
        return json_reader(decoder.annotation)
    if decoder.kind == "media":
        entries = [
            (layout.value(name), decoder_doc(inner)) for name, inner in decoder.by_media
        ]
        return layout.runtime_call("ByMedia", [("", layout.dict_of(entries))])
    if decoder.kind == "form":
        words = [("", layout.text_of(decoder.annotation))]
        for key, wires in (("lists", decoder.lists), ("objects", decoder.objects)):
            words += [(key, layout.value(wires))] if wires else []
        return layout.runtime_call("Form", words)
    return layout.runtime_call(_PLAIN_DECODERS[decoder.kind], [])
