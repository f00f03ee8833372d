"""The view of `webhooks.py`: a function for each webhook and callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.types import HookPlan
from clientpress.render import layout
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    identifier,
    literal,
    prose,
)
from clientpress.render.group_imports import GroupImports
from clientpress.render.group_views import decoder_doc

_BODY_CLASS = "WebhookBody"


@dataclass(frozen=True, slots=True)
class HookView:
    """A function, and the constant that describes what it reads."""

    constant: Py
    signature: Py
    doc: Py
    body: Py


@dataclass(frozen=True, slots=True)
class HooksModuleView:
    """`webhooks.py`."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    hooks: tuple[HookView, ...]
    exports: tuple[Py, ...]
    names: tuple[str, ...]


def hooks_module(plans: tuple[HookPlan, ...], header: str) -> HooksModuleView:
    """The view of `webhooks.py`."""
    names = [plan.name for plan in plans]
    constants = [plan.constant for plan in plans]
    own = {*names, *constants, _BODY_CLASS, "Form"}
    imports = GroupImports("", own, set(), "")
    imports.runtime("calls.webhooks", _BODY_CLASS)
    views = tuple(_hook(plan, imports) for plan in plans)
    return HooksModuleView(
        comment(header),
        docstring("What the API sends: the bodies of its webhooks and callbacks.", 0),
        imports.at_run_time(),
        imports.for_checkers(),
        views,
        tuple(literal(name) for name in sorted(names)),
        ("__all__", *constants, *names),
    )


def _hook(plan: HookPlan, imports: GroupImports) -> HookView:
    returns = layout.annotation(imports.local(plan.decoder.annotation))
    kind = a.Generic(a.Name(_BODY_CLASS), (imports.local(plan.decoder.annotation),))
    words = [
        ("", layout.value(plan.hook.name)),
        ("", decoder_doc(plan.decoder, imports)),
    ]
    constant = layout.declaration(
        plan.constant,
        layout.annotation(kind),
        layout.call(_BODY_CLASS, words),
        0,
        wide=True,
    )
    body = layout.annotation(a.Or((a.BYTES, a.STR)))
    default = layout.value(plan.media_type)
    parameters = [
        layout.declaration("body", body, None, 4, ","),
        Py("    *,"),
        layout.declaration("content_type", layout.annotation(a.STR), default, 4, ","),
    ]
    signature = layout.signature(
        plan.name, parameters, returns, is_async=False, indent=0
    )
    call = layout.call(
        f"{plan.constant}.read",
        [
            ("", layout.Text(identifier("body"))),
            (
                "",
                layout.Text(identifier("content_type")),
            ),
        ],
    )
    return HookView(
        imports.written(constant),
        imports.written(signature),
        _doc(plan),
        layout.statement("return ", call, 4),
    )


def _doc(plan: HookPlan) -> Py:
    operation, width = plan.hook.operation, WIDTH - 4
    lines = prose(f"Read what the {plan.hook.kind} `{plan.hook.name}` sends.", width)
    for text in (operation.summary, operation.description):
        told = prose(text, width)
        if len(told) == 1 and told[0][-1:].isalnum():
            told[0] += "."
        lines += ["", *told] if told else []
    lines += ["", *prose(_origin(plan), width)]
    if operation.deprecated:
        lines += ["", "Deprecated."]
    lines += ["", "Args:"]
    about = operation.body.description if operation.body else ""
    lines += hanging("body:", about or "The body of the request, as it came.", width)
    lines += hanging("content_type:", "The Content-Type of the request.", width)
    for title, location in (
        ("Headers:", "header"),
        ("Query:", "query"),
        ("Cookies:", "cookie"),
    ):
        entries = list(_parameters(plan, location))
        if entries:
            lines += ["", title]
            for entry in entries:
                lines += hanging("", entry, width)
    lines += ["", "Raises:"]
    wrong = "The body is not as documented; `.issues` says where."
    lines += hanging("DecodeError:", wrong, width)
    if plan.answers:
        lines += ["", "Answers:"]
        for entry in _answers(plan):
            lines += hanging("", entry, width)
    return docstring_of(lines, 4)


def _origin(plan: HookPlan) -> str:
    """How it is sent, where to, and what makes the API send it."""
    method = plan.hook.operation.method
    if not plan.hook.expression:
        return f"Sent as `{method}`."
    said = f"Sent as `{method}` to `{plan.hook.expression}`"
    owners = " or ".join(f"`{owner}`" for owner in plan.owners)
    return f"{said}, asked for by {owners}." if owners else f"{said}."


def _parameters(plan: HookPlan, location: str) -> Iterator[str]:
    for parameter in plan.hook.operation.parameters:
        if parameter.location == location:
            text = parameter.description or parameter.schema.meta.description
            yield f"{parameter.wire}: {text}" if text.strip() else parameter.wire


def _answers(plan: HookPlan) -> Iterator[str]:
    """What the API expects to hear."""
    for status, description, kind in plan.answers:
        text = description.strip().partition("\n\n")[0]
        body = layout.flat(layout.annotation(kind)) if kind != a.NONE else ""
        told = [f"{status}:" if text or body else status, text]
        yield " ".join([*filter(None, told), *([f"(`{body}`)"] if body else [])])
