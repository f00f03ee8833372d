"""The shapes of requests and answers, as the rules of this folder look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clientpress.api import schemas as s
from clientpress.api.operations import Operation
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, escape_step
from clientpress.plan.identifiers import snake
from clientpress.plan.media import is_json
from clientpress.plan.typing_rules import TypeRules


def plain(name: str) -> str:
    """A name without capitals and signs: `page[after]` and `pageAfter` are the same."""
    return snake(name).replace("_", "")


class Member(NamedTuple):
    """A member of an object, or a parameter.

    Attributes:
        address: Where it is: a JSON Pointer into an answer, or a runtime expression of a request.
        name: The names that lead to it, without capitals and signs: `pageafter` for `page.after`.
        own: Its own name, in the same form.
        schema: Its schema, without references and null.
    """

    address: str
    name: str
    own: str
    schema: Schema


class Shapes:
    """Looks into schemas, through references and null.

    Args:
        schemas: The schemas of the API, by place.
    """

    def __init__(self, schemas: Mapping[Place, Schema]) -> None:
        self._rules = TypeRules(schemas, {}, {}, {})

    def followed(self, schema: Schema) -> Schema:
        """A schema without references and null."""
        return self._rules.followed(schema)

    def at(self, schema: Schema, pointer: str) -> Schema | None:
        """What a JSON Pointer leads to, as the plan follows it; None where nothing is declared."""
        found = self._rules.at(schema, pointer)
        return self._rules.followed(found) if found else None

    def members(self, schema: Schema) -> dict[str, Schema]:
        """The declared members of an object, by wire name; of a union, those of all its variants."""
        here = self.followed(schema)
        if isinstance(here, s.Object):
            return {f.wire: f.schema for f in here.fields}
        if isinstance(here, s.Union):
            found = dict[str, Schema]()
            for variant in map(self.followed, here.variants):
                if isinstance(variant, s.Object):
                    for field in variant.fields:
                        found.setdefault(field.wire, field.schema)
            return found
        return {}

    def body(self, operation: Operation) -> Schema | None:
        """The JSON body of an operation."""
        media = operation.body.media if operation.body else ()
        return next((m.schema for m in media if is_json(m.name)), None)

    def parameters(self, operation: Operation) -> Iterator[Member]:
        """The query parameters of an operation, those inside of objects, and the members of its body."""
        for parameter in operation.parameters:
            if parameter.location != "query":
                continue
            address, name = f"$request.query.{parameter.wire}", plain(parameter.wire)
            schema = self.followed(parameter.schema)
            yield Member(address, name, name, schema)
            for wire, below in self.members(schema).items():
                yield Member(
                    f"{address}#/{escape_step(wire)}",
                    name + plain(wire),
                    plain(wire),
                    self.followed(below),
                )
        body = self.body(operation)
        for wire, schema in self.members(body).items() if body else ():
            address = f"$request.body#/{escape_step(wire)}"
            yield Member(address, plain(wire), plain(wire), self.followed(schema))

    def inside(
        self, schema: Schema, containers: frozenset[str], depth: int = 3
    ) -> Iterator[Member]:
        """The members of a value, with those of its members that only hold others.

        Args:
            schema: The schema of the value.
            containers: The plain names of members that are looked into.
            depth: How deep.
        """
        for wire, below in self.members(schema).items():
            member = Member(
                f"/{escape_step(wire)}",
                plain(wire),
                plain(wire),
                self.followed(below),
            )
            yield member
            if depth > 1 and member.own in containers:
                for inner in self.inside(below, containers, depth - 1):
                    yield inner._replace(
                        address=member.address + inner.address,
                        name=member.name + inner.name,
                    )
