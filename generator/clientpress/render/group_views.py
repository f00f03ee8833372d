"""Views of the group modules: the constants that describe operations, and the methods that call
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clientpress.api.operations import Parameter
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import (
    Argument,
    BodyPlan,
    Decoder,
    Default,
    Group,
    Method,
    OperationPlan,
    PartPlan,
)
from clientpress.render import layout
from clientpress.render.behaviour_docs import (
    outcome_constant,
    pagination_constant,
    polling_constant,
)
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
from clientpress.render.group_imports import GroupImports
from clientpress.render.layout import Doc

ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableError",
    "429": "RateLimitError",
    "4XX": "StatusError",
}


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method: its first lines, its docstring, its one statement."""

    signature: Py
    doc: Py
    body: Py


@dataclass(frozen=True, slots=True)
class GroupClassView:
    """A group for one kind of client."""

    header: Py
    doc: Py
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


def group_module(group: Group, header: str) -> GroupModuleView:
    """The view of one group."""
    constants = [plan.constant for plan in group.operations]
    extra = [
        _constant(m.plan.constant, m.kind)
        for m in group.methods
        if m.kind in _CONSTANT_OF
    ]
    classes = (group.class_name, f"Async{group.class_name}")
    imports = GroupImports(
        {*constants, *extra, *classes, _SHARED},
        {method.name for method in group.methods},
    )
    shared = _shared_errors(group)
    texts = [_shared(shared, imports)] if shared else []
    texts += [_operation(plan, shared, imports) for plan in group.operations]
    texts += [text for method in group.methods if (text := _behaviour(method, imports))]
    doc = group.doc or f"{group.class_name}."
    views = tuple(
        GroupClassView(
            layout.class_header(name, imports.runtime("group", base)),
            docstring(doc, 4),
            tuple(_method(method, imports, is_async) for method in group.methods),
        )
        for name, base, is_async in (
            (classes[0], "Group", False),
            (classes[1], "AsyncGroup", True),
        )
    )
    return GroupModuleView(
        comment(header),
        docstring(doc, 0),
        imports.at_run_time(),
        imports.for_checkers(),
        tuple(texts),
        views,
        (*((_SHARED,) if shared else ()), *constants, *dict.fromkeys(extra), *classes),
    )


# ------------------------------------------------------------------ constants
_CONSTANT_OF = {"pages": "PAGES", "outcomes": "OUTCOMES", "wait": "WAIT"}


def _constant(operation: str, kind: str) -> str:
    return f"{operation}_{_CONSTANT_OF[kind]}"


# The documented errors that most operations of a group share.
_SHARED = "ERRORS"
_Errors = tuple[tuple[str, Decoder], ...]


def _shared_errors(group: Group) -> _Errors:
    """The error bodies that several operations have in common; empty when none has."""
    counts = Counter(plan.errors for plan in group.operations if plan.errors)
    errors, count = counts.most_common(1)[0] if counts else ((), 0)
    return errors if count > 1 else ()


def _shared(errors: _Errors, imports: GroupImports) -> Py:
    imports.for_checking("", "Mapping")
    kind = layout.Text(Py("Mapping[str, Json[object]]"))
    return layout.declaration(_SHARED, kind, _decoders(errors, imports), 0, wide=True)


def _operation(plan: OperationPlan, shared: _Errors, imports: GroupImports) -> Py:
    operation = plan.operation
    imports.runtime("operation", "Operation")
    arguments: list[tuple[str, Doc]] = [
        ("id", layout.value(operation.id or plan.constant.lower())),
        ("method", layout.value(operation.method)),
        ("path", layout.value(operation.path)),
    ]
    if operation.parameters:
        imports.runtime("operation", "Parameter")
        arguments.append(
            (
                "parameters",
                layout.tuple_of([_parameter(p) for p in operation.parameters]),
            )
        )
    if plan.body:
        arguments.append(("body", _body(plan.body, imports)))
    arguments.append(("results", _decoders(plan.results, imports)))
    if plan.errors and plan.errors == shared:
        arguments.append(("errors", layout.Text(identifier(_SHARED))))
    elif plan.errors:
        arguments.append(("errors", _decoders(plan.errors, imports)))
    if plan.accept:
        arguments.append(("accept", layout.value(plan.accept)))
    if operation.security is not None:
        arguments.append(("security", layout.value(operation.security)))
    if operation.base_url:
        arguments.append(("base_url", layout.value(operation.base_url)))
    if operation.retry:
        arguments.append(("retry", layout.value(operation.retry)))
    if operation.idempotency_header:
        arguments.append(
            ("idempotency_header", layout.value(operation.idempotency_header))
        )
    kind = layout.annotation(
        a.Generic(a.Name("Operation"), (imports.local(plan.returns),))
    )
    return imports.written(
        layout.declaration(
            plan.constant, kind, layout.call("Operation", arguments), 0, wide=True
        )
    )


# The style and explode that the runtime assumes, by location.
_STYLES = {
    "path": ("simple", False),
    "query": ("form", True),
    "header": ("simple", False),
    "cookie": ("form", True),
}


def _parameter(parameter: Parameter) -> Doc:
    arguments: list[tuple[str, Doc]] = [
        ("", layout.value(parameter.wire)),
        ("", layout.value(parameter.location)),
    ]
    style, explode = _STYLES.get(parameter.location, ("form", True))
    if parameter.media_type:
        arguments.append(("content", layout.value(parameter.media_type)))
    elif (parameter.style, parameter.explode) != (style, explode):
        arguments.append(("style", layout.value(parameter.style)))
        arguments.append(("explode", layout.value(parameter.explode)))
    if parameter.allow_reserved:
        arguments.append(("allow_reserved", layout.value(True)))
    return layout.call("Parameter", arguments)


def _body(body: BodyPlan, imports: GroupImports) -> Doc:
    name = {
        "json": "JsonBody",
        "form": "FormBody",
        "multipart": "MultipartBody",
        "raw": "RawBody",
    }[body.kind]
    imports.runtime("operation", name)
    arguments = list[tuple[str, Doc]]()
    if body.kind == "multipart" and body.parts:
        imports.runtime("operation", "Part")
        arguments.append(
            ("parts", layout.tuple_of([_part(part) for part in body.parts]))
        )
    styled = [part for part in body.parts if part.style and body.kind == "form"]
    if styled:
        imports.runtime("operation", "Parameter")
        arguments.append(
            ("fields", layout.tuple_of([_form_field(part) for part in styled]))
        )
    default = {
        "json": "application/json",
        "form": "application/x-www-form-urlencoded",
        "multipart": "multipart/form-data",
    }
    if body.media_type != default.get(body.kind) and "*" not in body.media_type:
        arguments.append(("media_type", layout.value(body.media_type)))
    if body.required:
        arguments.append(("required", layout.value(True)))
    if body.nulls:
        arguments.append(("nulls", layout.value(body.nulls)))
    if body.kind == "json" and body.whole:
        arguments.append(("whole", layout.value(True)))
    return layout.call(name, arguments)


def _part(part: PartPlan) -> Doc:
    arguments: list[tuple[str, Doc]] = [("", layout.value(part.wire))]
    if part.media_type:
        arguments.append(("media_type", layout.value(part.media_type)))
    if part.file:
        arguments.append(("file", layout.value(True)))
    return layout.call("Part", arguments)


def _form_field(part: PartPlan) -> Doc:
    """A member of a form that has a style, described as a query parameter is."""
    arguments = [("", layout.value(part.wire)), ("", layout.value("query"))]
    arguments += [
        ("style", layout.value(part.style)),
        ("explode", layout.value(part.explode)),
    ]
    return layout.call("Parameter", arguments)


def _decoders(decoders: Iterable[tuple[str, Decoder]], imports: GroupImports) -> Doc:
    return layout.dict_of(
        [
            (layout.value(status), _decoder(decoder, imports))
            for status, decoder in decoders
        ]
    )


def _decoder(decoder: Decoder, imports: GroupImports) -> Doc:
    if decoder.kind == "json":
        imports.runtime("decoding", "Json")
        text = layout.flat(layout.annotation(decoder.annotation))
        return layout.call("Json", [("", layout.value(text))])
    if decoder.kind == "media":
        imports.runtime("operation", "ByMedia")
        entries = [
            (layout.value(name), _decoder(inner, imports))
            for name, inner in decoder.by_media
        ]
        return layout.call("ByMedia", [("", layout.dict_of(entries))])
    name = {"text": "Text", "raw": "Raw", "nothing": "Nothing"}[decoder.kind]
    imports.runtime("operation", name)
    return layout.call(name, [])


def _behaviour(method: Method, imports: GroupImports) -> Py | None:
    if method.kind not in _CONSTANT_OF:
        return None
    name = _constant(method.plan.constant, method.kind)
    operation = method.plan.operation
    if method.kind == "pages":
        assert operation.pagination
        kind = a.Generic(a.Name("Pagination"), (imports.local(method.types[0]),))
        value = pagination_constant(operation.pagination, imports)
    elif method.kind == "outcomes":
        assert method.outcome
        kind = a.Generic(
            a.Name("Outcome"), tuple(imports.local(t) for t in method.types)
        )
        value = outcome_constant(method.outcome, imports)
    else:
        assert operation.polling
        return layout.declaration(
            name,
            layout.Text(identifier("Polling")),
            polling_constant(operation.polling, imports),
            0,
            wide=True,
        )
    return imports.written(
        layout.declaration(name, layout.annotation(kind), value, 0, wide=True)
    )


# ------------------------------------------------------------------ methods
def _method(method: Method, imports: GroupImports, is_async: bool) -> MethodView:
    plan = method.plan
    arguments = [*plan.arguments, *_body_arguments(plan.body)]
    if method.kind == "progress":
        return _progress(method, imports)
    parameters = _parameters(arguments, imports)
    returns: Annotation = plan.returns
    call: list[tuple[str, Doc]] = [("", layout.Text(identifier(plan.constant)))]
    if method.kind in ("pages", "outcomes"):
        names = {"pages": "Pager", "outcomes": "Outcomes"}
        name = ("Async" if is_async else "") + names[method.kind]
        imports.for_checking(method.kind, name)
        returns = a.Generic(a.Name(name), method.types)
        call.append(("", layout.Text(identifier(_constant(plan.constant, "pages")))))
        if method.kind == "outcomes":
            call.append(
                ("", layout.Text(identifier(_constant(plan.constant, "outcomes"))))
            )
    if method.kind == "wait":
        assert plan.operation.polling
        call.append(("", layout.Text(identifier(_constant(plan.constant, "wait")))))
        parameters += _wait_parameters(method, imports)
    given = [layout.Text(identifier(argument.name)) for argument in plan.arguments]
    body = _body_value(plan.body)
    call.append(("", layout.tuple_of(given)))
    if body is not None:
        call.append(("", body))
    if method.kind == "wait":
        call += [
            (name, layout.Text(identifier(name)))
            for name in ("timeout", "poll_interval", "on_progress")
        ]
    call.append(("options", layout.Text(identifier("options"))))
    imports.for_checking("options", "Options")
    options = layout.annotation(a.Or((a.Name("Options"), a.NONE)))
    parameters.append(
        layout.declaration("options", options, layout.Text(identifier("None")), 8, ",")
    )
    kinds = {
        "call": "_call",
        "pages": "_pages",
        "outcomes": "_outcomes",
        "wait": "_wait",
    }
    target = layout.call(f"self.{kinds[method.kind]}", call)
    awaited = is_async and method.kind in ("call", "wait")
    shown = layout.annotation(imports.local(returns))
    text = layout.signature(
        method.name,
        [Py("        self,"), *_starred(parameters, arguments)],
        shown,
        is_async=awaited,
    )
    return MethodView(
        imports.written(text),
        _method_doc(method, arguments),
        layout.statement("return await " if awaited else "return ", target, 8),
    )


def _starred(parameters: list[Py], arguments: list[Argument]) -> list[Py]:
    """Everything but path parameters and a lone body is given by name."""
    positional = len([argument for argument in arguments if argument.positional])
    return [*parameters[:positional], Py("        *,"), *parameters[positional:]]


def _parameters(arguments: list[Argument], imports: GroupImports) -> list[Py]:
    ordered = sorted(
        arguments,
        key=lambda argument: (
            not argument.positional,
            argument.default is not Default.REQUIRED,
        ),
    )
    made = list[Py]()
    for argument in ordered:
        default: Doc | None = None
        if argument.default is not Default.REQUIRED:
            default = layout.Text(identifier(argument.default.value))
            if argument.default is Default.UNSET:
                imports.runtime("model", "UNSET")
        kind = layout.annotation(imports.local(argument.annotation))
        made.append(
            imports.written(layout.declaration(argument.name, kind, default, 8, ","))
        )
    return made


def _body_arguments(body: BodyPlan | None) -> list[Argument]:
    if body is None:
        return []
    return [body.whole] if body.whole else list(body.arguments)


def _body_value(body: BodyPlan | None) -> Doc | None:
    if body is None:
        return None
    if body.whole:
        return layout.Text(identifier(body.whole.name))
    return layout.dict_of(
        [
            (layout.value(x.wire), layout.Text(identifier(x.name)))
            for x in body.arguments
        ]
    )


def _wait_parameters(method: Method, imports: GroupImports) -> list[Py]:
    polling = method.plan.operation.polling
    assert polling
    imports.for_checking("Callable", "Callable")
    floating = layout.Text(identifier("float"))
    job = layout.flat(layout.annotation(imports.local(method.plan.returns)))
    callback = layout.Text(Py(f"Callable[[{job}], None] | None"))
    none = layout.Text(identifier("None"))
    return [
        layout.declaration("timeout", floating, layout.value(polling.timeout), 8, ","),
        layout.declaration(
            "poll_interval", floating, layout.value(polling.interval), 8, ","
        ),
        layout.declaration("on_progress", callback, none, 8, ","),
    ]


def _progress(method: Method, imports: GroupImports) -> MethodView:
    """How far a job is: no call, so the same for both kinds of client."""
    imports.runtime("polling", "progress_of")
    job = layout.annotation(imports.local(method.plan.returns))
    parameter = layout.declaration("job", job, None, 8, ",")
    returns = layout.Text(Py("tuple[float, float] | None"))
    constant = layout.Text(identifier(_constant(method.plan.constant, "wait")))
    call = layout.call(
        "progress_of", [("", constant), ("", layout.Text(identifier("job")))]
    )
    lines = ["How much of a job is done, and how much there is in all.", ""]
    lines += [
        "Returns:",
        *hanging(
            "", "Done and total; None as long as the total is not known.", WIDTH - 8
        ),
    ]
    return MethodView(
        layout.signature(
            method.name, [Py("        self,"), parameter], returns, is_async=False
        ),
        docstring_of(lines, 8),
        layout.statement("return ", call, 8),
    )


def _method_doc(method: Method, arguments: list[Argument]) -> Py:
    operation = method.plan.operation
    width = WIDTH - 8
    summary = (
        _SUMMARIES.get(method.kind, "")
        or operation.summary
        or operation.description.partition("\n")[0]
    )
    lines = prose(summary or f"Call `{operation.id or operation.path}`.", width - 3)
    if lines and lines[0][-1:].isalnum() and len(lines) == 1:
        lines[0] += "."
    if operation.summary and operation.description and method.kind in ("call", "pages"):
        lines += ["", *prose(operation.description, width)]
    lines += ["", *prose(f"`{operation.method} {operation.path}`", width)]
    if operation.deprecated:
        lines += ["", "Deprecated."]
    ordered = sorted(
        arguments,
        key=lambda argument: (
            not argument.positional,
            argument.default is not Default.REQUIRED,
        ),
    )
    documented = [(x.name, x.doc) for x in ordered if x.doc.strip()]
    if method.kind == "wait":
        documented += _WAIT_ARGUMENTS
    if documented:
        lines += ["", "Args:"]
        for name, doc in documented:
            lines += hanging(f"{name}:", doc, width)
    raises = _raises(method)
    if raises:
        lines += ["", "Raises:"]
        for name, doc in raises:
            lines += hanging(f"{name}:", doc, width)
    return docstring_of(lines, 8)


_SUMMARIES = {
    "wait": "Wait until the job has ended, and return its last state.",
    "outcomes": "Iterate over the outcomes: what succeeded with its result, what failed with its error.",
}
_WAIT_ARGUMENTS = [
    ("timeout", "How many seconds to wait at most."),
    ("poll_interval", "Seconds between two looks at the job."),
    ("on_progress", "Called with each state of the job."),
]


def _raises(method: Method) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    for response in method.plan.operation.responses:
        if response.status[0] in "45" and response.status != "default":
            name = ERRORS.get(
                response.status,
                "ServerError" if response.status[0] == "5" else "StatusError",
            )
            text = response.description.partition("\n")[0].rstrip(". ")
            found.append(
                (
                    name,
                    (
                        f"{text} ({response.status})."
                        if text
                        else f"Status {response.status}."
                    ),
                )
            )
    if method.kind == "wait":
        found.append(
            (
                "JobFailedError",
                "The job failed; `.reason` says why, `.job` is its last state.",
            )
        )
        found.append(
            (
                "PollingTimeoutError",
                "It was still running after `timeout` seconds; `.job` is its last state.",
            )
        )
    return found
