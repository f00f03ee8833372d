"""The README of a generated package: how to use this client."""

from __future__ import annotations

from clientpress.api import schemas as s
from clientpress.plan.types import (
    Argument,
    Default,
    HookPlan,
    Method,
    ModelClass,
    Plan,
)
from clientpress.render.environment import render_text


def readme(plan: Plan) -> str:
    """Markdown."""
    api = plan.api
    credential = plan.credentials[0] if plan.credentials else None
    variables = credential.scheme.env if credential else ()
    needs = "" if variables or credential is None else f'{credential.argument}="…"'
    base = "" if plan.base_url or api.base_url_env else 'base_url="https://…"'
    arguments = ", ".join(part for part in (needs, base) if part)
    rows = [
        (
            f"{group.owner}.{method.name}",
            _call(method),
            _line(method),
            _summary(method),
        )
        for group in plan.groups
        for method in group.methods
    ]
    return render_text(
        "README.md.jinja",
        {
            "title": api.title or plan.package,
            "package": plan.package,
            "version": api.version,
            "description": " ".join(
                api.description.strip().partition("\n\n")[0].split()
            ),
            "arguments": arguments,
            "variables": " or ".join(f"`{name}`" for name in variables),
            "base_url_env": " or ".join(f"`{name}`" for name in api.base_url_env),
            "usage": api.usage,
            "address": plan.base_url,
            "example": _example(plan),
            "extras": _extras(plan),
            "rows": rows,
            "hooks": [_hook(hook) for hook in plan.hooks],
            "headers": _number_header(plan),
            "features": plan.features,
            "model": _model(plan),
        },
    )


def _model(plan: Plan) -> str:
    """A model for an example; empty if there is none."""
    models = plan.models.definitions.values()
    return next((x.name for x in models if isinstance(x, ModelClass)), "")


def _number_header(plan: Plan) -> str:
    """A documented header of an answer that is an integer, for an example; empty if there is none."""
    headers = (
        header
        for operation in plan.api.operations
        for response in operation.responses
        for header in response.headers
    )
    return next(
        (
            header.wire
            for header in headers
            if isinstance(header.schema, s.Primitive)
            and header.schema.type == "integer"
            and header.wire.isascii()
            and header.wire.replace("-", "").isalnum()
        ),
        "",
    )


def _hook(plan: HookPlan) -> tuple[str, str, str]:
    """The name of the function, what it reads, and a description of that."""
    hook = plan.hook
    what = f"{hook.kind} `{_cell(hook.name).replace('`', '')}`"
    return plan.name, what, _cell(hook.operation.summary or hook.operation.description)


def _cell(text: str) -> str:
    """The first line of a text, in a table."""
    return " ".join(text.strip().partition("\n")[0].split()).replace("|", "\\|")


def _extras(plan: Plan) -> str:
    """The packages that some methods need."""
    kinds = {method.kind for group in plan.groups for method in group.methods}
    needs = [
        ("Tables need `pyarrow`.", "table"),
        ("Tensors need `numpy` and `orjson`.", "infer"),
    ]
    return " ".join(text for text, kind in needs if kind in kinds)


def _line(method: Method) -> str:
    """Method and path; empty for a method that sends no request."""
    operation = method.plan.operation
    return f"`{operation.method} {operation.path}`" if method.sends else ""


def _summary(method: Method) -> str:
    operation = method.plan.operation
    text = method.summary or operation.summary or operation.description
    return _cell(text)


def _required(method: Method) -> list[Argument]:
    return [x for x in method.arguments if x.default is Default.REQUIRED]


def _call(method: Method) -> str:
    needed = _required(method)
    return ", ".join(x.name if x.positional else f"{x.name}=…" for x in needed)


def _example(plan: Plan) -> str:
    """A first call; if possible one that needs no arguments."""
    methods = [
        (g, m) for g in plan.groups for m in g.methods if m.kind in ("call", "pages")
    ]
    if not methods:
        return ""
    group, method = min(
        methods,
        key=lambda pair: (
            len(_required(pair[1])),
            pair[1].plan.operation.method != "GET",
        ),
    )
    given = ", ".join(
        f'"{x.name}"' if x.positional else f"{x.name}=…" for x in _required(method)
    )
    return f"{group.owner}.{method.name}({given})"
