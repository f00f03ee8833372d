"""Whether the addresses in extensions lead to something that the document declares.

Addresses at operations are runtime expressions of OpenAPI; addresses inside a value are JSON Pointers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.operations import Api, Operation
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan.media import json_answer
from clientpress.plan.typing_rules import TypeRules
from clientpress.runtime.batches.outcome_values import Outcome
from clientpress.runtime.calls.conditions import Condition, pointers_in
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling

_PREFIX = "x-clientpress-"


def without_wrong(api: Api, translated: Collection[Place], report: Report) -> Api:
    """An API without the pages and jobs that another tool's extension describes wrongly.

    Args:
        api: The API.
        translated: The places of our extensions that stand for those of other tools.
        report: Receives a finding for each that is dropped.
    """
    if not translated:
        return api
    rules = TypeRules(api.schemas, {}, {}, {})

    def kept(operation: Operation) -> Operation:
        answer = json_answer(operation)
        for word in ("pagination", "polling"):
            place = operation.place.child(_PREFIX + word)
            if place not in translated:
                continue
            wrong = Report()
            addresses = Addresses(rules, wrong)
            if word == "pagination" and operation.pagination:
                addresses.pagination(operation, operation.pagination, answer)
            elif word == "polling" and operation.wait:
                addresses.polling(operation, operation.wait.polling, answer)
            for finding in wrong:
                report.slip(finding.code, place, finding.message, "It has no effect.")
            if wrong.has_errors and word == "pagination":
                operation = replace(operation, pagination=None)
            elif wrong.has_errors:
                operation = replace(operation, wait=None)
        return operation

    return replace(api, operations=tuple(map(kept, api.operations)))


class Addresses:
    """Checks the extensions of operations and items against their schemas."""

    def __init__(self, rules: TypeRules, report: Report) -> None:
        self._rules, self._report = rules, report

    def pagination(
        self, operation: Operation, pagination: Pagination[Any], body: Schema | None
    ) -> None:
        """The items are a list, tokens come from the answer and go into a parameter."""
        place = operation.place.child(_PREFIX + "pagination")
        for key in ("items", "next", "more", "total"):
            address: str = getattr(pagination, key)
            if address.startswith("$response.body"):
                target = self._in_body(body, address, place.child(key))
                if key == "items" and target is not None and not self._is_list(target):
                    self._fail(
                        place.child(key),
                        f"{address} leads to something that is no list",
                    )
                if key == "items" and pagination.last:
                    listed = self._rules.followed(target) if target else None
                    item = listed.items if isinstance(listed, s.Array) else None
                    self._pointer(item, pagination.last, place.child("next", "last"))
        for key in ("send", "size"):
            address = getattr(pagination, key)
            if address:
                self._in_request(operation, address, place.child(key))

    def in_answer(self, body: Schema | None, address: str, place: Place) -> None:
        """A single address leads to a member of the answer."""
        self._in_body(body, address, place)

    def in_path(self, operation: Operation, address: str, place: Place) -> None:
        """A single address names a path parameter of the operation."""
        self._in_request(operation, address, place)

    def in_value(self, value: Schema | None, pointer: str, place: Place) -> None:
        """A single pointer leads to a member of a value."""
        self._pointer(value, pointer, place)

    def polling(
        self, operation: Operation, polling: Polling, job: Schema | None
    ) -> None:
        """Conditions, reasons and progress look at members of the job."""
        place = operation.place.child(_PREFIX + "polling")
        for i, rule in enumerate(polling.rules):
            here = place.child("rules", i)
            self._condition(job, rule.when, here.child("when"))
            for key, pointer in (("reason", rule.reason), ("line", rule.line)):
                if pointer:
                    self._pointer(job, pointer, here.child(key))
        if polling.progress:
            for pointer in polling.progress.done:
                self._pointer(job, pointer, place.child("progress", "done"))
            if isinstance(polling.progress.total, str):
                self._pointer(
                    job, polling.progress.total, place.child("progress", "total")
                )

    def outcome(self, item: Schema, outcome: Outcome[Any, Any]) -> None:
        """Id, bodies and conditions are members of the item."""
        place = item.meta.place.child(_PREFIX + "outcome")
        self._pointer(item, outcome.id, place.child("id"))
        for i, case in enumerate(outcome.cases):
            self._pointer(item, case.at, place.child("cases", i, case.result))
            self._condition(item, case.when, place.child("cases", i, "when"))

    def _is_list(self, schema: Schema) -> bool:
        return isinstance(self._rules.followed(schema), (s.Array, s.Tuple, s.Anything))

    def _in_body(
        self, body: Schema | None, address: str, place: Place
    ) -> Schema | None:
        pointer = address.partition("#")[2]
        return self._pointer(body, pointer, place) if pointer else body

    def _in_request(self, operation: Operation, address: str, place: Place) -> None:
        source, _, pointer = address.partition("#")
        kind, _, name = source.removeprefix("$request.").partition(".")
        if kind not in ("query", "header", "path"):
            return
        named = {p.wire: p for p in operation.parameters if p.location == kind}
        known = [*named]
        if name in named and pointer:
            self._pointer(named[name].schema, pointer, place)
        elif name not in named:
            listed = (
                f"Its {kind} parameters: {', '.join(known)}."
                if known
                else f"It has no {kind} parameter."
            )
            self._fail(place, f"{address} names no parameter of this operation", listed)

    def _condition(
        self, value: Schema | None, condition: Condition, place: Place
    ) -> None:
        for pointer in pointers_in(condition):
            self._pointer(value, pointer, place)

    def _pointer(
        self, value: Schema | None, pointer: str, place: Place
    ) -> Schema | None:
        if value is None:
            self._fail(
                place, f"{pointer} cannot be looked up: no JSON answer is documented"
            )
            return None
        member = self._rules.at(value, pointer)
        if member is None:
            self._fail(place, f"{pointer} leads to nothing that the schema declares")
        return member

    def _fail(
        self,
        place: Place,
        message: str,
        hint: str = "Check the address and the schema.",
    ) -> None:
        self._report.error("CP303", place, message, hint)
