"""The constants that describe pagination, polling and outcomes to the runtime."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import (
    Compare,
    Condition,
    Every,
    Negation,
    Outcome,
    Pagination,
    Polling,
    Some,
    StatusIs,
)
from clientpress.document.data import is_array
from clientpress.render import layout
from clientpress.render.group_imports import GroupImports
from clientpress.render.layout import Doc


def pagination_constant(pagination: Pagination, imports: GroupImports) -> Doc:
    """`Pagination(…)`."""
    imports.runtime("pages", "Pagination")
    arguments = [("kind", layout.value(pagination.kind))]
    for name in ("items", "next", "send", "size", "more", "total"):
        value: str = getattr(pagination, name)
        if value:
            arguments.append((name, layout.value(value)))
    return layout.call("Pagination", arguments)


def polling_constant(polling: Polling, imports: GroupImports) -> Doc:
    """`Polling(…)`."""
    imports.runtime("polling", "Polling")
    imports.runtime("polling", "Rule")
    rules = list[Doc]()
    for rule in polling.rules:
        words = [("", layout.value(rule.outcome)), ("", _condition(rule.when, imports))]
        if rule.reason:
            words.append(("reason", layout.value(rule.reason)))
        rules.append(layout.call("Rule", words))
    arguments: list[tuple[str, Doc]] = [("rules", layout.tuple_of(rules))]
    if polling.progress:
        imports.runtime("polling", "Progress")
        progress = [
            ("done", layout.value(polling.progress.done)),
            ("total", layout.value(polling.progress.total)),
        ]
        arguments.append(("progress", layout.call("Progress", progress)))
    arguments.append(("interval", layout.value(polling.interval)))
    arguments.append(("timeout", layout.value(polling.timeout)))
    if polling.unavailable:
        arguments.append(("unavailable", layout.value(polling.unavailable)))
    return layout.call("Polling", arguments)


def outcome_constant(outcome: Outcome, imports: GroupImports) -> Doc:
    """`Outcome(…)`."""
    imports.runtime("outcomes", "Outcome")
    imports.runtime("outcomes", "Case")
    cases = [
        layout.call(
            "Case",
            [
                ("", layout.value(c.result)),
                ("", layout.value(c.at)),
                ("", _condition(c.when, imports)),
            ],
        )
        for c in outcome.cases
    ]
    return layout.call(
        "Outcome", [("id", layout.value(outcome.id)), ("cases", layout.tuple_of(cases))]
    )


def _condition(condition: Condition, imports: GroupImports) -> Doc:
    match condition:
        case Compare():
            imports.runtime("polling", "At")
            arguments = [
                ("", layout.value(condition.at)),
                ("", layout.value(condition.test)),
            ]
            if condition.test not in ("present", "absent", "past"):
                value: Any = condition.value
                arguments.append(
                    ("", layout.value(tuple(value) if is_array(value) else value))
                )
            return layout.call("At", arguments)
        case StatusIs():
            imports.runtime("polling", "Status")
            return layout.call(
                "Status", [("", layout.value(status)) for status in condition.statuses]
            )
        case Every() | Some():
            name = "All" if isinstance(condition, Every) else "AnyOf"
            imports.runtime("polling", name)
            return layout.call(
                name,
                [("", _condition(below, imports)) for below in condition.conditions],
            )
        case Negation():
            imports.runtime("polling", "Not")
            return layout.call("Not", [("", _condition(condition.condition, imports))])
