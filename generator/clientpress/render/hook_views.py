"""The view of `webhooks.py`: a function for each webhook and callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.records import decoder_record
from clientpress.plan.types import HookPlan
from clientpress.render import layout
from clientpress.render.constants import described
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    literal,
    prose,
)
from clientpress.render.module import RESERVED, Module
from clientpress.runtime.calls.webhooks import WebhookBody

_BODY_CLASS = a.runtime("WebhookBody")


@dataclass(frozen=True, slots=True)
class HookView:
    """A function, and the constant that describes what it reads."""

    constant: Py
    signature: Py
    doc: Py
    body: Py


@dataclass(frozen=True, slots=True, kw_only=True)
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
    own = {*names, *constants, _BODY_CLASS.text, "Form"}
    module = Module(".", taken=own | RESERVED)
    views = tuple(_hook(plan, module) for plan in plans)
    return HooksModuleView(
        header=comment(header),
        doc=docstring(
            "What the API sends: the bodies of its webhooks and callbacks.", 0
        ),
        imports=module.at_run_time(),
        checking_imports=module.for_checkers(),
        hooks=views,
        exports=tuple(literal(name) for name in sorted(names)),
        names=("__all__", *constants, *names),
    )


def _hook(plan: HookPlan, module: Module) -> HookView:
    returns = plan.decoder.annotation
    value = WebhookBody(plan.hook.name, decoder_record(plan.decoder))
    constant = module.declaration(
        plan.constant,
        a.Generic(_BODY_CLASS, (returns,)),
        described(value),
        0,
        wide=True,
    )
    default = layout.value(plan.media_type)
    parameters = [
        module.declaration("body", a.Or((a.BYTES, a.STR)), None, 4, ","),
        Py("    *,"),
        module.declaration("content_type", a.STR, default, 4, ","),
    ]
    signature = module.signature(plan.name, parameters, returns, indent=0)
    call = layout.call(
        f"{plan.constant}.read",
        [("", a.local("body")), ("", a.local("content_type"))],
    )
    return HookView(
        constant,
        signature,
        _doc(plan),
        module.statement("return ", call, 4),
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
