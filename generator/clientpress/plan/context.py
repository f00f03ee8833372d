"""What the rules of all methods share: the operations by id, the constants of a group, and what answers hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from clientpress.api import schemas as s
from clientpress.api.behaviours import Call
from clientpress.api.operations import MediaType, Operation, Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.addresses import Addresses
from clientpress.plan.annotations import Annotation
from clientpress.plan.collisions import free_name
from clientpress.plan.descriptions import named
from clientpress.plan.media import is_json
from clientpress.plan.requests import RequestTypes
from clientpress.plan.streaming import is_sequence
from clientpress.plan.types import Constant, OperationPlan
from clientpress.plan.typing_rules import TypeRules
from clientpress.runtime.batches.outcome_values import Outcome
from clientpress.runtime.calls.conditions import All, AnyOf, At, Condition, Not
from clientpress.runtime.wire.links import Link
from clientpress.runtime.wire.operation import Operation as Described


class Context:
    """What the rules of all behaviours share.

    Args:
        plans: operationId → the module of the operation, and its plan.
        module: The module of the group that is planned.
        taken: The constants of all operations.
    """

    def __init__(
        self,
        rules: TypeRules,
        requests: RequestTypes,
        plans: Mapping[str, tuple[str, OperationPlan]],
        report: Report,
        module: str = "",
        taken: Collection[str] = (),
        left_out: Collection[str] = (),
    ) -> None:
        self.rules, self.requests, self.report = rules, requests, report
        self.addresses = Addresses(rules, report)
        self._plans, self._module, self._taken = plans, module, taken
        self._left_out = left_out
        self.constants = dict[str, Constant]()

    def constant(
        self, plan: OperationPlan, suffix: str, kind: Annotation, value: Struct
    ) -> str:
        """Add a constant of the group, once; returns its name."""
        name = self.constant_name(plan, suffix)
        self.constants[name] = Constant(name, kind, value)
        return name

    def constant_name(self, plan: OperationPlan, suffix: str) -> str:
        """The name of a behaviour's constant; no operation has the same name."""
        return free_name(f"{plan.constant}_{suffix}", self._taken)

    def plan_of(self, operation: str, place: Place) -> OperationPlan | None:
        """The operation with an id. If there is none, this is reported and None is returned."""
        plan = self.find(operation)
        if plan is None and operation in self._left_out:
            message = f"the operation {operation!r} is left out, so this has no effect"
            self.report.warning("CP502", place, message)
            return None
        if plan is None:
            self.report.error(
                "CP303",
                place,
                f"there is no operation {operation!r}",
                f"Known: {', '.join(sorted(self._plans))}.",
            )
            return None
        return plan

    def find(self, operation: str) -> OperationPlan | None:
        """The operation with an id, if there is one."""
        _, plan = self._plans.get(operation, ("", None))
        return plan

    def reference(self, operation: str, suffix: str = "") -> a.Name:
        """The constant of a known operation, or of one of its behaviours."""
        module, plan = self._plans[operation]
        name = self.constant_name(plan, suffix) if suffix else plan.constant
        return a.Name(name, a.Origin.GROUP, module)

    def own_reference(self, plan: OperationPlan) -> a.Name:
        """The constant of an operation of this group, which needs no operationId."""
        return a.Name(plan.constant, a.Origin.GROUP, self._module)

    def called(
        self,
        call: Call,
        place: Place,
        *,
        sent: bool = False,
        asked: bool = False,
        job: Schema | None = None,
        answer: Schema | None = None,
        asking: Operation | None = None,
    ) -> Link | None:
        """A call of another operation: where each of its parameters comes from.

        Args:
            sent: Whether it is given a body.
            asked: Whether callers are asked for its other parameters.
            job, answer: What `$job#/…` and `$response.body#/…` lead into.
            asking: The operation that `$request.path.…` is about.
        """
        target = self.plan_of(call.operation, place.child("operation"))
        if target is None:
            return None
        operation, given = target.operation, dict(call.parameters)
        known = [x.wire for x in operation.parameters]
        for name, addresses in call.parameters:
            where = place.child("parameters", name)
            if name not in known:
                message = f"{call.operation!r} has no parameter {name!r}"
                hint = f"It has {', '.join(sorted(known)) or 'none'}."
                self.report.error("CP303", where, message, hint)
            for address in addresses:
                if address.startswith("$job#"):
                    self.addresses.in_answer(job, address, where)
                elif address.startswith("$response"):
                    self.addresses.in_answer(answer, address, where)
                elif address.startswith("$request") and asking:
                    self.addresses.in_path(asking, address, where)
        for parameter in operation.parameters:
            if parameter.required and parameter.wire not in given and not asked:
                message = f"{call.operation!r} needs its parameter {parameter.wire!r}"
                hint = "Say under 'parameters' where it comes from."
                self.report.error("CP303", place, message, hint)
        if operation.body and operation.body.required and not sent:
            message = f"{call.operation!r} needs a body, which nothing gives it"
            hint = "Name an operation that needs none."
            self.report.error("CP303", place, message, hint)
        return Link(
            operation=named(self.reference(call.operation), Described[Any]),
            parameters={
                name: addresses if addresses[1:] else addresses[0]
                for name, addresses in call.parameters
            },
        )

    # ---------------------------------------------------------------- what answers hold
    def success(self, operation: Operation) -> Response | None:
        """The response that stands for success: `default` counts where there is no other."""
        good = [r for r in operation.responses if r.status.startswith("2")]
        rest = [r for r in operation.responses if r.status == "default"]
        return next(iter(good + rest), None)

    def success_schema(self, operation: Operation) -> Schema | None:
        """The JSON of a success."""
        response = self.success(operation)
        media = response.media if response else ()
        return next((m.schema for m in media if is_json(m.name)), None)

    def sequence(self, operation: Operation) -> MediaType | None:
        """The media type of an answer that comes item by item."""
        response = self.success(operation)
        return next(filter(is_sequence, response.media if response else ()), None)

    def streamed(self, operation: Operation) -> MediaType | None:
        """The media type of `sequence`, if there is no other answer or if it is a file of lines."""
        media, response = self.sequence(operation), self.success(operation)
        if media is None or response is None or media.lines is not None:
            return media
        return media if all(map(is_sequence, response.media)) else None

    def item(self, operation: Operation) -> Schema | None:
        """The schema of one item of a paged list, or of a line."""
        media = self.streamed(operation)
        if media is not None and media.lines and operation.pagination is None:
            return media.item
        body = self.success_schema(operation)
        if operation.pagination is None or body is None:
            return None
        items = self.rules.at(body, operation.pagination.items.partition("#")[2])
        target = self.rules.followed(items) if items else None
        return target.items if isinstance(target, s.Array) else None

    def outcome(self, operation: Operation) -> Outcome[Any, Any] | None:
        """What the items of the operation say about success and failure."""
        item = self.item(operation)
        target = self.rules.followed(item) if item else None
        return target.meta.extensions.get("outcome") if target else None

    def outcome_types(
        self, operation: Operation, outcome: Outcome[Any, Any]
    ) -> tuple[Annotation, ...]:
        """The types of what succeeded and of what failed."""
        return both_types([self.outcome_bodies(operation, outcome)])

    def outcome_bodies(
        self, operation: Operation, outcome: Outcome[Any, Any]
    ) -> tuple[list[Annotation], list[Annotation]]:
        """The types of each case of success and of failure."""
        item = self.item(operation)
        good, bad = list[Annotation](), list[Annotation]()
        for case in outcome.cases:
            target = self.rules.at(item, case.at) if item else None
            kind = a.without_none(self.rules.annotation(target)) if target else a.JSON
            if not _proves(case.when, case.at):
                kind = a.union(kind, a.NONE)
            (good if case.result == "succeeded" else bad).append(kind)
        return good, bad


def _proves(condition: Condition, pointer: str) -> bool:
    """Whether there is a value at a pointer if a condition holds."""
    match condition:
        case At(pointer=at, test=test):
            leads = f"{at}/".startswith(f"{pointer}/")
            return leads and test not in ("absent", "empty", "ne")
        case All(conditions=parts):
            return any(_proves(part, pointer) for part in parts)
        case AnyOf(conditions=parts):
            return all(_proves(part, pointer) for part in parts)
        case Not(condition=At(pointer=at, test="absent" | "empty")):
            return f"{at}/".startswith(f"{pointer}/")
        case _:
            return False


def both_types(
    bodies: Iterable[tuple[list[Annotation], list[Annotation]]],
) -> tuple[Annotation, ...]:
    """One type for all that succeeds, and one for all that fails."""
    sides = zip(*bodies, strict=True)
    united = [list(dict.fromkeys(x for part in side for x in part)) for side in sides]
    return tuple(a.union(*kinds) if kinds else a.JSON for kinds in united)
