"""Views of the methods of groups: signatures, docstrings, and the one call that each makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import (
    ASYNC_TWINS,
    Argument,
    BodyPlan,
    Call,
    Default,
    Method,
    Passed,
)
from clientpress.render import layout
from clientpress.render.fragments import (
    WIDTH,
    Py,
    docstring_of,
    hanging,
    identifier,
    prose,
)
from clientpress.render.layout import Doc
from clientpress.render.model_views import default_value
from clientpress.render.module import Module

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


Raised: TypeAlias = tuple[str, str]
"""An error, and when it is raised."""


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method: its overloads, its first lines, its docstring, its one statement."""

    overloads: tuple[Py, ...]
    signature: Py
    doc: Py
    body: Py


def method_view(
    method: Method, module: Module, is_async: bool, common: Collection[Raised] = ()
) -> MethodView:
    """The view of a method for one kind of client.

    Args:
        common: Errors that the docstring of its class lists.
    """
    awaited = is_async and method.call.runs and method.streaming is None

    def signature(
        arguments: Sequence[Argument], returns: Annotation, after: str = ""
    ) -> Py:
        shown = _async_result(returns, method) if is_async else returns
        return module.signature(
            method.name,
            [Py("        self,"), *_parameters(arguments, module)],
            shown,
            is_async=awaited,
            after=after,
        )

    word = "return await " if awaited else "return "
    body = module.statement(word, _call(method.call, is_async), 8)
    if other := method.streaming:
        asked = identifier(other.argument)
        test = f"{asked} is not False" if other.default else f"{asked}"
        stream = module.statement("return ", _call(other.call, is_async), 12)
        body = Py(f"        if {test}:\n{stream}\n{body}")
    overload = (
        module.statement("@", a.standard("overload"), 4) if method.overloads else ""
    )
    mark = ""
    if method.plan.operation.deprecated:
        told = [("", layout.value(f"{_call_line(method)} is deprecated"))]
        mark = module.statement("@", layout.runtime_call("deprecated", told), 4) + "\n"
    return MethodView(
        tuple(
            Py(f"{overload}\n{mark}{signature(o.arguments, o.returns, ' ...')}")
            for o in method.overloads
        ),
        Py(f"{mark}{signature(method.arguments, method.returns)}"),
        _doc(method, common),
        body,
    )


def _async_result(returns: Annotation, method: Method) -> Annotation:
    """What the async method returns. A method that may answer with a stream is not a coroutine
    function: it returns the stream or a coroutine.
    """
    if method.streaming is None:
        return _twin(returns)
    members = list[Annotation]()
    values = list[Annotation]()
    for part in a.parts(returns):
        is_stream = isinstance(part, a.Generic) and part.base.text == "Stream"
        (members if is_stream else values).append(_twin(part))
    if values:
        anything = a.standard("Any")
        coroutine = a.standard("Coroutine")
        result = a.either(*values)
        members.append(a.Generic(coroutine, (anything, anything, result)))
    return a.union(*members)


def _twin(returns: Annotation) -> Annotation:
    """What the async method returns: a class of the runtime is replaced by its async form."""
    if isinstance(returns, a.Generic):
        return a.Generic(_twin_name(returns.base), returns.args)
    if isinstance(returns, a.Or):
        return a.Or(tuple(map(_twin, returns.args)))
    return _twin_name(returns) if isinstance(returns, a.Name) else returns


def _twin_name(name: a.Name) -> a.Name:
    if name.origin is not a.Origin.RUNTIME:
        return name  # whatever it is called
    return a.Name(ASYNC_TWINS.get(name.text, name.text), name.origin)


def _parameters(arguments: Sequence[Argument], module: Module) -> list[Py]:
    """The parameters; all that follow the positional ones are given by name."""
    parameters = [_parameter(argument, module) for argument in arguments]
    count = sum(argument.positional for argument in arguments)
    return [
        *parameters[:count],
        *([Py("        *,")] if parameters[count:] else []),
        *parameters[count:],
    ]


def _parameter(argument: Argument, module: Module) -> Py:
    default: Doc | None = None
    if argument.default is Default.LITERAL:
        default = layout.value(argument.literal[0])
    elif argument.default is not Default.REQUIRED:
        default = default_value(argument.default)
    return module.declaration(argument.name, argument.annotation, default, 8, ",")


def _call(call: Call, is_async: bool) -> Doc:
    function = _twin_name(call.function) if is_async else call.function
    given = [(passed.keyword, _passed(passed, is_async)) for passed in call.passed]
    return layout.call(function, given)


def _passed(passed: Passed, is_async: bool) -> Doc:
    match passed.value:
        case str() as name:
            return layout.Text(identifier(name))
        case BodyPlan() as body:
            return _body(body)
        case a.Name() as name:
            return _twin_name(name) if is_async else name
        case Call() as call:
            return _call(call, is_async)
        case names:
            return layout.tuple_of([layout.Text(identifier(name)) for name in names])


def _body(body: BodyPlan) -> Doc:
    """The body as it is passed on; with the media type where there is a choice."""
    if body.whole:
        given: Doc = layout.Text(identifier(body.whole.name))
    else:
        names = body.given if body.choice else {x.wire: x.name for x in body.arguments}
        given = layout.dict_of(
            [
                (layout.value(wire), layout.Text(identifier(name)))
                for wire, name in names.items()
            ]
        )
    if body.choice is None:
        return given
    arguments: list[tuple[str, Doc]] = [
        ("", layout.Text(identifier(body.choice.name))),
        ("", given),
    ]
    whole = next((one.whole for one in body.others if one.whole), None)
    if whole is not None and not body.whole:
        arguments.append(("whole", layout.Text(identifier(whole.name))))
    return layout.runtime_call("Content", arguments)


def _call_line(method: Method) -> str:
    return f"{method.plan.operation.method} {method.plan.operation.path}"


def _doc(method: Method, common: Collection[Raised]) -> Py:
    operation = method.plan.operation
    width = WIDTH - 8
    description = operation.description.strip()
    summary = method.summary or operation.summary or description.partition("\n")[0]
    lines = prose(summary or f"`{_call_line(method)}`", width - 3)
    if lines and lines[0][-1:].isalnum() and len(lines) == 1:
        lines[0] += "."
    if operation.summary and description and not method.summary:
        # Many documents begin the description with the summary.
        rest = description.removeprefix(operation.summary.strip()).lstrip(".\n ")
        lines += ["", *prose(rest, width)] if rest else []
    if method.note:
        lines += ["", *prose(method.note, width)]
    if method.sends and summary:
        lines += ["", *prose(f"`{_call_line(method)}`", width)]
    if operation.deprecated:
        lines += ["", "Deprecated."]
    for title, entries in (
        ("Args:", [(x.name, x.doc) for x in method.arguments if x.doc.strip()]),
        ("Raises:", [x for x in raised(method) if x not in common]),
    ):
        if entries:
            lines += ["", title]
            for name, doc in entries:
                lines += hanging(f"{name}:", doc, width)
    if method.returns_doc:
        lines += ["", "Returns:", *hanging("", method.returns_doc, width)]
    for title, told in method.sections:
        lines += ["", title]
        for entry in told:
            lines += hanging("", entry, width)
    return docstring_of(lines, 8)


def raised(method: Method) -> list[Raised]:
    """The documented errors of a method."""
    errors = list[Raised]()
    if not method.sends:
        return errors
    for response in method.plan.operation.responses:
        is_error = response.status[0] in "45" and response.status not in method.expected
        if is_error:
            name = ERRORS.get(
                response.status,
                "ServerError" if response.status[0] == "5" else "StatusError",
            )
            text = response.description.partition("\n")[0].rstrip(". ")
            said = (
                f"{text} ({response.status})." if text else f"Status {response.status}."
            )
            errors.append((name, said))
    return [*errors, *method.raises]
