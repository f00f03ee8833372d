"""Operations to groups, methods and the constants that describe them to the runtime."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.operations import Api, Operation, Parameter
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.batch_methods import BatchMethods
from clientpress.plan.bodies import BodyRules
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.context import Context
from clientpress.plan.dividing import last_part, plain_id
from clientpress.plan.grouping import CLIENT, CLIENT_NAMES, Grouping
from clientpress.plan.identifiers import (
    constant_name,
    group_class,
    method_name,
    module_name,
    words,
)
from clientpress.plan.inference_methods import InferenceMethods
from clientpress.plan.methods import Wished, outcomes, simple, streams, waits
from clientpress.plan.parameter_rules import argument_doc, only_value, undefined_style
from clientpress.plan.reading import ReadingRules
from clientpress.plan.requests import RequestTypes
from clientpress.plan.servers import default_base_url, own_address
from clientpress.plan.table_methods import TableMethods
from clientpress.plan.types import (
    Argument,
    Constant,
    Default,
    Group,
    Method,
    OperationPlan,
    TablePlan,
)
from clientpress.plan.typing_rules import TypeRules
from clientpress.runtime.batches.plan import Running


def operation_words(operations: tuple[Operation, ...]) -> dict[Place, str]:
    """The name of each operation in words: its id, or method and path."""
    return {
        operation.place: plain_id(operation) or _by_path(operation)
        for operation in operations
    }


# Names that a group module has besides its constants.
_MODULE_NAMES = ("ERRORS", "IO", "R", "TYPE_CHECKING", "UNSET")


class OperationRules:
    """Plans the operations of an api."""

    def __init__(
        self,
        api: Api,
        rules: TypeRules,
        requests: RequestTypes,
        reading: ReadingRules,
        report: Report,
    ) -> None:
        self._api, self._rules, self._requests = api, rules, requests
        self._reading, self._report = reading, report
        self._bodies = BodyRules(api, rules, requests, report)
        self._base_url = default_base_url(api)

    def groups(
        self, grouping: Grouping, tables: tuple[TablePlan, ...]
    ) -> tuple[Group, ...]:
        """Every group with its methods, in the order of the document."""
        shown = tuple(o for o in self._api.operations if not o.hidden)
        keys, modules = grouping.keys, grouping.modules
        constants = self._constants(shown, map(group_class, filter(None, modules)))
        plans = {
            key: tuple(
                self._plan(operation, constants[operation.place])
                for operation in shown
                if keys[operation.place] == key
            )
            for key in modules
        }
        by_id = {
            plan.operation.id: (modules[key], plan)
            for key, owned in plans.items()
            for plan in owned
            if plan.operation.id
        }
        taken = frozenset(constants.values())
        docs = {module_name(tag.name): tag.description for tag in self._api.tags}
        docs |= {tag.name: tag.description for tag in self._api.tags}
        groups = list[Group]()
        for key, module in modules.items():
            context = Context(
                rules=self._rules,
                requests=self._requests,
                plans=by_id,
                report=self._report,
                module=module,
                taken=taken,
                left_out=self._api.left_out or (),
            )
            children = grouping.children(key)
            known = tuple(grouping.attributes[child] for child in children)
            if key == CLIENT:
                known = (*CLIENT_NAMES, *grouping.attributes.values())
            methods = self._methods(grouping, plans[key], tables, context, known)
            groups.append(
                Group(
                    attribute="" if key == CLIENT else grouping.attributes[key],
                    class_name=group_class(key) if key != CLIENT else "Operations",
                    module=module,
                    doc=(
                        docs.get(key) or docs.get(module, "")
                        if key != CLIENT
                        else "The operations of the client itself."
                    ),
                    operations=plans[key],
                    constants=tuple(
                        sorted(context.constants.values(), key=_uses_others)
                    ),
                    methods=methods,
                    path="" if key == CLIENT else grouping.path(key),
                    inside=tuple(modules[child] for child in children),
                )
            )
        return tuple(groups)

    def _constants(
        self, operations: tuple[Operation, ...], classes: Iterable[str]
    ) -> dict[Place, str]:
        names = operation_words(operations)
        wishes = [
            Wish(
                o.place,
                (
                    constant_name(names[o.place]),
                    constant_name(_by_path(o)),
                ),
                1,
                False,
                o.place.pointer,
            )
            for o in operations
        ]
        # The class of a group `e` is `E`, like a constant.
        upper = [name for name in classes if name.isupper()]
        return settle(wishes, {}, (*_MODULE_NAMES, *upper))

    def _methods(
        self,
        grouping: Grouping,
        plans: tuple[OperationPlan, ...],
        tables: tuple[TablePlan, ...],
        context: Context,
        taken: tuple[str, ...],
    ) -> tuple[Method, ...]:
        """The methods of a group: one for each operation, and those that extensions add."""
        reading = TableMethods(tables, context)
        inferring = InferenceMethods(context)
        wishes = list[Wish[tuple[Place, str, str]]]()
        methods = dict[tuple[Place, str, str], Wished]()
        kept = dict[tuple[Place, str, str], str]()
        for plan in plans:
            operation = plan.operation
            by_path = grouping.methods.get(operation.place)
            by_id = _short_name(operation, grouping.heads)
            texts = [operation.name or by_path or by_id, _by_path(operation)]
            if by_path:
                texts.insert(1, by_id)
            name, *others = map(method_name, texts)
            main = reading.main(plan) or inferring.main(plan) or simple(plan, context)
            rank = 0 if operation.name else 1
            main = replace(main, names=(name, *others), rank=rank)
            for wanted in (
                main,
                *streams(plan, name, context),
                *outcomes(plan, name, context),
                *waits(plan, name, context),
                *reading.added(plan, name),
                *BatchMethods(context).added(plan, name),
                *inferring.added(plan, name),
            ):
                # An operation may have two methods of a kind: the table, and its download.
                who = (operation.place, wanted.kind, wanted.names[-1])
                salt = operation.place.pointer
                # `/pets?beta=true` leaves the name to `/pets`.
                exact = "?" not in operation.path
                wishes.append(Wish(who, wanted.names, wanted.rank, exact, salt))
                methods[who] = wanted
                if wanted is main and operation.place in grouping.kept:
                    kept[who] = grouping.kept[operation.place]
        settled = settle(wishes, kept, taken)
        return tuple(methods[wish.key].make(settled[wish.key]) for wish in wishes)

    def _plan(self, operation: Operation, constant: str) -> OperationPlan:
        reading = self._reading.operation(operation)
        names = self._bodies.argument_names(operation)
        return OperationPlan(
            operation=operation,
            constant=constant,
            arguments=tuple(
                self._argument(p, names[p.location, p.wire])
                for p in operation.parameters
            ),
            body=self._bodies.plan(operation, names),
            results=reading.results,
            errors=reading.errors,
            returns=reading.returns,
            accept=reading.accept,
            server=own_address(operation.servers, self._base_url),
        )

    def _argument(self, parameter: Parameter, name: str) -> Argument:
        annotation = self._rules.annotation(parameter.schema)
        # All of a URL is text, so an int is as good as its digits there.
        wide = a.INT if annotation == a.STR_INT else annotation
        kind = a.without_none(self._requests.form(wide))
        required = parameter.required
        literal = only_value(parameter, self._rules)
        needed = Default.LITERAL if literal else Default.REQUIRED
        if open_question := undefined_style(parameter, self._rules):
            self._report.warning("CP501", parameter.place, open_question)
        return Argument(
            name=name,
            wire=parameter.wire,
            annotation=kind if required else a.union(kind, a.NONE),
            default=needed if required else Default.NONE,
            doc=argument_doc(parameter),
            positional=parameter.location == "path",
            literal=literal,
            sends=self._bodies.sends(parameter),
            is_scalar=isinstance(
                self._rules.followed(parameter.schema),
                (s.Primitive, s.Constant, s.Enumeration),
            ),
        )


def _uses_others(constant: Constant) -> bool:
    """Whether a constant refers to other constants, so that it has to come after them."""
    return isinstance(constant.value, Running)


def _by_path(operation: Operation) -> str:
    """A name for an operation: the words of its method and path, which may end `by id`."""
    parts = [operation.method.lower()]
    *steps, last = operation.path.split("/")
    for step in [*steps, re.sub(r"^\{(.*)\}$", r"by \1", last)]:
        for piece in step.replace("}", "{").split("{"):
            parts += words(piece)
    return " ".join(parts if len(parts) > 1 else [*parts, "root"])


def _short_name(operation: Operation, heads: Mapping[Place, str | None]) -> str:
    """The operation's id without a beginning that only names its group: `issues/list` in the group
    issues is `list`. In the group of a path, the last part of the id is left.
    """
    if not operation.id:
        return _by_path(operation)
    head, id = heads[operation.place], plain_id(operation)
    if head is None:  # the group of a path
        return last_part(id)
    own = [word.lower() for word in words(id)]
    prefix = [word.lower() for word in words(head)]
    separated = id[len(head) : len(head) + 1] in ("/", ".", "_", "-", ":")
    if separated and len(own) > len(prefix) > 0 and own[: len(prefix)] == prefix:
        return " ".join(own[len(prefix) :])
    return id
