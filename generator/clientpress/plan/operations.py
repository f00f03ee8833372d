"""Operations to groups, methods and the constants that describe them to the runtime."""

from __future__ import annotations

from collections.abc import Mapping

from clientpress.api import schemas as s
from clientpress.api.behaviours import Outcome
from clientpress.api.operations import Api, MediaType, Operation, Parameter, Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.addresses import Addresses
from clientpress.plan.annotations import Annotation
from clientpress.plan.bodies import BodyRules
from clientpress.plan.identifiers import (
    class_name,
    constant_name,
    method_name,
    module_name,
    words,
)
from clientpress.plan.media import decode_kind, is_json
from clientpress.plan.names import Wish, settle
from clientpress.plan.naming import nullable
from clientpress.plan.requests import RequestTypes
from clientpress.plan.types import (
    Argument,
    Decoder,
    Default,
    Group,
    Method,
    OperationPlan,
)
from clientpress.plan.typing_rules import TypeRules

UNTAGGED = "operations"


def operation_words(operations: tuple[Operation, ...]) -> dict[Place, str]:
    """The name of each operation in words: its id, or method and path."""
    return {
        operation.place: operation.id
        or f"{operation.method.lower()} {_path_words(operation)}"
        for operation in operations
    }


def group_keys(operations: tuple[Operation, ...]) -> dict[Place, str]:
    """The group of each operation: pinned, its first tag, or one for all the untagged."""
    return {o.place: o.group or (o.tags[0] if o.tags else UNTAGGED) for o in operations}


def group_modules(keys: Mapping[Place, str]) -> dict[str, str]:
    """Group → module stem, which is the client's attribute too."""
    wishes = [
        Wish(key, (module_name(key),), 1, module_name(key) == key, key)
        for key in dict.fromkeys(keys.values())
    ]
    return settle(wishes, {}, _CLIENT_NAMES)


# Attributes that the runtime's client has.
_CLIENT_NAMES = ("close", "aclose", "request", "with_options", "options", "base_url")


class OperationRules:
    """Plans the operations of an api."""

    def __init__(
        self, api: Api, rules: TypeRules, requests: RequestTypes, report: Report
    ) -> None:
        self._api, self._rules, self._requests, self._report = (
            api,
            rules,
            requests,
            report,
        )
        self._bodies = BodyRules(api, rules, requests, report)

    def groups(self) -> tuple[Group, ...]:
        """Every group with its methods, in the order of the document."""
        shown = tuple(
            operation for operation in self._api.operations if not operation.hidden
        )
        keys = group_keys(shown)
        modules = group_modules(keys)
        constants = self._constants(shown)
        docs = {tag.name: tag.description for tag in self._api.tags}
        found = list[Group]()
        for key, module in modules.items():
            own = [operation for operation in shown if keys[operation.place] == key]
            plans = tuple(
                self._plan(operation, constants[operation.place]) for operation in own
            )
            name = class_name(key)
            found.append(
                Group(
                    module,
                    name,
                    module,
                    docs.get(key, ""),
                    plans,
                    self._methods(key, plans),
                )
            )
        return tuple(found)

    def _constants(self, operations: tuple[Operation, ...]) -> dict[Place, str]:
        names = operation_words(operations)
        wishes = [
            Wish(o.place, (constant_name(names[o.place]),), 1, False, o.place.pointer)
            for o in operations
        ]
        return settle(wishes, {})

    def _methods(
        self, key: str, plans: tuple[OperationPlan, ...]
    ) -> tuple[Method, ...]:
        """The methods of a group: one an operation, and those that its extensions add."""
        wishes = list[Wish[tuple[Place, str]]]()
        for plan in plans:
            operation = plan.operation
            name = method_name(operation.name or _short_name(operation, key))
            salt = operation.place.pointer
            long = method_name(f"{operation.method.lower()} {_path_words(operation)}")
            rank = 0 if operation.name else 1
            kind = "pages" if operation.pagination else "call"
            wishes.append(
                Wish((operation.place, kind), (name, long), rank, False, salt)
            )
            if operation.pagination and self._outcome(plan):
                wishes.append(
                    Wish(
                        (operation.place, "outcomes"),
                        ("outcomes", f"{name}_outcomes"),
                        2,
                        False,
                        salt,
                    )
                )
            if operation.polling:
                method = operation.polling.method
                wishes.append(
                    Wish(
                        (operation.place, "wait"),
                        (method, f"{name}_{method}"),
                        2,
                        False,
                        salt,
                    )
                )
            if operation.polling and operation.polling.progress:
                wishes.append(
                    Wish(
                        (operation.place, "progress"),
                        ("progress", f"{name}_progress"),
                        3,
                        False,
                        salt,
                    )
                )
        self._check_addresses(plans)
        names = settle(wishes, {})
        by_place = {plan.operation.place: plan for plan in plans}
        return tuple(
            self._method(names[wish.key], wish.key[1], by_place[wish.key[0]])
            for wish in wishes
        )

    def _check_addresses(self, plans: tuple[OperationPlan, ...]) -> None:
        addresses = Addresses(self._rules, self._report)
        for plan in plans:
            operation = plan.operation
            answer = self._success_schema(operation)
            if operation.pagination:
                addresses.pagination(operation, operation.pagination, answer)
            if operation.polling:
                addresses.polling(operation, operation.polling, answer)
            outcome, item = self._outcome(plan), self._item(plan)
            if outcome and item:
                addresses.outcome(self._followed(item), outcome)

    def _method(self, name: str, kind: str, plan: OperationPlan) -> Method:
        if kind == "pages":
            item = self._item(plan)
            return Method(
                name,
                kind,
                plan,
                (self._rules.annotation(item) if item else a.JSON, plan.returns),
            )
        if kind == "outcomes":
            outcome = self._outcome(plan)
            assert outcome
            item = self._item(plan)
            good, bad = list[Annotation](), list[Annotation]()
            for case in outcome.cases:
                target = self._at(item, case.at) if item else None
                kind_of = (
                    a.without_none(self._rules.annotation(target)) if target else a.JSON
                )
                (good if case.result == "succeeded" else bad).append(kind_of)
            types = (
                a.union(*good) if good else a.JSON,
                a.union(*bad) if bad else a.JSON,
            )
            return Method(name, kind, plan, types, outcome)
        return Method(name, kind, plan, (plan.returns,))

    def _item(self, plan: OperationPlan) -> Schema | None:
        """The schema of one item of a paged list."""
        pagination = plan.operation.pagination
        body = self._success_schema(plan.operation)
        if pagination is None or body is None:
            return None
        found = self._at(body, pagination.items.partition("#")[2])
        target = self._followed(found) if found else None
        return target.items if isinstance(target, s.Array) else None

    def _success_schema(self, operation: Operation) -> Schema | None:
        for response in operation.responses:
            if response.status.startswith("2") or response.status == "default":
                return next((m.schema for m in response.media if is_json(m.name)), None)
        return None

    def _outcome(self, plan: OperationPlan) -> Outcome | None:
        item = self._item(plan)
        target = self._followed(item) if item else None
        found = target.meta.extensions.get("outcome") if target else None
        return found if isinstance(found, Outcome) else None

    def _followed(self, schema: Schema) -> Schema:
        return self._rules.followed(schema)

    def _at(self, schema: Schema, pointer: str) -> Schema | None:
        return self._rules.at(schema, pointer)

    def _plan(self, operation: Operation, constant: str) -> OperationPlan:
        good = [r for r in operation.responses if r.status.startswith("2")]
        fallback = [r for r in operation.responses if r.status == "default"]
        if not good:
            good, fallback = fallback, []
        bad = [r for r in operation.responses if r.status[0] in "345"] + fallback
        results = tuple((r.status, self._decoder(r)) for r in good) or (
            ("2XX", Decoder("raw", a.BYTES)),
        )
        errors = tuple(
            (r.status, decoder)
            for r in bad
            if (decoder := self._decoder(r)).kind == "json"
        )
        names = self._bodies.argument_names(operation)
        return OperationPlan(
            operation,
            constant,
            tuple(
                self._argument(p, names[p.location, p.wire])
                for p in operation.parameters
            ),
            self._bodies.plan(operation, names),
            results,
            errors,
            a.union(*(decoder.annotation for _, decoder in results)),
            _accept(results, good),
        )

    def _argument(self, parameter: Parameter, name: str) -> Argument:
        kind = a.without_none(
            self._requests.form(self._rules.annotation(parameter.schema))
        )
        required = parameter.required
        doc = parameter.description or parameter.schema.meta.description
        if parameter.deprecated:
            doc = f"{doc} Deprecated.".strip()
        return Argument(
            name,
            parameter.wire,
            kind if required else a.union(kind, a.NONE),
            Default.REQUIRED if required else Default.NONE,
            doc,
            positional=parameter.location == "path",
        )

    def _decoder(self, response: Response) -> Decoder:
        media = response.media
        if not media:
            return Decoder("nothing", a.NONE)
        found = {m.name: self._media_decoder(m) for m in media}
        kinds = dict.fromkeys(found.values())
        if len(kinds) == 1:
            return next(iter(kinds))
        return Decoder(
            "media", a.union(*(d.annotation for d in kinds)), tuple(found.items())
        )

    def _media_decoder(self, media: MediaType) -> Decoder:
        kind = decode_kind(media)
        if kind == "json":
            annotation = (
                self._rules.annotation(media.schema) if media.schema else a.JSON
            )
            if media.schema and annotation != a.JSON and nullable(media.schema, {}):
                annotation = a.union(annotation, a.NONE)
            return Decoder("json", annotation)
        if kind == "text":
            return Decoder("text", a.STR)
        if media.schema is not None and not _is_bytes(media.schema, self._rules):
            self._report.warning(
                "W501",
                media.place,
                f"{media.name} has no precise Python type; the bytes are handed out as they are",
            )
        return Decoder("raw", a.BYTES)


def _is_bytes(schema: Schema, rules: TypeRules) -> bool:
    found = rules.followed(schema)
    return isinstance(found, (s.Anything, s.Primitive))


def _accept(results: tuple[tuple[str, Decoder], ...], responses: list[Response]) -> str:
    """The Accept header: what the answers are documented as."""
    names = list(
        dict.fromkeys(
            m.name.partition(";")[0].strip() for r in responses for m in r.media
        )
    )
    return ", ".join(
        name for name in names if "/" in name and name.isascii() and name.isprintable()
    )


def _path_words(operation: Operation) -> str:
    parts = list[str]()
    for step in operation.path.split("/"):
        for piece in step.replace("}", "{").split("{"):
            parts += words(piece)
    return " ".join(parts) or "root"


def _short_name(operation: Operation, group: str) -> str:
    """The operation's id less the group it begins with: `issues/list` in the group issues is
    `list`.
    """
    if not operation.id:
        return f"{operation.method.lower()} {_path_words(operation)}"
    own = [word.lower() for word in words(operation.id)]
    prefix = [word.lower() for word in words(group)]
    separated = operation.id[len(group) : len(group) + 1] in ("/", ".", "_", "-", ":")
    if separated and len(own) > len(prefix) > 0 and own[: len(prefix)] == prefix:
        return " ".join(own[len(prefix) :])
    return operation.id
